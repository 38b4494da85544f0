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
}

func (s *crostonState) sound() bool { return !s.Seen || s.Every > 0 }

func (s *crostonState) rate() float64 {
	if !s.Seen {
		return 0
	}
	return s.Factor * s.Size / s.Every
}

func (s *crostonState) next(v float64) {
	switch {
	case v == 0:
		s.Gap++
		return
	case !s.Seen:
		s.Seen, s.Size, s.Every = true, v, s.Gap
	default:
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

func fitCroston(y []float64, factor float64) State {
	s := &crostonState{Factor: factor, Gap: 1}
	for _, v := range y {
		s.next(v)
	}
	s.Spread = around(y, s.rate())
	return s
}

// FitCroston is Croston's method (1972): the mean size of a demand divided by the
// mean interval between two.
func FitCroston(_ context.Context, y []float64, _, _ int) State { return fitCroston(y, 1) }

// FitSBA is Croston's method with the bias correction of Syntetos and Boylan (2005).
func FitSBA(_ context.Context, y []float64, _, _ int) State { return fitCroston(y, 1-crostonAlpha/2) }

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

// IsIntermittent reports whether a series is one for these methods: not negative,
// and at least three in ten values are zero (Syntetos, Boylan and Croston 2005
// draw the line at a mean interval of 1.32).
func IsIntermittent(y []float64) bool {
	zeros, known := 0, 0
	for _, v := range y {
		if v < 0 {
			return false
		}
		if v == 0 {
			zeros++
		}
		if v == v {
			known++
		}
	}
	return zeros*10 >= known*3 && zeros < known
}
