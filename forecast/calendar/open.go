package calendar

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Open are hours of a week, Monday's first: bit 24·day+hour. The zero value means
// that nothing is closed.
type Open [3]uint64

// Always reports whether nothing is closed.
func (o Open) Always() bool { return o == Open{} }

func (o Open) has(slot int) bool { return o[slot/64]>>(slot%64)&1 == 1 }

func (o *Open) set(slot int) { o[slot/64] |= 1 << (slot % 64) }

func (o Open) count() int {
	return bits.OnesCount64(o[0]) + bits.OnesCount64(o[1]) + bits.OnesCount64(o[2])
}

// day gives the open hours of a day, Monday is 0.
func (o Open) day(d int) (hours uint32) {
	for h := range 24 {
		if o.has(24*d + h) {
			hours |= 1 << h
		}
	}
	return hours
}

var dayNames = [7]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

// String gives open hours as ParseOpen reads them: "Mon-Sat", "Mon-Fri 8-18, Sat
// 9-13". Hours are from the first one's start to the last one's end.
func (o Open) String() string {
	if o.Always() {
		return "all"
	}
	var parts []string
	for d := 0; d < 7; {
		hours, end := o.day(d), d+1
		for end < 7 && o.day(end) == hours {
			end++
		}
		if hours != 0 {
			name := dayNames[d]
			if end-d > 1 {
				name += "-" + dayNames[end-1]
			}
			if hours != 1<<24-1 {
				name += " " + hourText(hours)
			}
			parts = append(parts, name)
		}
		d = end
	}
	return strings.Join(parts, ", ")
}

// hourText writes runs of hours: 8-12+14-18.
func hourText(hours uint32) string {
	var runs []string
	for h := 0; h < 24; {
		if hours>>h&1 == 0 {
			h++
			continue
		}
		end := h
		for end < 24 && hours>>end&1 == 1 {
			end++
		}
		runs = append(runs, fmt.Sprintf("%d-%d", h, end))
		h = end
	}
	return strings.Join(runs, "+")
}

// ParseOpen reads open hours: "all", "Mon-Sat", "Mon-Fri 8-18, Sat 9-13", "7-17"
// for all days. Weekdays are English names of at least two letters.
func ParseOpen(s string) (Open, error) {
	var o Open
	if s = strings.TrimSpace(s); strings.EqualFold(s, "all") || s == "" {
		return o, nil
	}
	fail := fmt.Errorf("open hours %q: want for instance Mon-Sat, 8-18 or Mon-Fri 8-18, Sat 9-13: %w", s, ErrUnknown)
	for _, part := range strings.Split(s, ",") {
		days, hours := [7]bool{true, true, true, true, true, true, true}, uint32(1<<24-1)
		for i, word := range strings.Fields(part) {
			if word[0] >= '0' && word[0] <= '9' {
				if hours = parseHours(word); hours == 0 {
					return o, fail
				}
				continue
			}
			if i == 0 {
				days = [7]bool{}
			}
			from, to, ranged := strings.Cut(word, "-")
			a, b := dayNumber(from), dayNumber(to)
			if !ranged {
				b = a
			}
			if a < 0 || b < 0 {
				return o, fail
			}
			for d := a; ; d = (d + 1) % 7 {
				days[d] = true
				if d == b {
					break
				}
			}
		}
		for d, open := range days {
			for h := range 24 {
				if open && hours>>h&1 == 1 {
					o.set(24*d + h)
				}
			}
		}
	}
	if o.count() == 168 {
		return Open{}, nil
	}
	return o, nil
}

func dayNumber(s string) int {
	if len(s) < 2 {
		return -1
	}
	return slices.IndexFunc(dayNames[:], func(d string) bool { return strings.EqualFold(d[:2], s[:2]) })
}

func parseHours(s string) (hours uint32) {
	for _, run := range strings.Split(s, "+") {
		from, to, _ := strings.Cut(run, "-")
		a, err1 := strconv.Atoi(strings.TrimSuffix(from, ":00"))
		b, err2 := strconv.Atoi(strings.TrimSuffix(to, ":00"))
		if err1 != nil || err2 != nil || a < 0 || b > 24 || a >= b {
			return 0
		}
		for h := a; h < b; h++ {
			hours |= 1 << h
		}
	}
	return hours
}

// Closed reports whether t lies outside the open hours.
func (f Freq) Closed(t time.Time) bool {
	if f.Open.Always() {
		return false
	}
	if f.Unit == Day {
		return f.Open.day(slot(t)/24) == 0
	}
	return !f.Open.has(slot(t))
}

// slot is the hour of the week of a time, Monday's first.
func slot(t time.Time) int { return (int(t.Weekday())+6)%7*24 + t.Hour() }

// perStep is the length of a step: steps of hours and minutes are counted in minutes
// of open hours, days in days.
func (f Freq) perStep() int {
	switch f.Unit {
	case Hour:
		return 60 * max(f.N, 1)
	case Minute:
		return max(f.N, 1)
	}
	return max(f.N, 1)
}

// openDays is the number of open days before day d of a week.
func (o Open) openDays(d int) (n int) {
	for i := range d {
		if o.day(i) != 0 {
			n++
		}
	}
	return n
}

// openIndex numbers what is open: days, or minutes of open hours, counted from
// Monday 1969-12-29. A closed time counts as the next open one.
func (f Freq) openIndex(t time.Time) int {
	week, wd := floorDiv(int(dayIndex(t))+3, 7)
	if f.Unit == Day {
		return week*f.Open.openDays(7) + f.Open.openDays(wd)
	}
	n := week * f.Open.count() * 60
	at := slot(t)
	for s := range at {
		if f.Open.has(s) {
			n += 60
		}
	}
	if f.Open.has(at) {
		n += t.Minute()
	}
	return n
}

// openAt is the open day or minute with number i, at t's time of day or second.
func (f Freq) openAt(i int, t time.Time) time.Time {
	if f.Unit == Day {
		week, rest := floorDiv(i, f.Open.openDays(7))
		d := 0
		for f.Open.day(d) == 0 || f.Open.openDays(d) != rest {
			d++
		}
		return onDay(int64(7*week+d-3), t)
	}
	week, rest := floorDiv(i, f.Open.count()*60)
	s := 0
	for ; ; s++ {
		if !f.Open.has(s) {
			continue
		}
		if rest < 60 {
			break
		}
		rest -= 60
	}
	day := onDay(int64(7*week+s/24-3), t)
	return time.Date(day.Year(), day.Month(), day.Day(), s%24, rest, t.Second(), t.Nanosecond(), t.Location())
}

// openSeason is the steps of an open day, if all open days have the same hours;
// otherwise, and for days, those of a week.
func (f Freq) openSeason() int {
	if f.Unit == Day {
		return max(1, f.Open.openDays(7))
	}
	hours := uint32(0)
	for d := range 7 {
		if h := f.Open.day(d); h != 0 {
			if hours != 0 && bits.OnesCount32(h) != bits.OnesCount32(hours) {
				return max(1, f.Open.count()*60/f.perStep())
			}
			hours = h
		}
	}
	return max(1, bits.OnesCount32(hours)*60/f.perStep())
}
