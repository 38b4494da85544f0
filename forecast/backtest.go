package forecast

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/segue-go/segue/forecast/internal/parallel"
)

// BacktestOptions says on which origins methods are scored, and how.
type BacktestOptions struct {
	Folds int // origins, counted from the end; 0 means 1
	Step  int // steps from one origin to the next; 0 means the horizon
	// MASESeason is the season of the scaled errors; 0 means the task's. The M4
	// competition uses 1 for weekly and daily data.
	MASESeason int
	// NoRefit fits every method once, to what the first fold may see, and lets its
	// states move on with the values of later folds, as package keep does: parameters,
	// weights and effects stay. Models must be Keepers.
	NoRefit bool
	// Trials keeps every forecast in the Result.
	Trials bool
}

// Result holds the scores of one method.
type Result struct {
	Method string `json:"method"`
	Scores
	Seconds float64 `json:"seconds"` // fitting and forecasting
	Trials  []Trial `json:"-"`       // by fold and series, if asked for
}

// Trial is one forecast of a backtest.
type Trial struct {
	Fold     int       // from 1, the earliest, on
	History  Series    // what the method saw
	Forecast Forecast  // of the steps after it
	Actual   []float64 // what came; NaN where it is missing or not known yet
}

// origins are the number of folds and the steps between them.
func (o BacktestOptions) origins(horizon int) (folds, step int) {
	if folds, step = max(o.Folds, 1), o.Step; step <= 0 {
		step = horizon
	}
	return folds, step
}

// Resolve sets what a task leaves open, the season by what the first fold may see.
func (o BacktestOptions) Resolve(task Task, panel []Series) Task {
	asked := task
	task = task.Resolve(panel)
	if asked.Season > 0 {
		return task
	}
	folds, step := o.origins(task.Horizon)
	var heads []Series
	for _, s := range panel {
		if n := len(s.Values) - task.Horizon - (folds-1)*step; n >= 2 && s.Head(n).Known() >= 2 {
			heads = append(heads, s.Head(n))
		}
	}
	if len(heads) > 0 {
		task.Season = asked.Resolve(heads).Season
	}
	return task
}

// Backtest scores methods on the last values of a panel: at every origin (fold) each
// method is fitted to the values before it and forecasts the Horizon values after it.
// Series with fewer than two known values before an origin are left out of that fold.
// Regressors that are known for the past only end at the origin too. OWA is relative to
// Naive2 on the same folds. Folds of methods that look at each series alone run at the
// same time.
func Backtest(ctx context.Context, ms []Method, panel []Series, task Task, opt BacktestOptions) ([]Result, error) {
	task = opt.Resolve(task, panel)
	folds, step := opt.origins(task.Horizon)
	var train, test [][]Series
	for k := folds - 1; k >= 0; k-- {
		var past, future []Series
		for _, s := range panel {
			n := len(s.Values) - task.Horizon - k*step
			if n < 2 || s.Head(n).Known() < 2 {
				continue
			}
			f := s
			f.Values = s.Values[n : n+task.Horizon]
			past, future = append(past, s.Head(n)), append(future, f)
		}
		if len(past) > 0 {
			train, test = append(train, past), append(test, future)
		}
	}
	if len(train) == 0 {
		return nil, fmt.Errorf("forecast: no series has %d values (horizon %d, %d folds): %w", (folds-1)*step+task.Horizon+2, task.Horizon, folds, ErrTooShort)
	}
	if len(panel) < SmallPanel { // which Ensemble judges at several origins
		task.memo = &memo{fits: map[fitted]any{}}
	}
	return compare(ctx, ms, train, test, task, opt)
}

// memo holds what methods that look at one series at a time were fitted to: an Ensemble
// looks back from every fold at origins that others look back at too.
type memo struct {
	mu   sync.Mutex
	fits map[fitted]any // never changed
}

// fitted says to what a method was fitted: to n values from the first on, which nobody
// changes while a backtest runs.
type fitted struct {
	method             string
	first              *float64
	n, season, horizon int
}

// remembered is a fit to the values of s, which is made once.
func remembered[T any](ctx context.Context, task Task, method string, s Series, fit func() T) T {
	if task.memo == nil || len(s.Values) == 0 {
		return fit()
	}
	m, key := task.memo, fitted{method, &s.Values[0], len(s.Values), task.Season, task.Horizon}
	m.mu.Lock()
	old, ok := m.fits[key]
	m.mu.Unlock()
	if ok {
		return old.(T)
	}
	out := fit()
	if ctx.Err() == nil { // which ends a search early
		m.mu.Lock()
		m.fits[key] = out
		m.mu.Unlock()
	}
	return out
}

// BacktestAgainst fits every method to the panel and scores it on the values that
// followed: actual[i] continues panel[i].
func BacktestAgainst(ctx context.Context, ms []Method, panel, actual []Series, task Task, opt BacktestOptions) ([]Result, error) {
	task = task.Resolve(panel)
	return compare(ctx, ms, [][]Series{panel}, [][]Series{actual}, task, opt)
}

func compare(ctx context.Context, ms []Method, train, test [][]Series, task Task, opt BacktestOptions) ([]Result, error) {
	m := opt.MASESeason
	if m == 0 {
		m = task.Season
	}
	reference := task
	reference.Season = m // as in the M4 competition
	base, _, err := score(ctx, Naive2, train, test, reference, m, BacktestOptions{})
	if err != nil {
		return nil, err
	}
	var out []Result
	for _, method := range ms {
		start := time.Now()
		s, trials, err := score(ctx, method, train, test, task, m, opt)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", method.Name(), err)
		}
		s.OWA = OWA(s, base)
		out = append(out, Result{method.Name(), s, time.Since(start).Seconds(), trials})
	}
	return out, nil
}

