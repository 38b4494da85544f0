package main

import (
	"context"
	"fmt"
	"github.com/segue-go/segue/cmd/internal/cli"
	"path/filepath"
	"strings"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/spf13/cobra"
)

func (a *app) backtestCommand() *cobra.Command {
	s := job.NewBacktest()
	c := &cobra.Command{
		Use:   "backtest FILE",
		Short: "Compare the errors of methods on the past",
		Long: `Fit methods on the series without their last values and score the forecasts of
those values: once, or at several rolling origins (--folds, --step). With --test FILE
the methods are fitted on the whole series and scored on the values in FILE.

sMAPE and MAPE are in percent; MASE, RMSSE and MSIS are relative to the seasonal
naive method in the sample; OWA is relative to Naive2; coverage is the share of
values inside the 95% interval. Standard error tells which differences from the best
method could be chance (Diebold and Mariano 1995, corrected by Harvey, Leybourne and
Newbold 1997).`,
		Example: `  segue backtest sales.csv --methods snaive,theta,lstm --horizon 12 --folds 3
  segue backtest sales.csv --regressors price --holidays BR --folds 12 --step 1 --no-refit --forecasts folds.csv
  segue backtest regions.csv --reconcile mint --folds 3 --by series --plot folds.svg
  segue backtest --rows monthly-train.csv --test monthly-test.csv --season 12 --horizon 18`,
		Args: cli.Exactly(1),
		RunE: func(c *cobra.Command, args []string) error { return a.backtest(c.Context(), args[0], s) },
	}
	a.Flags(c, s.Fields())
	return c
}

func (a *app) backtest(ctx context.Context, path string, s *job.BacktestSpec) error {
	if err := checkPlot(s.Plot); err != nil {
		return err
	}
	l, done := a.Listener()
	b, err := s.Run(ctx, job.Inputs{Main: a.Table(path), Test: a.Table(s.Test), Events: a.Table(s.Events)}, l)
	done()
	if err != nil {
		return err
	}
	if s.Plot != "" {
		data, err := b.Chart(strings.TrimPrefix(filepath.Ext(s.Plot), "."))
		if err != nil {
			return fmt.Errorf("%s: %w", s.Plot, err)
		}
		if err := a.Write(s.Plot, data); err != nil {
			return err
		}
	}
	if s.Trials != "" {
		if err := a.WriteTo(s.Trials, b.WriteForecasts); err != nil {
			return err
		}
	}
	if s.JSON {
		return a.writeJSON("", b.Document())
	}
	return b.WriteTable(a.Out)
}

func (a *app) scoreCommand() *cobra.Command {
	s := job.NewScore()
	c := &cobra.Command{
		Use:   "score OLD_FORECAST.csv FILE",
		Short: "Compare a forecast that was made before with what came",
		Long: `Compare the table that segue forecast wrote with the values that came since: bias,
errors relative to those of seasonal naive in the history, the share of values inside
each interval so far, and an alarm if forecast and values part. FILE holds the history
and the new values, with times written as in the forecast.

The alarm tests where the values lie in the distributions that were forecast: on the
normal scale their mean should be 0 and their mean square 1. Both are tested, with as
many values as the correlation within a forecast leaves; p below .01 raises the alarm.`,
		Example: `  segue score january.csv sales.csv
  segue score january.csv sales.csv --json`,
		Args: cli.Exactly(2),
		RunE: func(c *cobra.Command, args []string) error { return a.scoreForecast(c.Context(), args[0], args[1], s) },
	}
	a.Flags(c, s.Fields())
	return c
}

func (a *app) scoreForecast(ctx context.Context, old, path string, s *job.ScoreSpec) error {
	l, done := a.Listener()
	out, err := s.Run(ctx, job.Inputs{Main: a.Table(path), Old: a.Table(old)}, l)
	done()
	if err != nil {
		return err
	}
	if s.JSON {
		return a.writeJSON("", out)
	}
	return out.WriteTable(a.Out)
}
