package band

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/music/harmony"
)

// The range of chords, C3 to F5; the top moves down to stay below the solo, but not
// below lowestTop.
const (
	compLow   = 48
	compHigh  = 77
	lowestTop = 64
)

// ceiling is the highest pitch of chords in a bar: below most of the solo.
func (b *bar) ceiling() int {
	if len(b.solo) == 0 {
		return compHigh - 5
	}
	var pitches []int
	for _, n := range b.solo {
		pitches = append(pitches, n.Pitch)
	}
	slices.Sort(pitches)
	return max(lowestTop, min(pitches[len(pitches)/4]-1, compHigh))
}

// soundingFrom are the solo's pitches that a chord at a step meets.
func (b *bar) soundingFrom(at int) []int {
	var out []int
	for _, n := range b.solo {
		on := n.At - b.start
		if on <= at && on+n.Dur > at || on > at && on < at+short {
			out = append(out, n.Pitch)
		}
	}
	return out
}

// tensions are the tones besides those of the symbol that a family of seventh chords may
// have: bit i is the tone i semitones above the root. Never the fourth over a major
// third, nor a tone a semitone above a chord tone.
var tensions = [harmony.Qualities]uint16{
	harmony.Major:          1<<2 | 1<<9,
	harmony.Minor:          1<<2 | 1<<5,
	harmony.Dominant:       1<<2 | 1<<9,
	harmony.HalfDiminished: 1 << 5,
	harmony.Suspended:      1<<2 | 1<<9,
}

// allowed reports whether a voicing of a chord may have a pitch class. A chord with
// altered tones, and a triad, has only what is written.
func allowed(c harmony.Chord, class int) bool {
	if c.Has(class) {
		return true
	}
	has := func(above int) bool { return c.Has(c.Root + above) }
	seventh := has(10) || has(11) || has(9)
	above := harmony.Class(class - c.Root)
	if !seventh || tensions[c.Quality]>>above&1 == 0 {
		return false
	}
	altered := c.Quality == harmony.Dominant && (has(1) || has(3) || has(6) || has(8))
	return !altered && !(above == 9 && has(8)) && !(above == 2 && (has(1) || has(3) && c.Quality != harmony.Minor))
}

// voicer chooses voicings one after another.
type voicer struct {
	low  int
	last []int
}

// classes lists the pitch classes that a voicing is made of: third (or fourth), seventh
// (or sixth or fifth), and one or two more. The bass has the root; a triad keeps it.
func classes(c harmony.Chord) (must, more []int) {
	taken := 0
	pick := func(choice ...int) {
		for _, d := range choice {
			if c.Has(c.Root+d) && taken>>d&1 == 0 {
				must = append(must, harmony.Class(c.Root+d))
				taken |= 1 << d
				return
			}
		}
	}
	pick(4, 3, 5)
	pick(10, 11, 9, 7, 8, 6)
	for d := range 12 {
		if taken>>d&1 == 0 && allowed(c, c.Root+d) && (d != 0 || len(must) < 3) {
			more = append(more, harmony.Class(c.Root+d))
		}
	}
	return must, more
}

// next voices a chord in three or four tones, with the least movement from the voicing
// before, under the ceiling and without semitones against the solo.
func (v *voicer) next(c harmony.Chord, solo []int, ceiling int, r *rand.Rand) []int {
	must, more := classes(c)
	var sets [][]int
	for i := range more {
		sets = append(sets, append(slices.Clone(must), more[i]))
		for j := range i {
			sets = append(sets, append(slices.Clone(must), more[i], more[j]))
		}
	}
	if len(sets) == 0 {
		sets = [][]int{must}
	}
	best, cost := []int(nil), math.Inf(1)
	for _, set := range sets {
		noise := 1.5 * r.Float64()
		for bottom := range set { // inversions, each in close position
			for at := v.low + harmony.Class(set[bottom]-v.low); at <= ceiling; at += 12 {
				pitches := stack(set, bottom, at)
				if x := v.cost(pitches, c, solo, ceiling) + noise; x < cost {
					best, cost = pitches, x
				}
			}
		}
	}
	v.last = best
	return best
}

// stack puts pitch classes above the one at the bottom, in close position.
func stack(set []int, bottom, at int) []int {
	out := make([]int, len(set))
	for i, class := range set {
		out[i] = at + harmony.Class(class-set[bottom])
	}
	slices.Sort(out)
	return out
}

// cost is that of a voicing: movement, height, seconds in the bass register, the root
// that the bass has, and rubs with the solo.
func (v *voicer) cost(pitches []int, c harmony.Chord, solo []int, ceiling int) float64 {
	low, top := pitches[0], pitches[len(pitches)-1]
	x := .12 * math.Abs(float64(low+top)/2-61)
	if top > ceiling {
		x += 10 + 3*float64(top-ceiling)
	}
	if len(v.last) > 0 {
		x += .6*math.Abs(float64(top-v.last[len(v.last)-1])) + .5*math.Abs(float64(low-v.last[0]))
	}
	for i, p := range pitches {
		if i > 0 && p-pitches[i-1] == 1 {
			x += .8
		}
		if i > 0 && p < 55 && p-pitches[i-1] < 3 {
			x += 3
		}
		if harmony.Class(p-c.Root) == 0 && len(pitches) > 3 {
			x += 1.5
		}
		for _, s := range solo {
			if d := harmony.Class(p - s); d == 1 || d == 11 {
				x += 2
				if p-s == 1 || s-p == 1 {
					x += 2
				}
			}
		}
	}
	return x
}
