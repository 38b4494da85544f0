package band

import (
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// compRhythms are onsets of chords in a bar of four beats, in grid steps.
var compRhythms = [][]int{{0, 18}, {6, 24}, {18}, {0, 30}, {12, 42}, {6, 30}, {0}, {18, 42}, {}}

// comp plays chords under the solo: the third, the seventh and one more tone, each
// voicing as near to the one before as possible. A chord half a beat before a change
// anticipates the next chord.
func comp(p *Plan, r *rand.Rand) []music.LineNote {
	var out []music.LineNote
	var last []int
	to := p.to()
	for bar := p.from(); bar < to; {
		length := p.Line.BarLength(bar)
		hits := compRhythms[r.IntN(len(compRhythms))]
		for i, at := range hits {
			if at >= length {
				break
			}
			at += bar
			beat := at
			if at%music.Grid == music.Grid/2 {
				beat = at + music.Grid/2
			}
			chord := p.Changes.At(min(beat, to-1)).Chord
			if chord.Quality == harmony.NoChord {
				continue
			}
			dur := music.Grid / 2
			if i+1 == len(hits) && r.IntN(2) == 0 {
				dur = 2 * music.Grid
			}
			last = voicing(chord, last)
			for _, pitch := range last {
				out = append(out, music.LineNote{At: at, Dur: min(dur, to-at), Pitch: pitch, Velocity: 56 + r.IntN(10)})
			}
		}
		bar += max(length, 1)
	}
	return out
}

// voicing returns up to three tones of a chord near the last voicing.
func voicing(c harmony.Chord, last []int) []int {
	var degrees []int
	pick := func(choice ...int) { // the first that belongs to the chord
		for _, d := range choice {
			if c.Has(c.Root + d) {
				degrees = append(degrees, d)
				return
			}
		}
	}
	pick(4, 3, 5)
	pick(10, 11, 9, 7, 8)
	pick(2, 1, 9, 6, 7, 8)
	centre := (compLow + compHigh) / 2
	if len(last) > 0 {
		centre = 0
		for _, p := range last {
			centre += p
		}
		centre /= len(last)
	}
	var out []int
	for _, d := range degrees {
		p := compLow + harmony.Class(c.Root+d-compLow)
		for p+12 <= compHigh && p+6 < centre { // the octave above is nearer
			p += 12
		}
		out = append(out, p)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
