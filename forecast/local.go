package forecast

import (
	"context"
	"math"

	"github.com/segue-go/segue/forecast/internal/classic"
)

// local is a method that looks at one series at a time: f continues the values
// (without gaps, at least one) by means and standard deviations.
type local struct {
	name string
	f    classic.Func
}

func (l local) Name() string { return l.name }

// PerSeries is true.
func (local) PerSeries() bool { return true }

func (l local) Fit(_ context.Context, _ []Series, task Task) (Model, error) {
	return localModel{l, task}, nil
}

type localModel struct {
	local
	task Task
}

func (m localModel) Forecast(s Series) (Forecast, error) {
	if err := s.Check(); err != nil {
		return Forecast{}, err
	}
	y, unit := tame(classic.Fill(s.Values, m.task.Season))
	f := m.f
	if classic.Constant(y) {
		f = classic.Naive
	}
	mean, sd := f(y, m.task.Season, m.task.Horizon)
	out := Normal(mean, sd)
	if unit != 1 {
		out = out.Map(func(v float64) float64 { return max(-math.MaxFloat64, min(v*unit, math.MaxFloat64)) })
	}
	return out.For(s), nil
}

// tame divides values whose squares would overflow or vanish by a power of
// two, which changes no digit.
func tame(y []float64) (scaled []float64, unit float64) {
	var top float64
	for _, v := range y {
		top = max(top, math.Abs(v))
	}
	if top == 0 || top > 1e-100 && top < 1e100 {
		return y, 1
	}
	_, e := math.Frexp(top)
	scaled = make([]float64, len(y))
	for i, v := range y {
		scaled[i] = math.Ldexp(v, -e)
	}
	return scaled, math.Ldexp(1, e)
}
