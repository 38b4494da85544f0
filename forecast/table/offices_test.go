package table

import (
	"strconv"
	"strings"
	"testing"
)

// Tables as statistical offices, shops and people with a spreadsheet lay them out: the
// first and the last step, the number of steps, and what the reader is told.
func TestOffices(t *testing.T) {
	months := strings.Fields("January February March April May June July August September October November December")
	var blocks, matrix, merged, coded, average, spoken strings.Builder
	blocks.WriteString("Title,Price index\nCDID,D7X\nUnit,\"2015=100\"\nRelease date,15-11-2023\nNext release,20 December 2023\n2019,100.5\n2020,101.5\n2019 Q1,99\n2019 Q2,101\n2020 Q1,102\n")
	matrix.WriteString("Month,2019,2020,2021\n")
	merged.WriteString("Year,Month,Units\n")
	coded.WriteString("series_id,year,period,value\n")
	average.WriteString("Month,Units\n")
	spoken.WriteString("day,level\n")
	for i, m := range months {
		blocks.WriteString("2020 " + strings.ToUpper(m[:3]) + "," + hundred(i) + "\n")
		last := hundred(24 + i)
		if i > 7 {
			last = ""
		}
		matrix.WriteString(m + "," + hundred(i) + "," + hundred(12+i) + "," + last + "\n")
		coded.WriteString("X1,2020,M" + strings.TrimPrefix(hundred(i), "1") + "," + hundred(i) + "\n")
		average.WriteString(m + " 2020," + hundred(i) + "\n")
		if i%3 == 2 {
			average.WriteString("Q" + hundred(i / 3)[2:] + " 2020,900\n")
		}
		year := ""
		if i == 0 {
			year = "2020"
		}
		merged.WriteString(year + "," + m + "," + hundred(i) + "\n")
		word := hundred(i)
		if i == 3 || i == 8 {
			word = "offline"
		}
		spoken.WriteString("2020-01-" + hundred(i)[1:] + "," + word + "\n")
	}
	coded.WriteString("X1,2020,M13,150\n")
	average.WriteString("Average,106\nSource: the office\nDownloaded 2021-02-03\n")
	for name, c := range map[string]struct {
		text, first, last string
		steps             int
		value             float64 // of the last step that is known
		note              string
	}{
		"years, quarters, months":  {blocks.String(), "2020 JAN", "2020 DEC", 12, 112, "longer periods than the last ones, skipped: 3"},
		"months by years":          {matrix.String(), "2019-01", "2021-08", 32, 132, "a year in every column"},
		"merged cells":             {merged.String(), "2020-01", "2020-12", 12, 112, ""},
		"labour statistics":        {coded.String(), "2020-01", "2020-12", 12, 112, "rows without a time, skipped: 1"},
		"quarters among months":    {average.String(), "January 2020", "December 2020", 12, 112, "longer periods than the others, skipped: 4"},
		"a word for missing":       {spoken.String(), "2020-01-01", "2020-01-12", 12, 112, `"offline" is no number, taken as missing: 2 (first on line 5)`},
		"Roman quarters":           {"Jahr;I;II;III;IV\n2019;1;2;3;4\n2020;5;6;7;8\n2021;9;10;;\n", "2019Q1", "2021Q2", 10, 10, "4 columns"},
		"quarters written out":     {"Jahr;1. Quartal;2. Quartal;3. Quartal;4. Quartal\n2019;1;2;3;4\n2020;5;6;7;8\n", "2019Q1", "2020Q4", 8, 8, "4 columns"},
		"an empty column":          {"t,v,note\n2020-01,1,\n2020-02,2,\n2020-03,3,\n", "2020-01", "2020-03", 3, 3, `not used: "note"`},
		"provisional times":        {"year,v\n2017,1\n2018,2\n2019,3\n2020 (p),4\n2021*,5\n", "2017", "2021", 5, 5, "marks behind times, left out: 2"},
		"nines for missing":        {"t,v\n2020-01-01,1\n2020-01-02,-999\n2020-01-03,2\n2020-01-04,-999\n2020-01-05,3\n", "2020-01-01", "2020-01-05", 5, 3, "-999 stands for a missing value: 2"},
		"quarters as months":       {"q,v\n2019-1,1\n2019-2,2\n2019-3,3\n2019-4,4\n2020-1,5\n2020-2,6\n2020-3,7\n2020-4,8\n", "2019-1", "2020-4", 8, 8, "read as quarters"},
		"no name for the times":    {";EUR;FLAGS\n;Price;\nstate;05.01.2020;\n2019-01;1,5;\n2019-02;2,5;\n2019-03;3,5;p\n", "2019-01", "2019-03", 3, 3.5, "below the header, skipped"},
		"ten days of hours":        {"t,v\n" + hoursOfDays(10), "01/01/2019 00:00", "10/01/2019 23:00", 240, 239, ""},
		"ten days of hours, dots":  {"t;v\n" + strings.ReplaceAll(strings.ReplaceAll(hoursOfDays(10), ",", ";"), "/", "."), "01.01.2019 00:00", "10.01.2019 23:00", 240, 239, ""},
		"parted by blanks":         {"date        value\n2020-01-01    1.5\n2020-02-01    2.5\n2020-03-01    3.5\n", "2020-01-01", "2020-03-01", 3, 3.5, ""},
		"headers again":            {"date,v\n2020-01-01,1\n2020-02-01,2\ndate,v\n2020-03-01,3\n2020-04-01,4\n2020-05-01,5\n2020-06-01,6\n", "2020-01-01", "2020-06-01", 6, 6, "headers that come again, skipped: 1"},
		"the same row twice":       {"date,v\n2020-01-01,1\n2020-02-01,2\n2020-02-01,2\n2020-03-01,3\n", "2020-01-01", "2020-03-01", 3, 3, "taken once: 1"},
		"months of a decimal year": {"time,v\n2019,1\n2019.083,2\n2019.167,3\n2019.25,4\n", "2019", "2019.25", 4, 4, ""},
	} {
		got, err := Parse(strings.NewReader(c.text), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		s := got.Series[0]
		first, last := got.Layout.Format(s.Time(0)), got.Layout.Format(s.Time(len(s.Values)-1))
		if first != c.first || last != c.last || len(s.Values) != c.steps || s.Values[len(s.Values)-1] != c.value {
			t.Errorf("%s: %s to %s, %d steps, last %v; want %s to %s, %d, %v", name, first, last, len(s.Values), s.Values[len(s.Values)-1], c.first, c.last, c.steps, c.value)
		}
		notes := ""
		for _, n := range got.Notes {
			notes += n.String() + "\n"
		}
		if !strings.Contains(notes, c.note) {
			t.Errorf("%s: %q, want %q", name, notes, c.note)
		}
	}
}

// hundred is 101 + i.
func hundred(i int) string { return "1" + string(rune('0'+(i+1)/10)) + string(rune('0'+(i+1)%10)) }

// hoursOfDays are the hours from the first of January on, as many as fit into a month.
func hoursOfDays(n int) string {
	var b strings.Builder
	for i := range 24 * n {
		b.WriteString(hundred(i / 24)[1:] + "/01/2019 " + hundred(i%24 - 1)[1:] + ":00," + strconv.Itoa(i) + "\n")
	}
	return b.String()
}
