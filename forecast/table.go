package forecast

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// rowReader returns the next row and its line number, or io.EOF. The row is
// valid until the next call.
type rowReader func() ([]string, int, error)

// names by which columns are known
var (
	timeNames  = []string{"ds", "date", "time", "datetime", "timestamp", "month", "period", "day", "week", "quarter", "year", "index", "observation_date"}
	idNames    = []string{"unique_id", "id", "series_id", "series", "item_id", "item", "ts_id"}
	valueNames = []string{"y", "value", "values", "target"}
)

const sniffRows = 200 // rows by which columns are judged

// readTable turns rows into series.
func readTable(next rowReader, decimalComma bool, opt TableOptions) (*Table, error) {
	t := &Table{}
	head, line, err := next()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("forecast: line 1: the file is empty: %w", ErrInput)
		}
		return nil, err
	}
	header := slices.Clone(head)
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	var sample []sampleRow
	if noHeader(header) {
		sample = append(sample, sampleRow{header, line})
		header = make([]string, len(header))
		for i := range header {
			header[i] = fmt.Sprintf("column%d", i+1)
		}
		t.note("no header line: columns are named column1, column2, ...", line)
	}
	for len(sample) < sniffRows {
		rec, line, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		sample = append(sample, sampleRow{slices.Clone(rec), line})
	}
	if len(sample) == 0 {
		return nil, fmt.Errorf("forecast: line %d: there is a header and no data: %w", line+1, ErrInput)
	}
	cols, err := chooseColumns(header, sample, decimalComma, opt)
	if err != nil {
		return nil, err
	}
	if cols.id < 0 && cols.time >= 0 {
		if cols.id = tellApart(header, sample, cols); cols.id >= 0 {
			t.note(fmt.Sprintf("series told apart by column %q", header[cols.id]), 0)
		}
	}
	col := func(i int) string {
		if i < 0 {
			return ""
		}
		return header[i]
	}
	t.Time, t.Value, t.ID = col(cols.time), col(cols.value), col(cols.id)

	b := &tableBuilder{t: t, cols: cols, decimalComma: decimalComma, width: len(header), ids: map[string]int{}}
	if cols.time >= 0 {
		var fixed *TimeLayout
		if opt.DateFormat != "" {
			l, err := ParseTimeLayout(opt.DateFormat)
			if err != nil {
				return nil, err
			}
			fixed = &l
		}
		b.times = newTimeColumn(fixed)
	}
	for _, s := range sample {
		if err := b.add(s.cells, s.line); err != nil {
			return nil, err
		}
	}
	for {
		rec, line, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := b.add(rec, line); err != nil {
			return nil, err
		}
	}
	return t, b.finish(opt.Freq)
}

type sampleRow struct {
	cells []string
	line  int
}

func noHeader(cells []string) bool {
	for _, c := range cells {
		if _, ok, missing := parseNumber(c, false); ok && !missing {
			return true
		}
	}
	return false
}

type columns struct{ time, value, id int } // -1 = none

// chooseColumns finds the columns by name or by what they hold.
func chooseColumns(header []string, sample []sampleRow, decimalComma bool, opt TableOptions) (columns, error) {
	c := columns{-1, -1, -1}
	find := func(name string) (int, error) {
		for i, h := range header {
			if h == name {
				return i, nil
			}
		}
		for i, h := range header {
			if strings.EqualFold(h, name) {
				return i, nil
			}
		}
		return -1, fmt.Errorf("forecast: line 1: there is no column %q; the columns are %s: %w", name, quoteList(header), ErrInput)
	}
	var err error
	for _, want := range []struct {
		name string
		at   *int
	}{{opt.Time, &c.time}, {opt.Value, &c.value}, {opt.ID, &c.id}} {
		if want.name != "" {
			if *want.at, err = find(want.name); err != nil {
				return c, err
			}
		}
	}
	kind := make([]cellKind, len(header))
	for i := range header {
		kind[i] = judge(sample, i, decimalComma)
	}
	byName := func(names []string, fits func(cellKind) bool) int {
		for _, n := range names {
			for i, h := range header {
				if strings.EqualFold(h, n) && i != c.time && i != c.value && i != c.id && fits(kind[i]) {
					return i
				}
			}
		}
		return -1
	}
	if c.time < 0 {
		c.time = byName(timeNames, func(k cellKind) bool { return k.someTime })
	}
	for i := range header {
		if c.time < 0 && kind[i].time && !kind[i].number && i != c.value && i != c.id {
			c.time = i
		}
	}
	if c.time < 0 && len(header) > 1 && c.value != 0 && c.id != 0 && kind[0].time && kind[0].year {
		c.time = 0 // a first column of years
	}
	if c.id < 0 {
		c.id = byName(idNames, func(cellKind) bool { return true })
	}
	if c.value < 0 {
		c.value = byName(valueNames, func(k cellKind) bool { return k.number })
	}
	if c.value >= 0 {
		return c, nil
	}
	var numbers []string
	for i := range header {
		if kind[i].number && i != c.time && i != c.id {
			if c.value < 0 {
				c.value = i
			}
			numbers = append(numbers, header[i])
		}
	}
	switch {
	case len(numbers) > 1:
		return c, fmt.Errorf("forecast: line 1: %d columns hold numbers (%s); name the one to forecast: %w", len(numbers), quoteList(numbers), ErrInput)
	case len(numbers) == 0:
		return c, valueProblem(header, sample, c, decimalComma)
	}
	return c, nil
}

