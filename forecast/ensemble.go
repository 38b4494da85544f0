package forecast

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/segue-go/segue/forecast/internal/classic"
)

// Ensemble averages other methods, weighted so that the average would have
// forecast best what none of them had seen, and stretches its intervals to cover
// that as often as they should (conformal calibration).
//
// The unseen values are those after one origin or several, a horizon each: in
// panels of at least 50 series those of held-out series (every seventh, at most
// 1,000), otherwise of all that are long enough, and then methods that learn are
// fitted again on everything.
type Ensemble struct {
	Title   string // name of the method
	Members []Method
	// Prior are the weights to which few unseen values draw; nil means equal ones.
	Prior []float64
}

// Name is the title.
func (e Ensemble) Name() string { return e.Title }

// SmallPanel is the number of series below which methods are validated on the
// end of every series instead of on series that they have not seen.
const SmallPanel = 50

const (
	mostHeld = 1000 // held-out series
	// mostOrigins per series, and the number of histories to aim at with few
	// series; only for methods that are fast to fit
	mostOrigins = 8
	histories   = 24
)

// learns reports whether fitting a method takes long and depends on the panel.
func learns(m Method) bool {
	l, ok := m.(Learner)
	return ok && l.Learns()
}

// Fit fits and weighs the members.
func (e Ensemble) Fit(ctx context.Context, panel []Series, task Task) (Model, error) {
	out := &ensembleModel{task: task}
	held := e.hold(panel, task)
	var answers [][]Forecast
	for i, m := range e.Members {
		on := panel
		if learns(m) {
			on = held.train
		}
		model, err := m.Fit(ctx, on, staged(task, m))
		if errors.Is(err, ErrTooShort) && (len(out.models) > 0 || i < len(e.Members)-1) {
			continue // the others must do
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name(), err)
		}
		out.methods, out.models = append(out.methods, m), append(out.models, model)
		prior := 1.0
		if e.Prior != nil {
			prior = e.Prior[i]
		}
		out.weights = append(out.weights, prior)
		if len(held.past) > 0 {
			fs, err := ForecastAll(ctx, model, held.past, task.Threads)
			if err != nil {
				return nil, err
			}
			answers = append(answers, fs)
		}
	}
	scale(out.weights)
	if len(held.past) == 0 {
		return out, nil
	}
	out.weights = held.weigh(answers, out.weights, task)
	combined := make([]Forecast, len(held.past))
	for i := range combined {
		combined[i] = out.combine(column(answers, i))
	}
	narrow := 24 // origins of one series overlap
	if held.large {
		narrow = 3
	}
	out.widths = calibrate(combined, held.actual, narrow)
	out.check = held.check(combined, task)
	if held.large {
		return out, nil
	}
	for i, m := range out.methods { // again on everything
		if !learns(m) {
			continue
		}
		model, err := m.Fit(ctx, panel, staged(task, m))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name(), err)
		}
		out.models[i] = model
	}
	return out, nil
}

