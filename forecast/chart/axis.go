package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
)

// layoutFor writes the times of an axis, as fine as its span needs, in the order of
// ISO 8601, which every reader understands.
func layoutFor(a, b time.Time) string {
	switch days := b.Sub(a).Hours() / 24; {
	case days > 5*365: // as in calendarTicks
		return "2006"
	case days > 200:
		return "2006-01"
	case days > 4:
		return "01-02"
	case days > 1:
		return "01-02 15:04"
	}
	return "15:04"
}

// calendarTicks puts four to eight ticks at the starts of years, months, days or hours, with
// their times in a layout.
func calendarTicks(layout string) func(lo, hi float64) []tick {
	return func(lo, hi float64) []tick {
		var out []tick
		for _, t := range calendar(lo, hi) {
			out = append(out, tick{float64(t.Unix()), t.Format(layout)})
		}
		return out
	}
}

// calendar gives the times between two, in seconds, that ticks are put at.
func calendar(lo, hi float64) (out []time.Time) {
	a, b := time.Unix(int64(lo), 0).UTC(), time.Unix(int64(hi), 0).UTC()
	span := b.Sub(a)
	var next func(t time.Time) time.Time
	t := time.Date(a.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	months := func(n int) {
		t = time.Date(a.Year(), time.Month((int(a.Month())-1)/n*n+1), 1, 0, 0, 0, 0, time.UTC)
		next = func(t time.Time) time.Time { return t.AddDate(0, n, 0) }
	}
	switch years := span.Hours() / 24 / 365; {
	case years > 5:
		step := 1
		for _, s := range []int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000} {
			if step = s; years/float64(s) <= 8 {
				break
			}
		}
		t = time.Date(a.Year()/step*step, 1, 1, 0, 0, 0, 0, time.UTC)
		next = func(t time.Time) time.Time { return t.AddDate(step, 0, 0) }
	case years > 2.5:
		months(12)
	case years > 1:
		months(6)
	case span > 150*day:
		months(2)
	case span > 45*day:
		months(1)
	default:
		step := time.Hour
		for _, s := range []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 7 * day} {
			if step = s; span/s <= 8 {
				break
			}
		}
		t = a.Truncate(step)
		next = func(t time.Time) time.Time { return t.Add(step) }
	}
	for ; !t.After(b); t = next(t) {
		if !t.Before(a) {
			out = append(out, t)
		}
	}
	return out
}

// shortTicks places three to seven ticks on round numbers, with thousands in groups, and
// those of ten millions and more with M and G.
func shortTicks(lo, hi float64) []tick {
	size := math.Max(math.Abs(lo), math.Abs(hi))
	var out []tick
	for _, v := range roundTicks(lo, hi) {
		t := tick{at: v}
		switch {
		case v == 0:
			t.label = "0"
		case size >= 1e10:
			t.label = strconv.FormatFloat(v/1e9, 'g', 5, 64) + "G"
		case size >= 1e7:
			t.label = strconv.FormatFloat(v/1e6, 'g', 5, 64) + "M"
		case size >= 1e4:
			t.label = grouped(math.Round(v))
		default:
			t.label = strconv.FormatFloat(v, 'g', 5, 64)
		}
		out = append(out, t)
	}
	return out
}

// roundTicks are the multiples of 1, 2 or 5 times a power of ten between two numbers; where
// there is no room for those, the numbers themselves and their middle.
func roundTicks(lo, hi float64) (out []float64) {
	span := hi - lo
	power := math.Pow(10, math.Floor(math.Log10(span/7)))
	if !(span > 1e-9*math.Max(math.Abs(lo), math.Abs(hi))) || math.IsInf(span, 0) || !(power > 1e-290) {
		return []float64{lo, lo/2 + hi/2, hi}
	}
	step := 10 * power
	for _, m := range []float64{1, 2, 5} {
		if m*power >= span/7 {
			step = m * power
			break
		}
	}
	for k := math.Ceil(lo/step - 1e-9); k*step <= hi+1e-9*span; k++ {
		out = append(out, k*step)
	}
	return out
}

// grouped writes a whole number with blanks between thousands, as ISO 80000 does: a comma
// is a decimal sign to half the world.
func grouped(v float64) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	if v < 0 {
		s = "-" + s
	}
	return s
}

// mostPoints of a line: more than a picture has pixels for would hide each other.
const mostPoints = 1500

// thin picks at most n of the steps [from, to), or all: the least and the largest value of
// each stretch, in their order.
func thin(values []float64, from, to, n int) []int {
	var out []int
	if to-from <= n {
		for i := from; i < to; i++ {
			out = append(out, i)
		}
		return out
	}
	stretches := n / 2
	for k := range stretches {
		a, b := from+(to-from)*k/stretches, from+(to-from)*(k+1)/stretches
		lo, hi := a, a
		for i := a; i < b; i++ {
			if values[i] < values[lo] {
				lo = i
			}
			if values[i] > values[hi] {
				hi = i
			}
		}
		out = append(out, min(lo, hi))
		if lo != hi {
			out = append(out, max(lo, hi))
		}
	}
	return out
}

// alternative says in words what a picture shows.
func alternative(panel []forecast.Series, fs []forecast.Forecast) string {
	var lines []string
	for i, f := range fs {
		s := panel[i]
		line := fmt.Sprintf("%d values, then a forecast of %d steps", len(s.Values), f.Horizon())
		if s.ID != "" {
			line = s.ID + ": " + line
		}
		if h := f.Horizon(); h > 0 {
			lo, hi := f.Interval(h-1, 80)
			line += fmt.Sprintf("; the last is %.4g, between %.4g and %.4g with a probability of 80%%", f.Mean[h-1], lo, hi)
			if s.Freq.Unit != forecast.None {
				layout := "2006-01-02 15:04"
				switch u := s.Freq.Unit; {
				case u == forecast.Year:
					layout = "2006"
				case u == forecast.Month || u == forecast.Quarter:
					layout = "2006-01"
				case u >= forecast.Day:
					layout = "2006-01-02"
				}
				line += " (" + f.Time(h-1).Format(layout) + ")"
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, ". ") + "."
}

// described puts a title and a description into an SVG for those who do not see it.
func described(svg []byte, title, text string) []byte {
	at := bytes.Index(svg, []byte("<svg"))
	if at < 0 {
		return svg
	}
	end := at + bytes.IndexByte(svg[at:], '>') + 1
	var b bytes.Buffer
	b.Write(svg[:end-1])
	b.WriteString(` role="img">`)
	for _, e := range [][2]string{{"title", title}, {"desc", text}} {
		if e[1] != "" {
			fmt.Fprintf(&b, "\n<%s>", e[0])
			_ = xml.EscapeText(&b, []byte(e[1])) // a buffer takes everything
			fmt.Fprintf(&b, "</%s>", e[0])
		}
	}
	b.Write(svg[end:])
	return b.Bytes()
}
