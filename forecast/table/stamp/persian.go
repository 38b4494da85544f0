package stamp

import (
	"slices"
	"strings"
	"time"
)

// Iran and Afghanistan count years from 622, of which each begins at the spring equinox: six
// months of 31 days, five of 30, and one of 29, or 30 in a leap year. Days are read as the
// days that they are. Months without a day stay months of the same number: a year has twelve
// of them all the same.

// persian is the text of a field that is such a year.
const persian = "persian"

// Years that are taken for Persian: 1921 to 2041. Lunar years (1445 is 2023) lie above.
const (
	firstPersian = 1300
	lastPersian  = 1419
)

// newYear1400 is the first day of the year 1400.
var newYear1400 = time.Date(2021, 3, 21, 0, 0, 0, 0, time.UTC)

// newYear is the first day of a year. Leap years follow the cycle of 33 years, which agrees
// with the equinox from 1178 to 1633 (Borkowski 1996).
func newYear(year int) time.Time {
	leaps := func(y int) int { return (8*y + 21) / 33 } // in the years before y
	return newYear1400.AddDate(0, 0, 365*(year-1400)+leaps(year)-leaps(1400))
}

// daysBefore is the number of days of a year before a month, 1 to 13.
func daysBefore(month int) int {
	return 30*(month-1) + min(month-1, 6)
}

// fromPersian turns a day that was read into a Gregorian one; false if there is no such day.
func (r *reading) fromPersian() bool {
	first := newYear(r.year)
	t := first.AddDate(0, 0, daysBefore(r.month)+r.day-1)
	if r.year < 1 || r.day > 31 || r.month == 12 && !t.Before(newYear(r.year+1)) || r.month < 12 && r.day > daysBefore(r.month+1)-daysBefore(r.month) {
		return false
	}
	r.year, r.month, r.day = t.Year(), int(t.Month()), t.Day()
	return true
}

// persianDate is the Persian year, month and day of a time.
func persianDate(t time.Time) (year, month, day int) {
	t = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	if year = t.Year() - 621; t.Before(newYear(year)) {
		year--
	}
	n := int(t.Sub(newYear(year)).Hours()) / 24
	for month = 12; daysBefore(month) > n; {
		month--
	}
	return year, month, n - daysBefore(month) + 1
}

// writePersian writes the year, the month or the day.
func (l *Layout) writePersian(b *strings.Builder, f *field, t time.Time) {
	y, m, d := persianDate(t)
	if f.kind == monthName {
		b.WriteString(l.months.write(time.Month(m)))
		return
	}
	l.digits(b, f, map[kind]int{year: y, month: m, day: d}[f.kind])
}

// isPersian reports whether a layout counts Persian years.
func (l *Layout) isPersian() bool {
	return slices.ContainsFunc(l.fields, func(f field) bool { return f.kind == year && f.text == persian })
}

// asPersian is a layout of days with Persian years in place of others; nil if it has no day
// or the cell is of another time.
func (l *Layout) asPersian(cell string) *Layout {
	if !l.has(year) || !l.has(day) {
		return nil
	}
	p := l.clone()
	for i := range p.fields {
		f := &p.fields[i]
		switch {
		case f.kind == year && f.text == "" && !f.end:
			f.text = persian
		case f.end && f.kind != literal:
			return nil // no ranges
		}
	}
	if t, ok := p.clone().Parse(cell); !ok || t.Before(newYear(firstPersian)) || !t.Before(newYear(lastPersian+1)) {
		return nil
	}
	return p
}

// persianOrNot takes years that could be Persian for such, unless all days are the first of
// a month: these are months.
func persianOrNot(rivals []*reader) []*reader {
	is := filter(rivals, func(r *reader) bool { return r.isPersian() })
	if months := filter(rivals, func(r *reader) bool { return !r.isPersian() && r.onFirsts() && len(r.times) > 2 }); len(is) == 0 || len(months) > 0 {
		return filter(rivals, func(r *reader) bool { return !r.isPersian() })
	}
	return is
}
