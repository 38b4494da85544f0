package table

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A day per row and a column per part of the day become one series, whatever the columns
// are called; so do a month per row and a column per day, and a day per column.
func TestPartsOfDaysAcross(t *testing.T) {
	names := func(n int, name func(k int) string) (all []string) {
		for k := range n {
			all = append(all, name(k))
		}
		return all
	}
	for _, c := range []struct {
		head  string
		names []string
		day   string // layout
		sep   string
		first string // time
	}{
		{"Date", names(48, func(k int) string { return fmt.Sprintf("%02d:%02d", k/2, k%2*30) }), "02/01/2006", ",", "03 00:00"},
		{"Date", names(288, func(k int) string { return fmt.Sprintf("%02d:%02d", k/12, k%12*5) }), "2006-01-02", ",", "03 00:00"},
		{"Datum", names(96, func(k int) string { return fmt.Sprintf("%02d:%02d", (k+1)/4, (k+1)%4*15) }), "02.01.2006", ";", "03 00:15"},
		{"TARIH", names(24, func(k int) string { return fmt.Sprint(k) }), "20060102", ",", "03 00:00"},
		{"Jour", names(24, func(k int) string { return fmt.Sprintf("%02dh", k) }), "2006-01-02", ";", "03 00:00"},
		{"OperDay", names(24, func(k int) string { return fmt.Sprintf("HE%02d", k+1) }), "01/02/2006", ",", "03 01:00"},
		{"Date", names(24, func(k int) string { return fmt.Sprintf("%d:00 %cM", (k+11)%12+1, "AP"[k/12]) }), "2 Jan 2006", ",", "03 00:00"},
		{"Settlement Date", names(48, func(k int) string { return fmt.Sprintf("SP%d", k+1) }), "02-Jan-2006", ",", "03 00:00"},
		{"Date", names(24, func(k int) string { return fmt.Sprintf("%02d:00-%02d:00", k, k+1) }), "2006-01-02 00:00:00", ",", "03 00:00"},
		{"Date,Weekday", names(24, func(k int) string { return fmt.Sprintf("%02d:00:00", k) }), "2006-01-02,Mon", ",", "03 00:00"},
	} {
		var across, down strings.Builder
		across.WriteString(c.head + c.sep + strings.Join(c.names, c.sep) + "\n")
		cells := make([]strings.Builder, len(c.names))
		down.WriteString("Time")
		for d := range 10 {
			day := time.Date(2023, 5, 3+d, 0, 0, 0, 0, time.UTC)
			across.WriteString(day.Format(c.day))
			down.WriteString(c.sep + day.Format("2006-01-02"))
			for k := range c.names {
				fmt.Fprintf(&across, "%s%d", c.sep, 100*d+k)
				fmt.Fprintf(&cells[k], "%s%d", c.sep, 100*d+k)
			}
			across.WriteString("\n")
		}
		for k, name := range c.names {
			down.WriteString("\n" + name + cells[k].String())
		}
		for _, text := range []string{across.String(), down.String() + "\n"} {
			tab, notes := read(t, text)
			s := tab.Series[0]
			if len(tab.Series) != 1 || len(s.Values) != 10*len(c.names) || s.Start.Format("02 15:04") != c.first || s.Values[len(c.names)+1] != 101 {
				t.Errorf("%.40q: %d series, %d values from %s: %s", text, len(tab.Series), len(s.Values), s.Start, notes)
			}
		}
	}
}

func TestDaysOfMonthsAcross(t *testing.T) {
	var text strings.Builder
	text.WriteString("Station,Year,Month")
	for d := range 31 {
		fmt.Fprintf(&text, ",%d", d+1)
	}
	for m := range 4 {
		fmt.Fprintf(&text, "\nX1,2023,%d", m+1)
		for d := range 31 {
			if day := time.Date(2023, time.Month(m+1), d+1, 0, 0, 0, 0, time.UTC); int(day.Month()) == m+1 {
				fmt.Fprintf(&text, ",%d.5", d)
			} else {
				text.WriteString(",")
			}
		}
	}
	tab, _ := read(t, text.String()+"\n")
	if s := tab.Series[0]; len(s.Values) != 31+28+31+30 || s.Values[31+28] != .5 {
		t.Errorf("%d values: %v", len(s.Values), s.Values)
	}
}

