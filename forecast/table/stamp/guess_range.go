package stamp

import "strings"

// ranges guesses cells with a start and an end: 10.02.2023 00:00 - 01:00.
func (g *guesser) ranges() {
	for _, sep := range []string{" - ", " – ", " — ", " to ", " bis ", " a ", " à ", " até ", "/", "-", "–"} {
		left, right, ok := strings.Cut(g.cell, sep)
		if sep == "/" || sep == "-" { // the middle one, if there is one
			if strings.Count(g.cell, sep)%2 == 0 {
				continue
			}
			n := strings.Count(g.cell, sep)
			at := 0
			for range n/2 + 1 {
				at += strings.Index(g.cell[at:], sep) + 1
			}
			left, right, ok = g.cell[:at-1], g.cell[at:], true
		}
		if !ok || left == "" || right == "" {
			continue
		}
		for _, l := range Guess(left) {
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
