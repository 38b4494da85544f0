package band

import (
	"slices"

	"github.com/segue-go/segue/music"
)

// routes are the drums that fills go along.
var routes = [][]int{
	{snare, highTom, midTom, lowTom}, {snare, snare, highTom, lowTom}, {lowTom, midTom, highTom, snare},
	{snare, kick, snare, kick}, {highTom, snare, lowTom, snare}, {snare, snare, snare, snare},
}

// fill ends a phrase: in the last beats of an eighth bar the drummer leaves the time,
// and sometimes in a fourth bar. It reports whether there was one.
func (d *drummer) fill(b *bar) bool {
	size := 0 // in beats
	switch left := phraseBars - 1 - b.phrase; {
	case left == 0 || b.index+2 == len(d.Bars)-1 && d.Hold:
		size = 1 + d.r.IntN(2)
	case left == phraseBars/2 && d.chance(.4*d.bold):
		size = 1
	}
	if size == 0 || len(b.beats) == 0 {
		return false
	}
	from := b.beats[max(0, len(b.beats)-size)]
	steps := d.subdivision(b)
	d.strokes = slices.DeleteFunc(d.strokes, func(s stroke) bool {
		return s.at >= from && s.key != pedal && s.key != kick
	})
	route := routes[d.r.IntN(len(routes))]
	loud := 62.0
	if d.feel == Ballad {
		route, loud = []int{snare, brush}, 34
	}
	total := b.length - from
	for at := from; at < b.length; at += steps {
		if at != from && d.chance(.2) {
			continue // a breath
		}
		x := float64(at-from) / float64(max(total, 1))
		d.hit(at, route[int(x*float64(len(route)))], loud*(.8+.4*x))
	}
	return true
}

// subdivision is the distance of a fill's strokes in steps.
func (d *drummer) subdivision(b *bar) int {
	switch {
	case compound(d.meter):
		return eighth
	case d.feel == Ballad:
		return music.Grid
	case d.jazz() || d.feel == Shuffle:
		if d.tempo < fastFrom && d.chance(.5) {
			return music.Grid / 3
		}
		return eighth
	case d.tempo < 130 && d.chance(.6):
		return sixteenth
	}
	return eighth
}
