package stamp

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// reading is what the fields of one cell say.
type reading struct {
	year, month, day, week, weekday int
	hour, minute, second, nano      int
	pm                              int // 0 unknown, 1 AM, 2 PM
	zone                            *time.Location
	at                              time.Time // of epochs and days of Excel
	whole                           bool      // at is the time
	next                            int       // year after the year; -1 none
}

// Parse reads a cell and remembers how it was written. ok is false if the cell is
// written otherwise.
func (l *Layout) Parse(cell string) (t time.Time, ok bool) {
	if l.zero != 0 {
		cell, _ = asciiDigits(cell)
	}
	start := reading{day: 1, month: 1, weekday: 1, next: -1}
	if l.Bare() {
		start.year = bareYear
	}
	end := start
	var seen [24]string // the text of each field
	if len(l.fields) > len(seen) {
		return t, false
	}
	rest := cell
	for i := range l.fields {
		f := &l.fields[i]
		if l.clock > 0 && i >= l.clock && rest == "" {
			break // midnight without its time of day
		}
		r := &start
		if f.end {
			r = &end
		}
		n := l.read(f, rest, r)
		if n < 0 {
			return t, false
		}
		seen[i], rest = rest[:n], rest[n:]
	}
	if rest != "" {
		return t, false
	}
	if start.year == 0 && end.year > 0 { // Nov-Jan 2011 begins in 2010
		if start.year = end.year; end.month < start.month {
			start.year--
		}
	}
	l.gregorian(&start, &end)
	first := start
	if l.isPersian() && !first.fromPersian() {
		return t, false
	}
	if t, ok = first.time(l.has(week), l.has(period4)); !ok {
		return t, false
	}
	if !l.remembersEnd(&start, &end, t) {
		return t, false
	}
	l.remember(seen[:len(l.fields)], &start, &end, t)
	return t, true
}

// remembersEnd reads the end of a range: fields that it leaves out are those of
// the start, and one that lies before the start is on the next day.
func (l *Layout) remembersEnd(start, end *reading, t time.Time) bool {
	ranged, dated := false, false
	for i := range l.fields {
		if f := &l.fields[i]; f.end && f.kind != literal {
			ranged = true
			dated = dated || !clock.has(f.kind)
		}
	}
	if !ranged {
		return true
	}
	if !dated {
		end.year, end.month, end.day = start.year, start.month, start.day
	}
	to, ok := end.time(false, false)
	if ok && !dated && !to.After(t) {
		to = to.AddDate(0, 0, 1)
	}
	if !ok || !to.After(t) {
		return false
	}
	l.span = between(t, to)
	return l.span.after(t).Equal(to) // not over 292 years
}

// remember keeps the habits that a cell shows.
func (l *Layout) remember(seen []string, start, end *reading, t time.Time) {
	for i, text := range seen {
		f := &l.fields[i]
		r, at := start, t
		if f.end {
			r, at = end, l.span.after(t)
		}
		if r.hour == 24 {
			at = at.AddDate(0, 0, -1) // the day that the cell names
		}
		switch {
		case text == "":
		case f.kind == monthName:
			l.months.remember(text, r.month)
		case f.kind == weekdayName:
			if l.days == nil {
				l.days = map[time.Weekday]string{}
			}
			l.days[at.Weekday()] = text
		case f.kind == ampm:
			l.halves[r.pm-1] = text
		case f.kind == ordinal:
			if l.suffix == nil {
				l.suffix = map[int]string{}
			}
			l.suffix[part(f.of, at)] = text
		case f.kind == offset && text != "Z":
			f.text = offsetStyle(text)
		case f.width == 0 && f.kind.numeric():
			if short, er := strings.CutSuffix(text, "er"); er {
				text, f.habit.er = short, true
			}
			f.habit.short = f.habit.short || len(text) == 1
			f.habit.zero = f.habit.zero || len(text) == 2 && text[0] == '0'
		}
	}
	if start.hour == 24 {
		l.late = true
	}
}

// read reads a field at the start of s and gives its length; -1 if it is not there.
func (l *Layout) read(f *field, s string, r *reading) int {
	switch f.kind {
	case literal:
		if strings.HasPrefix(s, f.text) {
			return len(f.text)
		}
		return -1
	case monthName:
		n, m := l.months.read(s)
		r.month = m
		return n
	case weekdayName:
		return readWeekday(s)
	case ampm:
		n, pm := readHalf(s)
		r.pm = pm
		return n
	case offset, zoneName:
		return readZone(f.kind, s, r)
	case excel:
		return readExcel(s, r)
	case fraction12:
		return l.readFraction12(f, s, r)
	case ordinal:
		return readOrdinal(s)
	}
	n, v := readDigits(s, f)
	switch f.text {
	case roman:
		n, v = readRoman(s)
	case era:
		n, v = readEra(s)
	}
	if n < 0 || !r.set(f, v, n) {
		return -1
	}
	if f.kind == day && v == 1 && strings.HasPrefix(s[n:], "er") && word(s[n:]) == 2 {
		n += 2 // le 1er janvier
	}
	return n
}

