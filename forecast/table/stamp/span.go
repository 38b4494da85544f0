package stamp

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// span is the length of a range: whole months, whose last day may be the end, or a
// duration.
type span struct {
	months int
	last   bool
	rest   time.Duration
}

// between is the span of a range.
func between(from, to time.Time) span {
	months := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	sameClock := to.Sub(from)%(24*time.Hour) == 0
	switch {
	case sameClock && months > 0 && to.Day() == from.Day():
		return span{months: months}
	case sameClock && months >= 0 && from.Day() == 1 && to.AddDate(0, 0, 1).Day() == 1:
		return span{months: months + 1, last: true}
	}
	return span{rest: to.Sub(from)}
}

// after is the end of a range from t.
func (s span) after(t time.Time) time.Time {
	switch {
	case s.last:
		return t.AddDate(0, s.months, -1)
	case s.months > 0:
		return t.AddDate(0, s.months, 0)
	}
	return t.Add(s.rest)
}

// String is a span in the text of a layout: 1h0m0s, 3M, or 3M- up to the last day.
func (s span) String() string {
	switch {
	case s.last:
		return fmt.Sprintf("%dM-", s.months)
	case s.months > 0:
		return fmt.Sprintf("%dM", s.months)
	}
	return s.rest.String()
}

// parseSpan reads what String gives.
func parseSpan(text string) (span, bool) {
	if n, ok := strings.CutSuffix(strings.TrimSuffix(text, "-"), "M"); ok {
		months, err := strconv.Atoi(n)
		return span{months: months, last: strings.HasSuffix(text, "-")}, err == nil && months > 0 && months < 100000
	}
	d, err := time.ParseDuration(text)
	return span{rest: d}, err == nil
}

// roman marks a quarter in Roman digits.
const roman = "roman"

var romans = [4]string{"I", "II", "III", "IV"}

// readRoman reads I to IV.
func readRoman(s string) (n, v int) {
	n = word(s)
	for i, r := range romans {
		if s[:n] == r {
			return n, i + 1
		}
	}
	return -1, 0
}

// readFraction12 reads a year with the months as decimals, as R writes them:
// 2019.083 is February, 2019.042 the middle of January.
func (l *Layout) readFraction12(f *field, s string, r *reading) int {
	whole, decimals, _ := strings.Cut(s, ".")
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || len(whole) != 4 || strings.Trim(s, "0123456789.") != "" || v < 1000 {
		return -1
	}
	exact := 12 * (v - math.Floor(v))
	near := .7 * math.Pow(10, -float64(max(len(decimals), 1))) * 12
	half := math.Round(2*exact) / 2
	if len(decimals) > 0 && (len(decimals) == 1 && decimals != "0" && decimals != "5" || math.Abs(exact-half) > max(near, .03)) {
		return -1
	}
	m := math.Floor(half)
	r.at = time.Date(int(math.Floor(v)), time.Month(int(m)+1), 1, 0, 0, 0, 0, time.UTC)
	r.whole = true
	l.phase = half - m
	if n := len(decimals); n != f.width {
		f.habit.short = f.habit.short || f.habit.zero
		f.width = max(f.width, n)
	}
	f.habit.zero = true // one was read
	return len(s)
}

// yearFraction writes such a year; zeros at the end are left out if they were.
func (l *Layout) yearFraction(f *field, t time.Time) string {
	text := strconv.FormatFloat(float64(t.Year())+(float64(t.Month()-1)+l.phase)/12, 'f', f.width, 64)
	if f.habit.short && strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}
