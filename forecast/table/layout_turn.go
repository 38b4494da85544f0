package table

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
)

// The layouts of tables that are turned into rows of id, time and value; see
// layout.go.

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
		} else if first >= 0 && h != "" {
			return 0, 0
		}
	}
	if first < 1 {
		return 0, 0
	}
	return first, last
}

// across turns every row into a series. Its id is made of the cells before the
// times, and a number where it comes again.
func (t *rawTable) across(first, last int) *rawTable {
	next := t.rows()
	times := t.header[first:last]
	var id string
	var cells []string
	seen := map[string]int{}
	at, line := len(times), 0
	out := &rawTable{header: []string{"series", "time", "value"}, line: t.line, notes: t.notes}
	out.remark("a series in every row, times in the header", t.line)
	out.rest = func() ([]string, int, error) {
		for {
			for at < len(times) {
				i := first + at
				at++
				if times[at-1] == "" {
					continue
				}
				return []string{id, times[at-1], cell(cells, i)}, line, nil
			}
			rec, n, err := next()
			if err != nil {
				return nil, n, err
			}
			var names []string
			for _, c := range rec[:min(first, len(rec))] {
				if c = strings.TrimSpace(c); c != "" {
					names = append(names, c)
				}
			}
			known := 0
			for _, c := range rec[min(first, len(rec)):] {
				if _, ok, missing := parseNumber(c, false); ok && !missing {
					known++
				}
			}
			if len(names) == 0 || known == 0 {
				continue // a blank row, a section's title or a series without a value
			}
			cells, line, at = append(cells[:0], rec...), n, 0
			id = strings.Join(names, "/")
			if seen[id]++; seen[id] > 1 {
				id = fmt.Sprintf("%s#%d", id, seen[id])
			}
		}
	}
	return out
}

