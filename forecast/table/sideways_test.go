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

// Columns of hours are called so; other numbered columns behind dates are not put below each
// other.
func TestColumnsThatAreNoHours(t *testing.T) {
	day := func(r int) string { return fmt.Sprintf("2023-01-%02d", r+1) }
	for _, c := range []struct {
		name   string
		n, all int // values of the series; 0: which column is meant must be asked
	}{
		{"day %d", 24, 0}, {"D%d", 24, 0}, {"jour_%d", 48, 0}, {"Tag %d", 24, 0},
		{"V%d", 24, 0}, {"value%d", 24, 0}, {"P%d", 24, 0}, {"E%d", 24, 0},
		{"H%d", 24, 480}, {"hour %d", 24, 480}, {"V%d", 96, 1920}, {"P%d", 48, 960},
	} {
		tab, err := Parse(strings.NewReader(grid("cohort", c.n, c.name, 20, day)), Options{})
		if c.all == 0 && err == nil || c.all > 0 && (err != nil || len(tab.Series) != 1 || len(tab.Series[0].Values) != c.all) {
			t.Errorf("%d columns called %s: %v", c.n, c.name, err)
		}
	}
}

// Cells of days that a month does not have are passed over, whatever they hold.
func TestDaysThatMonthsDoNotHave(t *testing.T) {
	for _, c := range []struct{ years, cell string }{{"2020", "---"}, {"2019", "-99.9"}, {"2021", "0"}, {"2563", "x"}} {
		var b strings.Builder
		b.WriteString("year,month")
		for d := range 31 {
			fmt.Fprintf(&b, ",%d", d+1)
		}
		days := []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
		sum := 365
		if c.years == "2020" || c.years == "2563" {
			days[1], sum = 29, 366
		}
		for m, n := range days {
			fmt.Fprintf(&b, "\n%s,%d", c.years, m+1)
			for d := range 31 {
				if d < n {
					fmt.Fprintf(&b, ",%d.5", d+m)
				} else {
					b.WriteString("," + c.cell)
				}
			}
		}
		tab, err := Parse(strings.NewReader(b.String()+"\n"), Options{})
		if err != nil || len(tab.Series) != 1 || len(tab.Series[0].Values) != sum || tab.Series[0].Values[31] != 1.5 {
			t.Errorf("%s, %q: %v", c.years, c.cell, err)
		}
	}
}
