package music

import (
	"math"
	"slices"
)

// What is written as a quarter note is seldom held for one: programs that write MIDI files
// hold notes for .8 to .98 of their length, and players as they like. The notes of a
// strummed or played chord do not begin at once either. The networks of this package
// learned from written music, so a seed is written out before they read it, and new notes
// are held and spread as its notes are. Nothing here is for the jazz network, which learned
// from players.

// touch is how a part plays what is written.
type touch struct {
	held   float64 // share of its written length that a note is held for
	spread Tick    // from one note of a chord to the next; 0 if they begin at once
}

const (
	evenly     = .03 // by which the shares differ that notes are held for, where a program chose it
	mostEven   = .6  // of the notes have that share
	leastHeld  = .3  // what is held for less is written shorter
	mostHeld   = 1.2
	onGrid     = .02 // quarter notes from a sixteenth or triplet: a note that ends there is as written
	reachesEnd = .25 // of a note's length, by which it may miss the onset that it is held until
	rolled     = .03 // seconds, at most, between two notes of a chord that is not struck at once
	rolledAll  = .12 // seconds, at most, from its first note to its last
)

// written is the score as it would be written, with the touch of each of its parts; s is
// not changed.
func (s *Score) written() (*Score, []touch) {
	out := s.Clone()
	var touches []touch
	clock := s.Clock()
	for _, p := range s.Parts() {
		t := touch{held: 1}
		if !p.Drums() {
			var own []*Note
			track := out.Tracks[p.Track].Notes
			for i := range track {
				if track[i].Channel == p.Channel {
					own = append(own, &track[i])
				}
			}
			t.spread = gather(own, clock, s.Resolution)
			t.held = lengthen(own, s.Resolution)
		}
		touches = append(touches, t)
	}
	for i := range out.Tracks {
		sortNotes(out.Tracks[i].Notes)
	}
	return out, touches
}

