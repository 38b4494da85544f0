package harmony

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/segue-go/segue/music"
)

// This file reads charts of chords as people type, paste and export them. It knows
// nothing of melodies, dynamics or form marks such as D.C.; it skips what it knows to be
// a mark and refuses the rest.

// mostBars that a chart may have after its repeats are written out.
const mostBars = 4096

// ParseChanges reads chords as musicians write them. "|" separates bars, blanks separate
// the chords of a bar, which begin on its beats and share it evenly, and "%" or an empty bar repeats the bar
// before; "/" or "." holds a chord for one more share. Without any "|" each chord is a bar
// and so is each line. "|: ... :|" repeats, with "x3" after it or with endings "1." and
// "2.". Roman numerals are read where the chart names its key, see [Romans]. The marks of iReal Pro ("[T44*A", "Z", "x", "r", "n") are understood. All bars
// have the one meter.
func ParseChanges(s string, meter music.Meter) (Changes, error) {
	if strings.HasPrefix(strings.TrimSpace(s), "irealb://") {
		return Changes{}, errors.New("music: the link is scrambled by iReal Pro: export the chart as text, or type the chords")
	}
	if link, ok := strings.CutPrefix(strings.TrimSpace(s), "irealbook://"); ok {
		fields := strings.Split(link, "=")
		s = fields[min(len(fields)-1, 5)]
	}
	s, err := Romans(s, Key{})
	if err != nil {
		return Changes{}, err
	}
	if jump := jumps().FindString(s); jump != "" {
		return Changes{}, fmt.Errorf("music: %q jumps to another bar, which a chart here cannot do: write the bars out", strings.TrimSpace(jump))
	}
	var r chart
	for _, bar := range splitBars(s, meter) {
		if err := r.bar(bar); err != nil {
			return Changes{}, err
		}
	}
	out := Changes{Unit: unit(meter)}
	for _, chords := range r.bars {
		starts := shares(len(chords), meter)
		for b := range barUnits(meter) {
			k := len(starts) - 1
			for k > 0 && starts[k] > b*out.Unit {
				k--
			}
			out.Beats = append(out.Beats, Beat{chords[k], b})
		}
	}
	return out, nil
}

// barUnits is the number of the smallest beats in a bar, at least 1.
func barUnits(m music.Meter) int { return max(1, 4*music.Grid*m.Num/m.Den/unit(m)) }

// shares are the grid steps of a bar at which n chords begin: on its beats or, if they
// are more, on what it counts.
func shares(n int, m music.Meter) []int {
	at := m.Pulses()
	if n > len(at) {
		at = nil
		for b := range barUnits(m) {
			at = append(at, b*unit(m))
		}
	}
	n = min(n, len(at)) // one that has no time is left out
	out := make([]int, n)
	for i := range out {
		out[i] = at[(i*len(at)+n-1)/n]
	}
	return out
}

// chart collects the bars while repeats are written out.
type chart struct {
	bars   [][]Chord
	last   Chord
	start  int       // first bar of the section that is repeated
	body   [][]Chord // that section without its endings; nil before an ending
	ending bool
}

// pattern is a regular expression that is compiled when it is first used: few runs
// of a program read a chart.
func pattern(s string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(s) })
}

var (
	timesMark  = pattern(`^\(?(?:[x×](\d{1,2})|(\d{1,2})[x×])\)?$`)
	endingMark = pattern(`^(?:N(\d)|(\d)\.)$`)
	alternate  = pattern(`^\([A-G].*\)$`) // iReal Pro prints another choice above the chord
)

// bar reads the words between two bar lines.
func (r *chart) bar(words []string) error {
	var chords []Chord
	marks := false // the bar has nothing but marks
	ends := 0
	for _, w := range words {
		before := r.before()
		if m := timesMark().FindStringSubmatch(w); m != nil {
			n, _ := strconv.Atoi(m[1] + m[2])
			for range min(n, 16) - 2 {
				r.repeat()
			}
			marks = true
			continue
		}
		switch {
		case w == "{":
			r.start, r.body, r.ending = len(r.bars), nil, false
			marks = true
		case w == "}":
			ends++
		case endingMark().MatchString(w):
			if !r.ending {
				r.body, r.ending = slices.Clone(r.bars[r.start:]), true
			}
			marks = true
		case w == "%" || w == "x":
			chords = append(chords, before...)
		case w == "r" || w == "%%":
			if n := len(r.bars); n >= 2 && len(chords) == 0 {
				r.bars = append(r.bars, r.bars[n-2])
				before = r.bars[n-1]
			}
			chords = append(chords, before...)
		case w == "/" || w == ".":
			if len(chords) > 0 || len(r.bars) > 0 {
				chords = append(chords, r.last)
			}
		case alternate().MatchString(w):
		default:
			c, err := ParseChord(w)
			if err != nil {
				return err
			}
			chords = append(chords, c)
		}
		if len(chords) > 0 {
			r.last = chords[len(chords)-1]
		}
	}
	if len(chords) == 0 && !marks && ends == 0 {
		chords = r.before()
	}
	if len(chords) > 0 && len(r.bars) < mostBars {
		r.bars = append(r.bars, chords)
		r.last = chords[len(chords)-1]
	}
	for range ends {
		r.repeat()
	}
	return nil
}

