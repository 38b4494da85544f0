package calendar

import (
	"errors"
	"testing"
	"time"
)

func date(t testing.TB, s string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04:05"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at
		}
	}
	t.Fatalf("no time: %s", s)
	return time.Time{}
}

// Months keep the day, or the last day; business days skip weekends.
func TestFreqAdd(t *testing.T) {
	for _, c := range []struct {
		freq Freq
		from string
		k    int
		want string
	}{
		{Freq{Unit: Month, N: 1}, "2020-01-31", 1, "2020-02-29"},
		{Freq{Unit: Month, N: 1}, "2020-01-31", 2, "2020-03-31"},
		{Freq{Unit: Month, N: 1, MonthEnd: true}, "2020-02-29", 1, "2020-03-31"},
		{Freq{Unit: Quarter, N: 1}, "2019-11-15", 2, "2020-05-15"},
		{Freq{Unit: Year, N: 1}, "2020-02-29", 1, "2021-02-28"},
		{Freq{Unit: BusinessDay, N: 1}, "2020-01-03", 1, "2020-01-06"},
		{Freq{Unit: BusinessDay, N: 1}, "2020-01-06", -1, "2020-01-03"},
		{Freq{Unit: BusinessDay, N: 1}, "2020-01-06", 10, "2020-01-20"},
		{Freq{Unit: Week, N: 2}, "2020-01-06", 3, "2020-02-17"},
		{Freq{Unit: Day, N: 1}, "1969-12-30", 4, "1970-01-03"},
		{Freq{Unit: Hour, N: 6}, "2020-02-28 18:00:00", 2, "2020-02-29 06:00:00"},
		{Freq{Unit: Minute, N: 15}, "2019-12-31 23:45:00", 1, "2020-01-01 00:00:00"},
	} {
		if got := c.freq.Add(date(t, c.from), c.k); !got.Equal(date(t, c.want)) {
			t.Errorf("%s: %s plus %d is %s, want %s", c.freq, c.from, c.k, got, c.want)
		}
	}
}

// freqs are a frequency of every kind, each with a time of its grid.
var freqs = map[string]string{
	"S": "2020-02-28 23:59:30", "10S": "2020-02-28 23:59:30", "min": "2020-02-28 23:59:00", "30min": "2020-02-28 23:30:00",
	"H": "2020-02-28 23:00:00", "6H": "2020-02-28 18:00:00", "D": "2020-02-28", "2D": "2020-02-28", "B": "2020-02-28",
	"W": "2020-02-26", "2W": "2020-02-26", "28D": "2020-01-01",
	"DEK": "2020-02-11", "DEK-end": "2020-02-29", "SM": "2020-01-15", "SM-15-31": "2020-02-29", "445-3": "2020-01-27", "BM": "2020-01-31", "WOM-3Fri": "2020-01-17", "WOM-5Sun": "2020-02-23",
	"D[Mon-Sat]": "2020-02-28", "D[Tue, Thu, Sat]": "2020-02-27", "H[Mon-Sun 7-17]": "2020-02-28 16:00:00", "30min[Mon-Fri 8-12+13-18]": "2020-02-28 17:30:00",
	"M": "2020-01-15", "2M": "2020-01-15", "Q": "2020-02-01", "Y": "2020-06-30",
}

// Steps undoes Add, on the grid and only there; names are read as they are written.
func TestFreqStepsUndoAdd(t *testing.T) {
	for name, from := range freqs {
		f, err := Parse(name)
		if err != nil || f.String() != name {
			t.Errorf("%s is read as %s (%v)", name, f, err)
			continue
		}
		start := date(t, from)
		for _, k := range []int{-100, -7, -1, 0, 1, 2, 11, 12, 13, 250} {
			at := f.Add(start, k)
			if got, ok := f.Steps(start, at); !ok || got != k {
				t.Errorf("%s: %d steps from %s lead to %s, which counts as %d (%v)", name, k, from, at, got, ok)
			}
		}
		if n, ok := f.Steps(start, f.Add(start, 1).Add(-time.Second)); ok && f.Unit != Second {
			t.Errorf("%s: a second before the next step counts as step %d", name, n)
		}
	}
}