// Meters of the same days are told apart by the columns before the parts of the day, and in
// NEM12 by their records.
func TestMetersAcross(t *testing.T) {
	var text, nem strings.Builder
	text.WriteString("MPAN,Measure,Date")
	for k := range 24 {
		fmt.Fprintf(&text, ",%02d:00", k)
	}
	text.WriteString(",Total\n")
	nem.WriteString("100,NEM12,200401010101,MDP,RET\n")
	for _, m := range []string{"1200000000011", "1200000000022"} {
		fmt.Fprintf(&nem, "200,%s,E1,01,E1,N1,M1,kWh,60,20230601\n", m)
		for d := range 9 {
			fmt.Fprintf(&text, "%s,kWh,%02d/05/2023", m, 20+d)
			fmt.Fprintf(&nem, "300,202305%d", 20+d)
			for k := range 24 {
				fmt.Fprintf(&text, ",%d.25", k+d)
				fmt.Fprintf(&nem, ",%d.25", k+d)
			}
			text.WriteString(",99\n")
			nem.WriteString(",A,,,20230601120000,\n")
		}
	}
	nem.WriteString("900\n")
	for _, c := range []struct{ text, id string }{{text.String(), "1200000000022"}, {nem.String(), "1200000000022/E1"}} {
		tab, notes := read(t, c.text)
		if len(tab.Series) != 2 || tab.Series[1].ID != c.id || len(tab.Series[1].Values) != 9*24 || tab.Series[1].Values[25] != 2.25 {
			t.Errorf("%.20q: %d series, %q: %s", c.text, len(tab.Series), tab.Series[0].ID, notes)
		}
	}
}

// Several tables in one file are series: below each other, under titles or with values of
// other names, and beside each other, each with its own times. Pages of one table stay one.
func TestSeveralTables(t *testing.T) {
	rows := func(from, n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, time.Date(2023, 1, from+i, 0, 0, 0, 0, time.UTC).Format("2006-01-02"), from+i)
		}
		return b.String()
	}
	var beside strings.Builder
	for i := range 20 {
		left := fmt.Sprintf("2023-01-%02d,%d", i+1, i)
		if i > 10 {
			left = ","
		}
		fmt.Fprintf(&beside, "%s,,2023-02-%02d,%d\n", left, i+1, 100+i)
	}
	months := "2023,1,5\n2023,2,6\n2023,3,7\n2023,4,8\n"
	for _, c := range []struct {
		text string
		opt  Options
		ids  string
		n    int // values of the last series
	}{
		{"North\nDay,Sales\n" + rows(1, 20, "%s,%d\n") + "\nSouth\nDay,Sales\n" + rows(1, 10, "%s,%d\n"), Options{}, "North|South", 10},
		{"Day;Sales\n" + rows(1, 20, "%s;%d\n") + "Total;99\n\nDay;Returns\n" + rows(1, 10, "%s;%d\n"), Options{}, "Sales|Returns", 10},
		{"Day,Sales\n" + rows(1, 20, "%s,%d\n") + "Page 1\nDay,Sales\n" + rows(21, 10, "%s,%d\n"), Options{}, "", 30},
		{"Day,Sales\n" + rows(1, 20, "%s,%d\n") + "Day,Sales\n" + rows(1, 20, "%s,4%d\n"), Options{}, "Sales|Sales#2", 20},
		{"Day,Sales\n" + rows(1, 20, "%s,%d\n") + "Day,Sales\n" + rows(20, 10, "%s,%d\n"), Options{}, "", 29},
		{"Day,Sales\n" + rows(1, 20, "%s,%d\n") + "Day,Sales\n" + rows(1, 30, "%s,%d\n"), Options{}, "", 30},
		{"Day,Sales\n" + rows(1, 20, "%s,%d\n") + rows(20, 1, "%s,%d\n") + "Day,Sales\n" + rows(21, 10, "%s,%d\n"), Options{}, "", 30},
		{"Day,Sales\n" + rows(1, 20, "%s,%d\n") + "Day,n/a\n" + rows(21, 10, "%s,%d\n"), Options{}, "", 30},
		{"Year,Month,Sales\n" + months + "\nYear,Month,Visits\n" + months, Options{}, "Sales|Visits", 4},
		{"Date,Sales,,Date,Visits\n" + beside.String(), Options{Values: []string{"*"}}, "Sales|Visits", 20},
		{"Date,Sales,,Date,Visits\n" + beside.String(), Options{Value: "Visits"}, "", 20},
		{"North,,,South,\nDate,Value,,Date,Value\n" + beside.String(), Options{}, "North|South", 20},
	} {
		tab, err := Parse(strings.NewReader(c.text), c.opt)
		if err != nil {
			t.Errorf("%.30q: %v", c.text, err)
			continue
		}
		var ids []string
		for _, s := range tab.Series {
			ids = append(ids, s.ID)
		}
		if last := tab.Series[len(tab.Series)-1]; strings.Join(ids, "|") != c.ids || len(last.Values) != c.n {
			t.Errorf("%.30q: series %q, the last with %d values; want %s, %d", c.text, ids, len(last.Values), c.ids, c.n)
		}
	}
}

