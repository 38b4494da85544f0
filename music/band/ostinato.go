package band

import (
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// This file holds the figures that a bass repeats: over one chord that lasts, and in
// Latin music over any. The figures are those of method books and well-known vamps; none
// was counted in a corpus, since the bass lines of the Weimar Jazz Database have one pitch
// per beat.

// Where the bass keeps to a figure.
const (
	vampBars  = 4   // over a chord that lasts so many bars
	modalBars = 3.  // a form is modal if its chords last so long on average
	walksFrom = 180 // quarter notes a minute from which a jazz bass walks over a vamp too
)

// degree is a tone of a figure, by its place in the chord.
type degree byte

const (
	root degree = iota
	third
	fifth
	below // the fifth below the root
	sixth
	seventh
	octave
	open // any: it leads to what follows
)

// figured is a note of a figure; at counts steps from the start of the bar.
type figured struct {
	at int
	degree
}

// ostinati lists the figures of each feel in a bar of four quarter notes.
var ostinati = map[Feel][][]figured{
	Swing:   {{{0, root}, {18, fifth}, {24, octave}, {42, open}}, {{0, root}, {12, fifth}, {18, octave}, {36, seventh}}, {{0, root}, {6, fifth}, {18, seventh}, {24, octave}, {36, fifth}}},
	TwoBeat: {{{0, root}, {24, fifth}}, {{0, root}, {24, fifth}, {36, octave}}},
	Ballad:  {{{0, root}, {18, fifth}, {24, octave}}, {{0, root}, {24, fifth}, {42, open}}},
	Shuffle: {{{0, root}, {12, third}, {24, fifth}, {36, sixth}}, {{0, root}, {12, fifth}, {24, seventh}, {36, fifth}}},
	Bossa:   {{{0, root}, {18, fifth}, {24, fifth}, {42, open}}, {{0, root}, {18, below}, {24, below}, {42, open}}, {{0, root}, {18, root}, {24, fifth}, {42, open}}},
	Samba:   {{{0, root}, {18, below}, {24, below}, {42, open}}, {{0, root}, {24, fifth}, {42, open}}, {{0, root}, {24, below}}},
	Funk:    {{{0, root}, {9, root}, {18, seventh}, {24, octave}, {39, fifth}, {42, open}}, {{0, root}, {6, octave}, {18, seventh}, {30, fifth}, {42, seventh}}, {{0, root}, {3, root}, {12, octave}, {18, seventh}, {30, fifth}, {39, seventh}}},
	Rock:    {{{0, root}, {6, root}, {12, octave}, {18, root}, {24, fifth}, {30, fifth}, {36, seventh}, {42, open}}, {{0, root}, {18, root}, {24, fifth}, {42, open}}},
}

// inBeats is a figure for a bar of other beats.
func inBeats(b *bar) []figured {
	out := []figured{}
	for k, at := range b.beats {
		d := []degree{root, fifth, octave, fifth, seventh, octave}[k%6]
		if k > 0 && k+1 == len(b.beats) {
			d = fifth
		}
		out = append(out, figured{at, d})
	}
	if last := out[len(out)-1].at; b.length-last > music.Grid {
		out = append(out, figured{b.length - eighth, open})
	}
	return out
}

// ostinato plays bars by figures.
type ostinato struct {
	style
	lasts  []int // by bar: the number of bars for which its chord lasts, before and after it
	modal  bool  // the form's chords last long
	figure []figured
	since  int // bar in which the figure began
}

// vamps finds the bars of a plan whose chord lasts.
func (p *Plan) vamps(s style, bars []bar) *ostinato {
	o := &ostinato{style: s, lasts: make([]int, len(bars)), since: -1}
	runs := 0
	for i := 0; i < len(bars); {
		k := i
		for k < len(bars) && !bars[k].held && p.stays(&bars[i], &bars[k]) {
			k++
		}
		for j := i; j < k; j++ {
			o.lasts[j] = k - i
		}
		i = max(k, i+1)
		runs++
	}
	o.modal = runs > 0 && float64(len(bars)) >= modalBars*float64(runs)
	return o
}

// stays reports whether a bar has no other chord than the one that bar a begins with.
func (p *Plan) stays(a, b *bar) bool {
	c := p.chord(a, 0)
	for at := 0; at < b.length; at += p.Changes.Step() {
		if x := p.chord(b, at); x.Bass != c.Bass || x.Tones != c.Tones {
			return false
		}
	}
	return c.Quality != harmony.NoChord
}

// plays reports whether the bass keeps to a figure in a bar: in Latin music always, over
// a chord that lasts in music that is not jazz, and in modal jazz in the first and the last
// chorus if it is not fast. In between it walks.
func (o *ostinato) plays(p *Plan, b *bar) bool {
	vamp := o.lasts[b.index] >= vampBars
	switch {
	case o.feel == Bossa || o.feel == Samba:
		return true
	case !o.jazz():
		return vamp && (o.modal || o.feel != Shuffle)
	case !vamp || !o.modal || o.tempo >= walksFrom:
		return false
	}
	n := len(p.Bars) - 1
	return p.Form == 0 || b.index < p.Form || b.index >= n-p.Form
}

// bar is the figure of a bar. A phrase keeps to one, and so does a vamp for sixteen bars;
// the second half of every eighth bar is a fill.
func (o *ostinato) bar(p *Plan, b *bar, r *rand.Rand) []pluck {
	if o.since < 0 || b.index-o.since >= 2*phraseBars || o.lasts[b.index] < vampBars && b.phrase == 0 {
		o.since = b.index
		list := ostinati[o.feel]
		o.figure = list[r.IntN(len(list))]
	}
	figure := o.figure
	if b.length != 4*music.Grid || len(b.beats) != 4 {
		figure = inBeats(b)
	}
	if b.phrase == phraseBars-1 {
		figure = filled(b, figure, r)
	}
	var out []pluck
	for i, f := range figure {
		end := b.length
		if i+1 < len(figure) {
			end = figure[i+1].at
		}
		n := pluck{bar: b, at: f.at, dur: end - f.at, velocity: 78}
		if f.at == 0 {
			n.velocity = 86
		}
		if turn := i+1 == len(figure) && (b.phrase%4 == 3 || p.moves(b)); !turn {
			n.pitch = figurePitch(p.chord(b, f.at), f.degree)
		}
		out = append(out, n)
	}
	return out
}

// filled is a figure whose second half is free: a note on every beat and some between.
func filled(b *bar, figure []figured, r *rand.Rand) []figured {
	from := b.beats[len(b.beats)/2]
	out := slices.DeleteFunc(slices.Clone(figure), func(f figured) bool { return f.at >= from })
	for at := from; at < b.length; at += eighth {
		if slices.Contains(b.beats, at) || r.Float64() < .4 {
			out = append(out, figured{at, open})
		}
	}
	return out
}

// moves reports whether the chord changes after a bar, so that its last note leads there.
func (p *Plan) moves(b *bar) bool {
	if b.index+2 >= len(p.Bars) {
		return false
	}
	now, next := p.chord(b, b.length-1), p.Changes.At(b.start+b.length).Chord
	return now.Bass != next.Bass
}

// figurePitch is the pitch of a degree of a chord; 0 leaves it to the line.
func figurePitch(c harmony.Chord, d degree) int {
	if c.Quality == harmony.NoChord || d == open {
		return 0
	}
	low := bassLow + harmony.Class(c.Bass-bassLow)
	above := func(choice ...int) int {
		for _, x := range choice {
			if c.Has(c.Root + x) {
				return low + harmony.Class(c.Root+x-c.Bass)
			}
		}
		return low
	}
	switch d {
	case third:
		return above(4, 3, 5)
	case fifth:
		return above(7, 6, 8)
	case below:
		if x := above(7, 6, 8) - 12; x >= bassLow {
			return x
		}
		return above(7, 6, 8)
	case sixth:
		return above(9, 10, 7)
	case seventh:
		return above(10, 11, 9, 7)
	case octave:
		return low + 12
	}
	return low
}

// covered makes every chord of a bar begin with its lowest note.
func (p *Plan) covered(b *bar, line []pluck) []pluck {
	var at []int
	for _, n := range line {
		at = append(at, n.at)
	}
	var out []pluck
	for _, step := range withChanges(p, b, at) {
		n := pluck{bar: b, at: step, velocity: 82, dur: b.length - step}
		if i := slices.Index(at, step); i >= 0 {
			n = line[i]
		}
		if k := len(out); k > 0 {
			out[k-1].dur = min(out[k-1].dur, step-out[k-1].at)
		}
		if step > 0 && p.chord(b, step).Bass != p.chord(b, step-1).Bass {
			n.pitch = figurePitch(p.chord(b, step), root)
		}
		out = append(out, n)
	}
	return out
}
