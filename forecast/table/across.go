package table

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table/number"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// timesAcross finds the run of header cells that are times; most of the others,
// before it, must be text.
func (t *rawTable) timesAcross() (first, last int) {
	first = -1
	for i, h := range t.header {
		if isTime(h) {
			if first < 0 {
				first = i
			}
			last = i + 1
		} else if first >= 0 && h != "" && !isTotal(h) {
			return 0, 0
		}
	}
	if first < 1 {
		return 0, 0
	}
	return first, last
}

// stepsAcross finds the run of header cells that number the steps of a series, at the end
// of the table and behind its id: d_1, d_2, d_3. Names that number columns of any kind (x1,
// t1, p1) are not enough, and rows that may be times are no series.
func (t *rawTable) stepsAcross() (first int) {
	const fewest = 8
	last := len(t.header)
	prefix := strings.TrimRight(t.header[last-1], "0123456789")
	n, err := strconv.Atoi(strings.TrimPrefix(t.header[last-1], prefix))
	names := setOfWords("d day step w wk week month period h hour tag jour dia semana woche kw mes mois")
	if err != nil || !names[strings.TrimRight(strings.ToLower(prefix), " _-.")] {
		return 0
	}
	for first = last; first > 0 && t.header[first-1] == fmt.Sprint(prefix, n); first-- {
		n--
	}
	if n != 0 && n != -1 || last-first < fewest || first == 0 {
		return 0
	}
	for i, h := range t.header[:first] {
		k := judge(t.sample, i)
		if k.time && !k.number || partOf(h) != noPart || namesTime(h) || slices.Contains(timeNames, plainName(h)) {
			return 0 // these are rows of times
		}
	}
	k := judge(t.sample, 0)
	if k.empty || !k.distinct || k.number && !(k.whole && isIDName(t.header[0])) {
		return 0
	}
	if k.number && counts(t.sample) && last-first <= len(t.sample) {
		return 0 // numbers of rows, which may be the steps
	}
	return first
}

// idColumns are the columns before the times that make the id of a row: without those that
// are the same in all rows and without measures, if the others tell all rows apart.
func (t *rawTable) idColumns(first int) (every []int) {
	var fewer []int
	for i := range first {
		every = append(every, i)
		values := map[string]bool{}
		for _, s := range t.sample {
			values[strings.TrimSpace(cell(s.cells, i))] = true
		}
		if k := judge(t.sample, i); len(values) > 1 && (!k.number || k.whole) {
			fewer = append(fewer, i)
		}
	}
	seen := map[string]bool{}
	for _, s := range t.sample {
		id := t.idOf(s.cells, fewer)
		if seen[id] || len(t.sample) >= t.longest() {
			return every
		}
		seen[id] = true
	}
	return fewer
}

// idOf joins the cells of some columns that have something in them.
func (t *rawTable) idOf(rec []string, columns []int) string {
	var names []string
	for _, i := range columns {
		if c := strings.TrimSpace(cell(rec, i)); c != "" {
			names = append(names, c)
		}
	}
	return strings.Join(names, "/")
}

// across turns every row into a series. Its id is made of the columns that id names, or else
// of the cells before the times, and a number where it comes again. The steps of timeless rows
// are counted.
func (t *rawTable) across(first, last int, timeless bool, id string) (*rawTable, error) {
	ids, err := findIDs(t.header, id)
	if err != nil {
		return nil, err
	}
	if ids == nil {
		if err := t.readAhead(t.longest(), always); err != nil {
			return nil, err
		}
		ids = t.idColumns(first)
	}
	next := t.rows()
	times := t.header[first:last]
	var cells []string
	seen := map[string]int{}
	at, line := len(times), 0
	out := &rawTable{header: []string{"series", "time", "value"}, line: t.line, notes: t.notes}
	what := "a series in every row, times in the header"
	if timeless {
		what, out.header = "a series in every row, its steps numbered in the header", []string{"series", "value"}
	}
	out.remark(what, t.line)
	out.rest = func() ([]string, int, error) {
		for {
			for at < len(times) {
				i := first + at
				at++
				switch {
				case times[at-1] == "":
					continue
				case timeless:
					return []string{id, cell(cells, i)}, line, nil
				}
				return []string{id, times[at-1], cell(cells, i)}, line, nil
			}
			rec, n, err := next()
			if err != nil {
				return nil, n, err
			}
			known := slices.ContainsFunc(rec[min(first, len(rec)):], func(c string) bool { return number.Read(c).OK() })
			if filledCells(rec[:min(first, len(rec))]) == 0 || !known {
				continue // a blank row, a section's title or a series without a value
			}
			cells, line, at = append(cells[:0], rec...), n, 0
			id = t.idOf(rec, ids)
			if seen[id]++; seen[id] > 1 {
				id = fmt.Sprintf("%s#%d", id, seen[id])
			}
		}
	}
	return out, nil
}

