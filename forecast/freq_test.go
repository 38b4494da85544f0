package forecast

import (
	"testing"
	"time"
)

func TestFreqAdd(t *testing.T) {
	day := func(s string) time.Time {
		at, err := time.Parse("2006-01-02", s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
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
	} {
		got := c.freq.Add(day(c.from), c.k)
		if got != day(c.want) {
			t.Errorf("%v.Add(%s, %d) = %v, want %s", c.freq, c.from, c.k, got, c.want)
		}
		if c.freq.Unit == Month && !c.freq.MonthEnd || c.freq.Unit == Year {
			continue // the day of the month is lost
		}
		if n, ok := c.freq.Steps(day(c.from), got); !ok || n != c.k {
			t.Errorf("%v.Steps(%s, %v) = %d %v, want %d", c.freq, c.from, got, n, ok, c.k)
		}
	}
}
