package calendar

import (
	"math"
	"slices"
	"time"
)

// loosely recognises weeks, months, quarters and years whose times come a few days
// early or late, where the strict calendar would have most of its steps absent. No
// two times may share a step, and nine steps in ten must have one.
func loosely(times []time.Time, strict Freq) (Found, bool) {
	const fewest = 6
	if len(times) < fewest || !sameClock(times) {
		return Found{}, false
	}
	if n, ok := strict.Steps(times[0], times[len(times)-1]); ok && 2*len(times) >= n+1 {
		return Found{}, false // most steps are there: gaps, not another rhythm
	}
	for _, f := range []Freq{{Unit: Week, N: 1}, {Unit: Week, N: 2}, {Unit: Month, N: 1}, {Unit: Quarter, N: 1}, {Unit: Year, N: 1}} {
		found := Found{Freq: f, Start: typical(times, f), Loose: true}
		last, fits := -1, true
		for _, t := range times {
			n, ok := found.Place(t)
			if fits = ok && n > last; !fits {
				break
			}
			last = n
		}
		if fits && 10*len(times) >= 9*(last+1) {
			found.Absent = absent(found, times)
			return found, true
		}
	}
	return Found{}, false
}

// Place is the step that a time belongs to. For loose months, quarters and years
// that is the one it lies in, otherwise the nearest; ok is false between two.
func (f Found) Place(t time.Time) (n int, ok bool) {
	if n, ok = f.Steps(f.Start, t); ok || !f.Loose {
		return n, ok
	}
	if f.Unit >= Month {
		per := map[Unit]int{Month: 1, Quarter: 3, Year: 12}[f.Unit] * max(f.N, 1)
		months := (t.Year()-f.Start.Year())*12 + int(t.Month()) - int(f.Start.Month())
		n, rest := floorDiv(months, per)
		return n, per == 1 || rest == 0 || f.Unit != Month
	}
	if f.Unit < Day {
		return int(math.Round(t.Sub(f.Start).Seconds() / f.Duration().Seconds())), true
	}
	return f.Near(f.Start, t)
}

// clockSteps are the steps that readings are looked for in.
var clockSteps = []Freq{{Unit: Second, N: 10}, {Unit: Second, N: 15}, {Unit: Second, N: 30}, {Unit: Minute, N: 1}, {Unit: Minute, N: 2}, {Unit: Minute, N: 5}, {Unit: Minute, N: 10},
	{Unit: Minute, N: 15}, {Unit: Minute, N: 20}, {Unit: Minute, N: 30}, {Unit: Hour, N: 1}, {Unit: Hour, N: 2}, {Unit: Hour, N: 3}, {Unit: Hour, N: 6}, {Unit: Hour, N: 12}}

// readings recognises hours and minutes whose times are a little off, as those of
// loggers are: the usual distance is one of a clock's, nearly all times are near its
// steps, and most steps have one. strict is what was found otherwise; it must be too
// fine for the times.
func readings(times []time.Time, strict Freq) (Found, bool) {
	const (
		fewest = 12
		off    = .3 // of a step, that nine times in ten must be near
	)
	if len(times) < fewest || sameClock(times) {
		return Found{}, false
	}
	gaps := make([]float64, len(times)-1)
	for i := range gaps {
		gaps[i] = times[i+1].Sub(times[i]).Seconds()
	}
	slices.Sort(gaps)
	usual := gaps[len(gaps)/2]
	if strict.Unit != None && strict.Duration().Seconds() > .7*usual {
		return Found{}, false
	}
	best, ratio := Freq{}, 1.05 // the usual distance of a clock's step
	for _, f := range clockSteps {
		if r := max(usual/f.Duration().Seconds(), f.Duration().Seconds()/usual); r < ratio {
			best, ratio = f, r
		}
	}
	if best.Unit == None {
		return Found{}, false
	}
	found := Found{Freq: best, Start: typical(times, best), Loose: true}
	near, steps, last := 0, 0, -1
	for _, t := range times {
		n, _ := found.Place(t)
		if d := t.Sub(best.Add(found.Start, n)).Seconds(); math.Abs(d) < off*best.Duration().Seconds() {
			near++
		}
		if n > last {
			steps++
		}
		last = max(n, last)
	}
	if near*10 < 9*len(times) || steps*20 < 19*len(times) || 2*steps < last+1 {
		return Found{}, false
	}
	found.Absent = absent(found, times)
	return found, true
}

// First is the time of the first step of a series with these times, sorted.
func (f Found) First(times []time.Time) time.Time {
	if f.Loose {
		return typical(times, f.Freq)
	}
	return times[0]
}

// typical is the first step of loose times: the usual weekday, or the usual day of
// the month.
func typical(times []time.Time, f Freq) time.Time {
	first := times[0]
	if f.Unit < Day {
		day := time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, first.Location())
		return day.Add(first.Sub(day).Round(f.Duration()))
	}
	if f.Unit == Week {
		counts := [7]int{}
		for _, t := range times {
			counts[t.Weekday()]++
		}
		usual := time.Weekday(slices.Index(counts[:], slices.Max(counts[:])))
		d := (int(usual) - int(first.Weekday()) + 10) % 7 // 0 to 6 from three days before on
		return first.AddDate(0, 0, d-3)
	}
	var days []int
	for _, t := range times {
		days = append(days, t.Day())
	}
	slices.Sort(days)
	return monthOf(first.Year(), int(first.Month()), first).AddDate(0, 0, min(days[len(days)/2], 28)-1)
}

// openHours finds the weekdays, and for hours and minutes the hours of the week,
// that never occur although most others do.
func openHours(times []time.Time, f Freq) Open {
	perDay := 1
	switch {
	case f.Unit == Day && f.N == 1:
	case f.Unit == Hour && f.N == 1:
		perDay = 24
	case f.Unit == Minute && 60%f.N == 0:
		perDay = 24
	default:
		return Open{}
	}
	first, last := times[0], times[len(times)-1]
	weeks := last.Sub(first).Hours() / 168
	if weeks < 2 || weeks < 3 && perDay == 1 {
		return Open{}
	}
	perSlot := 1.0
	if f.Unit == Minute {
		perSlot = 60 / float64(f.N)
	}
	var counts [168]int
	for _, t := range times {
		if perDay == 1 {
			counts[slot(t)/24]++
		} else {
			counts[slot(t)]++
		}
	}
	slots := counts[:7*perDay]
	var o Open
	open, seen := 0, 0
	for s, n := range slots {
		share := float64(n) / weeks / perSlot
		if share < .03 {
			continue // closed, but for a few exceptions
		}
		open++
		seen += n
		for h := range 24 / perDay {
			o.set(s*24/perDay + h)
		}
	}
	// most open steps must be there, and some slots closed; of hours, whole ones
	if open == len(slots) || open == 0 || float64(seen) < .7*float64(open)*weeks*perSlot || seen*50 < 49*len(times) {
		return Open{}
	}
	return o
}
