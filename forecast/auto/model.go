package auto

import (
	"context"
	"slices"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/forecast/internal/multiseason"
	"github.com/segue-go/segue/forecast/neural"
	"gonum.org/v1/gonum/stat"
)

// A kind of series is what decides which method suits it.
type kind int

const (
	ordinary     kind = iota // the ensemble
	intermittent             // mostly zero
	long                     // several seasons, all of them held
	total                    // never falls
	kindCount                // how many there are
)

func kindOf(s forecast.Series, task forecast.Task) kind {
	switch {
	case classic.IsIntermittent(s.Values, task.Season):
		return intermittent
	case rises(s.Values):
		return total
	case multiseason.Long(task.Season, s.Known()) && !classic.Wanders(s.Values, max(4*task.Season, classic.WeekOf(task.Season))):
		return long
	}
	return ordinary
}

// model sends every series to the method that suits it.
type model struct {
	dense   forecast.Model // an ensemble; nil if it was fitted to no series
	sparse  forecast.Model
	seasons forecast.Model
	totals  forecast.Model
	task    forecast.Task
	long    []forecast.Series      // some that seasons or, if it serves none, totals serves
	others  forecast.Model         // the one that serves them
	checked func() *forecast.Check // of it on them
}

func (m *model) Forecast(s forecast.Series) (forecast.Forecast, error) { return forecast.Single(m, s) }

func (m *model) ForecastAll(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	return continueKinds(ctx, panel, kindsOf(panel, nil, m.task), m.models(), m.task)
}

// models are those of the kinds.
func (m *model) models() [kindCount]forecast.Model {
	return [...]forecast.Model{ordinary: m.dense, intermittent: m.sparse, long: m.seasons, total: m.totals}
}

// kindsOf are the kinds of a panel, of which those of the first series may be known.
func kindsOf(panel []forecast.Series, known []kind, task forecast.Task) []kind {
	out := append([]kind(nil), known[:min(len(known), len(panel))]...)
	for _, s := range panel[len(out):] {
		out = append(out, kindOf(s, task))
	}
	return out
}

// sortKinds divides a panel by kind and tells the places of the series. Where there is no
// ensemble, the methods for intermittent demand serve ordinary series too.
func sortKinds(panel []forecast.Series, kinds []kind, ensemble bool) (parts [kindCount][]forecast.Series, at [kindCount][]int) {
	for i, s := range panel {
		k := kinds[i]
		if k == ordinary && !ensemble {
			k = intermittent
		}
		parts[k], at[k] = append(parts[k], s), append(at[k], i)
	}
	return parts, at
}

// continueKinds continues every series with the model of its kind.
func continueKinds(ctx context.Context, panel []forecast.Series, kinds []kind, models [kindCount]forecast.Model, task forecast.Task) ([]forecast.Forecast, error) {
	parts, at := sortKinds(panel, kinds, models[ordinary] != nil)
	out := make([]forecast.Forecast, len(panel))
	for k, part := range parts {
		if len(part) == 0 {
			continue
		}
		fs, err := forecast.ForecastAll(ctx, models[k], part, task.Threads)
		if err != nil {
			return nil, err
		}
		for j, i := range at[k] {
			out[i] = finished(fs[j], panel[i].Values, kind(k), task.Season)
		}
	}
	return out, nil
}

// Weights are the ensemble's or, if it was fitted to no series, those of what serves long
// series and running totals.
func (m *model) Weights() []forecast.Weight {
	if w, ok := m.dense.(forecast.Weighted); ok {
		return w.Weights()
	}
	if len(m.long) == 0 {
		return nil
	}
	if _, ok := m.others.(running); ok {
		return []forecast.Weight{{Method: (&neural.ZeroShot{}).Name(), Weight: 1}}
	}
	a, ok := m.others.(average)
	if !ok {
		return []forecast.Weight{{Method: forecast.MultiSeason{}.Name(), Weight: 1}}
	}
	networks, other := a.mean(m.task.Horizon)
	return []forecast.Weight{{Method: (&neural.ZeroShot{}).Name(), Weight: networks}, {Method: a.other.Name(), Weight: other}}
}

// Check is the ensemble's or, if it was fitted to no series, that of the other methods on
// some of those that they serve, which is made when it is asked for.
func (m *model) Check() *forecast.Check {
	if c, ok := m.dense.(forecast.Checked); ok {
		return c.Check()
	}
	if len(m.long) > 0 {
		return m.checked()
	}
	return nil
}

// check compares what serves long series or running totals with seasonal naive.
func (m *model) check() *forecast.Check {
	c, err := forecast.CheckOn(context.Background(), m.others, m.long, m.task)
	if err != nil {
		return nil // the forecasts themselves did not fail
	}
	return c
}

// finished is a forecast with what is known of the series' zeros: the quantiles of
// intermittent ones, and the times at which others are always 0.
func finished(f forecast.Forecast, y []float64, k kind, season int) forecast.Forecast {
	if k == intermittent && classic.IsIntermittent(y, season) {
		return empirical(f, y)
	}
	for h, silent := range classic.Silent(y, season, f.Horizon()) {
		if silent {
			f.Mean[h] = 0
			clear(f.Q[h])
		}
	}
	return f
}

// empirical replaces the quantiles of a forecast by those of the last 200 values of
// the history, in proportion to the mean. Where these are all 0, the demand has ended.
func empirical(f forecast.Forecast, y []float64) forecast.Forecast {
	const most = 200 // not tuned
	var last []float64
	for _, v := range y[max(0, len(y)-most):] {
		if v == v {
			last = append(last, v)
		}
	}
	if len(last) == 0 {
		return f
	}
	mean := stat.Mean(last, nil)
	if mean == 0 {
		return f.Map(func(float64) float64 { return 0 })
	}
	slices.Sort(last)
	for h := range f.Mean {
		for i, p := range f.Probs {
			f.Q[h][i] = stat.Quantile(p, stat.LinInterp, last, nil) * f.Mean[h] / mean
		}
	}
	return f
}
