package music

import (
	"cmp"
	"math"
	"slices"
)

// A left hand that leaps from a bass note to a chord, a broken chord, a strummed rhythm: an
// accompaniment plays its figure bar after bar while the chords change, so that it does not
// loop. It goes on in bars of the seed: the network chooses among those that have the
// figure and that follow the chord before in the seed, note by note, as it hears the other
// voices. What it does not do: chords that the seed does not have.

// figure is what a voice plays in most rounds of one or two bars.
type figure struct {
	round int                // steps
	end   int                // of the seed: a round ends there
	bars  map[int][]LineNote // the rounds that have the figure, counted back from the last; times are from their beginning
	every []int              // the numbers of those, in order
	chord map[int]int        // of these rounds: what all figures together play

	// What is being played. Only seed rounds that have begun in the same way are left.
	start int
	last  LineNote // of the round, or where it is joined
	left  []int
	was   int // the chord of the round before
	run   int // rounds in a row that had it
}

const (
	figureRounds = 16  // the last ones of a seed, in which a figure is looked for
	fewestRounds = 4   // that have the figure
	figureShare  = .6  // of the rounds with notes have it
	recentRounds = 4   // one of the last ones has it
	fullChords   = 2.5 // notes from which onsets are chords, on average
	leaps        = 3   // semitones from onset to onset, on average: more is no scale
	lively       = 6   // onsets in a bar
)

// figure finds that of a voice up to a step, a bar line; nil if it has none.
func (l *Line) figure(voice, end int) *figure {
	bar := l.BarLength(max(0, end-1))
	for _, round := range []int{bar, 2 * bar} {
		rounds := map[int][]LineNote{}
		for _, n := range l.Notes {
			if n.Voice == voice && n.At >= end-figureRounds*round && n.At < end {
				k := (end - 1 - n.At) / round
				n.At -= end - (k+1)*round
				rounds[k] = append(rounds[k], n)
			}
		}
		shapes := map[string][]int{}
		best := ""
		for k := range figureRounds {
			if len(rounds[k]) > 0 {
				x := shape(rounds[k])
				if shapes[x] = append(shapes[x], k); len(shapes[x]) > len(shapes[best]) {
					best = x
				}
			}
		}
		f := &figure{round: round, end: end, every: shapes[best], bars: map[int][]LineNote{}}
		for _, k := range f.every {
			f.bars[k] = rounds[k]
		}
		if n := len(f.every); n >= fewestRounds && float64(n) >= figureShare*float64(len(rounds)) && f.every[0] < recentRounds {
			return f
		}
	}
	return nil
}

// findFigures finds those of the voices up to a step; rounds are the loops, of which those
// that are none but a chord that came twice are taken back. The tune has a figure only where
// it is alone. Where one voice has a figure, those that move alike in most rounds do as well.
func (s *sampler) findFigures(rounds []int, solo, from int) {
	var weak [maxVoices]*figure
	some := false
	for v, p := range s.line.Parts {
		if !s.voices[v] || p.Drums() || v == solo && len(s.line.Parts) > 1 {
			continue
		}
		f := s.line.figure(v, from)
		harmonies([]*figure{f})
		if f == nil || rounds[v] > 0 && (rounds[v] != f.round || !f.changes()) {
			continue
		}
		weak[v] = f
		if f.accompanies() {
			s.figures[v], some = f, true
		}
	}
	for v, f := range weak {
		if f != nil && some {
			s.figures[v] = f
		}
		if s.figures[v] != nil {
			rounds[v] = 0
		}
	}
	harmonies(s.figures[:])
}

// figuration reports whether the figures are lively enough to be the music itself, as in a
// prelude or what a guitarist picks.
func (s *sampler) figuration() bool {
	onsets := 0.
	for _, f := range s.figures {
		if f != nil {
			onsets += float64(f.onsets()) / float64(f.round) * float64(s.line.BarLength(max(0, f.end-1)))
		}
	}
	return onsets >= lively
}

// shape is where the notes of a round begin, and whether the lowest ones rise or fall.
func shape(notes []LineNote) string {
	var out []byte
	low := LineNote{At: -1}
	for _, n := range notes { // the lowest of a chord is the first
		if n.At == low.At {
			continue
		}
		move := 0
		if low.At >= 0 {
			move = cmp.Compare(n.Pitch, low.Pitch)
		}
		out = append(out, byte(n.At), byte(n.At>>8), byte(1+move))
		low = n
	}
	return string(out)
}

// onsets are how many a round has.
func (f *figure) onsets() int { return len(shape(f.bars[f.every[0]])) / 3 }

