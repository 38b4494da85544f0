package table

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// days writes rows for the days on which keep is true, with the values of f.
func days(n int, keep func(t time.Time, i int) bool, f func(i int) float64) string {
	var b strings.Builder
	b.WriteString("day,v\n")
	start := time.Date(2023, 1, 2, 0, 0, 0, 0, time.UTC) // a Monday
	for i := range n {
		if t := start.AddDate(0, 0, i); keep(t, i) {
			fmt.Fprintf(&b, "%s,%g\n", t.Format("2006-01-02"), f(i))
		}
	}
	return b.String()
}

// Days on which a shop never sells are closed, not missing, and the answer has none.
func TestClosedDays(t *testing.T) {
	text := days(200, func(t time.Time, _ int) bool { return t.Weekday() != time.Sunday && t.Weekday() != time.Wednesday }, func(i int) float64 { return float64(i % 7) })
	tab := table(t, text, Options{})
	s := tab.Series[0]
	if s.Freq.String() != "D[Mon-Tue, Thu-Sat]" || s.Freq.Season() != 5 || s.Known() != len(s.Values) {
		t.Errorf("frequency %s, season %d, %d of %d values known", s.Freq, s.Freq.Season(), s.Known(), len(s.Values))
	}
	for h := range 10 {
		if d := s.Time(len(s.Values) + h).Weekday(); d == time.Sunday || d == time.Wednesday {
			t.Errorf("step %d is on a %s", h+1, d)
		}
	}
	if notes := fmt.Sprint(tab.Notes); !strings.Contains(notes, "closed") {
		t.Errorf("nothing is said of closed days: %s", notes)
	}
	if all := table(t, text, Options{Open: "all"}).Series[0]; all.Freq.String() != "D" || all.Known() == len(all.Values) {
		t.Errorf("with everything open the frequency is %s", all.Freq)
	}
}

// Days without a row are what the options say, and where many are the reader says so.
func TestFill(t *testing.T) {
	text := days(120, func(_ time.Time, i int) bool { return i*i%5 == 1 || i == 0 }, func(int) float64 { return 2 })
	for fill, want := range map[Fill]float64{FillZero: 0, FillLinear: 2, FillSeasonal: 2, FillNone: math.NaN()} {
		if got := table(t, text, Options{Fill: fill}).Series[0].Values[2]; got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%q: a day without a row is %v, want %v", fill, got, want)
		}
	}
	if notes := fmt.Sprint(table(t, text, Options{}).Notes); !strings.Contains(notes, "% of the steps") {
		t.Errorf("nothing is said of the days without a row: %s", notes)
	}
	if notes := fmt.Sprint(table(t, text, Options{Fill: FillZero}).Notes); strings.Contains(notes, "% of the steps") {
		t.Errorf("asked in spite of an answer: %s", notes)
	}
}

// A series of sales that are zero without a row goes on to the panel's last day.
func TestFillZeroGoesOn(t *testing.T) {
	tab := table(t, "id,day,v\na,2023-01-01,1\na,2023-01-02,1\na,2023-01-05,1\nb,2023-01-01,1\nb,2023-01-02,1\nb,2023-01-03,2\n", Options{ID: "id", Fill: FillZero})
	for _, s := range tab.Series {
		if len(s.Values) != 5 {
			t.Errorf("series %s has %d days, want 5: %v", s.ID, len(s.Values), s.Values)
		}
	}
}

// A month that has only begun is noticed; whole ones are not, nor are falls that the
// series has had before.
func TestPartial(t *testing.T) {
	months := func(last float64) string {
		var b strings.Builder
		b.WriteString("month,v\n")
		for i := range 40 {
			fmt.Fprintf(&b, "%d-%02d,%.1f\n", 2020+i/12, i%12+1, 1000+10*float64(i)+100*math.Sin(float64(i)*math.Pi/6)+7*float64(i*i%5))
		}
		fmt.Fprintf(&b, "2023-05,%g\n", last)
		return b.String()
	}
	tab := table(t, months(400), Options{})
	if notes := fmt.Sprint(tab.Notes); !strings.Contains(notes, "2023-05") || len(tab.Series[0].Values) != 41 {
		t.Errorf("notes %s, %d values", notes, len(tab.Series[0].Values))
	}
	if dropped := table(t, months(400), Options{DropPartial: true}).Series[0]; len(dropped.Values) != 40 {
		t.Errorf("%d values are left, want 40", len(dropped.Values))
	}
	if notes := fmt.Sprint(table(t, months(1480), Options{DropPartial: true}).Notes); strings.Contains(notes, "last value") {
		t.Errorf("a whole month: %s", notes)
	}
}

// With a cutoff all series end at the same time.
func TestCutoff(t *testing.T) {
	text := "id,day,v\n"
	for i := 1; i <= 20; i++ {
		text += fmt.Sprintf("a,2023-01-%02d,%d\n", i, i)
		if i <= 15 {
			text += fmt.Sprintf("b,2023-01-%02d,%d\n", i, i)
		}
		if i <= 3 {
			text += fmt.Sprintf("c,2023-01-%02d,%d\n", i, i)
		}
	}
	tab := table(t, text, Options{ID: "id", Cutoff: "2023-01-18"})
	if len(tab.Series) != 2 || len(tab.Skipped) != 1 || tab.Skipped[0].ID != "c" {
		t.Fatalf("%d series, left out %v", len(tab.Series), tab.Skipped)
	}
	for _, s := range tab.Series {
		if len(s.Values) != 18 {
			t.Errorf("series %s has %d days, want 18", s.ID, len(s.Values))
		}
	}
	if _, err := Parse(strings.NewReader(text), Options{ID: "id", Cutoff: "soon"}); err == nil {
		t.Error("a cutoff that is no time is taken")
	}
}

// One shop of a panel is closed on Sundays and the other on Mondays: each has zeros
// then, and is not taken to be open.
func TestClosedAlone(t *testing.T) {
	var b strings.Builder
	b.WriteString("shop,day,v\n")
	for shop, closed := range map[string]time.Weekday{"a": time.Sunday, "b": time.Monday} {
		for i := range 100 {
			if d := time.Date(2023, 1, 3, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i); d.Weekday() != closed {
				fmt.Fprintf(&b, "%s,%s,%d\n", shop, d.Format("2006-01-02"), 50+i%7)
			}
		}
	}
	for _, s := range table(t, b.String(), Options{}).Series {
		for i, v := range s.Values {
			if closed := s.Time(i).Weekday() == map[string]time.Weekday{"a": time.Sunday, "b": time.Monday}[s.ID]; closed != (v == 0) {
				t.Fatalf("shop %s has %v on %s", s.ID, v, s.Time(i).Format("Mon 2006-01-02"))
			}
		}
	}
}

// A day that still runs is noticed although the shop has zeros on Sundays.
func TestRunningDay(t *testing.T) {
	for last, want := range map[float64]bool{3: true, 480: false} {
		text := days(100, func(time.Time, int) bool { return true }, func(i int) float64 {
			switch {
			case i == 99:
				return last
			case i%7 == 6:
				return 0
			}
			return float64(480 + i*i%37)
		})
		if notes := fmt.Sprint(table(t, text, Options{}).Notes); strings.Contains(notes, "far below") != want {
			t.Errorf("the last day has %v: %s", last, notes)
		}
	}
}