// before is the bar before; nil at the beginning.
func (r *chart) before() []Chord {
	if len(r.bars) == 0 {
		return nil
	}
	return r.bars[len(r.bars)-1]
}

// repeat writes the repeated section once more.
func (r *chart) repeat() {
	if r.body == nil {
		r.body = slices.Clone(r.bars[r.start:])
	}
	if len(r.bars)+len(r.body) <= mostBars {
		r.bars = append(r.bars, r.body...)
	}
}

var (
	// jumps are the marks of a form that goes elsewhere
	jumps = pattern(`(?i)(?:^|[\s|])(?:D\.\s?[CS]\b\.?|D[CS]\b|da capo|dal segno|to coda|(?:al )?coda|(?:al )?fine|segno)(?:[\s|]|$)`)
	// labels name a section: "[A]", "A:", "Verse 2:"
	labels    = pattern(`(?i)\[(?:[A-H]\d?|intro|verse|chorus|bridge|solo|head|outro|ending|interlude|refrain|verso|refrao|refrão|ponte|estribillo|puente)\s?\d?\]|(^|[\s|])(?:[A-H]\d?|intro|verse|chorus|bridge|solo|head|outro|ending|interlude|refrain|verso|refrao|refrão|ponte|estribillo|puente)\s?\d?:(?:\s|$)`)
	realMarks = pattern(`<[^>]*>|\*[A-Za-z]|T\d\d|\b[SQUfY]+\b`)
	realSmall = pattern(`([\s|])[ls]([A-G])`) // small and large print
	realBars  = strings.NewReplacer("XyQ", " ", "Kcl", "| x |", "LZ", "|", "[", "|", "]", "|", "{", "|:", "}", ":|", "Z", "|")
	realEmpty = pattern(`\|[\s|]*\|`)
	comma     = pattern(`[,;]\s`)
	lineEnd   = pattern(`\s*[\r\n]+\s*`)
	barLines  = pattern(`\|(?:\s*\n\s*\|)+|\|+`)
	closed    = pattern(`\}\s*\|(?:\s*\|)+`)
	loose     = pattern(`\s+(\([^()A-G][^()]*\))`) // "C7 (b9)" is one chord
)

// splitBars divides a chart into bars and bars into words. A repeat's beginning and end
// become the words "{" and "}".
func splitBars(s string, meter music.Meter) [][]string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = labels().ReplaceAllString(s, "$1 ")
	s = strings.NewReplacer("|]", "|", "[|", "|").Replace(s)
	if strings.ContainsAny(s, "[{") || strings.Contains(s, "T44") {
		s = realMarks().ReplaceAllString(s, " ")
		s = strings.NewReplacer("n|", " NC |", " n ", " NC ").Replace(realBars.Replace(s))
		s = realSmall().ReplaceAllString(s, "$1$2")
		s = realEmpty().ReplaceAllString(s, "|")
	}
	s = comma().ReplaceAllString(s, " ")
	s = loose().ReplaceAllString(s, "$1")
	s = barLines().ReplaceAllString(s, "|")
	s = strings.NewReplacer(":|:", " } | { ", "|:", "| { ", ":|", " } |").Replace(s)
	s = closed().ReplaceAllString(s, "} |")
	if !strings.Contains(s, "|") {
		return splitBlanks(s, meter)
	}
	s = lineEnd().ReplaceAllStringFunc(s, func(string) string { return "\n" })
	s = strings.NewReplacer("|\n", "|", "\n|", "|").Replace(s)
	s = strings.ReplaceAll(s, "\n", "|")
	var out [][]string
	for _, bar := range strings.Split(strings.Trim(strings.TrimSpace(s), "|"), "|") {
		if f := strings.Fields(bar); len(f) > 0 || len(out) > 0 {
			out = append(out, f)
		}
	}
	return out
}

// splitBlanks divides chords that no bar line separates: each is a bar, unless some are
// held for beats.
func splitBlanks(s string, meter music.Meter) [][]string {
	words := strings.Fields(s)
	words = slices.DeleteFunc(words, func(w string) bool { return w == "-" || w == "–" || w == "→" || w == "->" })
	size := 1
	if slices.Contains(words, "/") || slices.Contains(words, ".") {
		if size = barUnits(meter); len(words)%size != 0 {
			size = len(meter.Pulses()) // a stroke is a beat and not an eighth
		}
	}
	return slices.Collect(slices.Chunk(words, size))
}
