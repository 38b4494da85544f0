package table

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table/number"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// builder collects rows, and makes series of them when all have been read.
type builder struct {
	t      *Table
	cols   columns
	opt    Options
	header []string

	lines  []int
	ids    *labels
	labels []*labels // of cols.labels
	value  *number.Column
	extra  []*number.Column // per regressor
	texts  []*labels        // per regressor; nil if it holds numbers
	sets   []*texts         // per regressor, as texts
	times  *stamp.Column    // nil without times
	clock  bool             // the times have hours
	values []float64
	others [][]float64 // per regressor
	rows   [][]int     // per series: row numbers
	names  []string    // of series

	faults   []fault // rows with cells that cannot be read
	sections sections
	crores   bool // Cr was read as one
	trailing []trailingRow
	untimed  int // rows without a time
	thin     []thin
	steps    int // on the grids of the series so far
}

// labels are the cells of a column of text: a code for every row, and the text of
// every code.
type labels struct {
	codes map[string]int
	names []string
	rows  []int32
}

func (l *labels) add(text string) {
	k, ok := l.codes[text]
	if !ok {
		text = strings.Clone(text)
		k = len(l.names)
		l.codes[text], l.names = k, append(l.names, text)
	}
	l.rows = append(l.rows, int32(k))
}

// fault is a row that cannot be read.
type fault struct {
	row  int
	err  error
	text string // the cell
	line int
}

// trailingRow is a row whose time cannot be read, which is no fault below the
// table.
type trailingRow struct {
	line int
	err  error
	text string // if it is alone in the row
}

func newBuilder(t *Table, cols columns, opt Options, header []string) *builder {
	b := &builder{t: t, cols: cols, opt: opt, header: header, value: number.NewColumn(opt.Decimal), ids: &labels{codes: map[string]int{}}}
	for range cols.labels {
		b.labels = append(b.labels, &labels{codes: map[string]int{}})
	}
	for range cols.regressors {
		b.extra = append(b.extra, number.NewColumn(opt.Decimal))
	}
	b.texts = textColumns(cols)
	if cols.time >= 0 {
		var fixed *stamp.Layout
		if cols.clock {
			fixed = stamp.Clock()
		} else if cols.weeks != "" {
			fixed, _ = stamp.ParseLayout(cols.weeks) // it was read before
		}
		b.times = stamp.NewColumn(fixed)
	}
	return b
}

// add takes the next row.
func (b *builder) add(rec []string, line int) error {
	if filledCells(rec) == 0 {
		return nil
	}
	if b.nextTable(rec, line) {
		return nil
	}
	skip, err := b.addTime(rec, line)
	if skip || err != nil {
		return err
	}
	row := len(b.lines)
	if i := slices.Max(append(b.cols.ids, 0)); i >= len(rec) && i > 0 {
		return fmt.Errorf("forecast: line %d: %d cells, the header has %d: %w", line, len(rec), len(b.header), forecast.ErrInput)
	}
	if b.opt.plan {
		b.value.Add("1", line)
	} else if b.missing(b.value, rec, b.cols.value, line, row) {
		b.t.noteAt("missing values", line)
	}
	for k, r := range b.cols.regressors {
		if b.texts[k] != nil {
			b.texts[k].add(textOf(cell(rec, r.at)))
		} else {
			b.missing(b.extra[k], rec, r.at, line, row)
		}
	}
	b.ids.add(b.id(rec))
	for k, i := range b.cols.labels {
		b.labels[k].add(strings.TrimSpace(cell(rec, i)))
	}
	b.lines = append(b.lines, line)
	b.sections.addRow()
	return nil
}

// id is the name of a row's series.
func (b *builder) id(rec []string) string {
	switch len(b.cols.ids) {
	case 0:
		return ""
	case 1:
		return strings.TrimSpace(rec[b.cols.ids[0]])
	}
	var parts []string
	for _, i := range b.cols.ids {
		parts = append(parts, strings.TrimSpace(rec[i]))
	}
	return strings.Join(parts, "/")
}