// tellApart finds the column of ids where times occur more than once: the only
// text column with which they do not; -1 if there is none or several.
func tellApart(header []string, sample []sampleRow, c columns) int {
	unique := func(id int) bool {
		seen := map[[2]string]bool{}
		for _, s := range sample {
			if c.time >= len(s.cells) || id >= len(s.cells) {
				continue
			}
			key := [2]string{s.cells[c.time]}
			if id >= 0 {
				key[1] = s.cells[id]
			}
			if seen[key] {
				return false
			}
			seen[key] = true
		}
		return true
	}
	if unique(-1) {
		return -1
	}
	found := -1
	for i := range header {
		if k := judge(sample, i, false); i == c.time || i == c.value || k.number || k.time || !unique(i) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

// valueProblem says why no column can be forecast.
func valueProblem(header []string, sample []sampleRow, c columns, decimalComma bool) error {
	for i := range header {
		if i == c.time || i == c.id {
			continue
		}
		for _, s := range sample {
			if i < len(s.cells) {
				if _, ok, _ := parseNumber(s.cells[i], decimalComma); !ok {
					return fmt.Errorf("forecast: line %d: column %q: %q is not a number, and no other column holds numbers: %w", s.line, header[i], s.cells[i], ErrInput)
				}
			}
		}
	}
	return fmt.Errorf("forecast: line 1: no column holds numbers; the columns are %s: %w", quoteList(header), ErrInput)
}

// cellKind says what a column holds: time means mostly times, someTime at least
// one.
type cellKind struct{ number, time, someTime, year bool }

// judge says what most cells of column i look like.
func judge(sample []sampleRow, i int, decimalComma bool) cellKind {
	numbers, known, times, years := 0, 0, 0, 0
	for _, s := range sample {
		if i >= len(s.cells) {
			continue
		}
		cell := strings.TrimSpace(s.cells[i])
		_, ok, missing := parseNumber(cell, decimalComma)
		if missing {
			continue
		}
		known++
		if ok {
			numbers++
		}
		for _, l := range layouts {
			if _, ok := (TimeLayout{Layout: l}).parse(cell); ok {
				times++
				if l == "2006" && (cell[0] == '1' || cell[0] == '2') {
					years++
				}
				break
			}
		}
	}
	return cellKind{number: known > 0 && numbers*10 >= known*8, time: known > 0 && times*10 >= known*8, someTime: times > 0, year: known > 0 && years == known}
}

func quoteList(names []string) string {
	const most = 12
	var q []string
	for i, n := range names {
		if i == most {
			q = append(q, fmt.Sprintf("and %d more", len(names)-most))
			break
		}
		q = append(q, strconv.Quote(n))
	}
	return strings.Join(q, ", ")
}

// parseNumber reads a cell; missing is true for the usual markers of a missing
// value (which are also ok).
func parseNumber(s string, decimalComma bool) (v float64, ok, missing bool) {
	s = strings.TrimSpace(s)
	switch s {
	case "", "NA", "N/A", "n/a", "na", "NaN", "nan", "NULL", "null", "None", "none", "X", "x", "-", ".", "?", "#N/A":
		return math.NaN(), true, true
	}
	if decimalComma && strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || strings.ContainsAny(s, "xXpP_") {
		return 0, false, false
	}
	return v, true, false
}
