package table

import (
	"fmt"
	"slices"
	"strings"

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

// across turns every row into a series. Its id is made of the cells before the
// times, without those that are the same in all rows, and a number where it comes
// again.
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
			known := slices.ContainsFunc(rec[min(first, len(rec)):], func(c string) bool { return number.Read(c).OK() })
			if len(names) == 0 || !known {
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
		for q := 1; q <= 4; q++ {
			if strings.EqualFold(h, fmt.Sprintf("Q%d", q)) || strings.EqualFold(h, fmt.Sprintf("T%d", q)) {
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