// scale makes weights add up to 1.
func scale(w []float64) {
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

// holdout is a panel divided: what to fit on, and histories with what followed.
type holdout struct {
	train  []Series
	past   []Series
	actual [][]float64
	series int // that the histories belong to
	large  bool
}

// hold divides a panel.
func (e Ensemble) hold(panel []Series, task Task) *holdout {
	const every = 7
	h := task.Horizon
	out := &holdout{large: len(panel) >= SmallPanel}
	origins := 1
	if !out.large && !slices.ContainsFunc(e.Members, learns) {
		origins = max(1, min(mostOrigins, histories/max(len(panel), 1)))
	}
	for i, s := range panel {
		if out.large && (i%every != every-1 || out.series >= mostHeld) {
			out.train = append(out.train, s)
			continue
		}
		last := len(s.Values) - h
		used := false
		for k := range origins {
			// origins lie half a horizon apart; an early one needs a history
			// that is worth it
			n := last - k*max(1, h/2)
			enough := max(h, 3)
			if k > 0 {
				enough = max(3*h, 2*task.Season+h)
			}
			if n < enough || s.Head(n).Known() < 3 {
				break
			}
			out.past, out.actual = append(out.past, s.Head(n)), append(out.actual, s.Values[n:n+h])
			used = true
		}
		if used {
			out.series++
		}
		if !out.large {
			if used {
				s = s.Head(last)
			}
			out.train = append(out.train, s)
		}
	}
	return out
}

// weigh finds the weights under which the average forecasts the held values
// best: by the mean of sMAPE and MASE, each relative to Naive2's, with a penalty
// on the distance from the prior (Kullback and Leibler's) that fades with the
// root of the number of histories, as the error of the loss does.
func (h *holdout) weigh(answers [][]Forecast, prior []float64, task Task) []float64 {
	const caution = .3
	if len(answers) == 1 {
		return prior
	}
	means := make([][]float64, len(h.past)) // (history, step·member)
	smape, mase := make([]float64, len(h.past)), make([]float64, len(h.past))
	k := len(answers)
	for i, s := range h.past {
		y := classic.Fill(s.Values, task.Season)
		mean, _ := classic.Naive2(y, task.Season, task.Horizon)
		smape[i] = symmetric(h.actual[i], func(t int) float64 { return mean[t] })
		mase[i] = absolute(h.actual[i], func(t int) float64 { return mean[t] })
		means[i] = make([]float64, 0, k*task.Horizon)
		for t := range task.Horizon {
			for _, a := range answers {
				means[i] = append(means[i], a[i].Mean[t])
			}
		}
	}
	// what a typical history of Naive2 costs bounds the weight of one that it
	// happens to get right
	smapeUnit, maseUnit := finiteMean(smape), make([]float64, len(h.past))
	scales := make([]float64, len(h.past))
	for i, s := range h.past {
		scales[i] = classic.MASEScale(s.Values, max(1, task.Season))
		maseUnit[i] = mase[i] / scales[i]
	}
	unit := finiteMean(maseUnit)
	loss := func(w []float64) float64 {
		var total float64
		for i := range h.past {
			row := means[i]
			at := func(t int) float64 {
				var f float64
				for j, v := range w {
					f += v * row[t*k+j]
				}
				return f
			}
			if smapeUnit > 0 {
				total += symmetric(h.actual[i], at) / smapeUnit
			}
			if unit > 0 && scales[i] > 0 {
				total += absolute(h.actual[i], at) / scales[i] / unit
			}
		}
		return total / float64(2*len(h.past))
	}
	n := (float64(h.series) + float64(len(h.past))) / 2 // later origins say less
	softmax := func(x []float64) []float64 {
		w := make([]float64, k)
		for i := range w {
			w[i] = prior[i]
			if i > 0 {
				w[i] *= math.Exp(max(-30, min(30, x[i-1])))
			}
		}
		scale(w)
		return w
	}
	x := classic.Search(make([]float64, k-1), func(x []float64) float64 {
		w := softmax(x)
		var distance float64
		for i, v := range w {
			if v > 0 {
				distance += v * math.Log(v/prior[i])
			}
		}
		return loss(w) + distance*caution/math.Sqrt(n)
	})
	return softmax(x)
}

// symmetric is the sMAPE of forecasts at(t), without the factor 100.
func symmetric(actual []float64, at func(t int) float64) float64 {
	var s float64
	n := 0
	for t, y := range actual {
		if y != y {
			continue
		}
		f := at(t)
		if d := math.Abs(y) + math.Abs(f); d > 0 {
			s += 2 * math.Abs(y-f) / d
		}
		n++
	}
	return s / float64(max(n, 1))
}

// absolute is the mean absolute error of forecasts at(t).
func absolute(actual []float64, at func(t int) float64) float64 {
	var s float64
	n := 0
	for t, y := range actual {
		if y == y {
			s += math.Abs(y - at(t))
			n++
		}
	}
	return s / float64(max(n, 1))
}

// finiteMean is the mean of those x that are finite.
func finiteMean(x []float64) float64 {
	var s float64
	n := 0
	for _, v := range x {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			s += v
			n++
		}
	}
	return s / float64(max(n, 1))
}

type ensembleModel struct {
	task    Task
	methods []Method
	models  []Model
	weights []float64
	widths  []float64 // per pair of NormalProbs, from the outside in
	check   *Check
}

// A Check compares a model with seasonal naive on values that its members had
// not seen; its weights were chosen on them.
type Check struct {
	Histories     int     `json:"histories"` // forecasts of a whole horizon that were compared
	MASE          float64 `json:"mase"`
	SeasonalNaive float64 `json:"seasonal_naive"` // its MASE
}

// Checked is a model that was compared with seasonal naive.
type Checked interface {
	// Check is nil if the history was too short.
	Check() *Check
}

// Check gives the comparison.
func (m *ensembleModel) Check() *Check { return m.check }

func (h *holdout) check(combined []Forecast, task Task) *Check {
	train := make([][]float64, len(h.past))
	naives := make([]Forecast, len(h.past))
	for i, s := range h.past {
		train[i] = s.Values
		naives[i] = Normal(classic.SeasonalNaive(classic.Fill(s.Values, task.Season), task.Season, task.Horizon))
	}
	ours, theirs := ScoreAll(combined, train, h.actual, task.Season), ScoreAll(naives, train, h.actual, task.Season)
	if math.IsNaN(ours.MASE) || math.IsNaN(theirs.MASE) {
		return nil
	}
	return &Check{len(h.past), ours.MASE, theirs.MASE}
}

// A Weight says how much a member of an ensemble counts.
type Weight struct {
	Method string  `json:"method"`
	Weight float64 `json:"weight"` // all add up to 1
}

// Weighted is a model that averages others.
type Weighted interface{ Weights() []Weight }

// Weights lists the members.
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
		if all[i], err = ForecastAll(ctx, model, panel, m.task.Threads); err != nil {
			return nil, err
		}
	}
	out := make([]Forecast, len(panel))
	for i, s := range panel {
		out[i] = m.combine(column(all, i)).stretch(m.widths).For(s)
	}
	return out, nil
}

// combine averages means and quantiles.
func (m *ensembleModel) combine(parts []Forecast) Forecast {
	reinIn(parts)
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

// reinIn moves forecasts that leave what all others think possible to its
// border: of three or more, one that explodes must not carry the average away.
func reinIn(parts []Forecast) {
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