// calendar finds a column of years followed by one for every month or quarter.
func (t *rawTable) calendar() (year int, months []int) {
	year = -1
	for i, h := range t.header {
		if year < 0 && partOf(h) == partYear {
			year = i
		}
	}
	if year < 0 {
		return 0, nil
	}
	at, quarters := map[int]int{}, map[int]int{}
	for i, h := range t.header {
		if m := stamp.Month(h); m > 0 {
			at[m] = i
		}
		if q := quarterOf(h); q > 0 {
			quarters[q] = i
		}
	}
	n := 12
	if len(at) < 12 {
		at, n = quarters, 4
	}
	if len(at) != n {
		return 0, nil
	}
	for k := 1; k <= n; k++ {
		months = append(months, at[k])
	}
	return year, months
}

// fromCalendar puts the months of all years into one column.
func (t *rawTable) fromCalendar(year int, months, ids []int) *rawTable {
	next := t.rows()
	out := &rawTable{header: []string{"time", "value"}, line: t.line, notes: t.notes}
	if len(ids) > 0 {
		out.header = []string{"series", "time", "value"}
	}
	out.remark(fmt.Sprintf("a year in every row, %d columns for its parts", len(months)), t.line)
	var cells []string
	at, line, left := len(months), 0, 0 // left cells of the row hold anything
	out.rest = func() ([]string, int, error) {
		for at == len(months) || at >= left {
			rec, n, err := next()
			if err != nil {
				return nil, n, err
			}
			if year < len(rec) && strings.TrimSpace(rec[year]) != "" {
				cells, line, at, left = append(cells[:0], rec...), n, 0, 0
				for k, i := range months {
					if strings.TrimSpace(cell(cells, i)) != "" {
						left = k + 1 // the year goes on, or the months after it are to come
					}
				}
			}
		}
		v := cell(cells, months[at])
		at++
		row := []string{fmt.Sprintf("%s-%02d", strings.TrimSpace(cells[year]), at), v}
		if len(months) == 4 {
			row[0] = fmt.Sprintf("%sQ%d", strings.TrimSpace(cells[year]), at)
		}
		if len(ids) > 0 {
			row = append([]string{t.idOf(cells, ids)}, row...)
		}
		return row, line, nil
	}
	return out
}

// monthsByYears reports whether the header holds years and every row is a month or a
// quarter, all of them in their order.
func (t *rawTable) monthsByYears(first, last int) bool {
	if first != 1 || last-first < 2 || len(t.sample) >= sniffRows {
		return false
	}
	for _, h := range t.header[first:last] {
		if !slices.ContainsFunc(stamp.Guess(h), (*stamp.Layout).IsYear) {
			return false
		}
	}
	months, quarters := 0, 0
	for _, s := range t.sample {
		name := strings.TrimSpace(cell(s.cells, 0))
		switch {
		case filledCells(s.cells) < 2 || isTotal(name):
		case stamp.Month(name) == months+1:
			months++
		case quarterOf(name) == quarters+1:
			quarters++
		default:
			return false
		}
	}
	return months == 12 && quarters == 0 || quarters == 4 && months == 0
}

