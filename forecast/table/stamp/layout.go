// Package stamp reads times as people and programs write them, and writes others
// in the same way: 06 May 2015, 1/15/2015 0:00, Q1 FY21, 2021-W14, 1H23, 44597.
//
// A Layout is one way of writing: a list of fields and the text between them.
// Guess gives the layouts that a cell may be written in; a Column reads the cells
// of a column with all that are still possible and settles on one. A Layout
// remembers habits that it sees while reading (leading zeros, the spelling of
// months, 24:00), so that what it writes looks like what it read. Layouts and
// columns are not safe for concurrent use while they read; writing is.
package stamp

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// kind is what a field holds.
type kind uint8

const (
	literal   kind = iota
	year           // four digits
	shortYear      // two digits: 69 to 99 are of the last century, as in package time
	nextYear       // the last two digits of the year that follows: 2018/19
	month          // 1 to 12
	monthName
	day
	weekdayName
	quarter // 1 to 4
	half    // 1 or 2
	period  // 1 to 12, a month of a fiscal year; taken for that month of the year
	period4 // 1 to 13, four weeks of a fiscal year
	week    // 1 to 53 (ISO 8601)
	weekday // 1 to 7 after a week
	hour    // 0 to 24
	hour12  // 1 to 12
	minute
	second
	fraction // digits of a second
	ampm
	offset // Z, +01:00, +0100, +01
	zoneName
	epoch      // whole units since 1970
	excel      // days since 1899-12-30
	fraction12 // a year with the months as decimals: 2019.083
	ordinal    // st, nd, rd, th behind a number
	dekad      // 1 to 3, a third of a month
)

// numeric reports whether a field is written in digits.
func (k kind) numeric() bool {
	switch k {
	case literal, monthName, weekdayName, ampm, offset, zoneName, excel, fraction12, ordinal:
		return false
	}
	return true
}

// field is one field of a layout or the text before the next.
type field struct {
	kind kind
	text string        // literal: the text; offset: how it is written; roman for a quarter in Roman digits
	unit time.Duration // epoch
	// width is the exact number of digits; 0 means one or two, as the number needs
	// or with a leading zero: see habit.
	width int
	end   bool // belongs to the end of a range
	of    kind // ordinal: what it counts
	habit habit
}

// habit is what was seen of a field without fixed width.
type habit struct {
	zero, short bool // a leading zero; a single digit
	er          bool // the first of a month as 1er
}

// Layout is a way of writing times. The zero value writes RFC 3339.
type Layout struct {
	fields []field
	clock  int // index of the text before the time of day, which midnight may leave out; 0 = none
	months monthWords
	days   map[time.Weekday]string // as they were seen
	halves [2]string               // AM and PM as they were seen
	late   bool                    // midnight is 24:00 of the day before
	span   span                    // from the start of a range to its end as written
	suffix map[int]string          // ordinals as they were seen
	phase  float64                 // fraction12: of the month, 0 at its start and .5 in the middle
	// buddhist: years are 543 more
	buddhist bool
	zero     rune // of the digits, if they are not those of ASCII
	family   kind // any layout with this field: quarter, week; 0 = none
}

// IsZero reports whether no layout was set.
func (l *Layout) IsZero() bool { return len(l.fields) == 0 && l.family == 0 }

func (l *Layout) has(k kind) bool {
	return slices.ContainsFunc(l.fields, func(f field) bool { return f.kind == k && !f.end })
}

// IsYear reports whether a layout is a year and nothing else.
func (l *Layout) IsYear() bool {
	return l.has(year) && !slices.ContainsFunc(l.fields, func(f field) bool { return f.kind != year && f.kind != literal && f.kind != nextYear })
}

// Bare reports whether a layout is a time of day without a date. Its times are on the
// first day of 2001, a Monday.
func (l *Layout) Bare() bool {
	if l.family == hour {
		return true
	}
	return l.Subday() && !slices.ContainsFunc(l.fields, func(f field) bool { return f.kind != literal && !clock.has(f.kind) })
}

