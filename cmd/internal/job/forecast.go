package job

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/segue-go/segue/forecast/calendar"
	"github.com/segue-go/segue/forecast/chart"
	"github.com/segue-go/segue/forecast/table"
	"github.com/segue-go/segue/seq"
)

// Forecast is the answer to a CSV file.
type Forecast struct {
	Method    string            `json:"method"`
	Horizon   int               `json:"horizon"`
	Season    int               `json:"season"`
	Frequency string            `json:"frequency,omitempty"`
	Tier      string            `json:"tier"`
	Notes     []string          `json:"notes"` // what was repaired and inferred
	Skipped   []table.Skipped   `json:"skipped,omitempty"`
	Weights   []forecast.Weight `json:"weights,omitempty"`
	Check     *forecast.Check   `json:"check,omitempty"`
	Count     int               `json:"count"`  // series in the file
	Series    []Series          `json:"series"` // the first of them
	Backtest  []Score           `json:"backtest,omitempty"`
	CSV       string            `json:"csv"` // all series
	SVG       string            `json:"svg"` // the first dozen
}

// Series is one series with its forecast.
type Series struct {
	ID     string                `json:"id"`
	Timed  bool                  `json:"timed"` // times are seconds since 1970, otherwise steps
	Times  []int64               `json:"times"` // of the values and then of the forecast
	Values []*float64            `json:"values"`
	Mean   []*float64            `json:"mean"`
	Lower  map[string][]*float64 `json:"lower"` // per level in percent
	Upper  map[string][]*float64 `json:"upper"`
}

// Score is how a method did on the past.
type Score struct {
	Method   string   `json:"method"`
	MAE      *float64 `json:"mae"`
	SMAPE    *float64 `json:"smape"`
	MASE     *float64 `json:"mase"`
	WQL      *float64 `json:"wql"`
	Coverage *float64 `json:"coverage"` // of the 95% interval
	Seconds  float64  `json:"seconds"`
}

// what a page can show
const (
	shownSeries = 100
	shownValues = 2000
)

// forecastOptions are a forecast's options.
type forecastOptions struct {
	table  table.Options
	task   forecast.Task
	method forecast.Method
	levels []float64
	folds  int
	tier   seq.Tier
}

func parseForecast(query string) (*forecastOptions, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("the query cannot be read: %w", ErrOption)
	}
	o := &options{values: values}
	f := &forecastOptions{}
	f.task.Horizon = o.integer("horizon", 0, 1, 10000)
	f.task.Season = o.integer("season", 0, 1, 100000)
	f.task.Seed = uint64(o.integer("seed", 1, 0, 1<<53))
	f.folds = o.integer("backtest", 0, 0, 20)
	name := o.text("method", 40)
	if name == "" {
		name = "auto"
	}
	train := o.boolean("train")
	f.tier = o.tier()
	f.task.Portable = f.tier == seq.Portable
	f.table.Time, f.table.ID = o.text("time", 200), o.text("id", 200)
	f.table.DateFormat = o.text("date-format", 100)
	if v := o.text("value", 1000); v != "" {
		f.table.Values = strings.Split(v, ",")
	}
	if o.boolean("wide") {
		f.table.Values = []string{"*"}
	}
	if d := o.choice("duplicates", "error", "mean", "sum", "first", "last"); d != "error" {
		f.table.Duplicates = table.Duplicates(d)
	}
	if v := o.text("freq", 20); v != "" {
		if f.table.Freq, err = calendar.Parse(v); err != nil {
			o.fail("freq", v, "S, min, H, D, B, W, M, Q, Y or 15min")
		}
	}
	for _, v := range strings.Split(o.text("levels", 100), ",") {
		if v == "" {
			continue
		}
		l, err := strconv.ParseFloat(v, 64)
		if err != nil || !(l > 0 && l < 100) {
			o.fail("levels", v, "numbers between 0 and 100")
		}
		f.levels = append(f.levels, l)
	}
	if len(f.levels) == 0 {
		f.levels = []float64{80, 95}
	}
	if err := o.done(); err != nil {
		return nil, err
	}
	m, err := auto.Lookup(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, ErrOption)
	}
	if a, ok := m.(auto.Trainable); ok {
		training := auto.TrainNever
		if train {
			training = auto.TrainAlways
		}
		m = a.WithTraining(training)
	}
	f.method = m
	return f, nil
}

