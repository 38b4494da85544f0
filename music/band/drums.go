package band

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/music"
)

// Notes of General MIDI percussion.
const (
	kick     = 36
	stick    = 37
	snare    = 38
	brush    = 40 // the swirl of a brush kit, another snare in the standard kit
	hat      = 42
	pedal    = 44
	openHat  = 46
	lowTom   = 45
	midTom   = 47
	highTom  = 50
	crash    = 49
	ride     = 51
	bell     = 53
	brushKit = 40 // program
)

// lag is how many milliseconds after the ride a limb plays. Hi-hat, bass drum and snare
// have the medians of the jazz performances in the Groove MIDI Dataset (`segue-lab bench
// drums`); the others are set by hand.
var lag = map[int]float64{pedal: -19, kick: -1.5, snare: -3, stick: 2, lowTom: -5, midTom: -5, highTom: -5}

// looseness is the standard deviation of strokes in milliseconds. It is set by hand.
const looseness = 6

// stroke is a note of drums in a bar.
type stroke struct {
	at, key  int
	velocity float64
}

// drummer plays bar after bar.
type drummer struct {
	*Plan
	style
	r       *rand.Rand
	strokes []stroke // of the bar at hand
	filled  bool     // the bar before ended in a fill
	bold    float64  // how much the drummer plays besides the time in this phrase, about 1
}

// drums plays the new bars.
func drums(p *Plan, r *rand.Rand) music.Track {
	d := &drummer{Plan: p, style: p.style(), r: r, bold: 1}
	track := named("Drums")
	program := byte(0)
	if d.feel == Ballad {
		program = brushKit
	}
	track.Events = append(track.Events, music.Event{Message: []byte{0xc0 | music.DrumChannel, program}})
	bars := p.bars()
	end := p.Bars[len(p.Bars)-1]
	for i := range bars {
		b := &bars[i]
		d.strokes = d.strokes[:0]
		d.bar(b)
		for _, s := range d.strokes {
			track.Notes = append(track.Notes, d.note(b, s, end))
		}
	}
	return track
}

// note turns a stroke into a note, as early or late as a limb is.
func (d *drummer) note(b *bar, s stroke, end music.Tick) music.Note {
	ms := lag[s.key] + looseness*max(-2, min(2, d.r.NormFloat64()))
	off := music.Tick(math.Round(ms / 60000 * d.tempo * float64(d.Seed.Resolution)))
	start := min(max(d.Bars[0], d.tick(b, s.at)+off), end-1)
	dur := max(1, music.Tick(d.Seed.Resolution)/4)
	if b.held && s.at == 0 {
		dur = end - start
	}
	v := s.velocity*b.loud + 4*d.r.NormFloat64()
	return music.Note{Start: start, Dur: min(dur, end-start), Pitch: uint8(s.key), Velocity: uint8(max(8, min(v, 124))), Channel: music.DrumChannel}
}

// hit adds a stroke unless the key has one there.
func (d *drummer) hit(at, key int, velocity float64) {
	if !slices.ContainsFunc(d.strokes, func(s stroke) bool { return s.at == at && s.key == key }) {
		d.strokes = append(d.strokes, stroke{at, key, velocity})
	}
}

func (d *drummer) chance(p float64) bool { return d.r.Float64() < p }

// bar plays one bar: the time, what the drummer adds to it, and a fill at the end of a
// phrase.
func (d *drummer) bar(b *bar) {
	if b.held {
		d.lastBar()
		return
	}
	if b.phrase == 0 {
		d.bold = .7 + .6*d.r.Float64()
	}
	switch {
	case d.feel == Ballad:
		d.brushes(b)
	case d.feel == TwoBeat:
		d.twoBeat(b)
	case d.feel == Swing && !compound(d.meter) && d.meter.Den <= 4:
		d.swing(b)
	case compound(d.meter):
		d.triple(b)
	case b.length == 4*music.Grid:
		d.pattern(b)
	default:
		d.groups(b)
	}
	if d.filled {
		d.accent()
	}
	d.filled = d.fill(b)
}

// accent marks the first beat after a fill.
func (d *drummer) accent() {
	if d.feel == Ballad {
		d.hit(0, ride, 58)
		return
	}
	d.hit(0, kick, 78)
	if d.chance(.6) {
		d.hit(0, crash, 84)
	}
}

// lastBar is a cymbal that rings, with the bass drum under it.
func (d *drummer) lastBar() {
	d.hit(0, kick, 66)
	if d.feel == Ballad {
		d.hit(0, ride, 52)
		return
	}
	d.hit(0, crash, 76)
	d.hit(0, ride, 66)
}