const bareYear = 2001

// Clock is any layout of a time of day without a date.
func Clock() *Layout { return &Layout{family: hour} }

// Weak reports whether a layout reads plain numbers that are more often values
// than times: days of Excel, weeks as 202114, seconds since 1970.
func (l *Layout) Weak() bool {
	if l.has(excel) || l.has(epoch) || l.has(fraction12) {
		return true
	}
	return l.has(week) && !slices.ContainsFunc(l.fields, func(f field) bool { return f.kind == literal })
}

// Subday reports whether a layout has a time of day.
func (l *Layout) Subday() bool { return l.has(hour) || l.has(hour12) || l.has(epoch) || l.has(excel) }

// clone has fields of its own.
func (l *Layout) clone() *Layout {
	c := *l
	c.fields = slices.Clone(l.fields)
	c.days, c.suffix = nil, nil
	return &c
}

// Format writes a time; nil writes RFC 3339.
func (l *Layout) Format(t time.Time) string {
	if l == nil || len(l.fields) == 0 {
		return t.Format(time.RFC3339)
	}
	start := t
	if l.late && t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		start = t.AddDate(0, 0, -1)
	}
	var b strings.Builder
	for i := range l.fields {
		f := &l.fields[i]
		at := start
		if f.end {
			at = l.span.after(t)
		}
		l.write(&b, f, at, l.late && start != t && !f.end)
	}
	if l.zero != 0 {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r - '0' + l.zero
			}
			return r
		}, b.String())
	}
	return b.String()
}

// asciiDigits is a cell with the digits of ASCII, and the zero of those that it has: full-width
// and Arabic ones, for example. 0 means that it has ASCII's.
func asciiDigits(cell string) (plain string, zero rune) {
	if strings.IndexFunc(cell, func(r rune) bool { return r >= utf8.RuneSelf && unicode.Is(unicode.Nd, r) }) < 0 {
		return cell, 0
	}
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf || !unicode.Is(unicode.Nd, r) {
			return r
		}
		first := r // of ten in a row
		for r-first < 9 && unicode.Is(unicode.Nd, first-1) {
			first--
		}
		zero = first
		return '0' + r - first
	}, cell), zero
}

// write writes one field; midnight is the hour 24 if late.
func (l *Layout) write(b *strings.Builder, f *field, t time.Time, late bool) {
	y := t.Year()
	switch {
	case (f.kind == year || f.kind == month || f.kind == monthName || f.kind == day) && l.isPersian():
		l.writePersian(b, f, t)
		return
	case l.has(week):
		y, _ = t.ISOWeek()
	case l.has(period4):
		y, _ = fourWeeksOf(t)
	}
	switch f.kind {
	case literal:
		b.WriteString(f.text)
	case year:
		if f.text == era {
			b.WriteString(writeEra(t))
			return
		}
		if l.buddhist {
			y += buddhist
		}
		l.digits(b, f, y)
	case shortYear:
		l.digits(b, f, y%100)
	case nextYear:
		if y++; f.width == 2 {
			y %= 100
		}
		l.digits(b, f, y)
	case monthName:
		b.WriteString(l.months.write(t.Month()))
	case ordinal:
		b.WriteString(l.ordinal(part(f.of, t)))
	case fraction12:
		b.WriteString(l.yearFraction(f, t))
	case day:
		l.digits(b, f, t.Day())
		if f.habit.er && t.Day() == 1 {
			b.WriteString("er")
		}
	case quarter:
		if f.text == roman {
			b.WriteString(romans[part(quarter, t)-1])
			return
		}
		l.digits(b, f, part(quarter, t))
	case weekdayName:
		b.WriteString(l.weekday(f, t.Weekday()))
	case hour:
		h := t.Hour()
		if late {
			h = 24
		}
		l.digits(b, f, h)
	case fraction:
		text := t.Format(".000000000")[1:]
		b.WriteString(text[:min(max(f.width, 1), 9)])
	case ampm:
		b.WriteString(l.half(t.Hour() >= 12))
	case offset:
		b.WriteString(t.Format(f.text))
	case zoneName:
		name, _ := t.Zone()
		b.WriteString(name)
	case epoch:
		l.digits(b, f, int(t.UnixNano()/int64(f.unit)))
	case excel:
		b.WriteString(excelDays(t))
	default:
		l.digits(b, f, part(f.kind, t))
	}
}

