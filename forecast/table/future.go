package table

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/segue-go/segue/forecast"
)

// AddFuture reads values of regressors for the time after the series from CSV
// text in the layout of the table itself, without the column of values. opt must
// be the options that the table was read with. With opt.Scenario it fills t.Scenarios.
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
	if opt.Scenario != "" {
		_, futures, err := splitScenarios(next, opt)
		if err != nil {
			return err
		}
		opt.Scenario = ""
		return t.addAll(futures, opt)
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

// Scenario is one possible future of the regressors of a table.
type Scenario struct {
	Name   string
	Series []forecast.Series // those of the table, with the regressors of this future
}

// MaxScenarios is the largest number of futures of one table.
const MaxScenarios = 20

// AddScenario reads values of regressors for the time after the series, as AddFuture does,
// as one of several possible futures: the series stay as they are, and t.Scenarios gets
// one more.
func (t *Table) AddScenario(name string, r io.Reader, opt Options) error {
	rows, used, err := open(r, opt)
	if err != nil {
		return err
	}
	opt.Comma, opt.usual = used.Comma, used.usual
	return t.addScenario(name, rows, opt)
}

func (t *Table) addScenario(name string, next RowReader, opt Options) error {
	if slices.ContainsFunc(t.Scenarios, func(s Scenario) bool { return s.Name == name }) {
		return fmt.Errorf("forecast: two futures are called %q: %w", name, forecast.ErrInput)
	}
	if len(t.Scenarios) == MaxScenarios {
		return fmt.Errorf("forecast: more than %d futures: %w", MaxScenarios, forecast.ErrInput)
	}
	under := *t
	under.Series = slices.Clone(t.Series)
	if err := under.ReadFuture(next, opt); err != nil {
		return err
	}
	t.Notes = under.Notes
	t.Scenarios = append(t.Scenarios, Scenario{name, under.Series})
	return nil
}

// readScenarios is Read for a table with a column of scenarios.
func readScenarios(next RowReader, opt Options) (*Table, error) {
	history, futures, err := splitScenarios(next, opt)
	if err != nil {
		return nil, err
	}
	opt.Scenario = ""
	t, err := Read(history, opt)
	if err != nil {
		return nil, err
	}
	return t, t.addAll(futures, opt)
}

// addAll adds the scenarios of a table.
func (t *Table) addAll(futures []scenarioRows, opt Options) error {
	for _, f := range futures {
		if err := t.addScenario(f.name, f.reader(), opt); err != nil {
			return fmt.Errorf("scenario %q: %w", f.name, err)
		}
	}
	return nil
}

// scenarioRows are the rows of one scenario, without the column that names it.
type scenarioRows struct {
	name string
	rows []sampleRow // the first is the header
}

// reader gives the rows.
func (s scenarioRows) reader() RowReader {
	i := 0
	return func() ([]string, int, error) {
		if i == len(s.rows) {
			return nil, 0, io.EOF
		}
		i++
		return s.rows[i-1].cells, s.rows[i-1].line, nil
	}
}

// splitScenarios sorts the rows of a table by the column that names scenarios: rows with
// nothing in it belong to all of them. The futures come in the order of their first rows.
func splitScenarios(next RowReader, opt Options) (common RowReader, futures []scenarioRows, err error) {
	raw, err := readStart(next)
	if err != nil {
		return nil, nil, err
	}
	at := slices.IndexFunc(raw.header, func(h string) bool { return strings.EqualFold(h, opt.Scenario) })
	if at < 0 {
		return nil, nil, fmt.Errorf("forecast: line %d: there is no column %q; the columns are %s: %w", raw.line, opt.Scenario, quoteList(raw.header), forecast.ErrInput)
	}
	without := func(cells []string) []string {
		if at >= len(cells) {
			return slices.Clone(cells)
		}
		return slices.Concat(cells[:at], cells[at+1:])
	}
	header := sampleRow{without(raw.header), raw.line}
	all := scenarioRows{rows: []sampleRow{header}}
	place := map[string]int{}
	for rows := raw.rows(); ; {
		cells, line, err := rows()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		name := strings.TrimSpace(cell(cells, at))
		row := sampleRow{without(cells), line}
		if name == "" {
			all.rows = append(all.rows, row)
			continue
		}
		i, ok := place[name]
		if !ok {
			if i = len(futures); i == MaxScenarios {
				return nil, nil, fmt.Errorf("forecast: line %d: more than %d scenarios in the column %q: %w", line, MaxScenarios, opt.Scenario, forecast.ErrInput)
			}
			place[name] = i
			futures = append(futures, scenarioRows{name: name, rows: []sampleRow{header}})
		}
		futures[i].rows = append(futures[i].rows, row)
	}
	if len(futures) == 0 {
		return nil, nil, fmt.Errorf("forecast: the column %q names no scenario in any row: %w", opt.Scenario, forecast.ErrInput)
	}
	return all.reader(), futures, nil
}
