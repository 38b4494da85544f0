package harmony

import "github.com/segue-go/segue/music"

// Beat is one quarter note of the changes.
type Beat struct {
	Chord Chord
	InBar int // 0 is the first beat of a bar
}

// Changes are the chords of a piece. Beats[i] begins at grid step i*music.Grid; after
// the last beat they repeat from beat Loop on.
type Changes struct {
	Beats []Beat
	Loop  int // less than len(Beats), if there are any
}

// At returns the beat that contains a grid step. Changes without beats have no chord
// anywhere.
func (c Changes) At(step int) Beat {
	i := step / music.Grid
	if n := len(c.Beats); i >= n {
		if n == 0 {
			return Beat{InBar: i % 4}
		}
		i = c.Loop + (i-c.Loop)%(n-c.Loop)
	}
	return c.Beats[i]
}

// Next returns the next chord that differs from the one at a grid step, and the number
// of beats until then. It looks eight beats ahead; if nothing changes there it returns
// the present chord and 8.
func (c Changes) Next(step int) (Chord, int) {
	now := c.At(step).Chord
	for k := 1; k <= 8; k++ {
		if x := c.At(step + k*music.Grid).Chord; x.Tones != now.Tones || x.Root != now.Root {
			return x, k
		}
	}
	return now, 8
}

// Bars names the chords from one grid step to another, one string per bar; a chord
// that lasts is named once in a bar.
func (c Changes) Bars(from, to int) []string {
	var out []string
	last := ""
	for at := from; at < to; at += music.Grid {
		b := c.At(at)
		name := b.Chord.Symbol
		if name == "" {
			name = "NC"
		}
		if b.InBar == 0 || len(out) == 0 {
			out = append(out, name)
		} else if name != last {
			out[len(out)-1] += " " + name
		}
		last = name
	}
	return out
}