// part is the number that a field shows of a time.
func part(k kind, t time.Time) int {
	switch k {
	case month, period:
		return int(t.Month())
	case day:
		return t.Day()
	case quarter:
		return (int(t.Month()) + 2) / 3
	case half:
		return (int(t.Month()) + 5) / 6
	case dekad:
		return min((t.Day()-1)/10, 2) + 1
	case week:
		_, w := t.ISOWeek()
		return w
	case period4:
		_, p := fourWeeksOf(t)
		return p
	case weekday:
		return (int(t.Weekday())+6)%7 + 1
	case hour12:
		return (t.Hour()+11)%12 + 1
	case minute:
		return t.Minute()
	case second:
		return t.Second()
	}
	return 0
}

// digits writes a number with the leading zeros that its field has.
func (l *Layout) digits(b *strings.Builder, f *field, n int) {
	width := f.width
	if width == 0 && l.padded(f) {
		width = 2
	}
	if n < 0 {
		b.WriteByte('-')
		n = -n
	}
	var buf [20]byte
	i := len(buf)
	for n > 0 || i == len(buf) {
		i--
		buf[i] = byte('0' + n%10)
		n /= 10
	}
	for len(buf)-i < width {
		i--
		buf[i] = '0'
	}
	b.Write(buf[i:])
}

// padded reports whether a field of one or two digits gets a leading zero: as was
// seen of it or, if all its numbers had two digits, as is usual beside the others.
func (l *Layout) padded(f *field) bool {
	switch {
	case f.kind == quarter, f.kind == half, f.kind == weekday:
		return false
	case f.habit.short:
		return false
	case f.habit.zero, f.kind == minute, f.kind == second, f.kind == hour, f.kind == hour12:
		return true
	case l.has(monthName):
		return false // 31 December: 1 January
	}
	for i := range l.fields {
		if o := &l.fields[i]; o.habit.short && o.kind != quarter && o.kind != half && o.kind != weekday {
			return false
		}
	}
	return true
}

// half is AM or PM as the column writes it.
func (l *Layout) half(pm bool) string {
	i := 0
	if pm {
		i = 1
	}
	if l.halves[i] != "" {
		return l.halves[i]
	}
	if other := l.halves[1-i]; other != "" {
		swap := strings.NewReplacer("a", "p", "A", "P", "p", "a", "P", "A")
		return swap.Replace(other)
	}
	return [2]string{"AM", "PM"}[i]
}

// Unix reports whether a layout counts from 1970.
func (l *Layout) Unix() bool { return l.has(epoch) }

// Moment reports whether a layout's times are moments: they have an offset from UTC, or
// the name of a zone, or count from 1970. Others are readings of a clock somewhere.
func (l *Layout) Moment() bool {
	return l != nil && (l.has(offset) || l.has(zoneName) || l.has(epoch))
}

// Daily reports whether a layout names a day and no time of day.
func (l *Layout) Daily() bool {
	return (l.has(day) || l.has(weekday)) && !l.Subday()
}

// Quarterly reports whether a layout names a quarter.
func (l *Layout) Quarterly() bool { return l.has(quarter) }

// Spoken reports whether a layout has the name of a month.
func (l *Layout) Spoken() bool { return l.has(monthName) }
