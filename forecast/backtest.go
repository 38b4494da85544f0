package forecast

import (
	"context"
	"fmt"
	"time"
)

// BacktestOptions says on which origins methods are scored, and how.
type BacktestOptions struct {
	Folds int // origins, one horizon apart, counted from the end; 0 means 1
	// MASESeason is the season of the scaled errors; 0 means the task's. The M4
	// competition uses 1 for weekly and daily data.
	MASESeason int
}

// Result holds the scores of one method.
type Result struct {
	Method string `json:"method"`
	Scores
	Seconds float64 `json:"seconds"` // fitting and forecasting
}

// Backtest scores methods on the last values of a panel: at every origin (fold) each
// method is fitted to the values before it and forecasts the Horizon values after it.
// Series with fewer than two known values before an origin are left out of that fold.
// OWA is relative to Naive2 on the same folds.
func Backtest(ctx context.Context, ms []Method, panel []Series, task Task, opt BacktestOptions) ([]Result, error) {
	task = task.Resolve(panel)
	folds := max(opt.Folds, 1)
	var train, test [][]Series
	for k := folds; k >= 1; k-- {
		var past, future []Series
		for _, s := range panel {
			n := len(s.Values) - k*task.Horizon
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
		return nil, fmt.Errorf("forecast: no series has %d values (horizon %d, %d folds): %w", folds*task.Horizon+2, task.Horizon, folds, ErrTooShort)
	}
	return compare(ctx, ms, train, test, task, opt)
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
	base, err := score(ctx, Naive2, train, test, reference, m)
	if err != nil {
		return nil, err
	}
	var out []Result
	for _, method := range ms {
		start := time.Now()
		s, err := score(ctx, method, train, test, task, m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", method.Name(), err)
		}
		s.OWA = OWA(s, base)
		out = append(out, Result{method.Name(), s, time.Since(start).Seconds()})
	}
	return out, nil
}

// score runs one method on all folds.
func score(ctx context.Context, method Method, train, test [][]Series, task Task, m int) (Scores, error) {
	var t tally
	for k := range train {
		fs, err := Run(ctx, method, train[k], task)
		if err != nil {
			return Scores{}, err
		}
		for i, f := range fs {
			t.add(f, train[k][i].Values, test[k][i].Values, max(m, 1))
		}
	}
	return t.scores(), nil
}
