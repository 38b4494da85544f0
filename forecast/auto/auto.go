package auto

import (
	"context"
	"slices"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/forecast/neural"
	"gonum.org/v1/gonum/stat"
)

// Method is the default method: an Ensemble of a statistical blend, networks that
// were trained before, and, where it is worth the time, networks trained on the
// panel itself. New makes one that is ready to use. Series most
// of whose values are zero are continued by methods for intermittent demand.
type Method struct {
	ZeroShot *neural.ZeroShot // nil means none
	Train    Training
	LSTM     neural.LSTM // how networks are trained on the panel
}

// Training says when networks are trained on the panel itself.
type Training int

const (
	// TrainWhenLarge trains on panels of at least 50 series and 2,500 values,
	// and where there is nothing trained before.
	TrainWhenLarge Training = iota
	TrainAlways
	TrainNever
)

// Name is "auto".
func (Method) Name() string { return "auto" }

// Trains reports whether networks will be trained on a panel.
func (a Method) Trains(panel []forecast.Series) bool {
	if a.Train != TrainWhenLarge {
		return a.Train == TrainAlways
	}
	values := 0
	for _, s := range panel {
		values += len(s.Values)
	}
	return a.ZeroShot == nil || len(panel) >= forecast.SmallPanel && values >= 2500
}

// members are the ensemble's, with the weights that they have before anything
// is known: two parts of networks, one of statistics (so did the best average of
// the recipes on M4, and rolling origins of single series agree). Seasons of more than a dozen steps, and weeks of days, which have a
// year around them, are what STL is for.
func (a Method) members(panel []forecast.Series, season int) (ms []forecast.Method, prior []float64) {
	add := func(m forecast.Method, w float64) { ms, prior = append(ms, m), append(prior, w) }
	smooth := 1.0
	if classic.WeekOf(season) > 0 {
		smooth = .25 // one season of the two: what the blend knows is too little
	}
	add(forecast.Blend, smooth)
	if season > 12 || season == 7 {
		add(forecast.STL, .5)
	}
	if a.ZeroShot != nil {
		add(a.ZeroShot, 2)
	}
	if a.Trains(panel) {
		add(a.LSTM, 2)
	}
	return ms, prior
}

// Fit fits the ensemble on the series that it is for.
func (a Method) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	var dense []forecast.Series
	for _, s := range panel {
		if !classic.IsIntermittent(s.Values) {
			dense = append(dense, s)
		}
	}
	sparse, err := forecast.Intermittent.Fit(ctx, nil, task)
	if err != nil {
		return nil, err
	}
	out := &model{task: task, sparse: sparse}
	if len(dense) == 0 {
		return out, nil
	}
	ms, prior := a.members(dense, task.Season)
	out.dense, err = forecast.Ensemble{Title: a.Name(), Members: ms, Prior: prior}.Fit(ctx, dense, task)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// model sends every series to the methods that suit it.
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

// Weights are the ensemble's; none if every series was intermittent.
func (m *model) Weights() []forecast.Weight {
	if w, ok := m.dense.(forecast.Weighted); ok {
		return w.Weights()
	}
	return nil
}

// Check is the ensemble's.
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

// empirical replaces the quantiles of a forecast by those of the last values of
// the history, in proportion to the mean.
func empirical(f forecast.Forecast, y []float64) forecast.Forecast {
	const most = 200
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
