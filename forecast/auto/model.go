package auto

import (
	"context"
	"slices"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
	"gonum.org/v1/gonum/stat"
)

// model sends every series to the method that suits it.
type model struct {
	dense  forecast.Model // an ensemble; nil if every series was intermittent
	sparse forecast.Model
	task   forecast.Task
}

func (m *model) Forecast(s forecast.Series) (forecast.Forecast, error) { return forecast.Single(m, s) }

func (m *model) ForecastAll(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	var dense []forecast.Series
	var at []int
	out := make([]forecast.Forecast, len(panel))
	for i, s := range panel {
		if m.dense != nil && !classic.IsIntermittent(s.Values) {
			dense, at = append(dense, s), append(at, i)
			continue
		}
		var err error
		if out[i], err = m.demand(s); err != nil {
			return nil, err
		}
	}
	if len(dense) == 0 {
		return out, nil
	}
	fs, err := forecast.ForecastAll(ctx, m.dense, dense, m.task.Threads)
	if err != nil {
		return nil, err
	}
	for k, i := range at {
		out[i] = fs[k]
	}
	return out, nil
}

// Weights are the ensemble's; nil if every series was intermittent.
func (m *model) Weights() []forecast.Weight {
	if w, ok := m.dense.(forecast.Weighted); ok {
		return w.Weights()
	}
	return nil
}

// Check is the ensemble's; nil if every series was intermittent.
func (m *model) Check() *forecast.Check {
	if c, ok := m.dense.(forecast.Checked); ok {
		return c.Check()
	}
	return nil
}

// demand forecasts an intermittent series: the mean by smoothing, the quantiles
// those of the history, moved in proportion to the mean.
func (m *model) demand(s forecast.Series) (forecast.Forecast, error) {
	f, err := m.sparse.Forecast(s)
	if err != nil || !classic.IsIntermittent(s.Values) {
		return f, err
	}
	return empirical(f, s.Values), nil
}

// empirical replaces the quantiles of a forecast by those of the last 200 values of
// the history, in proportion to the mean.
func empirical(f forecast.Forecast, y []float64) forecast.Forecast {
	const most = 200 // not tuned
	var last []float64
	for _, v := range y[max(0, len(y)-most):] {
		if v == v {
			last = append(last, v)
		}
	}
	mean := stat.Mean(last, nil)
	if mean <= 0 {
		return f
	}
	slices.Sort(last)
	for h := range f.Mean {
		for i, p := range f.Probs {
			f.Q[h][i] = stat.Quantile(p, stat.LinInterp, last, nil) * f.Mean[h] / mean
		}
	}
	return f
}
