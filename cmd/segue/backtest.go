package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast"
	"github.com/spf13/cobra"
)

type backtestFlags struct {
	seriesFlags
	methods    []string
	folds      int
	test       string
	maseSeason int
	json       bool
}

func (a *app) backtestCommand() *cobra.Command {
	f := &backtestFlags{}
	c := &cobra.Command{
		Use:   "backtest FILE",
		Short: "Try methods on the past and compare their errors",
		Long: `Fit methods on the series without their last values and score the forecasts of
those values: once, or at several rolling origins (--folds). With --test FILE
the methods are fitted on the whole series and scored against what follows.

sMAPE and MAPE are in percent; MASE, RMSSE and MSIS are relative to the seasonal
naive method in the sample; OWA is relative to Naive2; coverage is the share of
values inside the 95% interval.`,
		Example: `  segue backtest sales.csv --methods snaive,theta,lstm --horizon 12 --folds 3
  segue backtest --rows monthly-train.csv --test monthly-test.csv --season 12 --horizon 18`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.backtest(c.Context(), args[0], f) },
	}
	fl := c.Flags()
	f.register(a, fl)
	fl.StringSliceVar(&f.methods, "methods", []string{"snaive", "theta", "blend", "zeroshot", "auto"}, "methods to compare: segue methods lists them")
	fl.IntVar(&f.folds, "folds", 1, "rolling origins, one horizon apart")
	fl.StringVar(&f.test, "test", "", "file of the values that follow, in the layout of --rows")
	fl.IntVar(&f.maseSeason, "mase-season", 0, "season of MASE and MSIS if it differs from --season")
	fl.BoolVar(&f.json, "json", false, "print JSON instead of a table")
	return c
}

func (a *app) backtest(ctx context.Context, path string, f *backtestFlags) error {
	task, err := f.task()
	if err != nil {
		return err
	}
	if f.folds < 1 || f.folds > 1000 {
		return cli.Usagef("--folds %d: want 1 to 1000", f.folds)
	}
	ms, err := cli.Methods(f.methods)
	if err != nil {
		return err
	}
	t, err := a.table(path, &f.seriesFlags)
	if err != nil {
		return err
	}
	opt := forecast.BacktestOptions{Folds: f.folds, MASESeason: f.maseSeason}
	var actual []forecast.Series
	if f.test != "" {
		if actual, err = a.Continuations(f.test, t.Series); err != nil {
			return err
		}
		if task.Horizon == 0 {
			for _, s := range actual {
				task.Horizon = max(task.Horizon, len(s.Values))
			}
		}
	}
	task = task.Resolve(t.Series)
	a.describe(t, task)
	b := a.Bar()
	task.Progress = b.Forecast("")
	var rs []forecast.Result
	if f.test != "" {
		rs, err = forecast.BacktestAgainst(ctx, ms, t.Series, actual, task, opt)
	} else {
		rs, err = forecast.Backtest(ctx, ms, t.Series, task, opt)
	}
	b.Clear()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if f.json {
		return a.WriteJSON(job.Scores(rs))
	}
	return resultsTable(a.Out, rs)
}

// resultsTable writes the scores for people.
func resultsTable(out io.Writer, rs []forecast.Result) error {
	var buf bytes.Buffer
	w := tabwriter.NewWriter(&buf, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "method\tseries\tMAE\tRMSE\tMAPE\tsMAPE\tMASE\tRMSSE\tOWA\tWQL\tMSIS\tcoverage\tseconds\t")
	for _, r := range rs {
		fmt.Fprintf(w, "%s\t%d\t%.4g\t%.4g\t%.3f\t%.3f\t%.4f\t%.4f\t%.4f\t%.4f\t%.3f\t%.3f\t%.2f\t\n",
			r.Method, r.Series, r.MAE, r.RMSE, r.MAPE, r.SMAPE, r.MASE, r.RMSSE, r.OWA, r.WQL, r.MSIS, r.Coverage, r.Seconds)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := out.Write(buf.Bytes())
	return err
}