// readDigits reads the digits of a field.
func readDigits(s string, f *field) (n, v int) {
	most, least := f.width, f.width
	switch {
	case f.kind == fraction, f.kind == epoch:
		most, least = 19, 1
	case f.width == 0:
		most, least = 2, 1
	}
	if f.kind == epoch && strings.HasPrefix(s, "-") {
		n, v = readDigits(s[1:], f)
		return n + 1, -v
	}
	for n < len(s) && n < most && s[n] >= '0' && s[n] <= '9' {
		if v > math.MaxInt64/10-10 {
			return -1, 0
		}
		v = v*10 + int(s[n]-'0')
		n++
	}
	if n < least {
		return -1, 0
	}
	return n, v
}

// set puts a number where it belongs; false if it is out of range.
func (r *reading) set(f *field, v, digits int) bool {
	in := func(dst *int, lo, hi int) bool {
		*dst = v
		return v >= lo && v <= hi
	}
	switch f.kind {
	case year:
		return in(&r.year, 1, 9999)
	case shortYear:
		if v < 69 {
			v += 100
		}
		v += 1900
		r.year = v
		return true
	case nextYear:
		r.next = v
		return digits < 4 || v >= 100
	case month, period:
		return in(&r.month, 1, 12)
	case period4:
		return in(&r.month, 1, 13)
	case quarter:
		v, ok := 3*v-2, v >= 1 && v <= 4
		r.month = v
		return ok
	case half:
		v, ok := 6*v-5, v >= 1 && v <= 2
		r.month = v
		return ok
	case day:
		return in(&r.day, 1, 31)
	case dekad:
		r.day = 10*v - 9
		return v >= 1 && v <= 3
	case week:
		return in(&r.week, 1, 53)
	case weekday:
		return in(&r.weekday, 1, 7)
	case hour:
		return in(&r.hour, 0, 24)
	case hour12:
		return in(&r.hour, 0, 12)
	case minute:
		return in(&r.minute, 0, 59)
	case second:
		return in(&r.second, 0, 60)
	case fraction:
		for range 9 - digits {
			v *= 10
		}
		if r.nano = v; r.whole {
			r.at = r.at.Truncate(time.Second).Add(time.Duration(v))
		}
		return digits <= 9
	case epoch:
		if abs := max(v, -v); abs > math.MaxInt64/int(f.unit) {
			return false
		}
		r.at, r.whole = time.Unix(0, int64(v)*int64(f.unit)).UTC(), true
		return true
	}
	return false
}

// time puts the parts together; ok is false for a 30th of February.
func (r *reading) time(weeks, fourWeeks bool) (time.Time, bool) {
	if r.whole {
		return r.at, true
	}
	if r.next >= 0 && r.next != r.year+1 && r.next != (r.year+1)%100 {
		return time.Time{}, false
	}
	zone := r.zone
	if zone == nil {
		zone = time.UTC
	}
	h := r.hour
	switch {
	case r.pm > 0 && (h < 1 || h > 12):
		return time.Time{}, false
	case r.pm > 0:
		h = h%12 + 12*(r.pm-1)
	case h == 24 && (r.minute > 0 || r.second > 0):
		return time.Time{}, false
	}
	if r.year == 0 {
		return time.Time{}, false
	}
	if fourWeeks {
		return fourWeeks13(r.year, r.month), true
	}
	if weeks {
		jan4 := time.Date(r.year, 1, 4, h, r.minute, r.second, r.nano, zone) // always in week 1
		t := jan4.AddDate(0, 0, 7*(r.week-1)+r.weekday-1-(int(jan4.Weekday())+6)%7)
		y, w := t.ISOWeek()
		return t, y == r.year && w == r.week
	}
	t := time.Date(r.year, time.Month(r.month), r.day, h, r.minute, r.second, r.nano, zone)
	return t, time.Date(r.year, time.Month(r.month), r.day, 0, 0, 0, 0, time.UTC).Day() == r.day
}

// readHalf reads AM or PM: am, a.m., PM.
func readHalf(s string) (n, pm int) {
	letters, apart := 0, false
	for n < len(s) && n < 6 {
		switch c := s[n] | 0x20; {
		case letters == 2 && !apart: // the point after "am" is no part of it, that of "a.m." is
			return n, pm
		case letters == 0 && c == 'a':
			pm = 1
		case letters == 0 && c == 'p':
			pm = 2
		case letters == 1 && c == 'm':
		case letters > 0 && (s[n] == '.' || s[n] == ' ' && letters == 1):
			n++
			apart = true
			continue
		default:
			if letters == 2 {
				return n, pm
			}
			return -1, 0
		}
		letters++
		n++
	}
	if letters != 2 {
		return -1, 0
	}
	return n, pm
}

// readExcel reads days, perhaps with a time of day as a fraction.
func readExcel(s string, r *reading) int {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 1 && v < 2958466) || strings.Trim(s, "0123456789.") != "" { // up to 9999-12-31
		return -1
	}
	days := math.Floor(v)
	r.at = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(days)).Add(time.Duration(math.Round((v-days)*86400)) * time.Second)
	r.whole = true
	return len(s)
}

// excelDays writes days of Excel with as many digits as their time of day needs.
func excelDays(t time.Time) string {
	from := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	return strconv.FormatFloat(math.Round(t.Sub(from).Hours()/24*1e6)/1e6, 'f', -1, 64)
}

// word is the length of the letters at the start of s.
func word(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) {
			break
		}
		n += size
	}
	return n
}