// gather lets the notes of a chord begin together. spread is the usual time between two of
// them, if most chords of three notes are spread.
func gather(notes []*Note, clock func(Tick) float64, resolution int) (spread Tick) {
	var gaps []Tick
	chords := 0
	for from := 0; from < len(notes); {
		first := clock(notes[from].Start)
		to, at := from+1, notes[from].Start
		for ; to < len(notes); to++ {
			now := clock(notes[to].Start)
			if now-clock(notes[to-1].Start) > rolled || now-first > rolledAll || notes[to].Start >= notes[from].End() {
				break
			}
			if offGrid(notes[to].Start, resolution) < offGrid(at, resolution) {
				at = notes[to].Start
			}
		}
		if n := to - from; n > 2 {
			chords++
			if d := (notes[to-1].Start - notes[from].Start) / Tick(n-1); d > 0 {
				gaps = append(gaps, d)
			}
		}
		for ; from < to; from++ {
			n := notes[from]
			n.Dur = max(1, n.End()-at)
			n.Start = at
		}
	}
	if 2*len(gaps) <= chords {
		return 0
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}

// lengthen gives notes of one part, in the order of their starts, the lengths that they are
// written with, and returns the share of those that they are held for.
func lengthen(notes []*Note, resolution int) (held float64) {
	var starts []Tick
	for _, n := range notes {
		if len(starts) == 0 || n.Start > starts[len(starts)-1] {
			starts = append(starts, n.Start)
		}
	}
	var shares []float64
	each := func(f func(n *Note, next int)) {
		for _, n := range notes {
			next, _ := slices.BinarySearch(starts, n.Start+1)
			f(n, next)
		}
	}
	each(func(n *Note, next int) {
		if next < len(starts) {
			shares = append(shares, float64(n.Dur)/float64(starts[next]-n.Start))
		}
	})
	if len(shares) == 0 {
		return 1
	}
	slices.Sort(shares)
	middle := shares[len(shares)/2]
	even := 0
	for _, x := range shares {
		if math.Abs(x-middle) <= evenly {
			even++
		}
	}
	if middle >= leastHeld && middle <= 1 && float64(even) >= mostEven*float64(len(shares)) {
		each(func(n *Note, _ int) { n.Dur = Tick(float64(n.Dur)/middle + .5) })
		return middle
	}
	shares = shares[:0]
	each(func(n *Note, next int) {
		played := n.Dur
		if offGrid(n.End(), resolution) > onGrid {
			k, _ := slices.BinarySearch(starts[next:], n.End())
			k += next
			if k == len(starts) || k > next && n.End()-starts[k-1] < starts[k]-n.End() {
				k--
			}
			if k >= next && math.Abs(float64(starts[k]-n.End())) <= reachesEnd*float64(played) {
				n.Dur = starts[k] - n.Start
			}
		}
		shares = append(shares, float64(played)/float64(n.Dur))
	})
	slices.Sort(shares)
	return min(max(shares[len(shares)/2], leastHeld), mostHeld)
}

// offGrid is the distance from the nearest sixteenth or triplet, in quarter notes.
func offGrid(t Tick, resolution int) float64 {
	x := float64(t) / float64(resolution)
	return min(math.Abs(x*4-math.Round(x*4))/4, math.Abs(x*3-math.Round(x*3))/3)
}

// newWrittenLine is NewLine of the score as it would be written.
func newWrittenLine(s *Score, keep int) (*Line, error) {
	w, touches := s.written()
	l, err := NewLine(w, keep)
	if err != nil {
		return nil, err
	}
	for i, p := range s.Parts() {
		if v := p.among(l.Parts); v >= 0 {
			l.touch[v] = touches[i]
		}
	}
	if s.Played() {
		l.tidy()
	}
	return l, nil
}

// play holds and spreads the notes of a voice, which begin together and are sorted by
// pitch, as its part does, none beyond tick to.
func (t touch) play(chord []Note, to Tick) {
	for i := range chord {
		n := &chord[i]
		n.Dur = min(Tick(float64(n.Dur)*t.held+.5), to-n.Start)
		if late := Tick(i) * t.spread; len(chord) > 2 && late < n.Dur {
			n.Start, n.Dur = n.Start+late, n.Dur-late
		}
		n.Dur = max(1, n.Dur)
	}
}

// A beat of music that was played to a click has one of these grids: steps where its notes
// may begin, and what speaks against it beforehand, as a negative log probability. The
// likeliest is that from which the notes are off least, as in Cemgil, Desain and Kappen
// (2000); the numbers are judgement.
var beatGrids = []struct {
	steps   []int
	against float64
}{
	{[]int{0, Grid}, 0},
	{[]int{0, Grid / 2, Grid}, .5},
	{[]int{0, Grid / 4, Grid / 2, 3 * Grid / 4, Grid}, 1.5},
	{[]int{0, Grid / 3, 2 * Grid / 3, Grid}, 2},
}

const (
	playedOff = .3   // of the notes begin off the grid: they were played
	exactly   = .006 // quarter notes from a 32nd or a half of a triplet: on the grid
	offBy     = .7   // steps, the standard deviation of what is played
)

// Played reports whether the notes of a score were played by hand, by comparison with a
// click: most scores that a program wrote have their notes on the grid, or swing evenly.
func (s *Score) Played() bool {
	swing := measureSwing(s)
	off, all := 0., 0.
	for _, t := range s.Tracks {
		for _, n := range t.Notes {
			_, x := split(float64(n.Start) / float64(s.Resolution))
			x = straighten(x, swing)
			all++
			if min(math.Abs(x*8-math.Round(x*8))/8, math.Abs(x*Grid-math.Round(x*Grid))/Grid) > exactly {
				off++
			}
		}
	}
	return off > playedOff*all
}

// tidy moves the notes of a line that was played to where they would be written.
func (l *Line) tidy() {
	moved := map[int]int{}
	for i := 0; i < len(l.Notes); {
		beat := l.Notes[i].At / Grid * Grid
		k := i
		for k < len(l.Notes) && l.Notes[k].At < beat+Grid {
			k++
		}
		best := math.Inf(1)
		var grid []int
		for _, g := range beatGrids {
			cost := g.against
			for _, n := range l.Notes[i:k] {
				d := float64(n.At - beat - nearest(g.steps, n.At-beat))
				cost += d * d / (2 * offBy * offBy)
			}
			if cost < best {
				best, grid = cost, g.steps
			}
		}
		for ; i < k; i++ {
			at := l.Notes[i].At
			moved[at] = beat + nearest(grid, at-beat)
		}
	}
	for i := range l.Notes {
		n := &l.Notes[i]
		end := n.At + n.Dur
		to, ok := moved[end]
		if !ok {
			to = (end + 1) / (Grid / 4) * (Grid / 4)
		}
		n.At = moved[n.At]
		n.Dur = max(1, to-n.At)
	}
	l.sort()
}

// nearest is the nearest of some steps.
func nearest(steps []int, at int) int {
	best := steps[0]
	for _, s := range steps {
		if max(s-at, at-s) < max(best-at, at-best) {
			best = s
		}
	}
	return best
}