// fromMonthsByYears puts the columns of years below each other.
func (t *rawTable) fromMonthsByYears(last int) *rawTable {
	out := &rawTable{header: []string{"time", "value"}, line: t.line, notes: t.notes}
	out.remark("a year in every column, its parts in the rows", t.line)
	filled := 0
	for i := 1; i < last; i++ {
		for _, s := range t.sample {
			name, value := strings.TrimSpace(cell(s.cells, 0)), strings.TrimSpace(cell(s.cells, i))
			text := fmt.Sprintf("%s-%02d", t.header[i], stamp.Month(name))
			if stamp.Month(name) == 0 {
				text = fmt.Sprintf("%sQ%d", t.header[i], quarterOf(name))
			}
			if filledCells(s.cells) < 2 || isTotal(name) {
				continue
			}
			out.sample = append(out.sample, sampleRow{[]string{text, value}, s.line})
			if value != "" {
				filled = len(out.sample)
			}
		}
	}
	out.sample = out.sample[:filled] // what is empty at the end is to come
	out.rest = func() ([]string, int, error) { return nil, 0, io.EOF }
	return out
}

// wide turns the named columns ("*": all that hold numbers) into series; those of
// a panel are named after their id and their column.
func (t *rawTable) wide(opt Options) (*rawTable, Options, error) {
	c := &chooser{columns: columns{time: -1, value: -1, untimed: -1, sign: -1}, header: t.header, sample: t.sample}
	if err := c.named(Options{Time: opt.Time, ID: opt.ID}); err != nil {
		return nil, opt, err
	}
	for i := range t.header {
		c.kind = append(c.kind, judge(t.sample, i))
	}
	c.findTime()
	if len(c.ids) == 0 {
		if i := c.byName(idNames, func(cellKind) bool { return true }); i >= 0 {
			c.ids = []int{i}
		}
	}
	var cols []int
	var unused []string
	for i, h := range t.header {
		named := slices.ContainsFunc(opt.Values, func(v string) bool { return strings.EqualFold(v, h) })
		all := slices.Contains(opt.Values, "*") && i != c.time && !c.isID(i) && c.kind[i].number
		switch {
		case named || all:
			cols = append(cols, i)
		case i != c.time && !c.isID(i) && h != "":
			unused = append(unused, h)
		}
	}
	if len(cols) == 0 {
		return nil, opt, fmt.Errorf("forecast: line %d: no column holds numbers; the columns are %s: %w", t.line, quoteList(t.header), forecast.ErrInput)
	}
	next := t.rows()
	header := []string{"series", "value"}
	if c.time >= 0 {
		header = []string{"series", t.header[c.time], "value"}
		opt.Time = t.header[c.time]
	}
	out := &rawTable{header: header, line: t.line, notes: t.notes}
	if len(unused) > 0 {
		out.remark("columns that are not used: "+quoteList(unused), 0)
	}
	var cells []string
	at, line := len(cols), 0
	out.rest = func() ([]string, int, error) {
		for at == len(cols) {
			rec, n, err := next()
			if err != nil {
				return nil, n, err
			}
			if filledCells(rec) > 0 {
				cells, line, at = append(cells[:0], rec...), n, 0
			}
		}
		id := t.header[cols[at]]
		for k := len(c.ids) - 1; k >= 0; k-- {
			id = strings.TrimSpace(cell(cells, c.ids[k])) + "/" + id
		}
		row := []string{id, cell(cells, cols[at])}
		if c.time >= 0 {
			row = []string{id, cell(cells, c.time), cell(cells, cols[at])}
		}
		at++
		return row, line, nil
	}
	opt.ID, opt.Value, opt.Values = "series", "value", nil
	return out, opt, nil
}

// yearBeside finds a column of years, which may stand beside the first of their rows only,
// and after it one of months or quarters by their names, where neither has a name that
// says so.
func (t *rawTable) yearBeside() *parts {
	for i := range len(t.header) - 1 {
		if !t.fitsPart(i, partYear) {
			continue
		}
		named := map[part]bool{partMonth: true, partQuarter: true}
		rows := 0
		for _, s := range t.body() {
			text := strings.TrimSpace(cell(s.cells, i+1))
			if _, err := strconv.Atoi(text); text == "" || err == nil {
				named = nil
				break
			}
			rows++
			named[partMonth] = named[partMonth] && stamp.Month(text) > 0
			named[partQuarter] = named[partQuarter] && quarterOf(text) > 0
		}
		for _, p := range []part{partMonth, partQuarter} {
			if named[p] && rows > 2 {
				return &parts{kinds: []part{partYear, p}, columns: []int{i, i + 1}}
			}
		}
	}
	return nil
}