// addTime reads the time of a row. Rows of totals and rows without a time are
// skipped, as are those below the table.
func (b *builder) addTime(rec []string, line int) (skip bool, err error) {
	if b.times == nil {
		return false, nil
	}
	const most = 20 // lines below a table
	text := strings.TrimSpace(cell(rec, b.cols.time))
	if isTotal(text) && len(b.lines) > 0 {
		b.t.note("rows of totals or averages, skipped", line)
		return true, nil
	}
	if text == "" && len(b.lines) > 0 && b.untimed*10 <= len(b.lines) {
		b.untimed++
		b.t.note("rows without a time, skipped", line)
		return true, nil
	}
	if bare := unmarked(text); len(b.lines) == 0 && len(text) > len(bare)+2 { // more than a letter, which may say am or pm
		b.t.note("marks behind times, left out", line)
		text = bare
	}
	err = b.times.Add(text, line)
	if err != nil {
		if bare := unmarked(text); bare != text && b.times.Add(bare, line) == nil {
			b.t.note("marks behind times, left out", line)
			err = nil
		}
	}
	if err != nil {
		switch finer := b.times.Finer(text); {
		case finer > 0 && len(b.trailing) == 0:
			return true, errFiner
		case finer < 0:
			b.t.note("rows for longer periods than the others, skipped", line)
			return true, nil
		}
		err = badTime(line, err)
		if len(b.lines) < 3 || isTime(text) && filledCells(rec) > 1 || len(b.trailing) == most {
			return true, err
		}
		row := trailingRow{line: line, err: err}
		if filledCells(rec) == 1 {
			row.text = text
		}
		b.trailing = append(b.trailing, row)
		return true, nil
	}
	if len(b.trailing) > 0 {
		return true, b.trailing[0].err // it was not below the table after all
	}
	return false, nil
}

// totalWords begin or end the label of a row that sums others up.
var totalWords = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields("total totals totale totaal subtotal sum summe gesamt insgesamt somme ensemble suma soma razem celkem yhteensä итого всего average avg mean durchschnitt mittel mittelwert moyenne media média promedio gemiddelde") {
		m[w] = true
	}
	return m
}()

// isTotal reports whether a cell says that its row is a sum or an average: "2016
// Total", "Grand Total", "Summe:".
func isTotal(text string) bool {
	if strings.IndexFunc(text, unicode.IsLetter) < 0 { // most cells are dates
		return false
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" :-_/.", r) })
	if len(words) == 0 || len(words) > 4 {
		return false
	}
	return totalWords[words[0]] || totalWords[words[len(words)-1]]
}

// missing reads one number and reports whether it is missing. A cell that cannot
// be read is a fault of its row's series.
func (b *builder) missing(c *number.Column, rec []string, at, line, row int) bool {
	text := strings.TrimSpace(cell(rec, at))
	if at == b.cols.value {
		text = b.signed(text, rec, line)
		if b.cols.unit != "" {
			text = b.inOneUnit(text, line)
		}
	} else if yes, err := strconv.ParseBool(text); err == nil && len(text) > 1 {
		text = map[bool]string{true: "1", false: "0"}[yes]
	}
	if at == b.cols.value && b.cols.timed {
		if seconds, parts := secondsOf(text); parts > 0 {
			b.t.note("durations, read in seconds", line)
			text = number.Plain(seconds)
		}
	}
	missing, ok := c.Add(text, line)
	if missing && number.Infinite(text) {
		b.t.noteAt("infinite values, taken as missing", line)
		return false
	}
	if ok {
		return missing
	}
	remedies := []forecast.Remedy{mendCell}
	if at != b.cols.value {
		remedies = append(remedies, forecast.Remedy{Do: "take its cells as names", Option: "regressors", Suggest: b.header[at] + "@category"})
	}
	err := atLine(line, fmt.Sprintf("column %q: %q is not a number", b.header[at], text), remedies...)
	if prior, mixed := c.Mixed(text); mixed {
		err = fmt.Errorf("forecast: line %d: column %q: %q and %q of line %d write decimals in two ways: %w", line, b.header[at], text, prior.Text, prior.Line, forecast.ErrInput)
	}
	b.faults = append(b.faults, fault{row, err, text, line})
	return false
}

