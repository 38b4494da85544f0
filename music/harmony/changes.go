package harmony

import (
	"slices"

	"github.com/segue-go/segue/music"
)

// Beat is one beat of the changes; Changes say how long it is.
type Beat struct {
	Chord Chord
	InBar int // 0 is the first beat of a bar
}

// Changes are the chords of a piece. Beats[i] begins at grid step i*Step(); after the
// last beat they repeat from beat Loop on.
type Changes struct {
	Beats []Beat
	Loop  int // less than len(Beats), if there are any
	Unit  int // length of a beat in grid steps; 0 means music.Grid, a quarter note
}

// Step is the length of a beat in grid steps.
func (c Changes) Step() int {
	if c.Unit <= 0 {
		return music.Grid
	}
	return c.Unit
}

// unit is the longest beat on which bars and pulses of all the meters begin: a quarter
// note, or shorter where a meter counts shorter notes.
func unit(meters ...music.Meter) int {
	u := music.Grid
	for _, m := range meters {
		if m.Den > 4 {
			u = gcd(u, max(1, 4*music.Grid/m.Den))
		}
	}
	return u
}

func gcd(a, b int) int {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}

// In gives the same changes in beats of another length, which must divide their own.
func (c Changes) In(unit int) Changes {
	k := c.Step() / unit
	out := Changes{Unit: unit, Loop: c.Loop * k}
	for _, b := range c.Beats {
		for i := range k {
			out.Beats = append(out.Beats, Beat{b.Chord, b.InBar*k + i})
		}
	}
	return out
}

// Then gives changes that are followed by others, in beats that suit both. They repeat
// from where they did.
func (c Changes) Then(next Changes) Changes {
	u := gcd(c.Step(), next.Step())
	c = c.In(u)
	c.Beats = slices.Concat(c.Beats, next.In(u).Beats)
	return c
}

// Until writes the repetitions out up to a grid step; the rest is cut off.
func (c Changes) Until(step int) Changes {
	out := Changes{Unit: c.Unit}
	for at := 0; at < step; at += c.Step() {
		out.Beats = append(out.Beats, c.At(at))
	}
	return out
}

// Transposed gives the changes a number of semitones higher.
func (c Changes) Transposed(semitones int) Changes {
	c.Beats = slices.Clone(c.Beats)
	for i := range c.Beats {
		c.Beats[i].Chord = c.Beats[i].Chord.Transposed(semitones)
	}
	return c
}

// Length is the length of the changes in grid steps, without repetition.
func (c Changes) Length() int { return len(c.Beats) * c.Step() }

// At returns the beat that contains a grid step. Changes without beats have no chord
// anywhere.
func (c Changes) At(step int) Beat {
	i := step / c.Step()
	if n := len(c.Beats); i >= n {
		if n == 0 {
			return Beat{InBar: i % 4}
		}
		i = c.Loop + (i-c.Loop)%(n-c.Loop)
	}
	return c.Beats[i]
}

// Quarter is the quarter note within its bar that contains a grid step, counted from 0.
func (c Changes) Quarter(step int) int { return c.At(step).InBar * c.Step() / music.Grid }

// Next returns the next chord that differs from the one at a grid step, and the number
// of quarter notes until then. It looks eight ahead; if nothing changes there it returns
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
	for at := from; at < to; at += c.Step() {
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
