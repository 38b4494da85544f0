// Package calendar knows the steps that series of time go by: hours, business
// days, dekads, month ends, the open hours of a shop. Start with [Infer], which
// finds the steps of given times; [Freq.Add] continues them.
package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ErrUnknown is wrapped by errors about names of frequencies.
var ErrUnknown = errors.New("unknown frequency")

// Unit is the calendar unit of a frequency.
type Unit int

// The units, in order of length.
const (
	None Unit = iota
	Second
	Minute
	Hour
	Day
	BusinessDay // Monday to Friday
	Week
	Dekad     // the days 1, 11 and 21 of a month, or 10, 20 and the last
	SemiMonth // two days of every month
	Retail    // months of 4, 4 and 5 weeks, in some order
	Month
	Quarter
	Year
)

// Freq is the distance of two steps: N units. The zero value is "no times". Two
// frequencies are the same calendar if they are equal.
type Freq struct {
	Unit Unit
	N    int
	// MonthEnd says that the times are the last days of their months; Business that
	// they are the last of those from Monday to Friday.
	MonthEnd, Business bool
	// Days are those of a SemiMonth, 31 for the last; of a Retail month the week
	// (mod 13, counted from 1969-12-29) in which the first of two short months
	// begins. For a Month whose times are always the same weekday, such as the third
	// Friday: which one, 5 for the last, and the weekday, 1 (Monday) to 7.
	Days [2]int8
	// Open are the hours of a week that steps lie in, for days, hours and minutes;
	// zero means all.
	Open Open
}

// unitNames are what Parse reads; longer ones come first where one begins another.
var unitNames = map[Unit]string{
	Second: "S", Minute: "min", Hour: "H", Day: "D", BusinessDay: "B", Week: "W", Dekad: "DEK", SemiMonth: "SM", Retail: "445", Month: "M", Quarter: "Q", Year: "Y",
}

// String gives a frequency as Parse reads it: "M", "30min", "2W", "BM" for the
// last business day of a month, "D[Mon-Sat]" for days on which a shop is open.
func (f Freq) String() string {
	s := unitNames[f.Unit]
	switch {
	case f.Unit == Month && f.Business:
		s = "BM"
	case f.Unit == SemiMonth && f.Days != [2]int8{1, 15}:
		s = fmt.Sprintf("SM-%d-%d", f.Days[0], f.Days[1])
	case f.Unit == Dekad && f.MonthEnd:
		s = "DEK-end"
	case f.nthWeekday():
		s = fmt.Sprintf("WOM-%d%s", f.Days[0], dayNames[f.Days[1]-1])
	case f.Unit == Retail:
		return "445-" + strconv.Itoa(int(f.Days[0]))
	}
	if f.N > 1 {
		s = strconv.Itoa(f.N) + s
	}
	if !f.Open.Always() {
		s += "[" + f.Open.String() + "]"
	}
	return s
}

// Parse reads a frequency: S, min, H, D, B (business days), W, DEK (dekads), SM (the
// 1st and the 15th; SM-15-31), M, BM (the last business day of a month), WOM-3Fri
// (the third Friday of a month; 5 means the last), Q, Y, with
// an optional count before it ("15min") and, for days and shorter ones, open days
// and hours behind it ("H[Mon-Fri 8-18]").
func Parse(s string) (Freq, error) {
	fail := func() (Freq, error) {
		return Freq{}, fmt.Errorf("frequency %q is none of S, min, H, D, B, W, DEK, SM, M, BM, Q, Y with a count before it: %w", s, ErrUnknown)
	}
	text, hours, opened := strings.Cut(s, "[")
	f := Freq{N: 1}
	if opened {
		var err error
		if f.Open, err = ParseOpen(strings.TrimSuffix(hours, "]")); err != nil {
			return Freq{}, err
		}
	}
	if week, ok := strings.CutPrefix(text, "445-"); ok {
		n, err := strconv.Atoi(week)
		if err != nil || n < 0 || n > 12 {
			return fail()
		}
		f.Unit, f.Days = Retail, [2]int8{int8(n)}
		return f, nil
	}
	if rest, ok := strings.CutPrefix(text, "WOM-"); ok && len(rest) == 4 && rest[0] >= '1' && rest[0] <= '5' {
		for i, name := range dayNames {
			if strings.EqualFold(name, rest[1:]) {
				f.Unit, f.Days = Month, [2]int8{int8(rest[0] - '0'), int8(i + 1)}
				return f, nil
			}
		}
	}
	digits := 0
	for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
		digits++
	}
	if digits > 0 {
		n, err := strconv.Atoi(text[:digits])
		if err != nil || n < 1 || n > 100000 {
			return fail()
		}
		f.N = n
	}
	name := strings.ToUpper(text[digits:])
	switch {
	case name == "BM" || name == "BME":
		f.Unit, f.Business = Month, true
		return f, nil
	case name == "ME":
		f.Unit, f.MonthEnd = Month, true
		return f, nil
	case name == "DEK-END":
		f.Unit, f.MonthEnd = Dekad, true
		return f, nil
	case name == "T" || text[digits:] == "m" && digits > 0 && f.N > 12:
		f.Unit = Minute
		return f, nil
	case strings.HasPrefix(name, "SM"):
		f.Unit, f.Days = SemiMonth, [2]int8{1, 15}
		if rest := name[2:]; rest != "" {
			var a, b int8
			if n, err := fmt.Sscanf(rest, "-%d-%d", &a, &b); n != 2 || err != nil || a < 1 || b <= a || b > 31 {
				return fail()
			}
			f.Days = [2]int8{a, b}
		}
		return f, nil
	}
	for u, n := range unitNames {
		if strings.EqualFold(name, n) && u != Retail {
			f.Unit = u
			return f, nil
		}
	}
	return fail()
}

// Season is the usual number of steps in a season: 12 for months, 4 for quarters,
// 52 for weeks, 7 for days, 5 for business days, the open days of a week where some
// are closed, a day's worth of steps for hours and minutes, 60 for seconds, and 1
// where there is none.
func (f Freq) Season() int {
	n := max(f.N, 1)
	if !f.Open.Always() && n == 1 || f.Unit == Minute && !f.Open.Always() {
		return f.openSeason()
	}
	per := map[Unit]int{Second: 60, Minute: 1440, Hour: 24, Day: 7, BusinessDay: 5, Week: 52, Dekad: 36, SemiMonth: 24, Retail: 12, Month: 12, Quarter: 4, Year: 1}[f.Unit]
	switch {
	case f.Unit == Day && n == 28:
		return 13
	case per == 0 || per%n != 0:
		return 1
	case f.Unit == Minute && n == 1:
		return 60
	}
	return max(1, per/n)
}

// days is the usual length of a step.
func (f Freq) days() float64 {
	per := map[Unit]float64{Second: 1. / 86400, Minute: 1. / 1440, Hour: 1. / 24, Day: 1, BusinessDay: 1.4, Week: 7, Dekad: 10.15, SemiMonth: 15.22, Retail: 30.33, Month: 30.44, Quarter: 91.3, Year: 365.25}
	return per[f.Unit] * float64(max(f.N, 1))
}

// Duration is the usual length of a step; that of a month varies.
func (f Freq) Duration() time.Duration { return time.Duration(f.days() * 24 * float64(time.Hour)) }