// score runs one method on all folds.
func score(ctx context.Context, method Method, train, test [][]Series, task Task, m int, opt BacktestOptions) (Scores, []Trial, error) {
	run := rerun
	if opt.NoRefit {
		run = carryOn
	}
	all, err := run(ctx, method, train, task)
	if err != nil {
		return Scores{}, nil, err
	}
	var t tally
	var trials []Trial
	for k, fs := range all {
		for i, f := range fs {
			t.add(f, train[k][i].Values, test[k][i].Values, max(m, 1))
			if opt.Trials {
				trials = append(trials, Trial{k + 1, train[k][i], f, test[k][i].Values})
			}
		}
	}
	return t.scores(), trials, nil
}

// rerun fits the method in every fold.
func rerun(ctx context.Context, method Method, train [][]Series, task Task) ([][]Forecast, error) {
	out := make([][]Forecast, len(train))
	together := 1 // a method may not be made for several fits at a time, or tell its progress
	if Independent(method) {
		together = task.Threads
	}
	inner := task
	inner.Threads = max(1, task.Threads/min(len(train), together))
	err := parallel.Each(ctx, len(train), together, func(k int) (err error) {
		out[k], err = Run(ctx, method, train[k], inner)
		return err
	})
	return out, err
}

// carryOn fits the method to the first fold and lets its states move on.
func carryOn(ctx context.Context, method Method, train [][]Series, task Task) ([][]Forecast, error) {
	model, err := Fit(ctx, method, train[0], task)
	if err != nil {
		return nil, err
	}
	kept, err := keep(ctx, model, train[0])
	if err != nil {
		return nil, err
	}
	// a kept model knows its series by their places: those that are too short for the
	// first folds come after the others
	order := map[string]int{}
	names := make([][]string, len(train))
	for k, past := range train {
		names[k] = identities(past)
		for _, name := range names[k] {
			if order[name] == 0 {
				order[name] = len(order) + 1
			}
		}
	}
	out := make([][]Forecast, len(train))
	for k, past := range train {
		at := make([]int, len(past))
		for i := range at {
			at[i] = i
		}
		slices.SortFunc(at, func(a, b int) int { return order[names[k][a]] - order[names[k][b]] })
		sorted := make([]Series, len(past))
		for j, i := range at {
			sorted[j] = past[i]
		}
		fs, err := ForecastAll(ctx, Continuing(kept, task.Horizon), sorted, task.Threads)
		if err != nil {
			return nil, err
		}
		out[k] = make([]Forecast, len(past))
		for j, i := range at {
			out[k][i] = fs[j]
		}
	}
	return out, nil
}

// identities tell the series of a fold apart, also those of one name.
func identities(past []Series) []string {
	seen := map[string]int{}
	out := make([]string, len(past))
	for i, s := range past {
		seen[s.ID]++
		out[i] = fmt.Sprint(seen[s.ID], " ", s.ID)
	}
	return out
}

// Part is the scores of a part of a backtest's trials.
type Part struct {
	Name string `json:"name"`
	Scores
}

// BySeries, ByFold and ByStep score the trials of each series, of each fold, and of each
// step of the horizon. season is that of MASE.
func (r Result) BySeries(season int) []Part {
	return r.by(season, func(t Trial) []string { return []string{t.History.ID} })
}

// ByFold scores each fold; see BySeries.
func (r Result) ByFold(season int) []Part {
	return r.by(season, func(t Trial) []string { return []string{fmt.Sprint(t.Fold)} })
}

// ByStep scores each step of the horizon; see BySeries.
func (r Result) ByStep(season int) []Part {
	return r.by(season, func(t Trial) []string {
		names := make([]string, t.Forecast.Horizon())
		for h := range names {
			names[h] = fmt.Sprint(h + 1)
		}
		return names
	})
}

// by scores the parts that the trials belong to: one, or one for each step.
func (r Result) by(season int, names func(Trial) []string) []Part {
	at := map[string]int{}
	var tallies []tally
	var out []Part
	for _, t := range r.Trials {
		list := names(t)
		for h, name := range list {
			i, ok := at[name]
			if !ok {
				i = len(out)
				at[name], out, tallies = i, append(out, Part{Name: name}), append(tallies, tally{})
			}
			f, actual := t.Forecast, t.Actual
			if len(list) > 1 {
				if h >= len(actual) {
					continue
				}
				f.Mean, f.Q, actual = f.Mean[h:h+1], f.Q[h:h+1], actual[h:h+1]
			}
			tallies[i].add(f, t.History.Values, actual, max(season, 1))
		}
	}
	for i := range out {
		out[i].Scores = tallies[i].scores()
	}
	return out
}

// losses are the mean absolute errors of the trials, in units of MASE's scale where
// there is one.
func (r Result) losses(season int) []float64 {
	out := make([]float64, len(r.Trials))
	for i, t := range r.Trials {
		var ta tally
		ta.add(t.Forecast, t.History.Values, t.Actual, max(season, 1))
		switch {
		case ta.n == 0:
			out[i] = math.NaN()
		case ta.scaled > 0:
			out[i] = ta.mase
		default:
			out[i] = ta.mae
		}
	}
	return out
}
