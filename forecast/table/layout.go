package table

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table/number"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// Tables come in several layouts. The reader of tables knows one: a column of
// times, one of values, perhaps some of ids. The layouts here are turned into that
// one, row by row:
//
//	titles     lines above the header that are not part of the table, a row of
//	           units below it, decimals that the separator has cut in two
//	parts      the time spread over columns: year and month, date and hour (parts.go)
//	wide       a column per series (asked for, since the other columns could be
//	           regressors; across.go)
//	across     a series per row, times or the numbers of steps in the header (across.go)
//	calendar   a year per row and a column per month or quarter (across.go)
//	beside     tables beside each other, each with its own times (apart.go)
//	slots      a day per row and a column per hour or half hour (clocks.go)

// rawTable is the start of a table, of which the rest is still to be read.
type rawTable struct {
	header []string
	line   int // of the header
	sample []sampleRow
	rest   RowReader
	notes  []Note
	above  []string // the row of titles right above the header
}

// rows gives the sample and then the rest.
func (t *rawTable) rows() RowReader {
	i := 0
	return func() ([]string, int, error) {
		if i < len(t.sample) {
			i++
			return t.sample[i-1].cells, t.sample[i-1].line, nil
		}
		return t.rest()
	}
}

func (t *rawTable) remark(what string, line int) { t.notes = append(t.notes, Note{what, 1, line}) }

// readStart reads the first rows and finds the header among them.
func readStart(next RowReader) (*rawTable, error) {
	t := &rawTable{rest: next}
	for len(t.sample) < sniffRows {
		rec, line, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		t.sample = append(t.sample, sampleRow{slices.Clone(rec), line})
	}
	t.nem12()
	t.yearsOverParts()
	t.skipTitles()
	if len(t.sample) == 0 {
		return nil, fmt.Errorf("forecast: line 1: the file is empty: %w", forecast.ErrInput)
	}
	t.header = slices.Clone(t.sample[0].cells)
	for i, h := range t.header {
		t.header[i] = strings.Join(strings.Fields(h), " ")
	}
	t.line = t.sample[0].line
	if noHeader(t.header) && !numbered(t.header) && !t.namesSlots() {
		for i := range t.header {
			t.header[i] = fmt.Sprintf("column%d", i+1)
		}
		t.remark("no header line: columns are named column1, column2, ...", t.line)
		return t, nil
	}
	t.sample = t.sample[1:]
	if len(t.sample) == 0 {
		return nil, fmt.Errorf("forecast: line %d: there is a header and no data: %w", t.line+1, forecast.ErrInput)
	}
	t.joinHeaders()
	t.skipUnits()
	t.skipDescription()
	return t, t.joinDecimals()
}

// joinDecimals puts decimals together that an unquoted decimal comma has cut in
// two: rows have the header's cells or one more, whose last two are digits only.
func (t *rawTable) joinDecimals() error {
	n, longer := len(t.header), 0
	for _, s := range t.sample {
		cells := trimmed(s.cells)
		switch {
		case len(cells) == n+1 && digitsOnly(cells[n-1]) && digitsOnly(cells[n]) && cells[n] != "":
			longer++
		case len(cells) > n:
			return t.surplus()
		}
	}
	if longer == 0 {
		return nil
	}
	if longer*2 < len(t.sample) {
		return t.surplus()
	}
	t.remark(fmt.Sprintf("rows have %d cells and the header %d: the last two are read as one number with a decimal comma", n+1, n), t.sample[0].line)
	join := func(rec []string) []string {
		if rec = trimmed(rec); len(rec) != n+1 {
			return rec
		}
		return append(slices.Clone(rec[:n-1]), rec[n-1]+","+rec[n])
	}
	for i := range t.sample {
		t.sample[i].cells = join(t.sample[i].cells)
	}
	next := t.rest
	t.rest = func() ([]string, int, error) {
		rec, line, err := next()
		return join(rec), line, err
	}
	return nil
}

