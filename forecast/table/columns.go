package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/segue-go/segue/forecast"
)

// columns are numbers of columns; -1 = none.
type columns struct {
	time, value, id int
	untimed         int // has the name of a time, but holds none
	regressors      []regressorColumn
}

type regressorColumn struct {
	at    int
	known bool // for the future too
}

// findColumn finds a column by name, exactly or else regardless of case.
func findColumn(header []string, name string) (int, error) {
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
	return -1, fmt.Errorf("forecast: line 1: there is no column %q; the columns are %s: %w", name, quoteList(header), forecast.ErrInput)
}

// chooseColumns finds the columns by name or by what they hold.
func chooseColumns(header []string, sample []sampleRow, decimalComma bool, opt Options) (columns, error) {
	c := &chooser{columns: columns{time: -1, value: -1, id: -1, untimed: -1}, header: header, sample: sample, kind: make([]cellKind, len(header))}
	if err := c.named(opt); err != nil {
		return c.columns, err
	}
	for i := range header {
		c.kind[i] = judge(sample, i, decimalComma)
	}
	c.findTime()
	if c.id < 0 {
		c.id = c.byName(idNames, func(cellKind) bool { return true })
	}
	if c.value < 0 {
		c.value = c.byName(valueNames, func(k cellKind) bool { return k.number })
	}
	if c.value >= 0 {
		return c.columns, nil
	}
	return c.columns, c.findValue(decimalComma)
}

// chooser is what chooseColumns knows of a table.
type chooser struct {
	columns
	header []string
	sample []sampleRow
	kind   []cellKind // of every column
}

// named takes the columns that the options name.
func (c *chooser) named(opt Options) error {
	var err error
	for _, want := range []struct {
		name string
		at   *int
	}{{opt.Time, &c.time}, {opt.Value, &c.value}, {opt.ID, &c.id}} {
		if want.name != "" {
			if *want.at, err = findColumn(c.header, want.name); err != nil {
				return err
			}
		}
	}
	for k, names := range [][]string{opt.Regressors, opt.PastRegressors} {
		for _, name := range names {
			at, err := findColumn(c.header, name)
			if err != nil {
				return err
			}
			if !c.taken(at) {
				c.regressors = append(c.regressors, regressorColumn{at, k == 0})
			}
		}
	}
	return nil
}

func (c *chooser) taken(i int) bool {
	return i == c.time || i == c.value || i == c.id || slices.ContainsFunc(c.regressors, func(r regressorColumn) bool { return r.at == i })
}

// byName is the first free column with one of the names whose cells fit; -1 if there
// is none.
func (c *chooser) byName(names []string, fits func(cellKind) bool) int {
	for _, n := range names {
		for i, h := range c.header {
			if strings.EqualFold(h, n) && !c.taken(i) && fits(c.kind[i]) {
				return i
			}
		}
	}
	return -1
}

// findTime chooses the column of times: by name, preferably one without a time that
// occurs twice; otherwise the first that holds times and is not made of numbers, or a
// first column of years.
func (c *chooser) findTime() {
	if c.time < 0 {
		c.time = c.byName(timeNames, func(k cellKind) bool { return k.someTime && k.distinct })
	}
	if c.time < 0 {
		c.time = c.byName(timeNames, func(k cellKind) bool { return k.someTime })
	}
	for i := range c.header {
		if c.time < 0 && c.kind[i].time && !c.kind[i].number && !c.taken(i) {
			c.time = i
		}
	}
	if c.time < 0 {
		c.untimed = c.byName(timeNames[:len(timeNames)-1], func(k cellKind) bool { return !k.empty && !k.number }) // not "index"
	}
	if c.time < 0 && len(c.header) > 1 && c.value != 0 && c.id != 0 && c.kind[0].time && c.kind[0].year {
		c.time = 0
	}
}

// findValue takes the only column of numbers; several or none are an error.
func (c *chooser) findValue(decimalComma bool) error {
	var numbers, empty []string
	for i, h := range c.header {
		if c.kind[i].empty && !c.taken(i) && h != "" {
			empty = append(empty, h)
		}
		if c.kind[i].number && !c.taken(i) && !(i == 0 && counts(c.sample)) {
			if c.value < 0 {
				c.value = i
			}
			numbers = append(numbers, h)
		}
	}
	switch {
	case len(numbers) == 1 && len(empty) > 0:
		return fmt.Errorf("forecast: line 1: column %q holds numbers, and %s may do further down (the first rows are empty); name the one to forecast: %w", numbers[0], quoteList(empty), forecast.ErrInput)
	case len(numbers) > 1:
		return fmt.Errorf("forecast: line 1: %d columns hold numbers (%s); name the one to forecast, or take all: %w", len(numbers), quoteList(numbers), forecast.ErrInput)
	case len(numbers) == 0:
		return valueProblem(c.header, c.sample, c.columns, decimalComma)
	}
	return nil
}

// counts reports whether the first of several columns merely counts the rows.
func counts(sample []sampleRow) bool {
	const few = 3
	for i, s := range sample {
		n, err := strconv.Atoi(strings.TrimSpace(cell(s.cells, 0)))
		if err != nil || len(s.cells) < 2 {
			return false
		}
		if first, _ := strconv.Atoi(strings.TrimSpace(cell(sample[0].cells, 0))); n != first+i || first > 1 {
			return false
		}
	}
	return len(sample) >= few
}

// tellApart finds the column of ids where times occur more than once: the only text
// column with which no time occurs twice; -1 if there is none or several.
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

// valueProblem explains why no column can be forecast.
func valueProblem(header []string, sample []sampleRow, c columns, decimalComma bool) error {
	for i := range header {
		if i == c.time || i == c.id {
			continue
		}
		for _, s := range sample {
			if i < len(s.cells) {
				if _, ok, _ := parseNumber(s.cells[i], decimalComma); !ok {
					return fmt.Errorf("forecast: line %d: column %q: %q is not a number, and no other column holds numbers: %w", s.line, header[i], s.cells[i], forecast.ErrInput)
				}
			}
		}
	}
	return fmt.Errorf("forecast: line 1: no column holds numbers; the columns are %s: %w", quoteList(header), forecast.ErrInput)
}

// cellKind says what a column holds: time means mostly times, someTime at least
// one, distinct that no cell occurs twice.
type cellKind struct{ number, time, someTime, year, empty, distinct bool }

// judge tells what the cells of column i in the sample look like.
func judge(sample []sampleRow, i int, decimalComma bool) cellKind {
	numbers, known, times, years := 0, 0, 0, 0
	seen := map[string]bool{}
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
		seen[cell] = true
		if ok {
			numbers++
		}
		cell = (&monthReader{}).translate(cell)
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
	return cellKind{number: known > 0 && numbers*10 >= known*8, time: known > 0 && times*10 >= known*8, someTime: times > 0, year: known > 0 && years == known, empty: known == 0, distinct: len(seen) == known}
}
