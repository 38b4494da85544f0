package forecast

import (
	"strconv"
)

// Rows lays forecasts out as a table: the input's id and time columns, then
// mean, lo-/hi- per interval level and q per quantile.
type Rows struct {
	table     *Table
	levels    []float64
	quantiles []float64
	labels    int
}

// NewRows makes a layout for forecasts of t's series; levels are in percent,
// quantiles are probabilities.
func NewRows(t *Table, levels, quantiles []float64) *Rows {
	r := &Rows{table: t, levels: levels, quantiles: quantiles, labels: 1}
	if t.ID != "" {
		r.labels = 2
	}
	return r
}

// Header gives the column names.
func (r *Rows) Header() []string {
	var h []string
	if r.table.ID != "" {
		h = append(h, r.table.ID)
	}
	if r.table.Time != "" {
		h = append(h, r.table.Time)
	} else {
		h = append(h, "step")
	}
	h = append(h, "mean")
	for _, l := range r.levels {
		s := strconv.FormatFloat(l, 'g', -1, 64)
		h = append(h, "lo-"+s, "hi-"+s)
	}
	for _, q := range r.quantiles {
		h = append(h, "q"+strconv.FormatFloat(q, 'g', -1, 64))
	}
	return h
}

// Labels gives the id and time cells of step h.
func (r *Rows) Labels(f Forecast, h int) []string {
	var out []string
	if r.table.ID != "" {
		out = append(out, f.ID)
	}
	if r.table.Time != "" {
		return append(out, r.table.Layout.Format(f.Time(h)))
	}
	return append(out, strconv.Itoa(h+1))
}

// Numbers gives the numeric cells of step h.
func (r *Rows) Numbers(f Forecast, h int) []float64 {
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
