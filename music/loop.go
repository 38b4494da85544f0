package music

import (
	"cmp"
	"math"
	"slices"
)

// A part that loops (a drummer's groove, a bass under chords that come round again) goes on
// looping; if every part does, one of them, the melody if there is one, does not. The others
// are drawn over it: the network is asked for the next note of any part, and where a note of a loop comes first, that is the next one.

const (
	loopLike = .9 // of the notes of two rounds are the same
	roundMax = 8  // bars of a round, at most
)

// loops are the rounds of the voices, in steps up to the end of the seed; 0 for voices
// without one.
func (l *Line) loops(end int) (out [maxVoices]int) {
	bar := l.BarLength(max(0, end-1))
	for v := range l.Parts {
		for bars := 1; bars <= roundMax && 2*bars*bar <= end; bars *= 2 {
			if l.sameRounds(v, end, bars*bar) {
				out[v] = bars * bar
				break
			}
		}
	}
	return out
}

// sameRounds reports whether a voice's notes in the last steps are those of as many steps
// before.
func (l *Line) sameRounds(voice, end, round int) bool {
	seen := map[[2]int]int{}
	var count [2]int
	same := 0
	for _, n := range l.Notes {
		if n.Voice != voice || n.At < end-2*round || n.At >= end {
			continue
		}
		k := [2]int{(n.At - end + 2*round) % round, n.Pitch}
		if n.At < end-round {
			count[0]++
			seen[k]++
			continue
		}
		count[1]++
		if seen[k] > 0 {
			seen[k]--
			same++
		}
	}
	return count[1] > 0 && float64(same) >= loopLike*float64(max(count[0], count[1]))
}

// loop finds the parts that go on looping and takes what they play, up to step to. Where
// the seed ends with nothing but held notes or the tune, the rounds end before that.
func (s *sampler) loop(from, to int) {
	for v := range s.line.Parts {
		if x := s.limits[v]; s.voices[v] && x.single && !x.apart && !x.distinct {
			s.rhythm[v].phrase = s.line.phrase(v, from)
		}
	}
	solo := s.solo()
	rounds, end := s.line.loops(from), from
	for _, but := range []int{-1, solo} {
		if rounds == [maxVoices]int{} {
			end = s.line.rests(from, but)
			rounds = s.line.loops(end)
		}
	}
	free := 0
	for v, p := range s.line.Parts {
		if !s.voices[v] {
			continue
		}
		if !p.Drums() && v != solo {
			s.figures[v] = s.line.figure(v, from)
		}
		if f := s.figures[v]; f != nil && rounds[v] > 0 {
			if rounds[v] == f.round && f.changes() {
				rounds[v] = 0 // a chord came twice
			} else {
				s.figures[v] = nil
			}
		}
		if s.figures[v] == nil && rounds[v] == 0 {
			free++
		}
	}
	if free == 0 {
		if v := s.freed(solo); v >= 0 {
			rounds[v], s.figures[v] = 0, nil
		}
	}
	for v := range s.line.Parts {
		s.looped[v] = s.figures[v] != nil || rounds[v] > 0 && s.voices[v]
		if rounds[v] == 0 || !s.voices[v] {
			continue
		}
		for _, n := range s.line.Notes {
			if n.Voice != v || n.At < end-rounds[v] || n.At >= end {
				continue
			}
			for n.At += from - end + rounds[v]; n.At < to; n.At += rounds[v] {
				x := n
				x.Dur = min(x.Dur, to-x.At)
				s.given = append(s.given, x)
			}
		}
	}
	slices.SortFunc(s.given, func(a, b LineNote) int {
		return cmp.Or(a.At-b.At, a.Voice-b.Voice, a.Pitch-b.Pitch)
	})
}

// rests is the bar line after the last onset up to step end, which is a bar line, of all
// voices but one.
func (l *Line) rests(end, but int) int {
	bar := l.BarLength(max(0, end-1))
	for i := len(l.Notes) - 1; i >= 0; i-- {
		if n := l.Notes[i]; n.Voice != but && n.At < end {
			return end - (end-1-n.At)/bar*bar
		}
	}
	return end
}

// solo is the voice of the tune; -1 if there is none.
func (s *sampler) solo() int {
	k := SoloPart(s.line.score)
	if k == 0 {
		return -1
	}
	p := s.line.score.Parts()[k-1]
	return slices.IndexFunc(s.line.Parts, func(q Part) bool { return q.Track == p.Track && q.Channel == p.Channel })
}

