package table

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/forecast"
	"golang.org/x/text/encoding/charmap"
)

// read parses a table that must be readable, and gives it with its notes.
func read(t *testing.T, text string) (*Table, string) {
	t.Helper()
	tab, err := Parse(strings.NewReader(text), Options{})
	if err != nil {
		t.Fatalf("%.60q: %v", text, err)
	}
	var notes strings.Builder
	for _, n := range tab.Notes {
		fmt.Fprintln(&notes, n)
	}
	return tab, notes.String()
}

// Years of other calendars, and months of other scripts, are read and come back.
func TestOtherCalendars(t *testing.T) {
	for _, c := range []struct {
		cells []string
		start string
		next  string
	}{
		{[]string{"平成31年3月", "平成31年4月", "令和元年5月", "令和元年6月"}, "2019-03-01", "令和元年7月"},
		{[]string{"平成29年", "平成30年", "令和元年", "令和2年"}, "2017-01-01", "令和3年"},
		{[]string{"令和5年12月30日", "令和5年12月31日", "令和6年1月1日"}, "2023-12-30", "令和6年1月2日"},
		{[]string{"27/02/2563", "28/02/2563", "29/02/2563"}, "2020-02-27", "01/03/2563"}, // a leap year, which 2563 is not
		{[]string{"พ.ย. 2561", "ธ.ค. 2561", "ม.ค. 2562"}, "2018-11-01", "ก.พ. 2562"},
		{[]string{"พฤศจิกายน 2561", "ธันวาคม 2561", "มกราคม 2562"}, "2018-11-01", "กุมภาพันธ์ 2562"},
		{[]string{"نوفمبر 2023", "ديسمبر 2023", "يناير 2024"}, "2023-11-01", "فبراير 2024"},
		{[]string{"بهمن 1402", "اسفند 1402", "فروردین 1403"}, "1402-11-01", "اردیبهشت 1403"},
		{[]string{"Νοεμβρίου 2023", "Δεκεμβρίου 2023", "Ιανουαρίου 2024"}, "2023-11-01", "Φεβρουαρίου 2024"},
		{[]string{"011.2023", "012.2023", "001.2024"}, "2023-11-01", "002.2024"}, // periods of SAP
		{[]string{"1700000000.5", "1700003600.5", "1700007200.5"}, "2023-11-14", "1700010800.500"},
	} {
		var text strings.Builder
		text.WriteString("period,v\n")
		for i, cell := range c.cells {
			fmt.Fprintf(&text, "%s,%d\n", cell, i+1)
		}
		tab, err := Parse(strings.NewReader(text.String()), Options{})
		if err != nil {
			t.Errorf("%v: %v", c.cells, err)
			continue
		}
		s := tab.Series[0]
		next := tab.Layout.Format(s.Time(len(s.Values)))
		if got := s.Start.Format("2006-01-02"); len(s.Values) != len(c.cells) || got != c.start || strings.TrimRight(next, "0") != strings.TrimRight(c.next, "0") {
			t.Errorf("%v: %d values from %s, then %q, want %s and %q", c.cells, len(s.Values), got, next, c.start, c.next)
		}
	}
}

// A year that stands beside the first of its months only, without names of columns, is the
// year of all of them; rows of two names are years over their quarters.
func TestYearsThatStandOnce(t *testing.T) {
	var down strings.Builder
	down.WriteString("Price index;;\n;;Index\n;;2015=100\n")
	for i := range 30 {
		year := fmt.Sprint(2019 + i/12)
		if i%12 > 0 {
			year = ""
		}
		fmt.Fprintf(&down, "%s;%s;%d,5\n", year, []string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}[i%12], 100+i)
	}
	down.WriteString("____;;\n© the office;;\n")
	tab, _ := read(t, down.String())
	if s := tab.Series[0]; len(s.Values) != 30 || s.Values[29] != 129.5 || !s.Start.Equal(time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("down: %d values from %s: %v", len(s.Values), s.Start, s.Values)
	}
	tab, notes := read(t, "Product,2019,,,,,2020,,,,\n,Q1,Q2,Q3,Q4,Total,Q1,Q2,Q3,Q4,Total\nTea,1,2,3,4,10,5,6,7,8,26\nMilk,2,3,4,5,14,6,7,8,9,30\n")
	if s := tab.Series[0]; len(tab.Series) != 2 || !slices.Equal(s.Values, []float64{1, 2, 3, 4, 5, 6, 7, 8}) || s.Freq.Unit != forecast.Quarter || !strings.Contains(notes, "totals") {
		t.Errorf("across: %+v, %s", tab.Series, notes)
	}
}

