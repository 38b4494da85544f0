package forecast

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
)

// Ensemble averages other methods, each weighted by how well it forecast
// values that it had not seen, and stretches the intervals of the average to
// cover those as often as they should (conformal calibration).
//
// The unseen values are the last Horizon values of held-out series where the
// panel has at least 50 series (every seventh, at most 300), otherwise of all
// series that are long enough; then every method is fitted again on everything.
type Ensemble struct {
	Title   string // name of the method
	Members []Method
}

// Name is the title.
func (e Ensemble) Name() string { return e.Title }

// sharpness is the exponent of a member's error in its weight: members that
// differ by 10% in error differ by 50% in weight.
const sharpness = 4

const mostHeld = 300

// Fit fits and weighs the members.
func (e Ensemble) Fit(ctx context.Context, panel []Series, task Task) (Model, error) {
	out := &ensembleModel{task: task}
	var members []Method
	train, past, actual := e.hold(panel, task)
	var held [][]Forecast
	for i, m := range e.Members {
		model, err := m.Fit(ctx, train, staged(task, m))
		if errors.Is(err, ErrTooShort) && (len(members) > 0 || i < len(e.Members)-1) {
			continue // the others must do
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name(), err)
		}
		members = append(members, m)
		out.models = append(out.models, model)
		if len(past) == 0 {
			continue
		}
		fs, err := ForecastAll(ctx, model, past, task.Threads)
		if err != nil {
			return nil, err
		}
		held = append(held, fs)
	}
	for range members {
		out.weights = append(out.weights, 1/float64(len(members)))
	}
	if len(past) == 0 {
		return out, nil
	}
	out.weigh(held, past, actual)
	combined := make([]Forecast, len(past))
	for i := range past {
		parts := make([]Forecast, len(held))
		for k := range held {
			parts[k] = held[k][i]
		}
		combined[i] = out.combine(parts)
	}
	out.widths = conformal(combined, actual)
	if len(panel) >= smallPanel {
		return out, nil
	}
	for i, m := range members { // again on everything
		model, err := m.Fit(ctx, panel, staged(task, m))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name(), err)
		}
		out.models[i] = model
	}
	return out, nil
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

// hold divides the panel: what to fit on, and histories with what followed.
func (e Ensemble) hold(panel []Series, task Task) (train, past []Series, actual [][]float64) {
	const every = 7
	h := task.Horizon
	large := len(panel) >= smallPanel
	for i, s := range panel {
		n := len(s.Values) - h
		out := n >= max(h, 3) && s.Head(max(n, 0)).Known() >= 3
		if large {
			out = out && i%every == every-1 && len(past) < mostHeld
			if !out {
				train = append(train, s)
			}
		} else if out {
			train = append(train, s.Head(n))
		} else {
			train = append(train, s)
		}
		if out {
			past, actual = append(past, s.Head(n)), append(actual, s.Values[n:])
		}
	}
	return train, past, actual
}

// weigh sets the weights from the members' errors: the mean of sMAPE and MASE,
// each relative to Naive2's.
func (m *ensembleModel) weigh(held [][]Forecast, past []Series, actual [][]float64) {
	train := make([][]float64, len(past))
	base := make([]Forecast, len(past))
	for i, s := range past {
		train[i] = s.Values
		mean, sd := naive2(filled(s.Values, m.task.Season), m.task.Season, m.task.Horizon)
		base[i] = Normal(mean, sd)
	}
	ref := ScoreAll(base, train, actual, m.task.Season)
	var total float64
	errs := make([]float64, len(held))
	for i, fs := range held {
		s := ScoreAll(fs, train, actual, m.task.Season)
		errs[i] = OWA(s, ref)
		if math.IsNaN(errs[i]) {
			errs[i] = s.SMAPE / max(ref.SMAPE, 1e-9)
		}
	}
	for i, e := range errs {
		// with few series the errors say little: move them together
		n := float64(len(past))
		e = max(e, 1e-3)
		m.weights[i] = math.Pow(e, -sharpness*n/(n+3))
		total += m.weights[i]
	}
	for i := range m.weights {
		m.weights[i] /= total
	}
}

