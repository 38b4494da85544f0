package stamp

import (
	"slices"
	"strings"
)

// ranges guesses cells with a start and an end: 10.02.2023 00:00 - 01:00.
func (g *guesser) ranges() {
	seps := []string{" - ", " – ", " — ", " to ", " bis ", " a ", " à ", " até ", "/", "-", "–"}
	for _, c := range cuts(g.cell, seps) {
		left, sep, right := c[0], c[1], c[2]
		for _, l := range Guess(left) {
			if l.ranged() {
				continue
			}
			for _, end := range g.ends(right, l) {
				fields := append([]field(nil), l.fields...)
				fields = append(fields, field{kind: literal, text: sep})
				for _, f := range end {
					f.end = true
					fields = append(fields, f)
				}
				g.keep(fields)
			}
		}
	}
}

// months guesses ranges of months whose year stands behind the last: Jan-Mar 2010.
func (g *guesser) months() {
	for _, c := range cuts(g.cell, []string{" - ", " – ", " to ", " bis ", " à ", "/", "-", "–"}) {
		left, sep, right := c[0], c[1], c[2]
		if !isMonth(left) && !isMonth(strings.TrimSuffix(left, ".")) {
			continue
		}
		for _, l := range Guess(right) {
			if !l.has(monthName) || l.has(day) || l.Subday() || l.ranged() {
				continue
			}
			fields := []field{{kind: monthName}, {kind: literal, text: sep}}
			for _, f := range l.fields {
				f.end = true
				fields = append(fields, f)
			}
			g.keep(fields)
		}
	}
}

// ranged reports whether a layout has a start and an end.
func (l *Layout) ranged() bool {
	return slices.ContainsFunc(l.fields, func(f field) bool { return f.end })
}

// cuts parts a cell in two, at each place where one of seps stands.
func cuts(cell string, seps []string) (out [][3]string) {
	for _, sep := range seps {
		for at := 1; ; at++ {
			i := strings.Index(cell[min(at, len(cell)):], sep)
			if i < 0 || at+i+len(sep) >= len(cell) {
				break
			}
			at += i
			out = append(out, [3]string{cell[:at], sep, cell[at+len(sep):]})
		}
	}
	return out
}

// ends are the layouts of a range's end: as the start, or a time of day.
func (g *guesser) ends(text string, start *Layout) (out [][]field) {
	if _, ok := start.clone().Parse(text); ok {
		out = append(out, start.fields)
	}
	var onlyClock []field
	for _, f := range start.fields {
		if clock.has(f.kind) || f.kind == literal && len(onlyClock) > 0 {
			onlyClock = append(onlyClock, f)
		}
	}
	if len(onlyClock) > 0 && len(onlyClock) < len(start.fields) {
		out = append(out, onlyClock)
	}
	return out
}
