package table

import (
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/segue-go/segue/forecast"
)

// RowReader returns the next row and its line number, or io.EOF. The row is
// valid until the next call.
type RowReader func() ([]string, int, error)

// names by which columns are known
var (
	timeNames = []string{"ds", "date", "time", "datetime", "timestamp", "month", "period", "day", "week", "quarter", "year", "observation_date",
		"fecha", "data", "datum", "mes", "mês", "ano", "año", "período", "periodo", "trimestre", "jahr", "monat", "index"}
	idNames    = []string{"unique_id", "id", "series_id", "series", "item_id", "item", "ts_id"}
	valueNames = []string{"y", "value", "values", "target"}
)

const sniffRows = 200 // rows by which columns are judged

// readHead reads the first rows and chooses the columns.
func readHead(next RowReader, opt Options) (t *Table, raw *rawTable, cols columns, used Options, err error) {
	if raw, err = readStart(next); err != nil {
		return nil, nil, cols, opt, err
	}
	if raw, opt, err = raw.relayout(opt); err != nil {
		return nil, nil, cols, opt, err
	}
	if err := raw.resample(); err != nil {
		return nil, nil, cols, opt, err
	}
	t = &Table{Notes: raw.notes}
	header, sample := raw.header, raw.sample
	if cols, err = chooseColumns(header, sample, opt.decimalComma, opt); err != nil {
		return nil, nil, cols, opt, err
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

	if i := cols.untimed; cols.time < 0 && i >= 0 && i != cols.value && i != cols.id {
		t.note(fmt.Sprintf("column %q holds no times that I know (%q): steps are counted instead", header[i], strings.TrimSpace(cell(sample[0].cells, i))), sample[0].line)
	}
	return t, raw, cols, opt, nil
}

// Read turns rows into series.
func Read(next RowReader, opt Options) (*Table, error) {
	t, raw, cols, opt, err := readHead(next, opt)
	if err != nil {
		return nil, err
	}
	b := &tableBuilder{t: t, cols: cols, opt: opt, header: raw.header, ids: map[string]int{}}
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
	for rows := raw.rows(); ; {
		rec, line, err := rows()
		if errors.Is(err, io.EOF) {
			return t, b.finish(opt.Freq)
		}
		if err != nil {
			return nil, err
		}
		if err := b.add(rec, line); err != nil {
			return nil, err
		}
	}
}

type sampleRow struct {
	cells []string
	line  int
}

func cell(cells []string, i int) string {
	if i >= 0 && i < len(cells) {
		return cells[i]
	}
	return ""
}

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

// findColumn looks a name up, if need be without regard to case.
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
	c := columns{time: -1, value: -1, id: -1, untimed: -1}
	find := func(name string) (int, error) { return findColumn(header, name) }
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
	taken := func(i int) bool {
		return i == c.time || i == c.value || i == c.id || slices.ContainsFunc(c.regressors, func(r regressorColumn) bool { return r.at == i })
	}
	for k, names := range [][]string{opt.Regressors, opt.PastRegressors} {
		for _, name := range names {
			at, err := find(name)
			if err != nil {
				return c, err
			}
			if !taken(at) {
				c.regressors = append(c.regressors, regressorColumn{at, k == 0})
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
				if strings.EqualFold(h, n) && !taken(i) && fits(kind[i]) {
					return i
				}
			}
		}
		return -1
	}
	if c.time < 0 {
		// of several, one that does not say the same time twice is meant
		c.time = byName(timeNames, func(k cellKind) bool { return k.someTime && k.distinct })
		if c.time < 0 {
			c.time = byName(timeNames, func(k cellKind) bool { return k.someTime })
		}
	}
	for i := range header {
		if c.time < 0 && kind[i].time && !kind[i].number && !taken(i) {
			c.time = i
		}
	}
	if c.time < 0 {
		c.untimed = byName(timeNames[:len(timeNames)-1], func(k cellKind) bool { return !k.empty && !k.number }) // not "index"
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
	var numbers, empty []string
	for i := range header {
		if kind[i].empty && !taken(i) && header[i] != "" {
			empty = append(empty, header[i])
		}
		if kind[i].number && !taken(i) && !(i == 0 && counts(sample)) {
			if c.value < 0 {
				c.value = i
			}
			numbers = append(numbers, header[i])
		}
	}
	switch {
	case len(numbers) == 1 && len(empty) > 0:
		return c, fmt.Errorf("forecast: line 1: column %q holds numbers, and %s may do further down (the first rows are empty); name the one to forecast: %w", numbers[0], quoteList(empty), forecast.ErrInput)
	case len(numbers) > 1:
		return c, fmt.Errorf("forecast: line 1: %d columns hold numbers (%s); name the one to forecast, or take all: %w", len(numbers), quoteList(numbers), forecast.ErrInput)
	case len(numbers) == 0:
		return c, valueProblem(header, sample, c, decimalComma)
	}
	return c, nil
}

// counts reports whether the first of several columns only numbers the rows.
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

// judge says what most cells of column i look like.
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
	if v, ok := plainNumber(s, decimalComma); ok {
		return v, true, false
	}
	v, ok = dressedNumber(s, decimalComma)
	return v, ok, false
}

func plainNumber(s string, decimalComma bool) (float64, bool) {
	if decimalComma && strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || strings.ContainsAny(s, "xXpP_") {
		return 0, false
	}
	return v, true
}

// grouped matches digits in groups of three.
var (
	grouped      = regexp.MustCompile(`^[-+]?\d{1,3}(?:[,'\x{a0}\x{202f} ]\d{3})+(?:\.\d+)?$`)
	groupedComma = regexp.MustCompile(`^[-+]?\d{1,3}(?:[.'\x{a0}\x{202f} ]\d{3})+(?:,\d+)?$`)
)

// dressedNumber reads numbers as people write them: 1,234.50, 1.234,50, $12,
// 12 %, (12) for -12.
func dressedNumber(s string, decimalComma bool) (float64, bool) {
	sign := 1.0
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s, sign = s[1:len(s)-1], -1
	}
	s = strings.ReplaceAll(s, "\u2212", "-")
	s = strings.TrimSpace(strings.TrimRight(strings.TrimLeft(s, "$€£¥ \u00a0"), "%€£¥ \u00a0"))
	if strings.HasPrefix(s, "-$") {
		s = "-" + s[2:]
	}
	switch {
	case !decimalComma && grouped.MatchString(s):
		s = strings.Map(dropGroups, strings.ReplaceAll(s, ",", ""))
	case decimalComma && groupedComma.MatchString(s):
		s = strings.Map(dropGroups, strings.ReplaceAll(s, ".", ""))
	}
	v, ok := plainNumber(s, decimalComma)
	return sign * v, ok
}

func dropGroups(r rune) rune {
	if strings.ContainsRune("' \u00a0\u202f", r) {
		return -1
	}
	return r
}