// surplus refuses rows with more cells than the header where they hold anything:
// a value might be cut in two.
func (t *rawTable) surplus() error {
	n := len(t.header)
	count, first := 0, sampleRow{}
	for _, s := range t.sample {
		if cells := trimmed(s.cells); len(cells) > n {
			if count++; count == 1 {
				first = sampleRow{cells, s.line}
			}
		}
	}
	if count*2 > len(t.sample) && digitsOnly(strings.TrimLeft(first.cells[n], "-")) {
		return fmt.Errorf("forecast: line %d: %d cells, the header has %d: put numbers with commas in quotes, or use another separator: %w", first.line, len(first.cells), n, forecast.ErrInput)
	}
	t.notes = append(t.notes, Note{"rows with more cells than the header, the surplus ignored", count, first.line})
	return nil
}

// trimmed drops empty cells at the end.
func trimmed(rec []string) []string {
	for len(rec) > 0 && strings.TrimSpace(rec[len(rec)-1]) == "" {
		rec = rec[:len(rec)-1]
	}
	return rec
}

func digitsOnly(s string) bool { return strings.Trim(strings.TrimSpace(s), "0123456789-") == "" }

func filledCells(cells []string) int {
	n := 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// usualCells is the median number of cells with something in them.
func (t *rawTable) usualCells() int {
	var counts []int
	for _, s := range t.sample {
		counts = append(counts, filledCells(s.cells))
	}
	if len(counts) == 0 {
		return 0
	}
	slices.Sort(counts)
	return counts[len(counts)/2]
}

// relayout recognises the layout and returns the table in the usual one, with
// the options that it then has.
func (t *rawTable) relayout(opt Options) (*rawTable, Options, error) {
	if opt.Value == "" && len(opt.Values) == 0 {
		if s := t.findSlots(); s != nil && (opt.Time == "" || s.date >= 0 && strings.EqualFold(opt.Time, t.header[s.date])) {
			return t.fromSlots(s, opt)
		}
	}
	if opt.Time == "" && opt.Value == "" && len(opt.Values) == 0 {
		first, last := t.timesAcross()
		if t.monthsByYears(first, last) {
			return t.fromMonthsByYears(last), opt.relaid("", ""), nil
		}
		if down, err := t.slotsDown(first, last); down != nil || err != nil {
			return down, opt.relaid("", ""), err
		}
		if last-first >= 3 {
			t, err := t.across(first, last, false, opt.ID)
			return t, opt.relaid("series", opt.DateFormat), err
		}
		if first := t.stepsAcross(); first > 0 {
			t, err := t.across(first, len(t.header), true, opt.ID)
			opt = opt.relaid("series", "")
			opt.Time = ""
			return t, opt, err
		}
		if year, months := t.calendar(); len(months) > 0 {
			ids, err := t.seriesColumns(opt, func(rec []string) string { return strings.TrimSpace(cell(rec, year)) }, slices.Min(months), []int{year})
			opt = opt.relaid("", "")
			if len(ids) > 0 {
				opt.ID = "series"
			}
			return t.fromCalendar(year, months, ids), opt, err
		}
	}
	if at := t.beside(); at != nil && opt.Time == "" && opt.ID == "" {
		if apart, opt := t.fromBeside(at, opt); apart != nil {
			return apart, opt, nil
		}
	}
	if opt.Time == "" {
		if p := t.timeParts(); p != nil {
			opt.Time = "time"
			t = t.joinParts(p)
		}
	}
	if len(opt.Values) > 0 {
		for _, v := range opt.Values {
			if _, err := findColumn(t.header, v); v != "*" && err != nil {
				return nil, opt, err
			}
		}
		if len(opt.Values) == 1 && opt.Values[0] != "*" {
			opt.Value, opt.Values = opt.Values[0], nil
			return t, opt, nil
		}
		return t.wide(opt)
	}
	return t, opt, nil
}

// relaid is the options of a table whose columns are now called time, value and, if there
// are several series, id.
func (opt Options) relaid(id, dateFormat string) Options {
	opt.Time, opt.Value, opt.ID, opt.Values, opt.DateFormat = "time", "value", id, nil, dateFormat
	return opt
}

// resample fills the sample of a table whose layout changed.
func (t *rawTable) resample() error {
	for len(t.sample) < sniffRows {
		rec, line, err := t.rest()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		t.sample = append(t.sample, sampleRow{slices.Clone(rec), line})
	}
	if len(t.sample) == 0 {
		return fmt.Errorf("forecast: line %d: there is a header and no data: %w", t.line+1, forecast.ErrInput)
	}
	return nil
}

// readOn reads further rows while a column has nothing in it: values may begin late.
func (t *rawTable) readOn() error {
	empty := map[int]bool{}
	for i, h := range t.header {
		if h != "" && judge(t.sample, i).empty {
			empty[i] = true
		}
	}
	read := len(t.sample)
	return t.readAhead(mostRows, func() bool {
		for ; read < len(t.sample); read++ {
			for i := range empty {
				if !number.Missing(strings.TrimSpace(cell(t.sample[read].cells, i))) {
					delete(empty, i)
				}
			}
		}
		return len(empty) > 0
	})
}

// readAhead makes the sample up to most rows long, while more is wanted, where the table goes
// on after it.
func (t *rawTable) readAhead(most int, more func() bool) error {
	for len(t.sample) < most && more() {
		rec, line, err := t.rest()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		t.sample = append(t.sample, sampleRow{slices.Clone(rec), line})
	}
	return nil
}

// longest is the number of rows that are looked at where they may be sorted by series: fewer,
// if they are long.
func (t *rawTable) longest() int {
	const cells = 1 << 19
	return max(sniffRows, min(mostRows, cells/max(1, len(t.header))))
}

func always() bool { return true }

// cellKind says what a column holds: number and time mean mostly, someTime at
// least one, weak numbers that may be times, whole that all numbers are whole and
// not negative, distinct that no cell occurs twice, constant that all are the same.
type cellKind struct{ number, time, someTime, weak, year, whole, empty, distinct, constant bool }

// judge says what most cells of column i look like.
func judge(sample []sampleRow, i int) cellKind {
	const fewest = 5 // rows that a constant needs
	numbers, whole, known, times, weak, years := 0, 0, 0, 0, 0, 0
	marked := marksOf(sample, i).debits
	seen := map[string]bool{}
	for _, s := range sample {
		if known == sniffRows {
			break
		}
		if i >= len(s.cells) {
			continue
		}
		cell := strings.TrimSpace(s.cells[i])
		amount := cell
		if marked {
			amount, _ = cutMark(cell)
		}
		n := number.Read(amount)
		if n.Missing {
			continue
		}
		known++
		seen[cell] = true
		guesses := stamp.Guess(cell)
		strong := slices.ContainsFunc(guesses, isStrong)
		if n.OK() && !slices.ContainsFunc(guesses, (*stamp.Layout).Spoken) { // 2019 JAN is no number with a unit
			numbers++
			if strings.Trim(cell, "0123456789") == "" {
				whole++
			}
		}
		if slices.ContainsFunc(guesses, (*stamp.Layout).Weak) {
			weak++
		}
		if strong {
			times++
		}
		if slices.ContainsFunc(guesses, (*stamp.Layout).IsYear) && (cell[0] == '1' || cell[0] == '2') {
			years++
		}
	}
	return cellKind{
		number: known > 0 && numbers*10 >= known*8, time: known > 0 && times*10 >= known*8, someTime: times > 0,
		weak: known > 0 && weak == known, year: known > 0 && years == known, whole: known > 0 && whole == known, empty: known == 0, distinct: len(seen) == known,
		constant: len(seen) == 1 && known >= fewest,
	}
}

func isStrong(l *stamp.Layout) bool { return !l.Weak() || l.Unix() }

// isTime reports whether a cell is a time in any layout but those of plain numbers.
func isTime(cell string) bool { return slices.ContainsFunc(stamp.Guess(cell), isStrong) }