// settleNumbers gives every column its convention.
func (b *builder) settleNumbers() {
	settle := func(c *number.Column, at int) []float64 {
		values, ambiguous := c.Settle(b.opt.usual)
		if ambiguous {
			b.t.note(fmt.Sprintf("column %q: numbers are read as %s, by the separator of the file's columns; nothing else says whether they are thousands or decimals", b.header[at], b.opt.usual), 0)
		}
		return values
	}
	b.values = settle(b.value, b.cols.value)
	b.t.Decimal = b.value.Decimal()
	for k, c := range b.extra {
		if b.texts[k] != nil {
			b.others = append(b.others, b.texts[k].numbers())
			continue
		}
		b.others = append(b.others, settle(c, b.cols.regressors[k].at))
	}
}

// finish makes series of the rows: it tells them apart, sorts every series by
// time, infers the frequency and lays the values on its grid.
func (b *builder) finish(freq forecast.Freq) error {
	if len(b.lines) == 0 {
		return fmt.Errorf("forecast: line 2: there is a header and no data: %w", forecast.ErrInput)
	}
	for _, r := range b.trailing {
		b.t.note("lines below the table, skipped", r.line)
	}
	b.settleNumbers()
	if err := b.settleTexts(); err != nil {
		return err
	}
	b.forgive()
	b.sentinels()
	var times []time.Time
	if b.times != nil {
		layout, ts, chosen, err := b.times.Settle(func(ts []time.Time) float64 {
			b.group(ts)
			if f, ok := b.frequency(ts); ok {
				return 1 - f.Absent
			}
			return 0
		})
		if err != nil {
			return badTime(b.times.First.Line, err)
		}
		if chosen != "" {
			b.t.note(chosen, 0)
		}
		if layout.Bare() {
			if ts, err = b.runOn(ts); err != nil {
				return err
			}
		}
		b.t.Layout, times = layout, ts
		if len(b.ids.names) == 1 && yearless(layout, ts) {
			b.t.note(fmt.Sprintf("column %q holds days without a year (%q): steps are counted instead", b.header[b.cols.time], b.times.First.Cell), 0)
			b.t.Time, b.t.Layout, b.times, times = "", nil, nil, nil
		}
	}
	b.group(times)
	b.remarkUnused()
	broken := b.broken()
	if b.times == nil {
		for k, rows := range b.rows {
			s := forecast.Series{ID: b.names[k]}
			for _, r := range rows {
				s.Values = append(s.Values, b.values[r])
			}
			b.regressors(&s, rows, nil)
			b.keep(s, broken[k])
		}
		return b.check()
	}
	return b.place(times, freq, broken)
}

// broken is the first fault of every series.
func (b *builder) broken() []error {
	out := make([]error, len(b.rows))
	if len(b.faults) == 0 {
		return out
	}
	series := make([]int, len(b.lines))
	for k, rows := range b.rows {
		for _, r := range rows {
			series[r] = k
		}
	}
	for _, f := range b.faults {
		if k := series[f.row]; out[k] == nil {
			out[k] = f.err
		}
	}
	return out
}

// keep takes a series, or notes why it cannot be forecast.
func (b *builder) keep(s forecast.Series, err error) {
	if err == nil && len(b.rows) > 1 {
		err = s.Check()
	}
	if err != nil {
		b.t.Skipped = append(b.t.Skipped, Skip(s.ID, err))
		return
	}
	b.t.Series = append(b.t.Series, s)
}

// check fails if no series is left.
func (b *builder) check() error {
	b.remarkThin()
	if len(b.t.Series) > 0 {
		b.extend()
		if b.opt.Cutoff != "" {
			return b.cutoff()
		}
		b.partial()
		return nil
	}
	if len(b.t.Skipped) > 0 {
		return b.t.Skipped[0].Err
	}
	return errors.New("forecast: no series")
}

// remarkUnused names the columns that have no use.
func (b *builder) remarkUnused() {
	var unused []string
	for i, h := range b.header {
		if !b.cols.taken(i) && h != "" && i != b.cols.untimed {
			unused = append(unused, h)
		}
	}
	if len(unused) > 0 {
		b.t.note("columns that are not used: "+quoteList(unused), 0)
	}
}
