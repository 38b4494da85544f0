package forecast

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/segue-go/segue/forecast/internal/classic"
)

// SmallPanel is the number of series below which methods are validated on the end
// of every series, and fitted once more to all of it, instead of on series that
// they have not seen.
const SmallPanel = 50

// How much is held out bounds the time that choosing weights takes; the numbers
// were not tuned.
const (
	heldEvery   = 7    // of a large panel, one series in this many is held out; up to all if nothing trains
	mostHeld    = 1000 // held-out series
	mostValues  = 5e4  // of held-out series, about, beyond a seventh of a panel
	mostOrigins = 8    // per series, for panels on which nothing trains
	histories   = 24   // to aim at when there are few series and nothing trains
)

// holdout is a panel divided into what methods may see and what they are judged by.
type holdout struct {
	train  []Series    // for methods that train
	past   []Series    // histories to continue
	actual [][]float64 // (history, H) what followed
	series int         // that the histories belong to
	large  bool        // the panel has at least SmallPanel series
}

// holdOut divides a panel. Of a small one several origins per series are held out, where
// the series are long enough; a method that trains sees what is before all of them.
func holdOut(panel []Series, task Task, training bool) *holdout {
	out := &holdout{large: len(panel) >= SmallPanel}
	origins, every := 1, heldEvery
	// What is held out is not lost if nothing trains; it takes time only. On eight panels of 200 yearly series of
	// countries, which no network for short series had seen, OWA .876 became .869.
	if !training {
		values := 0
		for _, s := range panel {
			values += len(s.Values)
		}
		every = max(1, min(heldEvery, len(panel)/SmallPanel, max(len(panel)/mostHeld, values/mostValues)))
	}
	if !out.large {
		origins = max(1, min(mostOrigins, histories/max(len(panel), 1)))
	}
	for i, k := range classic.Shuffled(len(panel), func(i int) []float64 { return panel[i].Values }) {
		s := panel[k]
		if out.large && (i%every != every-1 || out.series >= mostHeld) {
			out.train = append(out.train, s)
			continue
		}
		used := out.add(s, task, origins)
		if used {
			out.series++
		}
		if !out.large {
			if used { // the last history is the shortest
				s = s.Head(len(out.past[len(out.past)-1].Values))
			}
			out.train = append(out.train, s)
		}
	}
	return out
}

// add takes histories of one series, whose origins are half a horizon apart from
// the last possible one backwards; used is false if the series is too short.
func (h *holdout) add(s Series, task Task, origins int) (used bool) {
	horizon := task.Horizon
	for k := range origins {
		n := len(s.Values) - horizon - k*max(1, horizon/2)
		enough := max(horizon, 3)
		if k > 0 { // earlier origins only where they leave a history of some length
			enough = max(3*horizon, 2*task.Season+horizon)
		}
		if n < enough || s.Head(n).Known() < 3 {
			break
		}
		past := s.Head(n)
		h.past, h.actual = append(h.past, past), append(h.actual, unsure(past, s.Values[n:n+horizon], task))
		used = true
	}
	return used
}

// unsure is what followed a history without the zeros that were sure to come: nights of
// solar power tell nothing about the errors by day. If all were, it is all that followed.
func unsure(past Series, actual []float64, task Task) []float64 {
	silent := classic.Silent(past.Values, task.Season, len(actual))
	if !slices.Contains(silent, true) || !slices.Contains(silent, false) {
		return actual
	}
	out := slices.Clone(actual)
	for h, v := range out {
		if silent[h] && v == 0 {
			out[h] = math.NaN()
		}
	}
	return out
}

// compare sets forecasts of the histories beside those of seasonal naive; nil if
// the scaled errors are not defined.
func (h *holdout) compare(fs []Forecast, task Task) *Check {
	train := make([][]float64, len(h.past))
	naives := make([]Forecast, len(h.past))
	for i, s := range h.past {
		train[i] = s.Values
		naives[i] = Normal(classic.SeasonalNaive(classic.Fill(s.Values, task.Season), task.Season, task.Horizon))
	}
	ours, theirs := ScoreAll(fs, train, h.actual, task.Season), ScoreAll(naives, train, h.actual, task.Season)
	if math.IsNaN(ours.MASE) || math.IsNaN(theirs.MASE) {
		return nil
	}
	return &Check{len(h.past), ours.MASE, theirs.MASE}
}

// CheckOn compares a model, which must not have been trained on the panel, with seasonal
// naive at up to two origins of every series; nil if the histories are too short.
func CheckOn(ctx context.Context, m Model, panel []Series, task Task) (*Check, error) {
	const origins = 2
	task = task.Resolve(panel)
	held := &holdout{}
	for _, s := range panel {
		held.add(s, task, origins)
	}
	if len(held.past) == 0 {
		return nil, nil
	}
	fs, err := ForecastAll(ctx, m, held.past, task.Threads)
	if err != nil {
		return nil, err
	}
	return held.compare(fs, task), nil
}

// clearly is by how much a fallback must beat the average to be served: a little where
// many forecasts of the past were compared, much where there was one, and very much
// where that had few steps. It keeps chance from choosing; on the last window before the
// test part of M4's series no panel falls back (segue-lab bench m4).
func clearly(histories, horizon int) float64 {
	const steps = 6                                                                  // that count as a forecast
	return max(.1, .97-.3/min(float64(histories), float64(histories*horizon)/steps)) // a line is continued exactly
}

// nearError is the scaled error of the first third of the horizon.
func (h *holdout) nearError(fs []Forecast, task Task) float64 {
	near := &holdout{past: h.past}
	heads := make([]Forecast, len(fs))
	task.Horizon = (task.Horizon + 2) / 3
	for i, f := range fs {
		heads[i], near.actual = f.Head(task.Horizon), append(near.actual, h.actual[i][:task.Horizon])
	}
	if check := near.compare(heads, task); check != nil {
		return check.MASE
	}
	return math.Inf(1)
}

// fallBack replaces the average by the fallback that did best on the held-out values,
// if one did clearly better, and not worse on the first steps: what wins far ahead only,
// as the mean of a slow wave does, would begin with a jump.
func (e Ensemble) fallBack(ctx context.Context, m *ensembleModel, held *holdout, combined []Forecast) (better bool, err error) {
	if m.check == nil {
		return false, nil
	}
	limit := m.check.MASE * clearly(len(held.past), m.task.Horizon)
	for _, method := range e.Fallbacks {
		model, err := method.Fit(ctx, held.past, m.task)
		if err != nil {
			return false, fmt.Errorf("%s: %w", method.Name(), err)
		}
		fs, err := continueAll(ctx, model, held.past, m.task.Threads)
		if err != nil {
			return false, err
		}
		check := held.compare(fs, m.task)
		if check == nil || math.IsNaN(check.MASE) || check.MASE >= limit || held.nearError(fs, m.task) > held.nearError(combined, m.task) {
			continue
		}
		better, limit = true, check.MASE
		m.methods, m.models, m.weights = []Method{method}, []Model{model}, []float64{1}
		m.calibration, m.check = calibrated(fs, held.actual, held.large), check
	}
	return better, nil
}
