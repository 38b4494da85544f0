package table

import (
	"fmt"
	"strings"
	"testing"
	"time"
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

// Meters and stations whose rows stand below each other are told apart wherever the second
// begins: with the same days as the first, with later ones, and with the same values. Columns
// that say something else about a row are no ids, and an id that is named is taken. A line in
// place of ids is that of an error.
func TestSeriesBelowEachOther(t *testing.T) {
	days := func(from, n int, format string) (rows string) {
		for r := range n {
			rows += strings.ReplaceAll(format, "DAY", time.Date(2020, 1, 1+from+r, 0, 0, 0, 0, time.UTC).Format("2006-01-02")) + strings.Repeat(fmt.Sprintf(",%d", r%9), 24) + "\n"
		}
		return rows
	}
	years := func(from, n int, front string) (rows string) {
		for r := range n {
			rows += strings.NewReplacer("YEAR", fmt.Sprint(from+r), "MOD", fmt.Sprint(r%3), "SUM", fmt.Sprint(1000+7*r)).Replace(front) + strings.Repeat(fmt.Sprintf(",%d", r%9), 12) + "\n"
		}
		return rows
	}
	hours, months := "", ",Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec\n"
	for k := range 24 {
		hours += fmt.Sprintf(",H%d", k+1)
	}
	hours += "\n"
	for name, c := range map[string]struct {
		text, id string
		want     string // ids, with the number of values of each
	}{
		"same days":        {"meter,date" + hours + days(0, 300, "A,DAY") + days(0, 300, "B,DAY"), "", "A:7200 B:7200"},
		"later days":       {"meter,date" + hours + days(0, 210, "A,DAY") + days(210, 30, "B,DAY"), "", "A:5040 B:720"},
		"no name of an id": {"where,date" + hours + days(0, 210, "A,DAY") + days(0, 210, "B,DAY"), "", "A:5040 B:5040"},
		"named id":         {"where,kind,date" + hours + days(0, 9, "A,x,DAY") + days(9, 9, "B,y,DAY"), "WHERE", "A:216 B:216"},
		"one meter":        {"meter,weekday,date" + hours + days(0, 10, "A,Mon,DAY") + days(10, 20, "A,Tue,DAY"), "", ":720"},
		"a day twice":      {"quality,date" + hours + days(0, 9, "ok,DAY") + days(8, 1, "ok,DAY") + days(9, 9, "bad,DAY"), "", "line 11"},
		"stations":         {"Station,Year" + months + years(1790, 210, "A,YEAR") + years(1790, 210, "B,YEAR"), "", "A:2520 B:2520"},
		"stations, sums":   {"Station,Year,Total" + months + years(1990, 30, "A,YEAR,SUM") + years(1990, 30, "B,YEAR,SUM"), "", "A:360 B:360"},
		"one column":       {"Site,Element,Year" + months + years(1990, 9, "A,rain,YEAR") + years(1990, 9, "B,rain,YEAR"), "", "A:108 B:108"},
		"two columns":      {"Site,Element,Year" + months + years(1990, 9, "A,rain,YEAR") + years(1990, 9, "A,sun,YEAR") + years(1990, 9, "B,sun,YEAR"), "", "A/rain:108 A/sun:108 B/sun:108"},
		"quality":          {"Year,Quality" + months + years(1990, 30, "YEAR,MOD") + years(2019, 1, "YEAR,MOD"), "", "line 32"},
		"quality, named":   {"Year,Quality" + months + years(1990, 30, "YEAR,MOD") + years(2019, 1, "YEAR,MOD"), "Sort", `no column "Sort"`},
		"times across":     {"region,item,1990,1991,1992,1993\nN,x,1,2,3,4\nS,y,5,6,7,8\n", "item", "x:4 y:4"},
		"sorted by region": {"region,item,1990,1991,1992,1993\n" + numbered5("N", 250) + numbered5("S", 2), "", "first N/1"},
	} {
		tab, err := Parse(strings.NewReader(c.text), Options{ID: c.id})
		var got []string
		if err != nil {
			got = append(got, err.Error())
		} else {
			for _, s := range tab.Series {
				got = append(got, fmt.Sprintf("%s:%d", s.ID, len(s.Values)))
			}
			got = append(got, "first "+tab.Series[0].ID)
		}
		if all := strings.Join(got, " "); !strings.Contains(" "+all+" ", c.want) || err == nil && !strings.HasPrefix(c.want, "first") && !strings.HasPrefix(all, c.want+" first") {
			t.Errorf("%s: %.120s, want %s", name, all, c.want)
		}
	}
}

// numbered5 is n rows of a region, an item and four values.
func numbered5(region string, n int) (rows string) {
	for i := range n {
		rows += fmt.Sprintf("%s,%d,1,2,3,%d\n", region, i+1, i)
	}
	return rows
}
