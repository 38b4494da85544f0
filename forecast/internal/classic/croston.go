package classic

import (
	"context"
	"math"
)

// Methods for intermittent demand: most values are zero, and the sizes of the others
// and the intervals between them are smoothed separately.

const crostonAlpha = .1 // Croston's (1972) own constant, R's default

// spread is the spread of values around what was forecast of them.
type spread = squares

// around is the spread of a history around one value.
func around(y []float64, at float64) spread {
	var s spread
	for _, v := range y {
		s.add(v - at)
	}
	return s
}

// flat forecasts one value for every step, with the spread of the history around it.
func flat(at float64, s spread, horizon int) (mean, sd []float64) {
	one := math.Sqrt(s.Sum / float64(max(s.N, 1)))
	for range horizon {
		mean, sd = append(mean, at), append(sd, one)
	}
	return mean, sd
}

type crostonState struct {
	Factor float64 `json:"factor"` // corrects the bias
	Seen   bool    `json:"seen"`   // there was a demand
	Size   float64 `json:"size"`
	Every  float64 `json:"every"`
	Gap    float64 `json:"gap"` // steps since the last demand, and one
	Spread spread  `json:"spread"`

	// Ends lets the forecast be 0 when there has been no demand for so long that it
	// must have ended.
	Ends    bool    `json:"ends,omitempty"`
	Longest float64 `json:"longest,omitempty"` // interval between two demands
}

func (s *crostonState) sound() bool { return !s.Seen || s.Every > 0 }

func (s *crostonState) rate() float64 {
	if !s.Seen || s.Ends && s.ended() {
		return 0
	}
	return s.Factor * s.Size / s.Every
}

// ended reports whether the steps since the last demand are more than twice the longest
// interval before, and a run that demand at the usual rate would hardly ever have.
func (s *crostonState) ended() bool {
	const (
		dense  = 1.5 // intervals are taken for no shorter ones
		hardly = 1e-4
	)
	zeros := s.Gap - 1
	return zeros > 2*s.Longest && math.Pow(1-1/max(s.Every, dense), zeros) < hardly
}

func (s *crostonState) next(v float64) {
	switch {
	case v == 0:
		s.Gap++
		return
	case !s.Seen:
		s.Seen, s.Size, s.Every = true, v, s.Gap
	default:
		s.Longest = max(s.Longest, s.Gap)
		s.Size += crostonAlpha * (v - s.Size)
		s.Every += crostonAlpha * (s.Gap - s.Every)
	}
	s.Gap = 1
}

func (s *crostonState) Forecast(horizon int) (mean, sd []float64) {
	return flat(s.rate(), s.Spread, horizon)
}

func (s *crostonState) After(values []float64) (State, bool) {
	out := *s
	for _, v := range values {
		out.Spread.add(v - out.rate())
		out.next(v)
	}
	return &out, true
}

func fitCroston(y []float64, s *crostonState) *crostonState {
	s.Gap = 1
	for _, v := range y {
		s.next(v)
	}
	s.Spread = around(y, s.rate())
	return s
}

// FitCroston is Croston's method (1972): the mean size of a demand divided by the
// mean interval between two.
func FitCroston(_ context.Context, y []float64, _, _ int) State {
	return fitCroston(y, &crostonState{Factor: 1})
}

// FitSBA is Croston's method with the bias correction of Syntetos and Boylan (2005).
func FitSBA(_ context.Context, y []float64, _, _ int) State {
	return fitCroston(y, &crostonState{Factor: 1 - crostonAlpha/2})
}

// fitEnding is FitSBA where demand may have ended.
func fitEnding(_ context.Context, y []float64, _, _ int) State {
	return fitCroston(y, &crostonState{Factor: 1 - crostonAlpha/2, Ends: true})
}

type tsbState struct {
	Seen        bool    `json:"seen"` // there was a demand
	Size        float64 `json:"size"`
	Probability float64 `json:"probability"`
	Spread      spread  `json:"spread"`
}

func (s *tsbState) sound() bool { return true }

func (s *tsbState) next(v float64) {
	if v == 0 {
		s.Probability -= crostonAlpha * s.Probability
		return
	}
	s.Size += crostonAlpha * (v - s.Size)
	s.Probability += crostonAlpha * (1 - s.Probability)
}

func (s *tsbState) Forecast(horizon int) (mean, sd []float64) {
	return flat(s.Size*s.Probability, s.Spread, horizon)
}

func (s *tsbState) After(values []float64) (State, bool) {
	out := *s
	for _, v := range values {
		out.Spread.add(v - out.Size*out.Probability)
		if !out.Seen && v != 0 {
			out.Seen, out.Size, out.Probability = true, v, 1/float64(out.Spread.N)
			continue
		}
		out.next(v)
	}
	return &out, true
}

// FitTSB smooths the probability of a demand with every value, so that it fades
// when demand stops (Teunter, Syntetos and Babai 2011).
func FitTSB(_ context.Context, y []float64, _, _ int) State {
	s := &tsbState{}
	var n float64
	for _, v := range y {
		if v != 0 {
			n++
			s.Size += v
		}
	}
	if n > 0 {
		s.Seen = true
		s.Size, s.Probability = s.Size/n, n/float64(len(y))
		for _, v := range y {
			s.next(v)
		}
	}
	s.Spread = around(y, s.Size*s.Probability)
	return s
}
