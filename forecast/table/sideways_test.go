package table

import (
	"fmt"
	"strings"
	"testing"
)

// grid is a table with n numbered columns behind others: name names them, and front writes
// what stands before them in a row.
func grid(head string, n int, name string, rows int, front func(r int) string) string {
	var b strings.Builder
	b.WriteString(head)
	for k := range n {
		fmt.Fprintf(&b, ","+name, k+1)
	}
	for r := range rows {
		b.WriteString("\n" + front(r))
		for k := range n {
			fmt.Fprintf(&b, ",%d.5", 100+7*(r%5)+3*k+r)
		}
	}
	return b.String() + "\n"
}

// Rows that are times, or that are only numbered, are no series, although the other columns
// have numbers for names; rows that are named are.
func TestRowsThatAreTimesAreNoSeries(t *testing.T) {
	for _, c := range []struct {
		head, front, name string // front of the number of the row
		from, n, series   int    // no series: which column is meant must be asked
	}{
		{"Year", "%d", "p%d", 1960, 8, 0},
		{"timestamp", "%d", "x%d", 1672531200, 8, 0},
		{"date", "%d", "t%d", 20230101, 8, 0},
		{"step", "%d", "t%d", 1, 8, 0},
		{"month", "%d", "p%d", 1, 8, 0},
		{"respondent", "R%d", "p%d", 1, 10, 0},
		{"sample", "%d", "f%d", 0, 12, 0},
		{"Year", "%d", "Week %d", 2015, 52, 0},
		{"Week", "W%d", "Day %d", 10, 12, 0},
		{"", "%d", "day%d", 1, 9, 0},
		{"id", "%d", "day%d", 1, 9, 0},
		{"store", "%d", "week %d", 1, 52, 20},
		{"store", "%d", "week %d", 301, 9, 20},
		{"shop", "north %d", "d_%d", 1, 9, 20},
	} {
		text := grid(c.head, c.n, c.name, 20, func(r int) string { return fmt.Sprintf(c.front, c.from+r) })
		tab, err := Parse(strings.NewReader(text), Options{})
		switch {
		case c.series == 0 && err == nil:
			t.Errorf("%.40q: %d series instead of a question: %v", text, len(tab.Series), tab.Notes)
		case c.series > 0 && (err != nil || len(tab.Series) != c.series || len(tab.Series[0].Values) != c.n):
			t.Errorf("%.40q: not a series in every row: %v", text, err)
		}
	}
}
