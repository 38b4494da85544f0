package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// The style of quarters, weeks and month names comes back in the times of the forecast.
func TestStylesComeBack(t *testing.T) {
	for _, c := range []struct{ first, second, third, next string }{
		{"2020Q1", "2020Q2", "2020Q3", "2020Q4"},
		{"2020-Q3", "2020-Q4", "2021-Q1", "2021-Q2"},
		{"2020 q3", "2020 q4", "2021 q1", "2021 q2"},
		{"2020-W52", "2020-W53", "2021-W01", "2021-W02"},
		{"2020W05", "2020W06", "2020W07", "2020W08"},
		{"2020-W05-1", "2020-W06-1", "2020-W07-1", "2020-W08-1"},
		{"1577836800", "1577923200", "1578009600", "1578096000"},
		{"1577836800000", "1577836801000", "1577836802000", "1577836803000"},
		{"Jan-20", "Feb-20", "Mar-20", "Apr-20"},
		{"2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30"},
		{"28/01/2020", "29/01/2020", "30/01/2020", "31/01/2020"},
		{"1/11/2020", "1/12/2020", "1/13/2020", "1/14/2020"},
		{"ene 2020", "feb 2020", "mar 2020", "abr 2020"},
		{"Fevereiro 2020", "Março 2020", "Abril 2020", "Maio 2020"},
		{"2020-01-01T22:00:00Z", "2020-01-01T23:00:00Z", "2020-01-02T00:00:00Z", "2020-01-02T01:00:00Z"},
		{"2019", "2020", "2021", "2022"},
		{"2020.11", "2020.12", "2021.01", "2021.02"},
	} {
		tab, err := Parse(strings.NewReader(fmt.Sprintf("date,v\n%s,1\n%s,2\n%s,3\n", c.first, c.second, c.third)), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.first, err)
			continue
		}
		if got := tab.Layout.Format(tab.Series[0].Time(3)); got != c.next {
			t.Errorf("after %s, %s, %s comes %q, want %q", c.first, c.second, c.third, got, c.next)
		}
	}
}

// A format is given as Go, as strftime or by name; one that names no date is refused.
func TestParseLayout(t *testing.T) {
	when := time.Date(2020, 3, 7, 15, 4, 0, 0, time.UTC)
	for format, want := range map[string]string{
		"%d/%m/%Y": "07/03/2020", "%Y-%m-%dT%H:%M": "2020-03-07T15:04", "%b %Y": "Mar 2020", "%B %d, %Y": "March 07, 2020", "%F %T": "2020-03-07 15:04:00",
		"2006.01.02": "2020.03.07", "epoch": "1583593440",
	} {
		l, err := stamp.ParseLayout(format)
		if err != nil || l.Format(when) != want {
			t.Errorf("%s writes %q, want %q (%v)", format, l.Format(when), want, err)
		}
	}
	for _, bad := range []string{"%Q", "yyyy-mm-dd", "abc"} {
		if l, err := stamp.ParseLayout(bad); err == nil {
			t.Errorf("format %q is taken as %+v", bad, l)
		}
	}
}

// Days and months are told apart by a line that decides.
func TestDayOrMonth(t *testing.T) {
	for name, c := range map[string]struct{ text, first string }{
		"a day above 12": {"d,v\n01/02/2020,1\n02/02/2020,2\n13/02/2020,3\n", "2020-02-01"},
		"a US day":       {"d,v\n01/12/2020,1\n01/13/2020,2\n01/14/2020,3\n", "2020-01-12"},
	} {
		tab, err := Parse(strings.NewReader(c.text), Options{Freq: forecast.Freq{Unit: forecast.Day, N: 1}})
		if err != nil || tab.Series[0].Start.Format("2006-01-02") != c.first {
			t.Errorf("%s: %v starts at %v", name, err, tab)
		}
	}
}

// Times of day without dates run on: a day begins where the time goes back. They are
// written as they were read. What does not run on is refused in one line.
func TestTimesOfDay(t *testing.T) {
	column := func(days, step int, format string) string {
		var b strings.Builder
		b.WriteString("at,kwh\n")
		for i := range days * 24 * 60 / step {
			at := time.Date(2024, 5, 1, 0, step*i, 0, 0, time.UTC)
			fmt.Fprintf(&b, "%s,%d\n", at.Format(format), i%7)
		}
		return b.String()
	}
	for _, c := range []struct {
		days, step int
		format     string
		next       string
	}{
		{3, 30, "15:04", "00:00"}, {1, 60, "15:04:05", "00:00:00"}, {2, 15, "3:04 PM", "12:00 AM"}, {2, 60, "3 PM", "12 AM"},
	} {
		tab, err := Parse(strings.NewReader(column(c.days, c.step, c.format)), Options{})
		if err != nil {
			t.Fatalf("%s: %v", c.format, err)
		}
		s := tab.Series[0]
		n := c.days * 24 * 60 / c.step
		if len(s.Values) != n || tab.Time != "at" || tab.Layout.Format(s.Time(n)) != c.next || s.Time(1).Sub(s.Time(0)) != time.Duration(c.step)*time.Minute {
			t.Errorf("%s: %d values, step %s, next %s", c.format, len(s.Values), s.Freq, tab.Layout.Format(s.Time(n)))
		}
		if !slices.ContainsFunc(tab.Notes, func(n Note) bool { return strings.Contains(n.What, fmt.Sprintf("(%d in all)", c.days)) }) {
			t.Errorf("%s: notes %v", c.format, tab.Notes)
		}
	}
	panel := "id,time,v\na,09:00,1\na,10:00,2\na,11:00,3\na,09:00,4\na,10:00,5\na,11:00,6\nb,09:00,1\nb,10:00,2\nb,11:00,3\nb,09:00,4\nb,10:00,5\nb,11:00,6\n"
	tab, err := Parse(strings.NewReader(panel), Options{})
	if err != nil || len(tab.Series) != 2 || !tab.Series[0].Start.Equal(tab.Series[1].Start) {
		t.Errorf("two series: %v, %+v", err, tab)
	}
	for text, says := range map[string]string{
		"time,v\n10:00,1\n10:00,2\n10:00,3\n10:00,4\n":                         "that of the row before",
		"time,v\n10:07,1\n03:52,2\n04:11,3\n02:15,4\n22:29,1\n05:03,1\n":       "do not run on",
		"time,v\n10:00:00,1\n10:00:03,2\n10:11:09,1\n10:12:00,3\n11:00:00,4\n": "do not run on",
	} {
		if _, err := Parse(strings.NewReader(text), Options{}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}

// Pairs of seconds, or milliseconds, since 1970 and a value need no names, however few.
func TestPairs(t *testing.T) {
	for _, text := range []string{
		`[[1718000000, 3], [1718003600, 4], [1718007200, 5.5]]`,
		`[[1718000000000, 3], [1718003600000, 4], [1718007200000, 5.5], [1718010800000, null]]`,
		`{"target":"cpu","datapoints":[[1718000000, 3], [1718003600, 4], [1718007200, 5.5]]}`,
	} {
		tab, err := Parse(strings.NewReader(text), Options{})
		if err != nil || tab.Series[0].Freq.String() != "H" || tab.Series[0].Values[2] != 5.5 || !tab.Series[0].Start.Equal(time.Unix(1718000000, 0)) {
			t.Errorf("%s: %v, %+v", text, err, tab)
		}
	}
}
