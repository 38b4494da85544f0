package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/chart"
	"github.com/segue-go/segue/forecast/hierarchy"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/segue-go/segue/forecast/table"
	"github.com/spf13/cobra"
)

type forecastFlags struct {
	seriesFlags
	methodFlags
	scaleFlags
	levels, quantiles []float64
	model             string
	output, format    string
	plot, report      string
	folds, paths      int
	round, explain    bool
}

func (a *app) forecastCommand() *cobra.Command {
	f := &forecastFlags{}
	c := &cobra.Command{
		Use:   "forecast FILE|-",
		Short: "Continue the time series in a CSV file",
		Long: `Continue the time series in a CSV file ("-" is standard input) and print a
table: the file's own id and time columns, then mean, lo-80, hi-80, lo-95, hi-95.
Columns, dates, frequency and season are found out; flags overrule. What was
repaired and chosen is said on standard error.

With -o FOLDER/ a long table (id, time, value; CSV, CSV.gz, CSV.zst or Parquet) of
any length is forecast in bounded memory, series by series, into many files; see
--memory, --resume, --shard. Series that cannot be forecast are listed in
dead-*.csv and stop nothing.`,
		Example: `  segue forecast sales.csv --horizon 12 --plot sales.svg
  segue forecast panel.csv --id store --time day --value sales --format json -o out.json
  segue forecast wide.csv --wide --report report.html
  segue forecast sales.csv --value sales --regressors price,promotion --future plan.csv --holidays BR
  segue forecast regions.csv --reconcile mint --backtest 3
  segue forecast demand.csv --round --explain --paths 100
  segue forecast messy.csv --date-format %d/%m/%Y --duplicates sum --freq D
  segue forecast --rows m3.csv --season 12 --horizon 18 --quantiles 0.1,0.5,0.9
  segue forecast sales.csv --method blend --levels 50,90 --seed 7
  segue forecast energy.csv --value load --past-regressors temperature --train
  segue forecast payments.csv --calendar --holidays DE,FR
  segue forecast panel.csv --no-train -q
  segue forecast sales.csv --model sales.safetensors
  segue forecast panel.parquet -o out/ --memory 2G --horizon 12
  segue forecast panel.csv.zst -o out/ --shard 3/8 --resume`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.forecast(c.Context(), args[0], f) },
	}
	fl := c.Flags()
	f.seriesFlags.register(a, fl)
	f.methodFlags.register(fl)
	f.scaleFlags.register(fl)
	fl.Float64SliceVar(&f.levels, "levels", []float64{80, 95}, "prediction intervals in percent")
	fl.Float64SliceVar(&f.quantiles, "quantiles", nil, "more columns: quantiles such as 0.1,0.5,0.9")
	fl.IntVar(&f.paths, "paths", 0, "more columns: so many possible futures, drawn at random")
	fl.BoolVar(&f.round, "round", false, "whole numbers")
	fl.StringVar(&f.model, "model", "", "forecast with a model `FILE` that segue train forecast made")
	fl.StringVarP(&f.output, "output", "o", "", "file to write (standard output), or a folder with a slash at its end")
	fl.StringVar(&f.format, "format", "csv", "csv or json")
	fl.StringVar(&f.plot, "plot", "", "draw history and forecast to this .svg or .png file")
	fl.StringVar(&f.report, "report", "", "write a page with picture, accuracy and repairs to this .html file")
	fl.IntVar(&f.folds, "backtest", 0, "compare with seasonal naive at so many origins of the past, on standard error")
	fl.BoolVar(&f.explain, "explain", false, "say what the series are made of: level, trend, season, regressors")
	return c
}

