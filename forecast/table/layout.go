package table

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/segue-go/segue/forecast"
)

// Tables come in several layouts. The reader of tables (table.go) knows one: a
// column of times, one of values, perhaps one of ids. The layouts here are
// turned into that one, row by row:
//
//	titles     lines above the header that are not part of the table
//	parts      the time spread over columns year, month, day, hour
//	wide       a column per series (asked for, since the other columns could be
//	           regressors)
//	across     a series per row, times in the header
//	calendar   a year per row and a column per month or quarter

// rawTable is the start of a table, of which the rest is still to be read.
type rawTable struct {
	header []string
	line   int // of the header
	sample []sampleRow
	rest   RowReader
	notes  []Note
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
	skipped, first := 0, 0
	usual := t.usualCells()
	for len(t.sample) > 1 && usual > 1 && (filledCells(t.sample[0].cells) < max(2, (usual+1)/3) || t.titleOverHeader()) {
		if filledCells(t.sample[0].cells) > 0 {
			if skipped++; skipped == 1 {
				first = t.sample[0].line
			}
		}
		t.sample = t.sample[1:]
	}
	if skipped > 0 {
		t.notes = append(t.notes, Note{"lines above the header, skipped", skipped, first})
	}
	if len(t.sample) == 0 {
		return nil, fmt.Errorf("forecast: line 1: the file is empty: %w", forecast.ErrInput)
	}
	t.header = slices.Clone(t.sample[0].cells)
	for i, h := range t.header {
		t.header[i] = strings.TrimSpace(h)
	}
	t.line = t.sample[0].line
	if noHeader(t.header) && !numbered(t.header) {
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
	return t, nil
}

// titleOverHeader reports whether the second row would be the better header: it
// holds only words, and more of them.
func (t *rawTable) titleOverHeader() bool {
	for _, c := range t.sample[1].cells {
		c = strings.TrimSpace(c)
		if _, ok, _ := parseNumber(c, false); c != "" && (ok || isTime(c)) {
			return false
		}
	}
	return filledCells(t.sample[1].cells) > filledCells(t.sample[0].cells)
}

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

// noHeader reports whether the first row is data already: it holds a number
// that is not a year or other time.
func noHeader(cells []string) bool {
	times := 0
	for _, c := range cells {
		if _, ok, missing := parseNumber(c, false); ok && !missing {
			if isTime(strings.TrimSpace(c)) {
				times++
				continue
			}
			return true
		}
	}
	return times == 1 || times > 0 && times == len(cells)
}

// numbered reports whether the cells count from 0 or 1: names that a program
// gave.
func numbered(cells []string) bool {
	first, err := strconv.Atoi(cells[0])
	if err != nil || len(cells) < 3 || first > 1 || first < 0 {
		return false
	}
	for i, c := range cells {
		if c != strconv.Itoa(first+i) {
			return false
		}
	}
	return true
}

// isTime reports whether a cell is a time in any layout.
func isTime(cell string) bool {
	cell = (&monthReader{}).translate(cell)
	for _, l := range layouts {
		if _, ok := (TimeLayout{Layout: l}).parse(cell); ok {
			return true
		}
	}
	return false
}

// relayout recognises the layout and returns the table in the usual one, with
// the options that it then has.
func (t *rawTable) relayout(opt Options) (*rawTable, Options, error) {
	if len(opt.Values) > 0 {
		for _, v := range opt.Values {
			if _, err := findColumn(t.header, v); v != "*" && err != nil {
				return nil, opt, err
			}
		}
		return t.wide(opt), opt, nil
	}
	if opt.Time == "" && opt.Value == "" {
		if first, last := t.timesAcross(); last-first >= 3 {
			return t.across(first, last), Options{Time: "time", Value: "value", ID: "series", DateFormat: opt.DateFormat, Freq: opt.Freq, Duplicates: opt.Duplicates}, nil
		}
		if year, months := t.calendar(); len(months) > 0 {
			return t.fromCalendar(year, months), Options{Time: "time", Value: "value", Freq: opt.Freq, Duplicates: opt.Duplicates}, nil
		}
	}
	if parts := t.timeParts(); opt.Time == "" && parts != nil {
		opt.Time = "time"
		return t.joinParts(parts), opt, nil
	}
	return t, opt, nil
}