// accompanies reports whether the rounds are chords, or several notes that leap or stay.
func (f *figure) accompanies() bool {
	notes, leapt := 0., 0.
	for _, k := range f.every {
		low := LineNote{At: -1}
		for _, n := range f.bars[k] {
			notes++
			if n.At == low.At {
				continue
			}
			if low.At >= 0 {
				leapt += math.Abs(float64(n.Pitch - low.Pitch))
			}
			low = n
		}
	}
	each := float64(len(f.every))
	onsets := each * float64(f.onsets())
	return notes >= fullChords*onsets || onsets > each && (leapt == 0 || leapt > leaps*(onsets-each))
}

// harmonies tells the chords of the rounds of some figures apart: by the class of the first
// low note and those of all.
func harmonies(figures []*figure) {
	for _, f := range figures {
		if f == nil {
			continue
		}
		f.chord = map[int]int{}
		for _, k := range f.every {
			low, classes := 127, 0
			for _, g := range figures {
				if g == nil || g.round != f.round {
					continue
				}
				for i, n := range g.bars[k] {
					if i == 0 {
						low = min(low, n.Pitch)
					}
					classes |= 1 << (n.Pitch % 12)
				}
			}
			f.chord[k] = classes<<4 | low%12
		}
	}
}

// join lets the figure go on at a step: with what follows the last round in the seed, or
// begins there after bars without the figure.
func (f *figure) join(at int) {
	into := (at - f.end) % f.round
	f.start, f.last = at-into, LineNote{At: into, Pitch: -1}
	switch {
	case f.left != nil:
		f.left = f.follow(f.chord[f.left[0]])
	case f.every[0] == 0:
		f.left = f.follow(f.chord[0])
	default:
		f.left = slices.DeleteFunc(slices.Clone(f.every), func(k int) bool { return f.bars[k+1] != nil })
	}
}

// follow are the rounds that come after a chord in the seed: the same chord again only as
// often in a row as there.
func (f *figure) follow(chord int) (out []int) {
	if chord != f.was {
		f.was, f.run = chord, 0
	}
	f.run++
	run, most := 0, 0
	for i, k := range f.every {
		if f.chord[k] != chord {
			run = 0
			continue
		}
		run++
		most = max(most, run)
		if i > 0 {
			out = append(out, f.every[i-1])
		}
	}
	if len(out) > 0 && f.run < most {
		return out
	}
	for _, rounds := range [][]int{out, f.every} {
		if other := slices.DeleteFunc(slices.Clone(rounds), func(k int) bool { return f.chord[k] == chord }); len(other) > 0 {
			return other
		}
	}
	return f.every
}

// changes reports whether the last rounds have several chords.
func (f *figure) changes() bool {
	for _, k := range f.every[:min(recentRounds, len(f.every))] {
		if f.chord[k] != f.chord[f.every[0]] {
			return true
		}
	}
	return false
}

// ahead is the next note of a round of the seed.
func (f *figure) ahead(k int) (n LineNote, ok bool) {
	for _, n := range f.bars[k] {
		if n.At > f.last.At || n.At == f.last.At && n.Pitch > f.last.Pitch {
			return n, true
		}
	}
	return n, false
}

// next is the step at which the figure's next note begins, from a step on.
func (f *figure) next(from int) int {
	if f.left == nil || f.start+f.round <= from {
		f.join(from)
	}
	if into := from - f.start; f.last.At < into {
		f.last = LineNote{At: into, Pitch: -1}
	}
	for {
		first := f.round
		for _, k := range f.left {
			if n, ok := f.ahead(k); ok {
				first = min(first, n.At)
			}
		}
		if first < f.round {
			return f.start + first
		}
		f.join(f.start + f.round)
	}
}

// play draws the next note of a figure, which begins at a step: of the rounds that go on
// here the network chooses by pitch, among those that another voice has chosen if it can.
func (s *sampler) play(n LineNote) LineNote {
	f := s.figures[n.Voice]
	options := f.left
	for v, g := range s.figures {
		if g == nil || v == n.Voice || g.start != f.start || g.round != f.round {
			continue
		}
		if both := slices.DeleteFunc(slices.Clone(options), func(k int) bool { return !slices.Contains(g.left, k) }); len(both) > 0 {
			options = both
		}
	}
	var here map[int]LineNote
	for _, rounds := range [][]int{options, f.left} {
		if len(here) > 0 {
			break
		}
		options, here = rounds, map[int]LineNote{}
		for _, k := range rounds {
			if x, ok := f.ahead(k); ok && f.start+x.At == n.At {
				here[k] = x
			}
		}
	}
	s.reader.pitchFeatures(s.side, n.Voice, n.At)
	shift := s.reader.about.shift
	pitch := s.Draw(fPitch, s.side[:pitchSide], func(p int) bool {
		for _, x := range here {
			if x.Pitch == p-shift {
				return true
			}
		}
		return false
	}) - shift
	f.left = slices.DeleteFunc(slices.Clone(options), func(k int) bool { x, ok := here[k]; return !ok || x.Pitch != pitch })
	f.last = here[f.left[0]]
	out := f.last
	out.At = n.At
	return out
}