type ensembleModel struct {
	task    Task
	models  []Model
	weights []float64
	widths  []float64 // per pair of NormalProbs, from the outside in
}

// Weights gives the members' weights in order; they add up to 1.
func (m *ensembleModel) Weights() []float64 { return slices.Clone(m.weights) }

func (m *ensembleModel) Forecast(s Series) (Forecast, error) { return single(m, s) }

func (m *ensembleModel) ForecastAll(ctx context.Context, panel []Series) ([]Forecast, error) {
	all := make([][]Forecast, len(m.models))
	for i, model := range m.models {
		var err error
		if all[i], err = ForecastAll(ctx, model, panel, m.task.Threads); err != nil {
			return nil, err
		}
	}
	out := make([]Forecast, len(panel))
	for i, s := range panel {
		parts := make([]Forecast, len(all))
		for k := range all {
			parts[k] = all[k][i]
		}
		out[i] = s.dress(m.combine(parts).stretch(m.widths))
	}
	return out, nil
}

// combine averages means and quantiles.
func (m *ensembleModel) combine(parts []Forecast) Forecast {
	f := Forecast{Mean: make([]float64, m.task.Horizon), Probs: NormalProbs, Q: make([][]float64, m.task.Horizon)}
	for h := range f.Mean {
		f.Q[h] = make([]float64, len(NormalProbs))
		for k, p := range parts {
			w := m.weights[k]
			f.Mean[h] += w * p.Mean[h]
			for i, prob := range NormalProbs {
				f.Q[h][i] += w * p.Quantile(h, prob)
			}
		}
		sort.Float64s(f.Q[h])
	}
	return f
}

// stretch multiplies the distance of the quantiles from the median, one factor
// per pair of probabilities from the outside in.
func (f Forecast) stretch(widths []float64) Forecast {
	if len(widths) == 0 {
		return f
	}
	n := len(f.Probs)
	for h := range f.Q {
		q := f.Q[h]
		mid := q[n/2]
		for i := range q {
			if pair := min(i, n-1-i); pair < len(widths) {
				q[i] = mid + (q[i]-mid)*widths[pair]
			}
		}
		sort.Float64s(q)
	}
	return f
}

// conformal returns stretch factors under which the forecasts would have
// covered what came true (split conformal prediction, Lei et al. 2018).
func conformal(fs []Forecast, actual [][]float64) []float64 {
	n := len(fs[0].Probs)
	ratios := make([][]float64, n/2)
	for i, f := range fs {
		for h, y := range actual[i] {
			if math.IsNaN(y) {
				continue
			}
			q := f.Q[h]
			e := y - q[n/2]
			for k := range ratios {
				w := q[n-1-k] - q[n/2]
				if e < 0 {
					w = q[k] - q[n/2]
				}
				if w != 0 {
					ratios[k] = append(ratios[k], e/w)
				}
			}
		}
	}
	widths := make([]float64, len(ratios))
	for k, r := range ratios {
		widths[k] = stretchFactor(r, 1-2*fs[0].Probs[k])
	}
	return widths
}

// stretchFactor is the quantile of |error| / half width at the nominal
// coverage, drawn towards 1 when there are few errors. It sorts r.
func stretchFactor(r []float64, coverage float64) float64 {
	const prior = 5 // errors that the forecast's own answer counts for
	if len(r) < 8 {
		return 1
	}
	slices.Sort(r)
	n := float64(len(r))
	at := max(0, min((n+1)*coverage, n)-1)
	i := int(at)
	f := r[i]
	if i+1 < len(r) {
		f += (at - float64(i)) * (r[i+1] - r[i])
	}
	f = min(max(f, .2), 5)
	return math.Exp(math.Log(f) * n / (n + prior))
}
