package forecast

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sort"
)

// Ensemble averages other methods. The weights are those under which the average
// would have forecast best what none of the members had seen; the intervals are
// stretched so that they cover those values as often as they should (conformal
// calibration).
//
// The unseen values are those of one horizon after one or several origins. In
// panels of at least SmallPanel series they belong to at most 1,000 series: to every
// seventh, which is held out, if a member trains, and to more of short series if none does.
// In smaller panels they belong to all series that are long enough; members that train are
// then fitted once more to everything. Zeros that were sure to come, as at night, do not
// count. Members that train join only where the average
// with them forecast the unseen values clearly better than without them.
type Ensemble struct {
	Title   string // name of the method
	Members []Method
	// Prior holds the weights towards which few unseen values are shrunk, one per
	// member; nil means equal weights.
	Prior []float64
	// Fallbacks are served instead of the average, the best of them, where they
	// forecast the unseen values clearly better: a forecast that its own check finds
	// worse than repeating the last season is not served. They must not train.
	Fallbacks []Method
}

// Name is the title.
func (e Ensemble) Name() string { return e.Title }

// Trains reports whether a member trains.
func (e Ensemble) Trains(panel []Series) bool {
	for _, m := range e.Members {
		if trains(m, panel) {
			return true
		}
	}
	return false
}

// Fit fits the members, chooses their weights and calibrates the intervals.
func (e Ensemble) Fit(ctx context.Context, panel []Series, task Task) (Model, error) {
	held := holdOut(panel, task, e.Trains(panel))
	out := &ensembleModel{task: task}
	answers, err := e.fitMembers(ctx, out, panel, held)
	if err != nil {
		return nil, err
	}
	normalise(out.weights)
	rest := e.untrained(panel)
	few := len(rest.Members) > 0 && len(held.past) < leastTrials
	if len(rest.Members) < len(e.Members) && few {
		return rest.Fit(ctx, panel, task)
	}
	if len(held.past) == 0 {
		return out, nil
	}
	prior := out.weights
	if out.weights = held.chooseWeights(ctx, answers, prior, task); ctx.Err() != nil {
		return nil, ctx.Err()
	}
	combined := make([]Forecast, len(held.past))
	for i := range combined {
		combined[i] = out.combine(column(answers, i))
	}
	out.calibration = calibrated(combined, held.actual, held.large)
	out.check = held.compare(combined, task)
	if len(rest.Members) > 0 && !out.worthTraining(ctx, panel, answers, prior, held) {
		return rest.Fit(ctx, panel, task)
	}
	if better, err := e.fallBack(ctx, out, held, combined); better || err != nil {
		return out, err
	}
	if held.large {
		return out, nil
	}
	for i, m := range out.methods {
		if !trains(m, panel) {
			continue
		}
		if out.models[i], err = m.Fit(ctx, panel, staged(task, m)); err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name(), err)
		}
	}
	return out, nil
}

// TrainingGain is how small the error with a method that trains must be, as a share of the
// error without it on the past, for the method to join: smaller than chance often makes
// it. Not tuned.
const TrainingGain = .98

// leastTrials are the horizons of the past that decide whether such a method joins. Not
// tuned.
const leastTrials = 3

// untrained is the ensemble without the members that train.
func (e Ensemble) untrained(panel []Series) Ensemble {
	out := e
	out.Members, out.Prior = nil, nil
	for i, m := range e.Members {
		if trains(m, panel) {
			continue
		}
		out.Members = append(out.Members, m)
		if e.Prior != nil {
			out.Prior = append(out.Prior, e.Prior[i])
		}
	}
	return out
}

// worthTraining reports whether the average did better on the held-out values than one
// without the members that train; true if none does.
func (m *ensembleModel) worthTraining(ctx context.Context, panel []Series, answers [][]Forecast, prior []float64, held *holdout) bool {
	var without [][]Forecast
	rest := &ensembleModel{}
	for i, method := range m.methods {
		if !trains(method, panel) {
			without, rest.weights = append(without, answers[i]), append(rest.weights, prior[i])
		}
	}
	if len(without) == 0 || len(without) == len(answers) {
		return true
	}
	normalise(rest.weights)
	rest.weights = held.chooseWeights(ctx, without, rest.weights, m.task)
	fs := make([]Forecast, len(held.past))
	for i := range fs {
		fs[i] = rest.combine(column(without, i))
	}
	check := held.compare(fs, m.task)
	return check != nil && m.check != nil && m.check.MASE < TrainingGain*check.MASE
}