// calendar finds a column of years followed by one for every month or quarter.
func (t *rawTable) calendar() (year int, months []int) {
	year = -1
	for i, h := range t.header {
		if strings.EqualFold(h, "year") {
			year = i
		}
	}
	if year < 0 {
		return 0, nil
	}
	at := map[int]int{}
	quarters := map[int]int{}
	for i, h := range t.header {
		for m := time.January; m <= time.December; m++ {
			if strings.EqualFold(h, m.String()) || strings.EqualFold(h, m.String()[:3]) {
				at[int(m)] = i
			}
		}
		for q := 1; q <= 4; q++ {
			if strings.EqualFold(h, fmt.Sprintf("Q%d", q)) {
				quarters[q] = i
			}
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
func (t *rawTable) fromCalendar(year int, months []int) *rawTable {
	next := t.rows()
	out := &rawTable{header: []string{"time", "value"}, line: t.line, notes: t.notes}
	out.remark(fmt.Sprintf("a year in every row, %d columns for its parts", len(months)), t.line)
	var cells []string
	at, line := len(months), 0
	out.rest = func() ([]string, int, error) {
		for at == len(months) {
			rec, n, err := next()
			if err != nil {
				return nil, n, err
			}
			if year < len(rec) && strings.TrimSpace(rec[year]) != "" {
				cells, line, at = append(cells[:0], rec...), n, 0
			}
		}
		v := cell(cells, months[at])
		at++
		if len(months) == 4 {
			return []string{fmt.Sprintf("%sQ%d", strings.TrimSpace(cells[year]), at), v}, line, nil
		}
		return []string{fmt.Sprintf("%s-%02d", strings.TrimSpace(cells[year]), at), v}, line, nil
	}
	return out
}

// wide turns the named columns ("*": all that hold numbers) into series.
func (t *rawTable) wide(opt Options) *rawTable {
	c, _ := chooseColumns(t.header, t.sample, opt.decimalComma, Options{Time: opt.Time, ID: opt.ID})
	var cols []int
	for i, h := range t.header {
		named := slices.ContainsFunc(opt.Values, func(v string) bool { return strings.EqualFold(v, h) })
		all := slices.Contains(opt.Values, "*") && i != c.time && i != c.id && judge(t.sample, i, opt.decimalComma).number
		if named || all {
			cols = append(cols, i)
		}
	}
	next := t.rows()
	header := []string{"series", "value"}
	if c.time >= 0 {
		header = []string{"series", t.header[c.time], "value"}
	}
	out := &rawTable{header: header, line: t.line, notes: t.notes}
	var cells []string
	at, line := len(cols), 0
	out.rest = func() ([]string, int, error) {
		for at == len(cols) {
			rec, n, err := next()
			if err != nil {
				return nil, n, err
			}
			if filledCells(rec) > 0 && len(cols) > 0 {
				cells, line, at = append(cells[:0], rec...), n, 0
			}
			if len(cols) == 0 {
				return nil, n, io.EOF
			}
		}
		id := t.header[cols[at]]
		if c.id >= 0 {
			id = cell(cells, c.id) + "/" + id
		}
		row := []string{id, cell(cells, cols[at])}
		if c.time >= 0 {
			row = []string{id, cell(cells, c.time), cell(cells, cols[at])}
		}
		at++
		return row, line, nil
	}
	return out
}

// timeParts finds columns that hold the parts of a time: year and at least
// month or quarter, by name; nil if there are none.
func (t *rawTable) timeParts() []int {
	parts := []int{-1, -1, -1, -1, -1}
	for i, h := range t.header {
		k := slices.Index([]string{"year", "month", "day", "hour", "minute"}, strings.ToLower(h))
		if k < 0 && strings.EqualFold(h, "quarter") {
			k = 1
		}
		if k < 0 || parts[k] >= 0 {
			continue
		}
		whole := true // a column of times has a name like these too
		for _, s := range t.sample {
			if i < len(s.cells) && strings.TrimSpace(s.cells[i]) != "" {
				if _, err := strconv.Atoi(strings.TrimSpace(s.cells[i])); err != nil {
					whole = false
				}
			}
		}
		if whole {
			parts[k] = i
		}
	}
	n := 0
	for n < len(parts) && parts[n] >= 0 {
		n++
	}
	if n < 2 {
		return nil
	}
	return parts[:n]
}

// joinParts puts a column "time" before the others, which no longer hold the
// parts.
func (t *rawTable) joinParts(parts []int) *rawTable {
	quarter := strings.EqualFold(t.header[parts[1]], "quarter")
	out := &rawTable{header: []string{"time"}, line: t.line, notes: t.notes}
	var names []string
	for _, p := range parts {
		names = append(names, t.header[p])
	}
	out.remark(fmt.Sprintf("the time is joined from the columns %s", quoteList(names)), t.line)
	var others []int
	for i, h := range t.header {
		if !slices.Contains(parts, i) {
			others = append(others, i)
			out.header = append(out.header, h)
		}
	}
	join := func(rec []string) []string {
		get := func(i int) string { return strings.TrimSpace(cell(rec, i)) }
		var b strings.Builder
		for k, p := range parts {
			cell := get(p)
			if cell == "" {
				return []string{""}
			}
			if len(cell) < 2 && !quarter {
				cell = "0" + cell
			}
			b.WriteString([]string{"", "-", "-", " ", ":"}[k])
			if k == 1 && quarter {
				b.Reset()
				b.WriteString(get(parts[0]) + "Q")
			}
			b.WriteString(cell)
		}
		if len(parts) == 4 {
			b.WriteString(":00")
		}
		row := []string{b.String()}
		for _, i := range others {
			row = append(row, get(i))
		}
		return row
	}
	next := t.rows()
	out.rest = func() ([]string, int, error) {
		rec, line, err := next()
		if err != nil {
			return nil, line, err
		}
		return join(rec), line, nil
	}
	return out
}

// resample fills the sample of a table that was laid out anew.
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
