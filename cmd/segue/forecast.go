package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type forecastFlags struct {
	seriesFlags
	levels, quantiles []float64
	method, model     string
	output, format    string
}

func (a *app) forecastCommand() *cobra.Command {
	f := &forecastFlags{}
	c := &cobra.Command{
		Use:   "forecast FILE|-",
		Short: "Continue the time series in a CSV file",
		Long: `Continue the time series in a CSV file ("-" is standard input) and print a
table: the file's own id and time columns, then mean, lo-80, hi-80, lo-95, hi-95.
Columns, dates, frequency and season are found out; flags overrule.`,
		Example: `  segue forecast sales.csv --horizon 12
  segue forecast panel.csv --id store --time day --value sales --format json -o out.json
  segue forecast --rows m3.csv --season 12 --horizon 18 --quantiles 0.1,0.5,0.9
  segue forecast sales.csv --model sales.safetensors`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.forecast(c.Context(), args[0], f) },
	}
	fl := c.Flags()
	f.register(fl)
	fl.Float64SliceVar(&f.levels, "levels", []float64{80, 95}, "prediction intervals in percent")
	fl.Float64SliceVar(&f.quantiles, "quantiles", nil, "more columns: quantiles such as 0.1,0.5,0.9")
	fl.StringVar(&f.method, "method", "auto", "naive, snaive, drift, naive2, theta, dotm, ses, holt, damped, comb, blend, lstm or auto")
	fl.StringVar(&f.model, "model", "", "forecast with a model that `segue train forecast` made")
	fl.StringVarP(&f.output, "output", "o", "", "file to write (standard output)")
	fl.StringVar(&f.format, "format", "csv", "csv or json")
	return c
}

func (f *forecastFlags) check() error {
	if f.format != "csv" && f.format != "json" {
		return usagef("--format %q: want csv or json", f.format)
	}
	for _, l := range f.levels {
		if !(l > 0 && l < 100) {
			return usagef("--levels %v: want numbers between 0 and 100", l)
		}
	}
	for _, q := range f.quantiles {
		if !(q > 0 && q < 1) {
			return usagef("--quantiles %v: want numbers between 0 and 1", q)
		}
	}
	return nil
}

func (a *app) forecast(ctx context.Context, path string, f *forecastFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	task, err := f.task()
	if err != nil {
		return err
	}
	method, err := forecast.Lookup(f.method)
	if err != nil {
		return &usageError{err}
	}
	t, err := a.table(path, &f.seriesFlags)
	if err != nil {
		return err
	}
	var fs []forecast.Forecast
	if f.model != "" {
		fs, err = a.withModel(ctx, f.model, t.Series, &task)
	} else {
		task = task.Resolve(t.Series)
		a.describe(t, task)
		b := a.bar()
		task.Progress = a.trainingProgress(b, "")
		fs, err = forecast.Run(ctx, method, t.Series, task)
		b.clear()
		if err != nil {
			err = fmt.Errorf("%s: %w", path, err)
		}
	}
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	rows := forecast.NewRows(t, f.levels, f.quantiles)
	var data []byte
	if f.format == "json" {
		data, err = forecastJSON(t, rows, fs, task, f)
	} else {
		data, err = forecastCSV(rows, fs)
	}
	if err != nil {
		return err
	}
	return a.write(f.output, data)
}

// withModel forecasts with a model from a file.
func (a *app) withModel(ctx context.Context, path string, panel []forecast.Series, task *forecast.Task) ([]forecast.Forecast, error) {
	data, err := a.read(path, 1<<30)
	if err != nil {
		return nil, err
	}
	m, horizon, season, err := forecast.DecodeModel(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if task.Horizon > horizon {
		return nil, fmt.Errorf("%s: the model forecasts %d steps, --horizon asks for %d", path, horizon, task.Horizon)
	}
	if task.Season != 0 && task.Season != season {
		return nil, fmt.Errorf("%s: the model was trained for a season of %d, --season says %d", path, season, task.Season)
	}
	fs, err := forecast.ForecastAll(ctx, m, panel, task.Threads)
	if task.Horizon == 0 {
		task.Horizon = horizon
	}
	task.Season = season
	for i := range fs {
		fs[i] = fs[i].Head(task.Horizon)
	}
	return fs, err
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 10, 64) }

func forecastCSV(rows *forecast.Rows, fs []forecast.Forecast) ([]byte, error) {
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	if err := w.Write(rows.Header()); err != nil {
		return nil, err
	}
	for _, f := range fs {
		for h := range f.Mean {
			rec := rows.Labels(f, h)
			for _, v := range rows.Numbers(f, h) {
				rec = append(rec, number(v))
			}
			if err := w.Write(rec); err != nil {
				return nil, err
			}
		}
	}
	w.Flush()
	return buf.Bytes(), w.Error()
}

// forecastJSON writes everything that the table says, and how it came about.
func forecastJSON(t *forecast.Table, rows *forecast.Rows, fs []forecast.Forecast, task forecast.Task, f *forecastFlags) ([]byte, error) {
	type line map[string]any
	doc := struct {
		Method    string          `json:"method"`
		Horizon   int             `json:"horizon"`
		Season    int             `json:"season"`
		Frequency string          `json:"frequency,omitempty"`
		Seed      uint64          `json:"seed"`
		Tier      string          `json:"tier"`
		Notes     []forecast.Note `json:"notes"`
		Forecast  []line          `json:"forecast"`
	}{f.method, task.Horizon, task.Season, t.Series[0].Freq.String(), f.seed, seq.Tier(), t.Notes, nil}
	if doc.Notes == nil {
		doc.Notes = []forecast.Note{}
	}
	if f.model != "" {
		doc.Method = "model"
	}
	names := rows.Header()
	for _, fc := range fs {
		for h := range fc.Mean {
			l := line{}
			labels, numbers := rows.Labels(fc, h), rows.Numbers(fc, h)
			for i, n := range names {
				if i < len(labels) {
					l[n] = labels[i]
				} else {
					l[n] = numbers[i-len(labels)]
				}
			}
			doc.Forecast = append(doc.Forecast, l)
		}
	}
	data, err := json.MarshalIndent(doc, "", "  ")
	return append(data, '\n'), err
}
