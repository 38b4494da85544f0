package band

import (
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// This file finds the pitches of a bass line: those with the least cost, by dynamic
// programming over all notes. A random number per note and pitch makes each line
// another one.

// bassState is the music at one note of a line.
type bassState struct {
	chord   harmony.Chord
	change  bool // the chord starts here
	strong  bool // a beat that wants a chord tone
	into    bool // the next note is the first of another chord
	echo    bool
	centre  float64
	propose int // pitch that the bassist proposes; 0 is none
	figure  int // pitch of a figure; 0 is any
}

// Costs, and those in cost and step below: root on a change, chord tones on strong beats,
// approach notes by step, as method books teach. They are set by hand and were not fitted.
// `segue-lab bench band` measures what follows; the lines have more roots and steps and
// fewer repetitions than those transcribed in the Weimar Jazz Database.
const (
	costNotFigure  = 99.  // another note than that of a figure
	costNotRoot    = 6.   // on the first note of a chord
	costForeign    = 4.   // a strong beat outside the chord
	costWeak       = 1.2  // a weak beat outside the chord
	costRepeat     = 2.6  // the same pitch again
	costCentre     = .018 // per squared semitone from the line's contour
	costUnproposed = .7   // another pitch than the bassist's
	noise          = .45  // scale of the random costs
	contourBars    = 3.   // bars from the bottom of the contour to its top
)

// bassPitches finds the pitches of a line.
func bassPitches(p *Plan, s style, line []pluck, proposed map[int]int, r *rand.Rand) []int {
	const n = bassHigh - bassLow + 1
	states := p.bassStates(s, line, proposed, r)
	var cost [n]float64
	from := make([][n]int, len(line))
	for i := range line {
		var next [n]float64
		for k := range n {
			pitch := bassLow + k
			here := states[i].cost(pitch) + noise*math.Log(r.ExpFloat64()+1e-9) // Gumbel's distribution
			best, at := math.Inf(1), 0
			for j := range n {
				c := cost[j]
				if i > 0 {
					c += step(bassLow+j, pitch, states[i-1], states[i])
				}
				if c < best {
					best, at = c, j
				}
			}
			next[k], from[i][k] = best+here, at
		}
		cost = next
	}
	out := make([]int, len(line))
	at := 0
	for k := range n {
		if cost[k] < cost[at] {
			at = k
		}
	}
	for i := len(line) - 1; i >= 0; i-- {
		out[i] = bassLow + at
		at = from[i][at]
	}
	return out
}

// bassStates describes every note of a line.
func (p *Plan) bassStates(s style, line []pluck, proposed map[int]int, r *rand.Rand) []bassState {
	out := make([]bassState, len(line))
	phase := 2 * math.Pi * r.Float64()
	for i, n := range line {
		at := n.bar.start + n.at
		st := &out[i]
		st.chord, st.echo, st.propose = p.chord(n.bar, n.at), n.echo, proposed[at]
		st.figure = n.pitch
		st.centre = 38 + 5.5*math.Sin(phase+math.Pi*float64(at)/(4*music.Grid*contourBars))
		if i == 0 || out[i-1].chord.Bass != st.chord.Bass || out[i-1].chord.Tones != st.chord.Tones {
			st.change = st.chord.Quality != harmony.NoChord
		}
		if i > 0 && st.change {
			out[i-1].into = true
		}
		half := n.bar.length / 2
		st.strong = n.at == 0 || n.at >= half && n.at < half+music.Grid
		if n.bar.held {
			st.change = true
		}
	}
	return out
}

// cost is that of a pitch by itself.
func (s bassState) cost(pitch int) float64 {
	if s.figure > 0 && pitch != s.figure {
		return costNotFigure
	}
	d := float64(pitch) - s.centre
	c := costCentre * d * d
	if s.propose != 0 && s.propose != pitch {
		c += costUnproposed
		if harmony.Class(s.propose-pitch) == 0 {
			c -= costUnproposed / 2
		}
	}
	if s.chord.Quality == harmony.NoChord || s.echo {
		return c
	}
	above := harmony.Class(pitch - s.chord.Bass)
	switch {
	case s.change:
		if above != 0 {
			c += costNotRoot
		}
	case s.into: // an approach: the step to the next root decides
		if !s.chord.Has(pitch) {
			c += .3
		}
	case s.strong:
		switch {
		case !s.chord.Has(pitch):
			c += costForeign
		case above == 0:
			c += .5
		case above == 10 || above == 11:
			c += .8
		}
	case !s.chord.Has(pitch):
		c += costWeak
		if !InScale(s.chord, pitch) {
			c += .8
		}
	}
	return c
}

// step is the cost of going from one pitch to the next.
func step(a, b int, from, to bassState) float64 {
	d := max(b-a, a-b)
	if to.echo { // the same pitch, or its octave for air
		switch d {
		case 0:
			return 0
		case 12:
			return .6
		}
		return 8
	}
	if from.echo && d == 0 {
		return .8
	}
	if from.into {
		switch d {
		case 1, 2:
			return 0
		case 5, 7:
			return .9
		case 0:
			return costRepeat + .5
		}
		return 2 + .1*float64(d)
	}
	switch {
	case d == 0:
		return costRepeat
	case d <= 2:
		return .2
	case d <= 4:
		return .5
	case d == 5 || d == 7:
		return .9
	case d == 12:
		return 1.3
	case d <= 9:
		return 2
	}
	return 4
}

// InScale reports whether a pitch belongs to a chord or to the scale that the chord's
// family has by default.
func InScale(c harmony.Chord, pitch int) bool {
	return c.Has(pitch) || scales[c.Quality]>>harmony.Class(pitch-c.Root)&1 == 1
}

// scales holds a scale of each family: bit i is set for the tone i semitones above the
// root. Ionian, Dorian, Mixolydian, Locrian, diminished, whole-tone, Mixolydian.
var scales = [harmony.Qualities]uint16{
	harmony.Major:          1 | 1<<2 | 1<<4 | 1<<5 | 1<<7 | 1<<9 | 1<<11,
	harmony.Minor:          1 | 1<<2 | 1<<3 | 1<<5 | 1<<7 | 1<<9 | 1<<10,
	harmony.Dominant:       1 | 1<<2 | 1<<4 | 1<<5 | 1<<7 | 1<<9 | 1<<10,
	harmony.HalfDiminished: 1 | 1<<1 | 1<<3 | 1<<5 | 1<<6 | 1<<8 | 1<<10,
	harmony.Diminished:     1 | 1<<2 | 1<<3 | 1<<5 | 1<<6 | 1<<8 | 1<<9 | 1<<11,
	harmony.Augmented:      1 | 1<<2 | 1<<4 | 1<<6 | 1<<8 | 1<<10,
	harmony.Suspended:      1 | 1<<2 | 1<<5 | 1<<7 | 1<<9 | 1<<10,
}