func (f *forecastFlags) check() error {
	if f.format != "csv" && f.format != "json" {
		return cli.Usagef("--format %q: want csv or json", f.format)
	}
	for _, l := range f.levels {
		if !(l > 0 && l < 100) {
			return cli.Usagef("--levels %v: want numbers between 0 and 100", l)
		}
	}
	for _, q := range f.quantiles {
		if !(q > 0 && q < 1) {
			return cli.Usagef("--quantiles %v: want numbers between 0 and 1", q)
		}
	}
	if ext := filepath.Ext(f.plot); f.plot != "" && ext != ".svg" && ext != ".png" {
		return cli.Usagef("--plot %s: the name must end in .svg or .png", f.plot)
	}
	if f.paths < 0 || f.paths > 10000 {
		return cli.Usagef("--paths %d: want 1 to 10000", f.paths)
	}
	if f.folds < 0 || f.folds > 1000 {
		return cli.Usagef("--backtest %d: want 1 to 1000", f.folds)
	}
	if !toFolder(f.output) && (f.shard != "" || f.resume || f.parts != 0) {
		return cli.Usagef("--shard, --parts and --resume need a folder: -o FOLDER/")
	}
	if f.model != "" && (f.reconcile != "" || f.calendar || len(f.holidays)+len(f.regressors)+len(f.past) > 0) {
		return cli.Usagef("--model cannot be used with regressors, holidays or --reconcile")
	}
	return nil
}

// rounded makes all numbers whole.
func rounded(fs []forecast.Forecast) {
	for i, f := range fs {
		fs[i] = f.Map(math.Round)
	}
}

// answer is everything that a forecast has to say.
type answer struct {
	path      string
	table     *table.Table
	task      forecast.Task
	method    forecast.Method
	model     forecast.Model
	forecasts []forecast.Forecast
	backtest  []forecast.Result
	past      [][]chart.Past // per series: what would have been forecast at the backtest's origins
	flags     *forecastFlags
}

func (a *app) forecast(ctx context.Context, path string, f *forecastFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	task, err := f.task()
	if err != nil {
		return err
	}
	method, err := f.build()
	if err != nil {
		return err
	}
	if toFolder(f.output) {
		return a.scaled(ctx, path, task, method, f)
	}
	if f.streams(method) {
		return a.stream(ctx, path, task, method, f)
	}
	t, err := a.panel(path, &f.seriesFlags, &f.methodFlags)
	if err != nil {
		return err
	}
	ans := &answer{path: path, table: t, task: task, method: method, flags: f}
	if f.model != "" {
		err = a.withModel(ctx, ans)
	} else {
		err = a.fit(ctx, ans)
	}
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if f.round {
		rounded(ans.forecasts)
	}
	var data []byte
	if f.format == "json" {
		data, err = ans.json()
	} else {
		data, err = ans.csv()
	}
	if err != nil {
		return err
	}
	if err := a.pictures(ans); err != nil {
		return err
	}
	return a.Write(f.output, data)
}

// fit fits the method and forecasts.
func (a *app) fit(ctx context.Context, ans *answer) error {
	f := ans.flags
	ans.task = ans.task.Resolve(ans.table.Series)
	a.describe(ans.table, ans.task)
	if m, ok := ans.method.(forecast.Trainer); ok && f.method == "auto" && m.Trains(ans.table.Series) {
		a.Say("training networks on these series too; --no-train answers at once")
	}
	b := a.Bar()
	defer b.Clear()
	ans.task.Progress = b.Forecast("")
	model, err := forecast.Fit(ctx, ans.method, ans.table.Series, ans.task)
	if err == nil {
		ans.model = model
		ans.forecasts, err = forecast.ForecastAll(ctx, model, ans.table.Series, ans.task.Threads)
	}
	if err == nil && f.hierarchy != nil {
		ans.forecasts, err = f.hierarchy.Reconcile(ans.forecasts, hierarchy.Reconciliation(f.reconcile), ans.task.Season)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", ans.path, err)
	}
	b.Clear()
	if !a.Quiet {
		explainModel(a.Err, model)
	}
	if f.explain && !a.Quiet {
		explainSeries(a.Err, ans)
	}
	if f.folds == 0 {
		return nil
	}
	ans.backtest, err = forecast.Backtest(ctx, []forecast.Method{forecast.SeasonalNaive, ans.method}, ans.table.Series, ans.task, forecast.BacktestOptions{Folds: f.folds})
	if err != nil {
		return fmt.Errorf("%s: --backtest: %w", ans.path, err)
	}
	if f.plot != "" || f.report != "" {
		if err := ans.rehearse(ctx); err != nil {
			return fmt.Errorf("%s: --backtest: %w", ans.path, err)
		}
	}
	b.Clear()
	if a.Quiet {
		return nil
	}
	return resultsTable(a.Err, ans.backtest)
}