// The frequency of times is inferred, with gaps and without.
func TestInfer(t *testing.T) {
	for name, from := range freqs {
		want, err := Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		var all, gaps []time.Time
		steps := 60
		if !want.Open.Always() {
			steps = 600 // some weeks
		}
		for i := range steps {
			at := want.Add(date(t, from), i)
			all = append(all, at)
			if i%17 != 5 && i%17 != 6 {
				gaps = append(gaps, at)
			}
		}
		if got, ok := Infer(all); !ok || got.String() != name {
			t.Errorf("%s is inferred as %s (%v)", name, got, ok)
		}
		if got, ok := Infer(gaps); !ok || got.String() != name {
			t.Errorf("%s with gaps is inferred as %s (%v)", name, got, ok)
		}
	}
	ends := []time.Time{date(t, "2020-01-31"), date(t, "2020-02-29"), date(t, "2020-03-31"), date(t, "2020-04-30")}
	if f, ok := Infer(ends); !ok || f.Unit != Month || !f.MonthEnd {
		t.Errorf("ends of months are inferred as %+v", f)
	}
	if f, ok := Infer(ends[:1]); ok {
		t.Errorf("one time has the frequency %s", f)
	}
}

// Readings of a logger come some seconds or minutes early and late.
func TestInferReadings(t *testing.T) {
	for name, late := range map[string]time.Duration{"5min": 40 * time.Second, "H": 6 * time.Minute, "min": 7 * time.Second} {
		f, err := Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		var times []time.Time
		for i := range 300 {
			if i%40 != 7 {
				times = append(times, f.Add(date(t, "2020-02-28"), i).Add(late*time.Duration(i*i%7-3)/3))
			}
		}
		got, ok := Infer(times)
		if n, _ := got.Place(times[len(times)-1]); !ok || got.String() != name || !got.Loose || n != 299 {
			t.Errorf("%s, %v late: %s, loose %v, the last is step %d (%v)", name, late, got, got.Loose, n, ok)
		}
	}
}

// Seasons are the usual ones of a frequency, and none where there is no usual one.
func TestFreqSeason(t *testing.T) {
	for name, want := range map[string]int{"S": 60, "min": 60, "15min": 96, "30min": 48, "H": 24, "6H": 4, "5H": 1, "D": 7, "B": 5, "W": 52, "M": 12, "2M": 6, "Q": 4, "Y": 1} {
		f, err := Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Season(); got != want {
			t.Errorf("the season of %s is %d, want %d", name, got, want)
		}
	}
	if got := (Freq{}).Season(); got != 1 {
		t.Errorf("without times the season is %d", got)
	}
	for _, bad := range []string{"", "0D", "X", "D2", "-1M", "99999999D", "1.5H"} {
		if f, err := Parse(bad); !errors.Is(err, ErrUnknown) {
			t.Errorf("%q is read as %s (%v)", bad, f, err)
		}
	}
}

// Loosely written times of weeks and longer belong to the nearest step; halfway
// between two, and for short steps, they belong to none.
func TestFreqNearest(t *testing.T) {
	start := date(t, "2020-01-06")
	week, day := Freq{Unit: Week, N: 1}, Freq{Unit: Day, N: 1}
	if n, ok := week.Near(start, date(t, "2020-01-21")); !ok || n != 2 {
		t.Errorf("a day late counts as step %d (%v), want 2", n, ok)
	}
	if n, ok := week.Near(start, date(t, "2020-01-09").Add(12*time.Hour)); ok {
		t.Errorf("halfway between two weeks counts as step %d", n)
	}
	if n, ok := day.Near(start, date(t, "2020-01-07")); ok {
		t.Errorf("days have a nearest step, %d", n)
	}
	if n, ok := (Freq{Unit: Month, N: 1}).Near(start, date(t, "2020-04-02")); !ok || n != 3 {
		t.Errorf("four days early counts as month %d (%v), want 3", n, ok)
	}
}