// fitMembers fits the members to what may be seen and returns their forecasts of
// the rest, member by member. A member for which the history is too short is left
// out, unless it is the last hope.
func (e Ensemble) fitMembers(ctx context.Context, out *ensembleModel, panel []Series, held *holdout) (answers [][]Forecast, err error) {
	for i, m := range e.Members {
		seen := panel
		if trains(m, panel) {
			seen = held.train
		}
		model, err := m.Fit(ctx, seen, staged(out.task, m))
		if errors.Is(err, ErrTooShort) && (len(out.models) > 0 || i < len(e.Members)-1) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name(), err)
		}
		prior := 1.0
		if e.Prior != nil {
			prior = e.Prior[i]
		}
		out.methods, out.models, out.weights = append(out.methods, m), append(out.models, model), append(out.weights, prior)
		if len(held.past) > 0 {
			fs, err := continueAll(ctx, model, held.past, out.task.Threads)
			if err != nil {
				return nil, err
			}
			answers = append(answers, fs)
		}
	}
	return answers, nil
}

// normalise makes weights add up to 1.
func normalise(w []float64) {
	var total float64
	for _, v := range w {
		total += v
	}
	for i := range w {
		w[i] /= total
	}
}

// column i of a table of forecasts.
func column(all [][]Forecast, i int) []Forecast {
	out := make([]Forecast, len(all))
	for k := range all {
		out[k] = all[k][i]
	}
	return out
}

// staged puts a method's name before its progress.
func staged(task Task, m Method) Task {
	if report := task.Progress; report != nil {
		task.Progress = func(p Progress) {
			p.Stage = m.Name() + ", " + p.Stage
			report(p)
		}
	}
	return task
}

type ensembleModel struct {
	task    Task
	methods []Method
	models  []Model
	weights []float64 // one per model; they add up to 1
	check   *Check
	calibration
}

// Check is nil if there were no unseen values.
func (m *ensembleModel) Check() *Check { return m.check }

// Weights lists the members in their order.
func (m *ensembleModel) Weights() []Weight {
	var out []Weight
	for i, method := range m.methods {
		out = append(out, Weight{method.Name(), m.weights[i]})
	}
	return out
}

func (m *ensembleModel) Forecast(s Series) (Forecast, error) { return Single(m, s) }

func (m *ensembleModel) ForecastAll(ctx context.Context, panel []Series) ([]Forecast, error) {
	all := make([][]Forecast, len(m.models))
	for i, model := range m.models {
		var err error
		if all[i], err = continueAll(ctx, model, panel, m.task.Threads); err != nil {
			return nil, err
		}
	}
	return m.average(all, panel), nil
}

// average joins the members' forecasts (member, series).
func (m *ensembleModel) average(all [][]Forecast, panel []Series) []Forecast {
	out := make([]Forecast, len(panel))
	for i, s := range panel {
		out[i] = m.apply(m.combine(column(all, i)), m.task.Horizon).For(s)
	}
	return out
}

// combine averages the members' means and quantiles.
func (m *ensembleModel) combine(parts []Forecast) Forecast {
	clampOutliers(parts)
	return Average(parts, m.weights)
}

// Average is the average of forecasts of the same steps: of their means, and of their
// quantiles (Vincent's average), each with its weight. The weights should add up to 1.
func Average(parts []Forecast, weights []float64) Forecast {
	return AverageAt(parts, func(int) []float64 { return weights })
}

// AverageAt is Average with weights of their own for every step, the first of which is 0.
func AverageAt(parts []Forecast, weights func(step int) []float64) Forecast {
	horizon := len(parts[0].Mean)
	f := Forecast{Mean: make([]float64, horizon), Probs: NormalProbs, Q: make([][]float64, horizon)}
	for h := range f.Mean {
		f.Q[h] = make([]float64, len(NormalProbs))
		w := weights(h)
		for k, p := range parts {
			f.Mean[h] += w[k] * p.Mean[h]
			for i, prob := range NormalProbs {
				f.Q[h][i] += w[k] * p.Quantile(h, prob)
			}
		}
		sort.Float64s(f.Q[h])
	}
	return f
}

// clampOutliers moves forecasts that lie outside the 99% intervals of all others
// to the nearest border of those: of three or more members, one that explodes must
// not spoil the average.
func clampOutliers(parts []Forecast) {
	if len(parts) < 3 {
		return
	}
	for h := range parts[0].Mean {
		means := make([]float64, len(parts))
		for i, p := range parts {
			means[i] = p.Mean[h]
		}
		for i := range parts {
			lo, hi := math.Inf(1), math.Inf(-1)
			for k, p := range parts {
				if k != i {
					a, b := p.Interval(h, 99)
					lo, hi = min(lo, a, means[k]), max(hi, b, means[k])
				}
			}
			if d := max(lo, min(means[i], hi)) - means[i]; d != 0 {
				parts[i] = parts[i].copied()
				parts[i].Shift(h, d, false)
			}
		}
	}
}
