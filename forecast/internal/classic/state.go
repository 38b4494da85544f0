package classic

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// A State is a method fitted to values: what it estimated, and where it got to. It is
// never changed.
type State interface {
	// Forecast gives mean and standard deviation of each of the next steps.
	Forecast(horizon int) (mean, sd []float64)
	// After is the state that values (no gaps) which came later lead to, with the
	// parameters as they were estimated; ok is false where these do not allow the
	// values, as a multiplicative season does not allow zero.
	After(values []float64) (next State, ok bool)
	// sound reports whether a state that was read from a file can be continued
	// without a panic.
	sound() bool
}

// A Fit estimates what a method needs to continue y (no gaps, at least one value),
// whose season has m steps (1 for none); horizon is how far it is likely to be asked. The
// end of ctx ends it early, with a State that is of no use: the caller checks ctx.
type Fit = func(ctx context.Context, y []float64, m, horizon int) State

// states makes an empty state of every kind that files hold, by its name there.
var states = map[string]func() State{
	"naive":      func() State { return &naiveState{} },
	"snaive":     func() State { return &seasonalNaiveState{} },
	"drift":      func() State { return &driftState{} },
	"adjusted":   func() State { return &adjustedState{} },
	"average":    func() State { return &averageState{} },
	"theta":      func() State { return &thetaLineState{} },
	"trend":      func() State { return &trendState{} },
	"dotm":       func() State { return &dynamicThetaState{} },
	"ets":        func() State { return &etsState{} },
	"arima":      func() State { return &arimaState{} },
	"exact":      func() State { return &exactState{} },
	"ces":        func() State { return &cesState{} },
	"stl":        func() State { return &stlState{} },
	"croston":    func() State { return &crostonState{} },
	"tsb":        func() State { return &tsbState{} },
	"regression": func() State { return &regressionState{} },
	"mean":       func() State { return &meanState{} },
}

// A Box holds a state of any kind, and is JSON with the kind's name.
type Box struct{ State }

type boxed struct {
	Kind  string          `json:"kind"`
	State json.RawMessage `json:"state"`
}

// MarshalJSON writes kind and state.
func (b Box) MarshalJSON() ([]byte, error) {
	for kind, empty := range states {
		if fmt.Sprintf("%T", empty()) == fmt.Sprintf("%T", b.State) {
			raw, err := json.Marshal(b.State)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", kind, err)
			}
			return json.Marshal(boxed{kind, raw})
		}
	}
	return nil, fmt.Errorf("no kind for %T", b.State)
}

// UnmarshalJSON reads what MarshalJSON wrote, and refuses what Forecast could not
// continue.
func (b *Box) UnmarshalJSON(data []byte) error {
	var in boxed
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	empty, ok := states[in.Kind]
	if !ok {
		return fmt.Errorf("there is no kind of state %q", in.Kind)
	}
	s := empty()
	if err := json.Unmarshal(in.State, s); err != nil {
		return fmt.Errorf("%s: %w", in.Kind, err)
	}
	if !s.sound() {
		return fmt.Errorf("%s: the numbers are out of range", in.Kind)
	}
	b.State = s
	return nil
}

// mostState bounds the numbers of a state from a file.
const mostState = 1 << 20

// oneSeason reports whether a season from a file has a length that can be used.
func oneSeason(season []float64) bool { return len(season) > 0 && len(season) <= mostState }

// turned is a season that begins k steps later.
func turned(season []float64, k int) []float64 {
	k %= len(season)
	return slices.Concat(season[k:], season[:k])
}

// adjustedState is another method's on values divided by a season.
type adjustedState struct {
	Index []float64 `json:"index"` // from the next value on
	Inner Box       `json:"inner"`
}

func (s *adjustedState) sound() bool { return oneSeason(s.Index) && s.Inner.State != nil }

func (s *adjustedState) After(values []float64) (State, bool) {
	m := len(s.Index)
	flat := make([]float64, len(values))
	for i, v := range values {
		flat[i] = v / s.Index[i%m]
	}
	inner, ok := s.Inner.After(flat)
	return &adjustedState{turned(s.Index, len(values)), Box{inner}}, ok
}

// averageState is the average of several methods'.
type averageState struct {
	Parts []Box `json:"parts"`
}

func (s *averageState) sound() bool {
	return len(s.Parts) > 0 && !slices.ContainsFunc(s.Parts, func(b Box) bool { return b.State == nil })
}

func (s *averageState) Forecast(horizon int) (mean, sd []float64) {
	mean, sd = make([]float64, horizon), make([]float64, horizon)
	for _, p := range s.Parts {
		a, b := p.Forecast(horizon)
		for h := range mean {
			mean[h] += a[h] / float64(len(s.Parts))
			sd[h] += b[h] / float64(len(s.Parts))
		}
	}
	return mean, sd
}

func (s *averageState) After(values []float64) (State, bool) {
	out := &averageState{}
	for _, p := range s.Parts {
		next, ok := p.After(values)
		if !ok {
			return nil, false
		}
		out.Parts = append(out.Parts, Box{next})
	}
	return out, true
}
