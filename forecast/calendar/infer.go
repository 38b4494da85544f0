package calendar

import (
	"slices"
	"sort"
	"time"
)

// Found is a calendar that was inferred.
type Found struct {
	Freq
	// Start is the time of the first step: the first time, unless times come a few
	// days early or late.
	Start time.Time
	Loose bool // times come early or late; they belong to the nearest step
	// Absent is the share of the steps between the first and the last time that
	// have none.
	Absent float64
}

// Infer finds the calendar of times, which must be sorted and distinct. It
// tolerates gaps; ok is false for fewer than two times or when more than one step
// in twenty does not fit.
func Infer(times []time.Time) (f Found, ok bool) {
	if len(times) < 2 {
		return Found{}, false
	}
	for _, find := range []func([]time.Time) (Freq, bool){months, weekdaysOfMonths, partMonths, clock, weeksAndDays} {
		freq, ok := find(times)
		if !ok {
			continue
		}
		if freq.Unit < Day {
			if loose, ok := readings(times, freq); ok {
				return loose, true
			}
		}
		if freq.Unit >= Day && freq.Unit < Month {
			if loose, ok := loosely(times, freq); ok {
				return loose, true
			}
		}
		freq.Open = openHours(times, freq)
		f = Found{Freq: freq, Start: times[0]}
		f.Absent = absent(f, times)
		return f, true
	}
	return readings(times, Freq{})
}

// absent is the share of steps without a time.
func absent(f Found, times []time.Time) float64 {
	last := times[len(times)-1]
	n, ok := f.Place(last)
	if !ok {
		n, _ = f.Near(f.Start, last)
	}
	return max(0, 1-float64(len(times))/float64(max(n+1, 1)))
}

// sameClock reports whether all times have the same time of day.
func sameClock(times []time.Time) bool {
	h, m, s := times[0].Clock()
	return !slices.ContainsFunc(times, func(t time.Time) bool {
		a, b, c := t.Clock()
		return a != h || b != m || c != s
	})
}

// lastOfMonth and lastBusiness report whether t is the last day of its month, or
// of those from Monday to Friday.
func lastOfMonth(t time.Time) bool { return t.AddDate(0, 0, 1).Day() == 1 }

func lastBusiness(t time.Time) bool {
	return t.Equal(Freq{Business: true}.addMonths(t, 0))
}

// months recognises months, quarters and years: the same day of the month, always
// the last one, or the last business day, which a holiday may put forward.
func months(times []time.Time) (Freq, bool) {
	sameDay, monthEnd, business := true, true, 0
	step := 0
	for i, t := range times {
		sameDay = sameDay && t.Day() == times[0].Day()
		monthEnd = monthEnd && lastOfMonth(t)
		if lastBusiness(t) {
			business++
		} else if left := t.AddDate(0, 0, 5); left.Month() == t.Month() || t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
			business = -len(times)
		}
		if !sameDay && !monthEnd && business < 0 {
			return Freq{}, false
		}
		if i > 0 {
			p := times[i-1]
			d := (t.Year()-p.Year())*12 + int(t.Month()) - int(p.Month())
			if d == 0 {
				return Freq{}, false
			}
			step = gcd(step, d)
		}
	}
	if !sameDay && !monthEnd && (business*10 < 9*len(times) || len(times) < 3) {
		return Freq{}, false
	}
	// one value a week could share the day of the month by chance
	if span := times[len(times)-1].Sub(times[0]).Hours() / 24; len(times) < 3 && span < 27 {
		return Freq{}, false
	}
	f := Freq{Unit: Month, N: step, MonthEnd: monthEnd && !sameDay, Business: !monthEnd && !sameDay}
	switch {
	case step%12 == 0:
		f.Unit, f.N = Year, step/12
	case step == 3:
		f.Unit, f.N = Quarter, 1
	}
	return f, true
}

