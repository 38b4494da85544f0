package band

import (
	"math"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// bar is a new bar as the players see it. Steps within it count from its start.
type bar struct {
	index  int
	start  int   // in steps from the start of the score
	length int   // in steps
	beats  []int // steps of the beats
	phrase int   // position in a phrase of phraseBars
	held   bool  // the last bar, in which the band holds the tonic
	solo   []music.LineNote
	loud   float64 // how much louder than usual the solo is; 1 is as usual
}

// phraseBars is the length of a phrase at whose end the drummer plays a fill.
const phraseBars = 8

// usualVelocity is the velocity at which the soloist plays for the band to be as loud
// as its patterns say.
const usualVelocity = 84

// bars divides the plan. Loudness is that of the solo in the bar and the one before.
func (p *Plan) bars() []bar {
	out := make([]bar, len(p.Bars)-1)
	notes := p.Notes
	loud := 1.0
	for i := range out {
		b := &out[i]
		b.index, b.start = i, p.straight(p.Bars[i])
		b.length = p.straight(p.Bars[i+1]) - b.start
		b.beats = beats(p.Seed.MeterAt(p.Bars[i]), b.length)
		b.phrase = i % phraseBars
		b.held = p.Hold && i+1 == len(out)
		for len(notes) > 0 && notes[0].At < b.start+b.length {
			if notes[0].At >= b.start {
				b.solo = append(b.solo, notes[0])
			}
			notes = notes[1:]
		}
		if len(b.solo) > 0 {
			var sum float64
			for _, n := range b.solo {
				sum += float64(n.Velocity)
			}
			loud = (loud + sum/float64(len(b.solo))/usualVelocity) / 2
		}
		b.loud = math.Max(.12, math.Min(loud, 1.4))
	}
	return out
}

// straight is the grid step of a tick without swing: bar lines do not swing.
func (p *Plan) straight(t music.Tick) int {
	return int((t*music.Grid + music.Tick(p.Seed.Resolution)/2) / music.Tick(p.Seed.Resolution))
}

// lilt is the largest ratio of long to short eighths that the soloist of a Latin or funk
// piece plays over a band that plays even eighths. Medians of the Weimar Jazz Database
// are 1.29 and 1.25.
const lilt = 1.4

// tick is when a step of a bar sounds. Bars of eighths do not swing: their beats do not
// fall on quarter notes.
func (p *Plan) tick(b *bar, step int) music.Tick {
	even := p.Feel.Even() && p.Line.Swing < lilt
	if at := p.Bars[b.index]; even || at%music.Tick(p.Seed.Resolution) != 0 || p.Seed.MeterAt(at).Den > 4 {
		return at + music.Tick(step)*music.Tick(p.Seed.Resolution)/music.Grid
	}
	return p.Line.SoloTick(b.start + step)
}

// plays reports whether the solo starts a note within reach steps of a step.
func (b *bar) plays(step, reach int) bool {
	for _, n := range b.solo {
		if d := n.At - b.start - step; d >= -reach && d <= reach {
			return true
		}
	}
	return false
}

// density is the number of notes per quarter note that the solo plays in the bar.
func (b *bar) density() float64 {
	return float64(len(b.solo)*music.Grid) / float64(max(b.length, 1))
}

// chord is that of a step of the bar.
func (p *Plan) chord(b *bar, step int) harmony.Chord {
	if b.held {
		return p.tonic(b)
	}
	return p.Changes.At(b.start + step).Chord
}

// tonic is the chord that a held last bar ends on.
func (p *Plan) tonic(b *bar) harmony.Chord {
	if p.Last.Quality != harmony.NoChord {
		return p.Last
	}
	return p.Changes.At(b.start).Chord
}
