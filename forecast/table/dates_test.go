package table

import (
	"fmt"
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