// freed is the voice that does not loop where all could: the tune or else the highest, but
// no drums, and no bass that plays with drums; -1 if there is none.
func (s *sampler) freed(solo int) int {
	if solo >= 0 && s.voices[solo] {
		return solo
	}
	best, drums := -1, false
	for v, p := range s.line.Parts {
		switch {
		case !s.voices[v]:
		case p.Drums():
			drums = true
		case best < 0 || s.around[v].mean > s.around[best].mean:
			best = v
		}
	}
	if best >= 0 && drums && s.around[best].mean < lowestSolo {
		return -1
	}
	return best
}

// upcoming is the next note of a loop or a figure at or after the last note and before step
// to; nil if there is none. The pitch of a figure's is not known yet.
func (s *sampler) upcoming(from, to int) *LineNote {
	last := s.reader.last
	past := func(n *LineNote) bool {
		return n.At < from || s.reader.begun && (n.At < last.At || n.At == last.At && (n.Voice < last.Voice || n.Voice == last.Voice && n.Pitch <= last.Pitch))
	}
	for len(s.given) > 0 && past(&s.given[0]) {
		s.given = s.given[1:]
	}
	var next *LineNote
	if len(s.given) > 0 && s.given[0].At < to {
		next = &s.given[0]
	}
	for v, f := range s.figures {
		if f == nil {
			continue
		}
		at := f.next(max(from, last.At))
		if at == last.At && v < last.Voice {
			at = f.next(at + 1)
		}
		if at < to && (s.end.at < 0 || at < s.end.at) && (next == nil || at < next.At || at == next.At && v < next.Voice) {
			next = &LineNote{At: at, Voice: v}
		}
	}
	return next
}

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

	// What is being played. Only seed rounds that have begun in the same way are left.
	start int
	last  LineNote // of the round, or where it is joined
	left  []int
	chord int // of the round before
	run   int // rounds in a row that had it
}

const (
	figureRounds = 16  // the last ones of a seed, in which a figure is looked for
	fewestRounds = 4   // that have the figure
	figureShare  = .6  // of the rounds with notes have it
	recentRounds = 4   // one of the last ones has it
	fullChords   = 2.5 // notes from which onsets are chords, on average
	leaps        = 3   // semitones from onset to onset, on average: more is no scale
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
		if n := len(f.every); n >= fewestRounds && float64(n) >= figureShare*float64(len(rounds)) && f.every[0] < recentRounds && f.accompanies() {
			return f
		}
	}
	return nil
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

// accompanies reports whether the rounds are chords, or several notes that leap.
func (f *figure) accompanies() bool {
	notes, onsets, leapt := 0., 0., 0.
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
			onsets++
			low = n
		}
	}
	each := float64(len(f.every))
	return notes >= fullChords*onsets || onsets >= 2*each && leapt > leaps*(onsets-each)
}

// harmony tells the chords of rounds apart: the class of the first low note and those of all.
func (f *figure) harmony(k int) (out int) {
	for _, n := range f.bars[k] {
		out |= 1 << (n.Pitch % 12)
	}
	return out<<4 | f.bars[k][0].Pitch%12
}

// join lets the figure go on at a step: with what follows the last round in the seed, or
// begins there after bars without the figure.
func (f *figure) join(at int) {
	into := (at - f.end) % f.round
	f.start, f.last = at-into, LineNote{At: into, Pitch: -1}
	switch {
	case f.left != nil:
		f.left = f.follow(f.harmony(f.left[0]))
	case f.every[0] == 0:
		f.left = f.follow(f.harmony(0))
	default:
		f.left = slices.DeleteFunc(slices.Clone(f.every), func(k int) bool { return f.bars[k+1] != nil })
	}
}

// follow are the rounds that come after a chord in the seed: the same chord again only as
// often in a row as there.
func (f *figure) follow(chord int) (out []int) {
	if chord != f.chord {
		f.chord, f.run = chord, 0
	}
	f.run++
	run, most := 0, 0
	for i, k := range f.every {
		if f.harmony(k) != chord {
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
		if other := slices.DeleteFunc(slices.Clone(rounds), func(k int) bool { return f.harmony(k) == chord }); len(other) > 0 {
			return other
		}
	}
	return f.every
}

// changes reports whether the last rounds have several chords.
func (f *figure) changes() bool {
	for _, k := range f.every[:min(recentRounds, len(f.every))] {
		if f.harmony(k) != f.harmony(f.every[0]) {
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
