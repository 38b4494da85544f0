package forecast

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Unit is the calendar unit of a frequency.
type Unit int

const (
	None Unit = iota
	Second
	Minute
	Hour
	Day
	BusinessDay // Monday to Friday
	Week
	Month
	Quarter
	Year
)

var unitNames = [...]string{"", "S", "min", "H", "D", "B", "W", "M", "Q", "Y"}

// Freq is the distance of two steps: N units. The zero value is "no times".
type Freq struct {
	Unit Unit
	N    int
	// MonthEnd says that the times are the last days of their months.
	MonthEnd bool
}

// String gives a frequency as ParseFreq reads it: "M", "30min", "2W".
func (f Freq) String() string {
	s := unitNames[f.Unit]
	if f.N > 1 {
		s = strconv.Itoa(f.N) + s
	}
	return s
}

// ParseFreq reads a frequency: S, min, H, D, B (business days), W, M, Q, Y,
// with an optional count before it ("15min").
func ParseFreq(s string) (Freq, error) {
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	n := 1
	if digits > 0 {
		var err error
		if n, err = strconv.Atoi(s[:digits]); err != nil || n < 1 || n > 100000 {
			return Freq{}, fmt.Errorf("forecast: frequency %q: %w", s, ErrInput)
		}
	}
	for u, name := range unitNames {
		if u > 0 && (strings.EqualFold(s[digits:], name) || s[digits:] == "T" && Unit(u) == Minute) {
			return Freq{Unit: Unit(u), N: n}, nil
		}
	}
	return Freq{}, fmt.Errorf("forecast: frequency %q is none of S, min, H, D, B, W, M, Q, Y with a count before it: %w", s, ErrInput)
}

// Season is the usual number of steps in a season: 12 for months, 4 for
// quarters, 52 for weeks, 7 for days, 5 for business days, a day's worth of
// steps for hours and minutes, 60 for seconds, and 1 where there is none.
func (f Freq) Season() int {
	n := max(f.N, 1)
	per := map[Unit]int{Second: 60, Minute: 1440, Hour: 24, Day: 7, BusinessDay: 5, Week: 52, Month: 12, Quarter: 4, Year: 1}[f.Unit]
	if per == 0 || per%n != 0 {
		return 1
	}
	if f.Unit == Minute && n == 1 {
		return 60
	}
	return max(1, per/n)
}

// Add moves t by k steps.
func (f Freq) Add(t time.Time, k int) time.Time {
	k *= max(f.N, 1)
	switch f.Unit {
	case Second:
		return t.Add(time.Duration(k) * time.Second)
	case Minute:
		return t.Add(time.Duration(k) * time.Minute)
	case Hour:
		return t.Add(time.Duration(k) * time.Hour)
	case Day:
		return t.AddDate(0, 0, k)
	case Week:
		return t.AddDate(0, 0, 7*k)
	case BusinessDay:
		return fromBusiness(businessIndex(t)+int64(k), t)
	case Quarter:
		k *= 3
	case Year:
		k *= 12
	case None:
		return time.Time{}
	}
	return f.addMonths(t, k)
}