// partMonths recognises dekads and two days of every month.
func partMonths(times []time.Time) (Freq, bool) {
	if len(times) < 4 || !sameClock(times) {
		return Freq{}, false
	}
	days := map[int]int{}
	for _, t := range times {
		d := t.Day()
		if lastOfMonth(t) && d >= 28 {
			d = 31
		}
		days[d]++
	}
	var list []int
	for d := range days {
		list = append(list, d)
	}
	slices.Sort(list)
	switch {
	case slices.Equal(list, []int{1, 11, 21}):
		return Freq{Unit: Dekad, N: 1}, true
	case slices.Equal(list, []int{10, 20, 31}):
		return Freq{Unit: Dekad, N: 1, MonthEnd: true}, true
	case len(list) == 2 && list[1]-list[0] >= 10 && list[1]-list[0] <= 20:
		return Freq{Unit: SemiMonth, N: 1, Days: [2]int8{int8(list[0]), int8(list[1])}}, true
	}
	return Freq{}, false
}

// clock recognises hours, minutes and seconds.
func clock(times []time.Time) (Freq, bool) {
	if sameClock(times) {
		return Freq{}, false
	}
	counts := map[int64]int{}
	for i, t := range times[1:] {
		counts[t.Unix()-times[i].Unix()]++
	}
	diffs := make([]int64, 0, len(counts))
	for d := range counts {
		diffs = append(diffs, d)
	}
	sort.Slice(diffs, func(i, j int) bool {
		a, b := diffs[i], diffs[j]
		if counts[a] != counts[b] {
			return counts[a] > counts[b]
		}
		return a < b
	})
	step := diffs[0]
	fit := 0
	for d, n := range counts {
		if step > 0 && d%step == 0 {
			fit += n
		}
	}
	if step <= 0 || fit*20 < 19*(len(times)-1) {
		return Freq{}, false
	}
	for _, u := range []struct {
		unit Unit
		secs int64
	}{{Hour, 3600}, {Minute, 60}, {Second, 1}} {
		if step%u.secs == 0 {
			return Freq{Unit: u.unit, N: int(step / u.secs)}, true
		}
	}
	return Freq{}, false
}

// weeksAndDays tells days, business days, weeks and months of weeks apart.
func weeksAndDays(times []time.Time) (Freq, bool) {
	if !sameClock(times) {
		return Freq{}, false
	}
	if f, ok := retailMonths(times); ok {
		return f, true
	}
	var step int64
	weekend := false
	counts := map[int64]int{}
	for i, t := range times {
		weekend = weekend || t.Weekday() == time.Saturday || t.Weekday() == time.Sunday
		if i > 0 {
			d := dayIndex(t) - dayIndex(times[i-1])
			counts[d]++
			step = int64(gcd(int(step), int(d)))
		}
	}
	switch {
	case step == 28:
		return Freq{Unit: Day, N: int(step)}, true
	case step%7 == 0:
		return Freq{Unit: Week, N: int(step / 7)}, true
	}
	weeks := 0
	for d, n := range counts {
		if d%7 == 0 {
			weeks += n
		}
	}
	if weeks*10 >= 9*(len(times)-1) {
		return Freq{Unit: Week, N: 1}, true // a few off-grid times: the reader reports them
	}
	if !weekend && len(times) >= 6 && counts[1] > 0 {
		return Freq{Unit: BusinessDay, N: 1}, true
	}
	return Freq{Unit: Day, N: int(step)}, step > 0
}

// retailMonths recognises months of 4, 4 and 5 weeks.
func retailMonths(times []time.Time) (Freq, bool) {
	if len(times) < 6 {
		return Freq{}, false
	}
	for week := range int8(13) {
		f := Freq{Unit: Retail, N: 1, Days: [2]int8{week}}
		fits := true
		for i := 1; i < len(times) && fits; i++ {
			n, ok := f.Steps(times[0], times[i])
			fits = ok && n > 0
		}
		if n, _ := f.Steps(times[0], times[len(times)-1]); fits && 10*len(times) >= 8*(n+1) {
			return f, true
		}
	}
	return Freq{}, false
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	if a < 0 {
		return -a
	}
	return a
}
