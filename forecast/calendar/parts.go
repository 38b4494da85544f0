package calendar

import "time"

// Calendars that part months: dekads, halves, and the months of 4, 4 and 5 weeks
// that retailers close their books by.

// dekadIndex numbers thirds of months.
func (f Freq) dekadIndex(t time.Time) int {
	return (t.Year()*12+int(t.Month())-1)*3 + min((t.Day()-1)/10, 2)
}

func (f Freq) dekad(i int, t time.Time) time.Time {
	month, third := floorDiv(i, 3)
	first := monthOf(0, month+1, t)
	switch {
	case !f.MonthEnd:
		return first.AddDate(0, 0, 10*third)
	case third == 2:
		return first.AddDate(0, 1, -1)
	}
	return first.AddDate(0, 0, 10*third+9)
}

// halfIndex numbers the days of a SemiMonth; one between two counts as the earlier.
func (f Freq) halfIndex(t time.Time) int {
	month := t.Year()*12 + int(t.Month()) - 1
	last := monthOf(t.Year(), int(t.Month())+1, t).AddDate(0, 0, -1).Day()
	switch d := t.Day(); {
	case d >= min(int(f.Days[1]), last):
		return 2*month + 1
	case d >= int(f.Days[0]):
		return 2 * month
	}
	return 2*month - 1
}

func (f Freq) half(i int, t time.Time) time.Time {
	month, k := floorDiv(i, 2)
	first := monthOf(0, month+1, t)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(int(f.Days[k]), last)-1)
}

// retailWeeks are the weeks in which the months of a quarter begin, and its end.
// Months of 5, 4 and 4 weeks are the same calendar, begun elsewhere.
var retailWeeks = [4]int64{0, 4, 8, 13}

// retailIndex numbers months of weeks by the week, counted from 1969-12-29, that a
// time lies in.
func (f Freq) retailIndex(t time.Time) int {
	week, _ := floorDiv(int(dayIndex(t))+3, 7)
	quarter, w := floorDiv(week-int(f.Days[0]), 13)
	k := 2
	for int64(w) < retailWeeks[k] {
		k--
	}
	return 3*quarter + k
}

// retail is the day of month i with t's weekday.
func (f Freq) retail(i int, t time.Time) time.Time {
	quarter, k := floorDiv(i, 3)
	week := int64(13*quarter+int(f.Days[0])) + retailWeeks[k]
	_, wd := floorDiv(int(dayIndex(t))+3, 7)
	return onDay(7*week+int64(wd)-3, t)
}

// floorDiv divides down, also below zero.
func floorDiv(a, b int) (quotient, rest int) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		quotient, rest = quotient-1, rest+b
	}
	return quotient, rest
}

// nthWeekday reports whether the times are a weekday of their month, as the third
// Friday.
func (f Freq) nthWeekday() bool { return f.Unit == Month && f.Days[1] > 0 }

// weekdayOfMonth is that day of the month that begins at first.
func (f Freq) weekdayOfMonth(first time.Time) time.Time {
	if f.Days[0] == 5 {
		last := first.AddDate(0, 1, -1)
		return last.AddDate(0, 0, -(int(last.Weekday())-int(f.Days[1])+14)%7)
	}
	return first.AddDate(0, 0, (int(f.Days[1])-int(first.Weekday())+7)%7+7*(int(f.Days[0])-1))
}

// weekdaysOfMonths recognises times that all are the same weekday of their month, the
// first to the fourth or the last, at most one a month.
func weekdaysOfMonths(times []time.Time) (Freq, bool) {
	const fewest = 4
	if len(times) < fewest {
		return Freq{}, false
	}
	for nth := int8(1); nth <= 5; nth++ {
		f := Freq{Unit: Month, N: 1, Days: [2]int8{nth, int8((times[0].Weekday()+6)%7) + 1}}
		step, fits := 0, true
		for i, t := range times {
			if fits = fits && f.addMonths(t, 0).Equal(t); fits && i > 0 {
				months := (t.Year()-times[i-1].Year())*12 + int(t.Month()) - int(times[i-1].Month())
				step, fits = gcd(step, months), months > 0
			}
		}
		if fits && step%12 != 0 {
			f.N = step
			return f, true
		}
	}
	return Freq{}, false
}