// addMonths keeps the day of the month where the month has it.
func (f Freq) addMonths(t time.Time, k int) time.Time {
	y, m, d := t.Date()
	first := time.Date(y, m+time.Month(k), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	last := first.AddDate(0, 1, -1).Day()
	if f.MonthEnd || d > last {
		d = last
	}
	return first.AddDate(0, 0, d-1)
}

// Steps counts the steps from a to b; ok is false if b is not on a's grid.
func (f Freq) Steps(a, b time.Time) (n int, ok bool) {
	if f.Unit == None {
		return 0, false
	}
	per := max(f.N, 1)
	switch f.Unit {
	case Month, Quarter, Year:
		per *= map[Unit]int{Month: 1, Quarter: 3, Year: 12}[f.Unit]
		n = (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
	case BusinessDay:
		n = int(businessIndex(b) - businessIndex(a))
	case Day, Week:
		n = int(dayIndex(b) - dayIndex(a))
		if f.Unit == Week {
			per *= 7
		}
	default:
		per *= map[Unit]int{Second: 1, Minute: 60, Hour: 3600}[f.Unit]
		n = int(b.Unix() - a.Unix())
	}
	if n%per != 0 {
		return 0, false
	}
	n /= per
	return n, f.Add(a, n).Equal(b)
}

// Nearest counts the steps to the one that b is nearest to, for frequencies whose
// times people write down loosely: weeks and longer. ok is false if b lies in the
// middle between two.
func (f Freq) Nearest(a, b time.Time) (n int, ok bool) {
	if f.Unit < Week {
		return 0, false
	}
	days := map[Unit]float64{Week: 7, Month: 30.44, Quarter: 91.3, Year: 365.25}[f.Unit] * float64(max(f.N, 1))
	guess := int(math.Round(b.Sub(a).Hours() / 24 / days))
	best := math.Inf(1)
	for k := guess - 1; k <= guess+1; k++ {
		if d := math.Abs(b.Sub(f.Add(a, k)).Hours() / 24); d < best {
			n, best = k, d
		}
	}
	return n, best < .45*days
}

// dayIndex numbers the days of t's own calendar.
func dayIndex(t time.Time) int64 {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// businessIndex numbers weekdays; Saturday and Sunday count as the Friday.
func businessIndex(t time.Time) int64 {
	day := dayIndex(t) + 3 // days since Monday 1969-12-29
	week, wd := day/7, day%7
	if wd < 0 {
		week, wd = week-1, wd+7
	}
	return week*5 + min(wd, 4)
}

// fromBusiness is the weekday with index i, at t's time of day.
func fromBusiness(i int64, t time.Time) time.Time {
	week, wd := i/5, i%5
	if wd < 0 {
		week, wd = week-1, wd+5
	}
	day := time.Unix((week*7+wd-3)*86400, 0).UTC()
	return time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

// InferFreq finds the frequency of times, which must be sorted and distinct.
// It tolerates gaps; ok is false for fewer than two times or when more than
// one step in twenty does not fit.
func InferFreq(times []time.Time) (f Freq, ok bool) {
	if len(times) < 2 {
		return Freq{}, false
	}
	if f, ok := calendarFreq(times); ok {
		return f, true
	}
	counts := map[int64]int{}
	midnight := true
	for i, t := range times {
		midnight = midnight && t.Hour() == times[0].Hour() && t.Minute() == times[0].Minute() && t.Second() == times[0].Second()
		if i > 0 {
			counts[t.Unix()-times[i-1].Unix()]++
		}
	}
	if midnight {
		return dayFreq(times)
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
	if step <= 0 { // steps of less than a second
		return Freq{}, false
	}
	fit := 0
	for d, n := range counts {
		if d%step == 0 {
			fit += n
		}
	}
	if fit*20 < 19*(len(times)-1) {
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

// calendarFreq recognises months, quarters and years: the same day of the
// month, or always the last one.
func calendarFreq(times []time.Time) (Freq, bool) {
	sameDay, monthEnd := true, true
	step := 0
	for i, t := range times {
		sameDay = sameDay && t.Day() == times[0].Day()
		monthEnd = monthEnd && t.AddDate(0, 0, 1).Day() == 1
		if !sameDay && !monthEnd {
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
	// one value a week could share the day of the month by chance
	if span := times[len(times)-1].Sub(times[0]).Hours() / 24; len(times) < 3 && span < 27 {
		return Freq{}, false
	}
	f := Freq{Unit: Month, N: step, MonthEnd: monthEnd && !sameDay}
	switch {
	case step%12 == 0:
		f.Unit, f.N = Year, step/12
	case step == 3:
		f.Unit, f.N = Quarter, 1
	}
	return f, true
}

// dayFreq tells days, business days and weeks apart.
func dayFreq(times []time.Time) (Freq, bool) {
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
	if step%7 == 0 {
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

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	if a < 0 {
		return -a
	}
	return a
}