// RunForecast forecasts the series of a CSV file. The options are those of `segue
// forecast` as a query string: horizon, season, seed, backtest, method, train,
// time, id, value, wide, date-format, duplicates, freq, levels, deterministic.
func RunForecast(ctx context.Context, data []byte, query string, progress Progress) (*Forecast, error) {
	f, err := parseForecast(query)
	if err != nil {
		return nil, err
	}
	t, err := table.Parse(bytes.NewReader(data), f.table)
	if err != nil {
		return nil, err
	}
	task := f.task.Resolve(t.Series)
	task.Progress = func(p forecast.Progress) { progress.report(p.Stage, p.Step, p.Steps) }
	progress.report("fitting", 0, 1)
	model, err := forecast.Fit(ctx, f.method, t.Series, task)
	if err != nil {
		return nil, err
	}
	fs, err := forecast.ForecastAll(ctx, model, t.Series, task.Threads)
	if err != nil {
		return nil, err
	}
	out := &Forecast{
		Method: f.method.Name(), Horizon: task.Horizon, Season: task.Season, Frequency: t.Series[0].Freq.String(), Tier: string(f.tier.Actual()),
		Notes: []string{}, Count: len(t.Series),
	}
	for _, n := range t.Notes {
		out.Notes = append(out.Notes, n.String())
	}
	out.Skipped = t.Skipped
	if m, ok := model.(forecast.Weighted); ok {
		out.Weights = m.Weights()
	}
	if m, ok := model.(forecast.Checked); ok {
		out.Check = m.Check()
	}
	for i, s := range t.Series[:min(len(t.Series), shownSeries)] {
		out.Series = append(out.Series, show(s, fs[i], f.levels))
	}
	if f.folds > 0 {
		progress.report("looking at the past", 0, 1)
		if out.Backtest, err = backtest(ctx, f, t.Series, task); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	svg, err := chart.Draw("svg", t.Series, fs, chart.Options{Levels: f.levels, Season: task.Season, Title: t.Value})
	if err != nil {
		return nil, err
	}
	out.SVG = string(svg)
	out.CSV, err = csvOf(t, fs, f.levels)
	return out, err
}

// show is a series as a page draws it.
func show(s forecast.Series, f forecast.Forecast, levels []float64) Series {
	from := max(0, len(s.Values)-shownValues)
	out := Series{
		ID: s.ID, Timed: s.Freq.Unit != forecast.None, Values: finite(s.Values[from:]), Mean: finite(f.Mean),
		Lower: map[string][]*float64{}, Upper: map[string][]*float64{},
	}
	for i := from; i < len(s.Values)+f.Horizon(); i++ {
		at := int64(i)
		if out.Timed {
			at = s.Time(i).Unix()
		}
		out.Times = append(out.Times, at)
	}
	for _, l := range levels {
		lo, hi := make([]float64, f.Horizon()), make([]float64, f.Horizon())
		for h := range lo {
			lo[h], hi[h] = f.Interval(h, l)
		}
		key := strconv.FormatFloat(l, 'g', -1, 64)
		out.Lower[key], out.Upper[key] = finite(lo), finite(hi)
	}
	return out
}

// backtest scores the method beside seasonal naive on the past.
func backtest(ctx context.Context, f *forecastOptions, panel []forecast.Series, task forecast.Task) ([]Score, error) {
	rs, err := forecast.Backtest(ctx, []forecast.Method{forecast.SeasonalNaive, f.method}, panel, task, forecast.BacktestOptions{Folds: f.folds})
	if err != nil {
		return nil, err
	}
	var out []Score
	for _, r := range rs {
		out = append(out, Score{r.Method, Finite(r.MAE), Finite(r.SMAPE), Finite(r.MASE), Finite(r.WQL), Finite(r.Coverage), r.Seconds})
	}
	return out, nil
}

// csvOf is the forecasts as CSV.
func csvOf(t *table.Table, fs []forecast.Forecast, levels []float64) (string, error) {
	rows := table.NewRows(t, levels, nil)
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	if err := w.Write(rows.Header()); err != nil {
		return "", err
	}
	if err := WriteForecasts(w, rows, fs, nil); err != nil {
		return "", err
	}
	w.Flush()
	return buf.String(), w.Error()
}

// Number is a number as tables hold it.
func Number(v float64) string { return strconv.FormatFloat(v, 'g', 10, 64) }

// WriteForecasts writes a line for every step of every forecast, with more numbers
// at its end (nil: none).
func WriteForecasts(w *csv.Writer, rows *table.Rows, fs []forecast.Forecast, more func(i, h int) []float64) error {
	for i, f := range fs {
		for h := range f.Mean {
			rec := rows.Labels(f, h)
			numbers := rows.Numbers(f, h)
			if more != nil {
				numbers = append(numbers, more(i, h)...)
			}
			for _, v := range numbers {
				rec = append(rec, Number(v))
			}
			if err := w.Write(rec); err != nil {
				return err
			}
		}
	}
	return nil
}
