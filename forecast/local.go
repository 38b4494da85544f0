package forecast

import (
	"context"
	"math"

	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/forecast/internal/parallel"
)

// local is a method that looks at one series at a time: f continues its values by
// means and standard deviations.
type local struct {
	name, about string
	f           classic.Func
	steadily    classic.Steadily // nil for methods that are fitted in no time
}

func (l local) Name() string { return l.name }

func (l local) Fit(_ context.Context, _ []Series, task Task) (Model, error) {
	return localModel{l.f, l.steadily, task}, nil
}

type localModel struct {
	f        classic.Func
	steadily classic.Steadily
	task     Task
}

// follow fits to the values of s once, and continues series that begin with them by
// the same parameters; nil where the model cannot.
func (m localModel) follow(s Series) func(Series) Forecast {
	if m.steadily == nil {
		return nil
	}
	y, unit := rescale(classic.Fill(s.Values, m.task.Season))
	steady := m.steadily(y, m.task.Season)
	if classic.Constant(y) || unit != 1 || steady == nil || len(y) < len(s.Values) {
		return nil
	}
	return func(s Series) Forecast {
		return Normal(steady(classic.Fill(s.Values, m.task.Season), m.task.Horizon)).For(s)
	}
}

func (m localModel) Forecast(s Series) (Forecast, error) { return Single(m, s) }

func (m localModel) ForecastAll(ctx context.Context, panel []Series) ([]Forecast, error) {
	out := make([]Forecast, len(panel))
	err := parallel.Each(ctx, len(panel), m.task.Threads, func(i int) error {
		out[i] = m.one(panel[i])
		return nil
	})
	return out, err
}

// one continues a series. Constant series are repeated with an interval of no
// width, whatever the method.
func (m localModel) one(s Series) Forecast {
	y, unit := rescale(classic.Fill(s.Values, m.task.Season))
	f := m.f
	if classic.Constant(y) {
		f = classic.Naive
	}
	return Normal(f(y, m.task.Season, m.task.Horizon)).times(unit).For(s)
}

// times multiplies the distribution by what rescale divided by.
func (f Forecast) times(unit float64) Forecast {
	if unit == 1 {
		return f
	}
	return f.Map(func(v float64) float64 { return max(-math.MaxFloat64, min(v*unit, math.MaxFloat64)) })
}

// rescale divides values whose squares would overflow or underflow by a power of
// two, which changes no digit.
func rescale(y []float64) (scaled []float64, unit float64) {
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
