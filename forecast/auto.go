package forecast

import "context"

// Auto is the default method: an Ensemble of a statistical blend, networks that
// were trained before, and, where it is worth the time, networks trained on the
// panel itself. Package pretrained makes one that is ready to use. Series most
// of whose values are zero are continued by methods for intermittent demand.
type Auto struct {
	ZeroShot *ZeroShot // nil means none
	Train    Training
	LSTM     LSTM // how networks are trained on the panel
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
func (Auto) Name() string { return "auto" }

// Trains reports whether networks will be trained on a panel.
func (a Auto) Trains(panel []Series) bool {
	if a.Train != TrainWhenLarge {
		return a.Train == TrainAlways
	}
	values := 0
	for _, s := range panel {
		values += len(s.Values)
	}
	return a.ZeroShot == nil || len(panel) >= smallPanel && values >= 2500
}

// members are the ensemble's, with the weights that they have before anything
// is known: two parts of networks, one of statistics (so did the best average of
// the recipes on M4, and rolling origins of single series agree). Seasons of more than a dozen steps, and weeks of days, which have a
// year around them, are what STL is for.
func (a Auto) members(panel []Series, season int) (ms []Method, prior []float64) {
	add := func(m Method, w float64) { ms, prior = append(ms, m), append(prior, w) }
	smooth := 1.0
	if weekOf(season) > 0 {
		smooth = .25 // one season of the two: what the blend knows is too little
	}
	add(local{"blend", blend}, smooth)
	if season > 12 || season == 7 {
		add(local{"stl", stlMethod}, .5)
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
func (a Auto) Fit(ctx context.Context, panel []Series, task Task) (Model, error) {
	var dense []Series
	for _, s := range panel {
		if !intermittent(s.Values) {
			dense = append(dense, s)
		}
	}
	out := &autoModel{task: task, sparse: localModel{local{"intermittent", average(sba, tsb)}, task}}
	if len(dense) == 0 {
		return out, nil
	}
	ms, prior := a.members(dense, task.Season)
	m, err := Ensemble{Title: a.Name(), Members: ms, Prior: prior}.Fit(ctx, dense, task)
	if err != nil {
		return nil, err
	}
	out.ensembleModel = m.(*ensembleModel)
	return out, nil
}

// autoModel sends every series to the methods that suit it.
type autoModel struct {
	*ensembleModel // nil if every series was intermittent
	task           Task
	sparse         localModel
}

func (m *autoModel) Forecast(s Series) (Forecast, error) { return single(m, s) }

func (m *autoModel) ForecastAll(ctx context.Context, panel []Series) ([]Forecast, error) {
	var dense []Series
	var at []int
	out := make([]Forecast, len(panel))
	for i, s := range panel {
		if m.ensembleModel != nil && !intermittent(s.Values) {
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
	fs, err := m.ensembleModel.ForecastAll(ctx, dense)
	if err != nil {
		return nil, err
	}
	for k, i := range at {
		out[i] = fs[k]
	}
	return out, nil
}

// Weights are the ensemble's; none if every series was intermittent.
func (m *autoModel) Weights() []Weight {
	if m.ensembleModel == nil {
		return nil
	}
	return m.ensembleModel.Weights()
}

// Check is the ensemble's.
func (m *autoModel) Check() *Check {
	if m.ensembleModel == nil {
		return nil
	}
	return m.check
}

// demand forecasts an intermittent series: the mean by smoothing, the quantiles
// those of the history, moved in proportion to the mean.
func (m *autoModel) demand(s Series) (Forecast, error) {
	f, err := m.sparse.Forecast(s)
	if err != nil || !intermittent(s.Values) {
		return f, err
	}
	return empirical(f, s.Values), nil
}
