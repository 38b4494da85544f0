package auto

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural"
)

// What comes after an origin never changes what is forecast at it.
func TestNoLeakage(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	panel := func(future float64) []forecast.Series {
		r = rand.New(rand.NewPCG(1, 1))
		var out []forecast.Series
		for range 60 {
			s := forecast.Series{ID: "x"}
			level := 50 + 50*r.Float64()
			for i := range 40 {
				level += r.NormFloat64()
				v := level + 5*math.Sin(float64(i)*math.Pi/2)
				if i >= 32 {
					v = future * (1 + r.Float64())
				}
				s.Values = append(s.Values, v)
			}
			out = append(out, s)
		}
		return out
	}
	for _, m := range append(forecast.ClassicMethods(), neural.LSTM{}, Method{}) {
		if x, trained := m.(neural.LSTM); trained { // the way is the same with few steps
			x.Steps = 20
			m = x
		}
		spy := &recorder{Method: m}
		for _, future := range []float64{1, 1000} {
			if _, err := forecast.Backtest(ctx, []forecast.Method{spy}, panel(future), forecast.Task{Horizon: 4, Season: 4}, forecast.BacktestOptions{Folds: 2}); err != nil {
				t.Fatal(err)
			}
		}
		if len(spy.seen) != 4 {
			t.Fatalf("%s: fitted %d times", m.Name(), len(spy.seen))
		}
		for i, f := range spy.seen[0] {
			if !slices.Equal(f.Mean, spy.seen[2][i].Mean) {
				t.Fatalf("%s: the forecast of series %d changed with the future", m.Name(), i)
			}
		}
	}
}

// recorder keeps the forecasts that a method makes for the series it was
// fitted on.
type recorder struct {
	forecast.Method
	seen [][]forecast.Forecast
}

func (r *recorder) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	m, err := r.Method.Fit(ctx, panel, task)
	if err != nil {
		return nil, err
	}
	fs, err := forecast.ForecastAll(ctx, m, panel, 1)
	r.seen = append(r.seen, fs)
	return m, err
}

// Odd series give finite forecasts or one clear refusal, and forecasts scale
// with the data.
func TestOddSeries(t *testing.T) {
	nan := math.NaN()
	odd := map[string][]float64{
		"constant": {5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, "zeros": make([]float64, 20), "one point": {3}, "two": {3, 4},
		"negative": {-1, -2, -3, -2, -1, -2, -3, -2, -1, -2, -3, -2}, "huge": {1e300, 2e300, 1e300, 2e300, 1e300, 2e300, 1e300, 2e300},
		"tiny": {1e-300, 2e-300, 1e-300, 2e-300, 1e-300, 2e-300, 1e-300, 3e-300}, "gaps": {1, nan, 3, nan, nan, 6, 7, nan, 9, 10, 11, nan},
		"mixed": {0, 5, -3, 0, 8, 0, 0, 1, 0, 4, 0, 0, 2, 0},
	}
	for _, m := range append(forecast.ClassicMethods(), neural.LSTM{}, Method{}) {
		if x, trained := m.(neural.LSTM); trained {
			x.Steps = 30
			m = x
		}
		for name, y := range odd {
			before := slices.Clone(y)
			fs, err := forecast.Run(ctx, m, []forecast.Series{{ID: name, Values: y}}, forecast.Task{Horizon: 6, Season: 4, Seed: 1})
			if err != nil {
				if !errors.Is(err, forecast.ErrTooShort) || m.Name() != "lstm" {
					t.Errorf("%s on %s: %v", m.Name(), name, err)
				}
				continue
			}
			for i := range y {
				if math.Float64bits(y[i]) != math.Float64bits(before[i]) {
					t.Fatalf("%s on %s: the method changed the series", m.Name(), name)
				}
			}
			if len(fs[0].Mean) != 6 || !fs[0].Finite() {
				t.Errorf("%s on %s: %v", m.Name(), name, fs[0].Mean)
			}
			if name == "constant" || name == "zeros" {
				if lo, hi := fs[0].Interval(3, 95); fs[0].Mean[3] != y[0] || lo != y[0] || hi != y[0] {
					t.Errorf("%s on %s: %v in %v to %v", m.Name(), name, fs[0].Mean[3], lo, hi)
				}
			}
			for h := range fs[0].Q {
				if !slices.IsSorted(fs[0].Q[h]) {
					t.Errorf("%s on %s: quantiles %v", m.Name(), name, fs[0].Q[h])
				}
			}
		}
	}
	bad := forecast.Series{ID: "inf", Values: []float64{1, math.Inf(1)}}
	if _, err := forecast.Run(ctx, neural.LSTM{}, []forecast.Series{bad}, forecast.Task{Horizon: 2}); !errors.Is(err, forecast.ErrInput) {
		t.Errorf("infinite value: %v", err)
	}
}
