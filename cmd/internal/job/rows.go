package job

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/table"
)

// Number is a number as tables hold it.
func Number(v float64) string { return strconv.FormatFloat(v, 'g', 10, 64) }

// CSV writes a table.
type CSV struct {
	*csv.Writer
	guard bool
}

// NewCSV makes a CSV. With guard, a text that a spreadsheet would take for a formula gets
// an apostrophe in front: it has come from strangers.
func NewCSV(to io.Writer, guard bool) CSV { return CSV{csv.NewWriter(to), guard} }

// Write writes a line.
func (c CSV) Write(cells []string) error {
	if c.guard {
		cells = guarded(cells)
	}
	return c.Writer.Write(cells)
}

// guarded puts an apostrophe before cells that begin like a formula, except numbers.
func guarded(cells []string) []string {
	out := slices.Clone(cells)
	for i, cell := range cells {
		first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, " \u00a0"))
		if !strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", first) {
			continue
		}
		if _, err := strconv.ParseFloat(cell, 64); err != nil {
			out[i] = "'" + cell
		}
	}
	return out
}

// WriteForecasts writes a line for every step of every forecast, with more numbers
// at its end (nil: none).
func WriteForecasts(w CSV, rows *table.Rows, fs []forecast.Forecast, more func(i, h int) []float64) error {
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

// Rows lays the forecasts out as a table, without possible futures.
func (f *Forecast) Rows() *table.Rows {
	r := table.NewRows(f.Table, f.Spec.Levels, f.Spec.Quantiles)
	r.Scenario, r.Point = f.Scenario, f.Spec.Point
	return r
}

// futures draws possible futures: per series, path and step.
func (f *Forecast) futures() (names []string, futures [][][]float64) {
	n := f.Spec.Paths
	if n == 0 {
		return nil, nil
	}
	for i := range n {
		names = append(names, "path"+strconv.Itoa(i+1))
	}
	if f.paths != nil {
		return names, f.paths
	}
	for i, fc := range f.Forecasts {
		c := forecast.PathCorrelation(f.Table.Series[i], f.Task.Season, f.Task.Horizon)
		paths := fc.Paths(n, c, f.Spec.Seed+uint64(i))
		for _, p := range paths {
			for h := range p {
				if f.Spec.Round {
					p[h] = math.Round(p[h])
				}
			}
		}
		futures = append(futures, paths)
	}
	return names, futures
}

// WriteCSV writes the forecasts of all series, one scenario after the other.
func (f *Forecast) WriteCSV(out io.Writer) error {
	w := NewCSV(out, f.Spec.Guard)
	for i, one := range f.scenarios() {
		if err := one.write(w, i == 0); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// Column is a column of a table with types: Numbers, Times, or otherwise Texts.
type Column struct {
	Name    string
	Texts   []string
	Numbers []float64
	Times   []time.Time
	Whole   bool // the numbers count something
	Moments bool // the times are moments, not readings of a clock
}

// Columns is the table of WriteCSV with types, and without totals, which have no time.
func (f *Forecast) Columns() []Column {
	labels, numbers := f.Rows().Columns()
	paths, _ := f.futures()
	out := make([]Column, len(labels), len(labels)+len(numbers)+len(paths))
	for i, name := range labels {
		out[i].Name = name
	}
	for _, name := range append(numbers, paths...) {
		out = append(out, Column{Name: name})
	}
	at := &out[len(labels)-1]
	at.Whole, at.Moments = f.Table.Time == "", f.Table.Layout.Moment()
	for _, one := range f.scenarios() {
		rows := one.Rows()
		_, futures := one.futures()
		for i, fc := range one.Forecasts {
			for h := range fc.Mean {
				for k, text := range rows.Labels(fc, h)[:len(labels)-1] {
					out[k].Texts = append(out[k].Texts, text)
				}
				if at.Whole {
					at.Numbers = append(at.Numbers, float64(h+1))
				} else {
					at.Times = append(at.Times, fc.Time(h))
				}
				line := rows.Numbers(fc, h)
				for p := range paths {
					line = append(line, futures[i][p][h])
				}
				for k, v := range line {
					c := &out[len(labels)+k]
					c.Numbers = append(c.Numbers, v)
				}
			}
		}
	}
	return out
}

// write writes the forecasts of one scenario.
func (f *Forecast) write(w CSV, header bool) error {
	rows := f.Rows()
	names, futures := f.futures()
	if header {
		if err := w.Write(append(rows.Header(), names...)); err != nil {
			return err
		}
	}
	err := WriteForecasts(w, rows, f.Forecasts, func(i, h int) []float64 {
		var more []float64
		for p := range names {
			more = append(more, futures[i][p][h])
		}
		return more
	})
	if err != nil {
		return err
	}
	for _, total := range f.totals() {
		line := rows.Labels(total, 0)
		line[len(line)-1] = "total"
		for _, v := range rows.Numbers(total, 0) {
			line = append(line, Number(v))
		}
		for range names {
			line = append(line, "")
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// inner is the model inside of limits.
func inner(m any) any {
	if b, ok := m.(interface{ Inner() any }); ok {
		return b.Inner()
	}
	return m
}

// totals are those of the series over the horizon, if they were asked for.
func (f *Forecast) totals() []forecast.Forecast {
	if !f.Spec.Total {
		return nil
	}
	out := make([]forecast.Forecast, len(f.Forecasts))
	for i, fc := range f.Forecasts {
		c := forecast.PathCorrelation(f.Table.Series[i], f.Task.Season, fc.Horizon())
		out[i] = fc.Total(c, f.Spec.Seed+uint64(i))
	}
	Work{Point: f.Spec.Point, Round: f.Spec.Round}.shape(out)
	return slices.DeleteFunc(out, func(f forecast.Forecast) bool { return f.Horizon() == 0 })
}

// Document is a forecast as JSON has it, at every door.
type Document struct {
	Method     string                `json:"method"`
	Horizon    int                   `json:"horizon"`
	Season     int                   `json:"season"`
	Frequency  string                `json:"frequency,omitempty"`
	Seed       uint64                `json:"seed"`
	Tier       string                `json:"tier"`
	Point      string                `json:"point"` // mean or median: the column that stands for each step
	Columns    Columns               `json:"columns"`
	Notes      []table.Note          `json:"notes"`             // what was repaired and inferred
	Remarks    []string              `json:"remarks,omitempty"` // what a reader must know of the forecasts
	Skipped    []table.Skipped       `json:"skipped,omitempty"`
	Weights    []forecast.Weight     `json:"weights,omitempty"`
	Check      *forecast.Check       `json:"check,omitempty"`
	Effects    []regress.Effect      `json:"effects,omitempty"`
	Components []forecast.Components `json:"components,omitempty"`
	Scenarios  []string              `json:"scenarios,omitempty"` // futures of the regressors, by name
	Backtest   []Score               `json:"backtest,omitempty"`
	Forecast   []map[string]any      `json:"forecast"` // a line of the table each
	Totals     []map[string]any      `json:"totals,omitempty"`
}

// Columns are the names of a table's columns by their roles; "" is none.
type Columns struct {
	Time       string   `json:"time"`
	Value      string   `json:"value"`
	ID         string   `json:"id"` // several with slashes between them
	Regressors []string `json:"regressors"`
}

// Document is everything that the table says, and how it came about.
func (f *Forecast) Document() *Document {
	doc := &Document{
		Method: f.Method, Horizon: f.Task.Horizon, Season: f.Task.Season, Frequency: f.Table.Series[0].Freq.String(),
		Columns: Columns{f.Table.Time, f.Table.Value, f.Table.ID, append([]string{}, f.Spec.Regressors...)},
		Seed:    f.Spec.Seed, Point: f.Spec.Point, Tier: string(f.Spec.Tier().Actual()), Notes: f.Table.Notes, Remarks: f.Remarks, Skipped: f.Table.Skipped, Backtest: Scores(f.Backtest),
	}
	if doc.Notes == nil {
		doc.Notes = []table.Note{}
	}
	if m, ok := f.Model.(forecast.Weighted); ok {
		doc.Weights = m.Weights()
	}
	if m, ok := f.Model.(forecast.Checked); ok {
		doc.Check = m.Check()
	}
	if m, ok := inner(f.Model).(regress.Affected); ok {
		doc.Effects = m.Effects()
	}
	if f.Spec.Explain {
		for _, s := range f.Table.Series {
			doc.Components = append(doc.Components, forecast.Explain(s, f.Task.Season))
		}
	}
	for _, one := range f.scenarios() {
		if one.Scenario != "" {
			doc.Scenarios = append(doc.Scenarios, one.Scenario)
		}
		one.lines(doc)
	}
	return doc
}

// lines adds the forecasts of one scenario to a document.
func (f *Forecast) lines(doc *Document) {
	rows := f.Rows()
	labelNames, numberNames := rows.Columns()
	names, futures := f.futures()
	for i, fc := range f.Forecasts {
		for h := range fc.Mean {
			line := map[string]any{}
			for k, v := range rows.Labels(fc, h) {
				line[labelNames[k]] = v
			}
			for k, v := range rows.Numbers(fc, h) {
				line[numberNames[k]] = v
			}
			for k, name := range names {
				line[name] = futures[i][k][h]
			}
			doc.Forecast = append(doc.Forecast, line)
		}
	}
	for _, total := range f.totals() {
		line := map[string]any{}
		for k, v := range rows.Labels(total, 0) {
			if k < len(labelNames)-1 { // the last is the time
				line[labelNames[k]] = v
			}
		}
		for k, v := range rows.Numbers(total, 0) {
			line[numberNames[k]] = v
		}
		doc.Totals = append(doc.Totals, line)
	}
}

// Indented is a value as JSON for people.
func Indented(v any) ([]byte, error) {
	data, err := json.MarshalIndent(v, "", "  ")
	return append(data, '\n'), err
}

// text is what a result writes, as a string.
func text(write func(io.Writer) error) (string, error) {
	var buf bytes.Buffer
	err := write(&buf)
	return buf.String(), err
}

// streamed is the number of series that are in memory at a time.
const streamed = 10000

// Streams reports whether the series can be forecast and written a few at a time:
// they come one a line, and nothing that is asked for looks at all of them. Then
// Stream writes what Run and WriteCSV do, in bounded memory.
func (s *ForecastSpec) Streams() bool {
	if !s.Rows || s.reconciles() || s.Temporal || s.Folds > 0 || s.Paths > 0 || s.Total || s.Back > 0 || s.Explain || s.Events != "" || s.Scenario != "" || len(s.Files.Futures) > 0 {
		return false
	}
	w, err := s.Work(Input{}, Input{})
	return err == nil && forecast.Independent(w.Method)
}

// Stream reads a table of any length and writes its forecasts as CSV.
func (s *ForecastSpec) Stream(ctx context.Context, in Input, to io.Writer, l Listener) error {
	w, err := s.Work(Input{}, Input{})
	if err != nil {
		return err
	}
	r, err := in.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	out := NewCSV(bufio.NewWriterSize(to, 1<<20), s.Guard)
	rows := table.NewRows(rowLayout(), s.Levels, s.Quantiles)
	rows.Point = s.Point
	if err := out.Write(rows.Header()); err != nil {
		return err
	}
	var part []forecast.Series
	var first error // of a line that was left out
	total := 0
	flush := func() error {
		if len(part) == 0 {
			return nil
		}
		if total == 0 {
			w.Task = w.Task.Resolve(part)
			l.note(Found, "horizon %d, season %d", w.Task.Horizon, w.Task.Season)
		}
		fs, err := w.Forecasts(ctx, part)
		if err != nil {
			return err
		}
		total += len(part)
		part = part[:0]
		return WriteForecasts(out, rows, fs, nil)
	}
	err = datasets.EachRow(r, func(row datasets.Row) error {
		s, err := rowSeries(row)
		if err != nil {
			if first == nil {
				first = err
			}
			l.note(LeftOut, "series %q: %s", row.ID, skip(row.ID, err).Reason)
			return nil
		}
		part = append(part, s)
		if len(part) == streamed {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err == nil && total == 0 {
		err = first
	}
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	if err != nil {
		return in.fail(err)
	}
	l.note(Found, "forecast %d series", total)
	return nil
}