// A column of debits and credits gives values their signs, unless they have some.
func TestDebitsAndCredits(t *testing.T) {
	for _, c := range []struct {
		name, debit, credit string
		negative            bool
	}{{"S/H", "S", "H", true}, {"DR/CR", "DR", "CR", true}, {"type", "Debit", "Credit", true}, {"grade", "D", "C", false}} {
		tab, _ := read(t, fmt.Sprintf("date,amount,%s\n2024-01-01,10,%s\n2024-01-02,20,%s\n2024-01-03,30,%s\n2024-01-04,40,%s\n", c.name, c.debit, c.credit, c.debit, c.credit))
		if got := tab.Series[0].Values[0]; got != map[bool]float64{true: -10, false: 10}[c.negative] && len(tab.Series) == 1 {
			t.Errorf("%s: %v", c.name, tab.Series[0].Values)
		}
	}
	tab, _ := read(t, "date,amount,type\n2024-01-01,-10,debit\n2024-01-02,20,credit\n2024-01-03,-30,debit\n")
	if got := tab.Series[0].Values; got[0] != -10 || got[2] != -30 {
		t.Errorf("signed already: %v", got)
	}
}

// Numbers of rows are no ids; a table about the table stands above it; the first column
// needs no name.
func TestWhatStandsAroundTables(t *testing.T) {
	var rows strings.Builder
	for i := range 30 {
		fmt.Fprintf(&rows, "tx_%03d,%s,%d\n", i, time.Date(2024, 1, 1+i, 0, 0, 0, 0, time.UTC).Format("2006-01-02"), i%5)
	}
	if tab, _ := read(t, "id,created,amount\n"+rows.String()); len(tab.Series) != 1 || len(tab.Series[0].Values) != 30 {
		t.Errorf("ids that number rows: %d series", len(tab.Series))
	}
	rows.Reset()
	for i := range 30 {
		fmt.Fprintf(&rows, "%s;%d\n", time.Date(2024, 1, 1, i, 0, 0, 0, time.UTC).Format(time.RFC3339), i%5)
	}
	if tab, _ := read(t, "Point;Kind;From;To;Quantity\n123;Load;01/01/2024;02/01/2024;Energy\nStamp;Value\n"+rows.String()); tab.Time != "Stamp" || len(tab.Series[0].Values) != 30 {
		t.Errorf("a table above: %q, %d values", tab.Time, len(tab.Series[0].Values))
	}
	rows.Reset()
	for i := range 12 {
		fmt.Fprintf(&rows, "%s,%d,%d\n", time.Date(2020, time.Month(1+3*i), 1, 0, 0, 0, 0, time.UTC).Format("Jan-2006"), 100+i, 200+i)
	}
	tab, err := Parse(strings.NewReader(",Prices; Sydney,Prices; Perth\nUnit,Index,Index\nSeries Type,Original,Original\n"+rows.String()), Options{Value: "Prices; Perth"})
	if err != nil || tab.Series[0].Values[11] != 211 || math.IsNaN(tab.Series[0].Values[0]) {
		t.Errorf("a first column without a name: %v", err)
	}
}

// JSON that was cut off is said to be, wherever it ends: a table of a part of the records
// would give a forecast of the wrong months.
func TestCutJSON(t *testing.T) {
	whole := `[{"t":"2020-01","v":1},{"t":"2020-02","v":2},{"t":"2020-03","v":3}]`
	for _, text := range []string{whole, `{"v":[1,2,3,4],"t":["2020-01","2020-02","2020-03","2020-04"]}`, "{ }"} {
		for n := 2; n < len(text); n++ {
			if text[:n] == `{"` || text[:n] == "[{" || text[:n] == `{"v` {
				continue // two or three bytes may be anything
			}
			_, err := Parse(strings.NewReader(text[:n]), Options{})
			if !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), "cut off") {
				t.Errorf("%s: %v", text[:n], err)
			}
		}
	}
}