// Names with values above a table, lines of prose above columns that blanks part, and several
// stations with a year per row.
func TestLinesAboveAndStations(t *testing.T) {
	var pairs, three, blanks, years strings.Builder
	pairs.WriteString("Report:,Sales\nRegion:,North\nDate,Value\n")
	three.WriteString("統計名：,家計調査\n表番号：,1\n\n時間軸（月次）,世帯区分,消費支出\n")
	blanks.WriteString("Oxford\nLocation: 450900E 207200N, Lat 51.761 Lon -1.262\nEstimated data is marked with a * after the value.\n   yyyy  mm   tmax  sun\n   degC hours\n")
	years.WriteString("Station,Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,Annual\n")
	for i := range 30 {
		fmt.Fprintf(&pairs, "2023-01-%02d,%d\n", i+1, i)
		fmt.Fprintf(&three, "%d年%d月,二人以上の世帯,%d\n", 2020+i/12, i%12+1, i)
		fmt.Fprintf(&blanks, "   %d  %2d  %4d.5*  ---\n", 2020+i/12, i%12+1, i)
	}
	for _, station := range []string{"Oxford", "Durham"} {
		for y := range 3 {
			fmt.Fprintf(&years, "%s,%d", station, 2020+y)
			for m := range 12 {
				fmt.Fprintf(&years, ",%d.5", 12*y+m)
			}
			years.WriteString(",9\n")
		}
	}
	for _, c := range []struct {
		text, value string
		n           int
	}{{pairs.String(), "Value", 30}, {three.String(), "消費支出", 30}, {blanks.String(), "tmax", 30}, {years.String(), "value", 36}} {
		tab, notes := read(t, c.text)
		if s := tab.Series[len(tab.Series)-1]; tab.Value != c.value || len(s.Values) != c.n || s.Known() != c.n {
			t.Errorf("%.30q: %d values of %q: %s", c.text, len(s.Values), tab.Value, notes)
		}
	}
}

// Where blanks part the columns, units in brackets belong to a name; lines with other words
// than the rows are left out with a note, and rows are never.
func TestLinesThatBlanksPart(t *testing.T) {
	var units, prose, rows strings.Builder
	units.WriteString("Date Sales (units)\n")
	prose.WriteString("Sales of all our shops\nDate Sales\n")
	rows.WriteString("date sales temp\n")
	for i := range 30 {
		day := time.Date(2023, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		fmt.Fprintf(&units, "%s %d\n", day, i)
		fmt.Fprintf(&prose, "%s %d\n", day, i)
		fmt.Fprintf(&rows, "%s %d%s\n", day, i, map[bool]string{true: " 5"}[i > 2])
	}
	if tab, notes := read(t, units.String()); tab.Value != "Sales (units)" || notes != "" {
		t.Errorf("units: %q: %s", tab.Value, notes)
	}
	if tab, notes := read(t, prose.String()); tab.Value != "Sales" || !strings.Contains(notes, "left out") {
		t.Errorf("prose: %q: %s", tab.Value, notes)
	}
	if tab, err := Parse(strings.NewReader(rows.String()), Options{Value: "sales"}); err == nil {
		t.Errorf("rows that lack a cell are left out: %d values", len(tab.Series[0].Values))
	}
}