// rehearse makes the forecasts of the past that are drawn: at most three
// origins, one horizon apart.
func (ans *answer) rehearse(ctx context.Context) error {
	panel := ans.table.Series
	ans.past = make([][]chart.Past, len(panel))
	for k := min(ans.flags.folds, 3); k >= 1; k-- {
		var heads []forecast.Series
		var at []int
		for i, s := range panel {
			if h := len(s.Values) - k*ans.task.Horizon; h >= 2 && s.Head(h).Known() >= 2 {
				heads, at = append(heads, s.Head(h)), append(at, i)
			}
		}
		if len(heads) == 0 {
			continue
		}
		fs, err := forecast.Run(ctx, ans.method, heads, ans.task)
		if err != nil {
			return err
		}
		for j, i := range at {
			ans.past[i] = append(ans.past[i], chart.Past{From: len(heads[j].Values), Forecast: fs[j]})
		}
	}
	return nil
}

// withModel forecasts with a model from a file.
func (a *app) withModel(ctx context.Context, ans *answer) error {
	path, task := ans.flags.model, &ans.task
	data, err := a.Read(path, 1<<30)
	if err != nil {
		return err
	}
	m, horizon, season, err := neural.Decode(data)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if task.Horizon > horizon {
		return fmt.Errorf("%s: the model forecasts %d steps, --horizon asks for %d", path, horizon, task.Horizon)
	}
	if task.Season != 0 && task.Season != season {
		return fmt.Errorf("%s: the model was trained for a season of %d, --season says %d", path, season, task.Season)
	}
	m = neural.On(m, a.Tier())
	ans.model = m
	if ans.forecasts, err = forecast.ForecastAll(ctx, m, ans.table.Series, task.Threads); err != nil {
		return fmt.Errorf("%s: %w", ans.path, err)
	}
	if task.Horizon == 0 {
		task.Horizon = horizon
	}
	task.Season = season
	for i := range ans.forecasts {
		ans.forecasts[i] = ans.forecasts[i].Head(task.Horizon)
	}
	return nil
}

// pictures writes the plot and the report, and draws on a terminal.
func (a *app) pictures(ans *answer) error {
	f := ans.flags
	opt := chart.Options{Levels: f.levels, Season: ans.task.Season, Title: ans.table.Value, Past: ans.past}
	if f.plot != "" {
		data, err := chart.Draw(strings.TrimPrefix(filepath.Ext(f.plot), "."), ans.table.Series, ans.forecasts, opt)
		if err != nil {
			return fmt.Errorf("%s: %w", f.plot, err)
		}
		if err := a.Write(f.plot, data); err != nil {
			return err
		}
	}
	if f.report != "" {
		svg, err := chart.Draw("svg", ans.table.Series, ans.forecasts, opt)
		if err != nil {
			return fmt.Errorf("%s: %w", f.report, err)
		}
		page, err := ans.report(svg)
		if err != nil {
			return err
		}
		if err := a.Write(f.report, page); err != nil {
			return err
		}
	}
	if a.OnTerminal() && !a.Quiet {
		sparklines(a.Err, ans, a.Colour())
	}
	return nil
}
