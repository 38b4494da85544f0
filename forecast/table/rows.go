package table

import (
	"cmp"
	"strconv"

	"github.com/segue-go/segue/forecast"
)

// Rows lays forecasts out as a table: the input's id and time columns, then
// mean, lo-/hi- per interval level and q per quantile.
type Rows struct {
	Point    string // name of the column of the forecasts' means, if they hold something else: median; empty: mean
	Scenario string // of the forecasts, in a column of its own before the others; empty: there is none

	table     *Table
	levels    []float64
	quantiles []float64
}

// NewRows makes a layout for forecasts of t's series; levels are in percent,
// quantiles are probabilities.
func NewRows(t *Table, levels, quantiles []float64) *Rows {
	return &Rows{table: t, levels: levels, quantiles: quantiles}
}

// Columns gives the names of the columns of text and of those of numbers.
func (r *Rows) Columns() (labels, numbers []string) {
	if r.Scenario != "" {
		labels = append(labels, "scenario")
	}
	if r.table.ID != "" {
		labels = append(labels, r.table.ID)
	}
	if r.table.Time != "" {
		labels = append(labels, r.table.Time)
	} else {
		labels = append(labels, "step")
	}
	numbers = append(numbers, cmp.Or(r.Point, "mean"))
	for _, l := range r.levels {
		s := strconv.FormatFloat(l, 'g', -1, 64)
		numbers = append(numbers, "lo-"+s, "hi-"+s)
	}
	for _, q := range r.quantiles {
		numbers = append(numbers, "q"+strconv.FormatFloat(q, 'g', -1, 64))
	}
	return labels, numbers
}

// Header gives the column names.
func (r *Rows) Header() []string {
	labels, numbers := r.Columns()
	return append(labels, numbers...)
}

// Labels gives the id and time cells of step h.
func (r *Rows) Labels(f forecast.Forecast, h int) []string {
	var out []string
	if r.Scenario != "" {
		out = append(out, r.Scenario)
	}
	if r.table.ID != "" {
		out = append(out, f.ID)
	}
	if r.table.Time != "" {
		return append(out, r.table.Layout.Format(f.Time(h)))
	}
	return append(out, strconv.Itoa(h+1))
}

// Numbers gives the numeric cells of step h.
func (r *Rows) Numbers(f forecast.Forecast, h int) []float64 {
	out := []float64{f.Mean[h]}
	for _, l := range r.levels {
		lo, hi := f.Interval(h, l)
		out = append(out, lo, hi)
	}
	for _, q := range r.quantiles {
		out = append(out, f.Quantile(h, q))
	}
	return out
}
