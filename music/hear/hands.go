package hear

import (
	"math/rand/v2"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// What a left hand does.
const (
	stride  = iota // low notes on strong beats, chords on the others
	alberti        // the tones of a close chord one after another
	tenths         // root, fifth and tenth, held by the pedal
	blocked        // octaves and chords that are held
	leftHands
)

// left is a left hand for a piece: stride, Alberti basses, broken tenths or held chords, with
// rests and inversions.
func (p *Piece) left(r *rand.Rand) []music.Note {
	var out []music.Note
	kind, low, rests := r.IntN(leftHands), 45+r.IntN(8), .15*r.Float64()
	grid := []int{3, 6, 6, 12}[r.IntN(4)]
	step, n := p.Changes.Step(), len(p.Changes.Beats)
	for at := 0; at < n*step; {
		b := p.Changes.At(at)
		to := at + step
		for to < n*step && p.Changes.At(to).Chord == b.Chord && p.Changes.At(to).InBar != 0 {
			to += step
		}
		if b.Chord.Quality != harmony.NoChord && r.Float64() >= rests {
			v := voices(b.Chord, low-r.IntN(4), false, r)
			bass := 31 + harmony.Class(b.Chord.Bass-31)
			switch kind {
			case stride:
				out = append(out, strideOf(v, bass, at, to, b.InBar*step)...)
			case alberti:
				out = append(out, arpeggio(v, at, to, grid, 2)...)
			case tenths:
				out = append(out, tenthOf(b.Chord, bass, at, to, grid)...)
			default:
				out = append(out, gridNote(at, to, bass), gridNote(at, to, bass+12))
				out = append(out, strikes(v, at, to, r.IntN(3))...)
			}
		}
		at = to
	}
	return out
}

// strideOf plays a low note where the chord begins and on every other beat, the fifth below it
// the second time, and the chord on the beats between; began is where in the bar it begins.
func strideOf(v []int, bass, at, to, began int) []music.Note {
	var out []music.Note
	for from := at; at < to; at += music.Grid {
		end := min(to, at+music.Grid)
		switch beat := (began + at - from) / music.Grid; {
		case at == from:
			out = append(out, gridNote(at, end, bass))
		case beat%2 == 0 && beat > 0:
			out = append(out, gridNote(at, end, bass-5))
		default:
			for _, p := range v {
				out = append(out, gridNote(at, end, p))
			}
		}
	}
	return out
}

// tenthOf plays root, fifth and tenth upwards; each sounds to the end.
func tenthOf(c harmony.Chord, bass, at, to, grid int) []music.Note {
	third := 16
	if !c.Has(c.Root+4) && c.Has(c.Root+3) {
		third = 15
	}
	var out []music.Note
	root := bass + harmony.Class(c.Root-bass)
	for i, up := range []int{bass - root, 7, third, 12} {
		if from := at + i*grid; from < to {
			out = append(out, gridNote(from, to, root+up))
		}
	}
	return out
}

// right is the melody of a piece with tones of the chords below its notes on beats, in some
// pieces.
func (p *Piece) right(r *rand.Rand) []music.Note {
	out := p.Score.Tracks[0].Notes
	share := max(0, r.Float64()-.4)
	for _, n := range p.Score.Tracks[0].Notes {
		if n.Start%resolution != 0 || r.Float64() >= share {
			continue
		}
		c := p.Changes.At(int(n.Start) * music.Grid / resolution).Chord
		more := 1 + r.IntN(2)
		for pitch := int(n.Pitch) - 3; pitch > int(n.Pitch)-12 && more > 0 && pitch > 0; pitch-- {
			if c.Quality != harmony.NoChord && c.Has(pitch) {
				low := n
				low.Pitch = uint8(pitch)
				out = append(out, low)
				more--
			}
		}
	}
	return out
}
