package stamp

import (
	"strings"
	"testing"
	"time"
)

// What a layout reads it writes back as it stood, and the layout's own text is read
// as a layout that does the same.
func FuzzStamp(f *testing.F) {
	for _, cell := range []string{
		"2020-01-31", "1/14/2015 0:00", "02/04/2015 10:00 PM", "2/4/2015 10:00 p.m.", "2015-01-01T00:00:00Z", "2023-03-01 00:00:00.000+0100",
		"10.10.2023 02:00 CEST", "03/12/2023 24:00", "2020012923", "1577836800", "44596.5", "2019.0", "2018/19", "Q4 FY20", "2H23", "FY2023-P12", "FY1999-P13",
		"2020-W53-5", "KW 9/2021", "202113", "Dez 2020", "Jan. 2, 2020", "5 de mayo de 2020", "Mon 6 Jan 2020", "2021年1月",
		"10.02.2023 00:00 - 10.02.2023 01:00", "10.02.2023 23:00 - 00:00", "1 Jan 2020 - 1 Feb 2020", "2016-12-31 23:59:60",
		"1st quarter 2019", "2e trim. 2019", "mardi 1er janvier 2019", "II/2019", "1985-1986", "FY90", "20190101T000000Z", "2019.083", "2019/01/01(火)",
		"2020-01-01 - 2020-03-31", "2019-01-01 15:00-16:00",
		"1.1.2563 0:00 a 1.1.2564 0:00", "1.1.2400 0:00 a 1.1.2000 0:00",
	} {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		for _, l := range Guess(cell) {
			at, ok := l.Parse(cell)
			if !ok {
				t.Fatalf("%q: guessed %q, which does not read it", cell, l)
			}
			if got := l.Format(at); got != cell && !rounds(l, cell) {
				t.Fatalf("%q: written as %q by %q", cell, got, l)
			}
			again, err := ParseLayout(l.String())
			if err != nil {
				t.Fatalf("%q: layout %q: %v", cell, l, err)
			}
			if other, ok := again.Parse(cell); ok && !other.Equal(at) {
				t.Fatalf("%q: %v by %q, %v by its text", cell, at, l, other)
			}
		}
	})
}

// rounds reports whether a cell says more than a time holds: days of Excel have
// decimals, a leap second is the first of the next minute, and -00:00 is no offset.
func rounds(l *Layout, cell string) bool {
	return l.has(excel) || l.has(fraction12) || l.has(second) && strings.Contains(cell, "60") || l.has(offset) && strings.Contains(cell, "-00")
}

// A range may end in another month than it begins in.
func TestRangeOverMonths(t *testing.T) {
	c := NewColumn(nil)
	for i, cell := range []string{"1 Jan 2020 - 1 Feb 2020", "1 Feb 2020 - 1 Mar 2020"} {
		if err := c.Add(cell, i+2); err != nil {
			t.Fatal(err)
		}
	}
	l, times, _, err := c.Settle(func([]time.Time) float64 { return 1 })
	if err != nil || times[1] != time.Date(2020, 2, 1, 0, 0, 0, 0, time.UTC) {
		t.Errorf("%v %v", times, err)
	}
	if got := l.Format(times[1]); got != "1 Feb 2020 - 1 Mar 2020" {
		t.Errorf("written as %q", got)
	}
}