// A row in which a time comes again and again is merged without the memory for it doubling
// each time.
func TestTimesThatComeAgain(t *testing.T) {
	head, row := "shop", "a"
	for m := range 24 {
		at := fmt.Sprintf(",%d-%02d", 2019+m/12, m%12+1)
		head += at + at
		row += fmt.Sprintf(",%d,%d", m, m)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	tab, err := Parse(strings.NewReader(head+"\n"+row+"\n"), Options{})
	runtime.ReadMemStats(&after)
	if err != nil || len(tab.Series[0].Values) != 24 {
		t.Errorf("%v", err)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20 {
		t.Errorf("%d MB", n>>20)
	}
}

// Records are found wherever they are inside JSON, with what their object says of them.
func TestNestedJSON(t *testing.T) {
	tab, _ := read(t, `{"status":"success","data":{"result":[{"metric":{"job":"a"},"values":[[1700000000,"1"],[1700000060,"2"],[1700000120,"3"]]},{"metric":{"job":"b"},"values":[[1700000000,"4"],[1700000060,"5"],[1700000120,"6"]]}]}}`)
	if len(tab.Series) != 2 || tab.Series[1].ID != "b" || tab.Series[1].Values[2] != 6 || tab.Series[0].Freq.String() != "min" {
		t.Errorf("%+v", tab.Series)
	}
	tab, _ = read(t, `{"took":5,"aggs":{"days":{"buckets":[{"key":"2024-01-01","count":3},{"key":"2024-01-02","count":4},{"key":"2024-01-03","count":5}]}}}`)
	if len(tab.Series) != 1 || tab.Series[0].Values[2] != 5 || tab.Series[0].Freq.Unit != forecast.Day {
		t.Errorf("%+v", tab.Series)
	}
}

// Comments stand above a header, or are one; blanks may part the columns.
func TestComments(t *testing.T) {
	tab, _ := read(t, "#datatype,string,dateTime,double\n#default,,,\n,result,_time,_value\n,a,2024-01-01,1\n,a,2024-01-02,2\n,a,2024-01-03,3\n")
	if tab.Time != "_time" || tab.Value != "_value" || len(tab.Series[0].Values) != 3 {
		t.Errorf("%q, %q: %+v", tab.Time, tab.Value, tab.Series)
	}
	tab, _ = read(t, "# Monthly means, preliminary\n# year month average\n2024  1  10.5\n2024  2  11.5\n2024  3  12.5\n")
	if tab.Value != "average" || tab.Series[0].Freq.Unit != forecast.Month || tab.Series[0].Values[2] != 12.5 {
		t.Errorf("%q: %+v", tab.Value, tab.Series)
	}
}

// What a column is called says that 03/2020 is a week; what its rows do, that Jan 03 is a
// day; and what is behind a range of months, which year it has.
func TestTimesByTheirCompany(t *testing.T) {
	for _, c := range []struct {
		header, cells, next string
		unit                forecast.Freq
	}{
		{"Week", "51/2020 52/2020 53/2020 01/2021", "02/2021", forecast.Freq{Unit: forecast.Week, N: 1}},
		{"KW", "2020-02 2020-03 2020-04", "2020-05", forecast.Freq{Unit: forecast.Week, N: 1}},
		{"Month", "2020-02 2020-03 2020-04", "2020-05", forecast.Freq{Unit: forecast.Month, N: 1}},
		{"Period", "Jul-Sep_2019 Oct-Dec_2019 Jan-Mar_2020", "Apr-Jun 2020", forecast.Freq{Unit: forecast.Quarter, N: 1}},
		{"Period", "Oct-Dec_2019 Nov-Jan_2020 Dec-Feb_2020", "Jan-Mar 2020", forecast.Freq{Unit: forecast.Month, N: 1}},
		{"date", "Jan_03 Jan_04 Jan_05 Jan_06 Jan_07", "", forecast.Freq{}},
		{"date", "Jan_03 Feb_03 Mar_03 Apr_03", "May 03", forecast.Freq{Unit: forecast.Month, N: 1}},
	} {
		var text strings.Builder
		fmt.Fprintf(&text, "%s,v\n", c.header)
		for i, cell := range strings.Fields(c.cells) {
			fmt.Fprintf(&text, "%s,%d\n", strings.ReplaceAll(cell, "_", " "), i)
		}
		tab, _ := read(t, text.String())
		s := tab.Series[0]
		next := ""
		if tab.Layout != nil {
			next = tab.Layout.Format(s.Time(len(s.Values)))
		}
		if s.Freq != c.unit || next != c.next || len(s.Values) != len(strings.Fields(c.cells)) {
			t.Errorf("%s: %d values, frequency %s, then %q", c.cells, len(s.Values), s.Freq, next)
		}
	}
}

// Text in an older code is read, its months too, and it is said which code was guessed.
func TestOlderCodes(t *testing.T) {
	var text strings.Builder
	text.WriteString("Месяц;Выручка\n")
	for i, m := range strings.Fields("ноябрь декабрь январь февраль") {
		fmt.Fprintf(&text, "%s %d;%d\n", m, 2022+i/2, i)
	}
	coded, err := charmap.Windows1251.NewEncoder().String(text.String())
	if err != nil {
		t.Fatal(err)
	}
	tab, notes := read(t, coded)
	if s := tab.Series[0]; tab.Value != "Выручка" || len(s.Values) != 4 || s.Start.Month() != time.November || !strings.Contains(notes, "Windows-1251") {
		t.Errorf("%q: %d values from %s; %s", tab.Value, len(s.Values), s.Start, notes)
	}
}

// Amounts say themselves whether they are debits; Cr is a credit in accounts, and a crore
// elsewhere.
func TestMarkedAmounts(t *testing.T) {
	for _, c := range []struct {
		name  string
		cells []string
		want  []float64
	}{
		{"Amount", []string{"132.22 DR", "5.00 CR", "1,200.00DR"}, []float64{-132.22, 5, -1200}},
		{"Amount", []string{"Cr 132.22", "Dr. 5.00", "Cr 7"}, []float64{132.22, -5, 7}},
		{"Betrag", []string{"1 (Cr)", "2 (Dr)", "3 (Cr)"}, []float64{1, -2, 3}},
		{"Closing balance (INR)", []string{"13,081.18 Cr.", "14,000.00 Cr.", "5.00 Cr."}, []float64{13081.18, 14000, 5}},
		{"Balance", []string{"2 Cr", "50 Lakh", "2.5 Cr"}, []float64{2e7, 5e6, 2.5e7}},
		{"Amount", []string{"2 Cr", "3 Cr", "2.50 Cr"}, []float64{2e7, 3e7, 2.5e7}},
		{"Amount", []string{"-100.00 DR", "(5.00) DR", "7.00 CR"}, []float64{-100, -5, 7}},
		{"Amount", []string{"100.00 DR", "-5.00 DR", "(7.00) DR"}, []float64{-100, 5, 7}},
		{"Revenue", []string{"120.5 Cr", "130 Cr", "125 Cr"}, []float64{1.205e9, 1.3e9, 1.25e9}},
	} {
		text := "Date;" + c.name + "\n"
		for i, cell := range c.cells {
			text += fmt.Sprintf("2024-01-0%d;%s\n", i+1, cell)
		}
		if tab, notes := read(t, text); !slices.Equal(tab.Series[0].Values, c.want) {
			t.Errorf("%s: %v, want %v; %s", c.name, tab.Series[0].Values, c.want, notes)
		}
	}
}

// References are no amounts, and a mark or another prefix of the unit may first stand below the rows that columns are
// judged by.
func TestMarksOfOthers(t *testing.T) {
	var flights, late, wakes, sizes strings.Builder
	sizes.WriteString("date,size\n")
	flights.WriteString("date,flight,delay\n")
	late.WriteString("date,v\n")
	wakes.WriteString("date,units,stock\n")
	for i := range 250 {
		day := time.Date(2023, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		fmt.Fprintf(&flights, "%s,CR%d,%d\n", day, 900+i, i)
		fmt.Fprintf(&late, "%s,%d.00%s\n", day, i, map[bool]string{true: " DR"}[i > 220])
		fmt.Fprintf(&sizes, "%s,%s\n", day, map[bool]string{true: "1.2 GB", false: "900 MB"}[i > 220])
		fmt.Fprintf(&wakes, "%s,%d,%d\n", day, max(0, i-220), i)
	}
	if tab, notes := read(t, flights.String()); tab.Value != "delay" {
		t.Errorf("flights: %q: %s", tab.Value, notes)
	}
	tab, notes := read(t, late.String())
	if v := tab.Series[0].Values; v[220] != 220 || v[249] != -249 || !strings.Contains(notes, "DR") {
		t.Errorf("late marks: %v, %v: %s", v[220], v[249], notes)
	}
	tab, notes = read(t, sizes.String())
	if v := tab.Series[0].Values; v[0] != 900 || v[249] != 1200 {
		t.Errorf("late unit: %v, %v: %s", v[0], v[249], notes)
	}
	if _, err := Parse(strings.NewReader(wakes.String()), Options{}); err == nil || !strings.Contains(err.Error(), `"units", "stock"`) {
		t.Errorf("a column that is constant at first is not asked about: %v", err)
	}
}

// The column of values is found beside columns that hold one number in all rows, times in
// another form, and numbers that are names; steps may be numbered in the header; a time
// may be plain digits under a name that ends as those of times.
func TestTheOnlyColumnThatVaries(t *testing.T) {
	long := func(head, row string) string {
		var b strings.Builder
		b.WriteString(head + "\n")
		for i := range 12 {
			fmt.Fprintf(&b, strings.ReplaceAll(row, "EPOCH", fmt.Sprint(1673611800000+60000*i))+"\n", i+10, i*i)
		}
		return b.String()
	}
	steps := "id,item,cat"
	for i := range 9 {
		steps += fmt.Sprintf(",d_%d", i+1)
	}
	for _, c := range []struct {
		text, value string
		n, series   int
	}{
		{long("date,goal,steps", "2023-01-%d,7500,%d"), "steps", 12, 1},
		{long("key_as_string,key,count", "2023-01-13T12:%[1]d:00Z,EPOCH,%[2]d"), "count", 12, 1},
		{long("Datum;WkNr;Menge;ME", "%d.01.2023;1000;%d;ST"), "Menge", 12, 1},
		{long("STATION;MESS_DATUM;QN;TT", "1048;20230101%d;3;%d"), "TT", 12, 1},
		{long("agency\tsite_no\tdatetime\tq\n5s\t15s\t20d\t14n", "USGS\t0164\t2023-01-%d\t%d"), "q", 12, 1},
		{long("Date,Dept,Sales", "2023-01-%[1]d,1,%[2]d\n2023-01-%[1]d,2,%[2]d"), "Sales", 12, 2},
		{steps + "\nA1,A,x,1,2,3,4,5,6,7,8,9\nB2,B,x,1,2,3,4,5,6,7,8,9\n", "value", 9, 2},
	} {
		tab, notes := read(t, c.text)
		if tab.Value != c.value || len(tab.Series) != c.series || len(tab.Series[0].Values) != c.n {
			t.Errorf("%.50q: %d series of %d values of %q: %s", c.text, len(tab.Series), len(tab.Series[0].Values), tab.Value, notes)
		}
	}
}

// Values in several multiples of one unit are converted to that of most.
func TestMultiplesOfUnits(t *testing.T) {
	for _, c := range []struct {
		cells []string
		want  []float64
	}{
		{[]string{"950 MB", "1.01 GB", "980.5 MB", "120 KB"}, []float64{950, 1010, 980.5, .12}},
		{[]string{"1,5 kW", "900 W", "1,25 kW"}, []float64{1.5, .9, 1.25}},
		{[]string{"12 kWh", "13 kWh", "14 kWh"}, []float64{12, 13, 14}},
		{[]string{"850ms", "1.2s", "700ms"}, []float64{850, 1200, 700}},
		{[]string{"950 mb", "1.01 gb", "980.5 mb"}, []float64{950, 1010, 980.5}},
		{[]string{"950 Mbps", "1.01 Gbps", "980 mbps"}, []float64{950, 1010, 980}},
		{[]string{"5 m", "6 m", "7 s"}, []float64{5, 6, 7}},
	} {
		text := "date;traffic\n"
		for i, cell := range c.cells {
			text += fmt.Sprintf("2024-01-0%d;%s\n", i+1, cell)
		}
		tab, notes := read(t, text)
		for i, v := range tab.Series[0].Values {
			if math.Abs(v-c.want[i]) > 1e-9 {
				t.Errorf("%v: %v, want %v; %s", c.cells, tab.Series[0].Values, c.want, notes)
				break
			}
		}
	}
}

// Many series with steps that have no row are one remark.
func TestThinSeriesAreOneRemark(t *testing.T) {
	text := "date,shop,v\n"
	for i := range 60 {
		for s := range 7 {
			if i%2 == 0 || (i+s)%5 == 0 {
				text += fmt.Sprintf("%s,s%d,%d\n", time.Date(2024, 1, 1+i, 0, 0, 0, 0, time.UTC).Format("2006-01-02"), s, i)
			}
		}
	}
	_, notes := read(t, text)
	if n := strings.Count(notes, "of the steps"); n != 1 || !strings.Contains(notes, `"s3" and 3 more`) {
		t.Errorf("%d remarks: %s", n, notes)
	}
}

// Durations are values where there are no others, in seconds.
func TestDurations(t *testing.T) {
	for _, cells := range [][]string{{"0:04:19", "0:05:00", "1:00:30"}, {"4m 19s", "5min 0s", "1h 0m 30s"}, {"4 min 19 s", "5 m 0 s", "1 h 30 sec"}, {"4m 19s", "300s", "1h 30s"}} {
		text := "Date,Average session\n"
		for i, cell := range cells {
			text += fmt.Sprintf("2024-01-0%d,%s\n", i+1, cell)
		}
		tab, notes := read(t, text+"2024-01-04,\n2024-01-05,"+cells[0]+"\n")
		if got := tab.Series[0].Values; len(got) != 5 || got[0] != 259 || got[1] != 300 || got[2] != 3630 || !math.IsNaN(got[3]) || !strings.Contains(notes, "seconds") {
			t.Errorf("%v: %v; %s", cells, got, notes)
		}
	}
}

// A column of durations may have most cells with one part, and some with a sign; of two such
// columns one must be named.
func TestDurationsOfOnePart(t *testing.T) {
	days := func(head string, row func(i int) string) string {
		for i := range 20 {
			head += fmt.Sprintf("\n2024-01-%02d,%s", i+1, row(i))
		}
		return head + "\n"
	}
	for _, c := range []struct {
		most, last string
		want       float64
	}{{"45s", "1m 5s", 65}, {"45m", "1h 21m", 4860}, {"0:04:10", "-0:04:10", -250}} {
		tab, notes := read(t, days("day,run", func(i int) string { return map[bool]string{true: c.last, false: c.most}[i == 19] }))
		if v := tab.Series[0].Values; v[19] != c.want || v[0] == 45 && c.most == "45m" {
			t.Errorf("%s, %s: %v: %s", c.most, c.last, v, notes)
		}
	}
	text := days("day,call,wait", func(i int) string { return fmt.Sprintf("0:08:%02d,0:17:%02d", i, i) })
	if _, err := Parse(strings.NewReader(text), Options{}); err == nil || !strings.Contains(err.Error(), `durations ("call", "wait")`) {
		t.Errorf("two columns of durations: %v", err)
	}
	if tab, err := Parse(strings.NewReader(text), Options{Value: "wait"}); err != nil || tab.Series[0].Values[1] != 1021 {
		t.Errorf("the second of them: %v", err)
	}
}
