package calendar

import (
	"math"
	"time"
)

// Every unit numbers its steps: index gives the number of the step that a time
// lies in, and at the time of a step, with what else (time of day, day of the
// month) the model time has.

// Add moves t by k steps.
func (f Freq) Add(t time.Time, k int) time.Time {
	if f.Unit == None {
		return time.Time{}
	}
	if !f.Open.Always() {
		return f.openAt(f.openIndex(t)+k*f.perStep(), t)
	}
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
	case Dekad:
		return f.dekad(f.dekadIndex(t)+k, t)
	case SemiMonth:
		return f.half(f.halfIndex(t)+k, t)
	case Retail:
		return f.retail(f.retailIndex(t)+k, t)
	case Quarter:
		k *= 3
	case Year:
		k *= 12
	}
	return f.addMonths(t, k)
}

// addMonths keeps the day of the month where the month has it.
func (f Freq) addMonths(t time.Time, k int) time.Time {
	y, m, d := t.Date()
	first := monthOf(y, int(m)+k, t)
	last := first.AddDate(0, 1, -1)
	if f.nthWeekday() {
		return f.weekdayOfMonth(first)
	}
	if f.Business {
		for last.Weekday() == time.Saturday || last.Weekday() == time.Sunday {
			last = last.AddDate(0, 0, -1)
		}
		return last
	}
	if f.MonthEnd || d > last.Day() {
		d = last.Day()
	}
	return first.AddDate(0, 0, d-1)
}

// monthOf is the first of a month at t's time of day.
func monthOf(y, m int, t time.Time) time.Time {
	return time.Date(y, time.Month(m), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

// Steps counts the steps from a to b; ok is false if b is not on a's grid.
func (f Freq) Steps(a, b time.Time) (n int, ok bool) {
	if f.Unit == None {
		return 0, false
	}
	per := max(f.N, 1)
	switch {
	case !f.Open.Always():
		n, per = f.openIndex(b)-f.openIndex(a), f.perStep()
	case f.Unit == BusinessDay:
		n = int(businessIndex(b) - businessIndex(a))
	case f.Unit == Day:
		n = int(dayIndex(b) - dayIndex(a))
	case f.Unit == Week:
		n, per = int(dayIndex(b)-dayIndex(a)), 7*per
	case f.Unit == Dekad:
		n = f.dekadIndex(b) - f.dekadIndex(a)
	case f.Unit == SemiMonth:
		n = f.halfIndex(b) - f.halfIndex(a)
	case f.Unit == Retail:
		n = f.retailIndex(b) - f.retailIndex(a)
	case f.Unit >= Month:
		per *= map[Unit]int{Month: 1, Quarter: 3, Year: 12}[f.Unit]
		n = (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
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

// Near counts the steps to the one that b is nearest to, for frequencies whose
// times people write down loosely: weeks and longer. ok is false if b lies in the
// middle between two.
func (f Freq) Near(a, b time.Time) (n int, ok bool) {
	if f.Unit < Week && !(f.Unit == Day && f.N > 3) {
		return 0, false
	}
	days := f.days()
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

// onDay is day i at t's time of day.
func onDay(i int64, t time.Time) time.Time {
	day := time.Unix(i*86400, 0).UTC()
	return time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
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
	return onDay(week*7+wd-3, t)
}
