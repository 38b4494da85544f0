package table

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/segue-go/segue/forecast"
)

// AddFuture reads values of regressors for the time after the series from CSV
// text in the layout of the table itself, without the column of values. opt must
// be the options that the table was read with.
func (t *Table) AddFuture(r io.Reader, opt Options) error {
	rows, used, err := open(r, opt)
	if err != nil {
		return err
	}
	opt.Comma, opt.usual = used.Comma, used.usual
	return t.ReadFuture(rows, opt)
}

// ReadFuture is AddFuture for rows, as Read is Parse.
func (t *Table) ReadFuture(next RowReader, opt Options) error {
	if len(opt.Regressors) == 0 {
		return fmt.Errorf("forecast: there are values for the future, and no regressors are named: %w", forecast.ErrInput)
	}
	known := Options{texts: t.texts}
	if known.texts == nil && len(t.Series) > 0 { // the series may come from elsewhere
		known = known.Again(t.Series[0])
	}
	f, err := Read(next, Options{Time: t.Time, ID: strings.ReplaceAll(t.ID, "/", ","), Regressors: opt.Regressors, DateFormat: opt.DateFormat, Freq: t.Series[0].Freq, Comma: opt.Comma, Duplicates: opt.Duplicates, Categories: opt.Categories, usual: opt.usual, plan: true, texts: known.texts})
	if err != nil {
		return err
	}
	for _, n := range f.Notes {
		if strings.HasPrefix(n.What, "regressor ") {
			t.Notes = append(t.Notes, n)
		}
	}
	byID := map[string]forecast.Series{}
	for _, s := range f.Series {
		byID[s.ID] = s
	}
	for i := range t.Series {
		s := &t.Series[i]
		more, ok := byID[s.ID]
		if !ok {
			return fmt.Errorf("forecast: series %q has no values of regressors for the future: %w", s.ID, forecast.ErrInput)
		}
		at := len(s.Values)
		if s.Freq.Unit != forecast.None {
			if at, ok = s.Freq.Steps(s.Start, more.Start); !ok {
				return &forecast.Problem{Place: fmt.Sprintf("series %q", s.ID), What: fmt.Sprintf("the future starts at %s, which is not on the series' grid", t.Layout.Format(more.Start)), Remedies: []forecast.Remedy{giveFreq("D")}}
			}
		}
		s.Regressors = slices.Clone(s.Regressors)
		for k, r := range s.Regressors {
			for _, m := range more.Regressors {
				if strings.EqualFold(m.Name, r.Name) {
					s.Regressors[k].Values = overlay(r.Values, m.Values, at)
				}
			}
		}
	}
	return nil
}

// overlay puts more over values from place at on; places between are missing.
func overlay(values, more []float64, at int) []float64 {
	out := slices.Clone(values)
	for i, v := range more {
		if j := at + i; j >= 0 && v == v {
			for len(out) <= j {
				out = append(out, math.NaN())
			}
			out[j] = v
		}
	}
	return out
}

// Again gives the options under which more rows of a table are read whose series had
// these regressors: columns of texts keep their texts and their reference.
func (o Options) Again(s forecast.Series) Options {
	o.texts = map[string]*texts{}
	for _, r := range s.Regressors {
		if r.Column == "" {
			continue
		}
		set := o.texts[r.Column]
		if set == nil {
			set = &texts{names: []string{r.Reference}, reference: r.Reference}
			o.texts[r.Column] = set
		}
		if name, ok := strings.CutPrefix(r.Name, r.Column+"="); ok {
			set.names = append(set.names, name)
			slices.Sort(set.names)
		}
	}
	return o
}
