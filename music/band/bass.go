package band

import (
	"math/rand/v2"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// Bassist proposes the notes of a bass line.
type Bassist interface {
	Walk(w Walk, r *rand.Rand) []music.LineNote
}

// Walk describes a bass line: a note on every beat after First and before grid step To.
type Walk struct {
	First     music.LineNote
	To        int
	Low, High int // lowest and highest pitch
	Most      int // largest number of equal pitches in a row
	Changes   harmony.Changes
	BarLength func(step int) int // in steps
}

// The range of the bass, E1 to E3, and how often it may play a pitch in a row. Half of
// the bass players in the valid part of the Weimar Jazz Database never exceed four in a
// whole piece.
const (
	bassLow, bassHigh = 28, 52
	bassMost          = 3
)

// pluck is a bass note before it has a pitch.
type pluck struct {
	bar      *bar
	at, dur  int
	velocity float64
	echo     bool // a short note that repeats the one before or its octave
	pitch    int  // of a figure; 0 is any
}

// bass plays the bass: first when, then which pitches.
func bass(p *Plan, proposer Bassist, r *rand.Rand) []event {
	s := p.style()
	bars := p.bars()
	vamp := p.vamps(s, bars)
	var line []pluck
	figure := -1
	for i := range bars {
		b := &bars[i]
		if b.held {
			line = append(line, pluck{bar: b, dur: b.length, velocity: 80})
			if n := len(b.beats); n > 1 && b.length > 5*music.Grid { // a string does not last so long
				line = append(line, pluck{bar: b, at: b.beats[n/2], dur: b.length, velocity: 66, echo: true})
			}
			continue
		}
		if vamp.plays(p, b) {
			line = append(line, p.covered(b, vamp.bar(p, b, r))...)
			continue
		}
		if b.phrase%4 == 0 {
			figure = r.IntN(len(figures[s.feel]) + 1)
		}
		line = append(line, s.bassRhythm(p, b, figure, r)...)
	}
	pitches := bassPitches(p, s, line, propose(p, s, proposer, r), r)
	out := make([]event, len(line))
	for i, n := range line {
		dur := n.dur
		if i+1 < len(line) {
			dur = min(dur, line[i+1].bar.start+line[i+1].at-n.bar.start-n.at)
		}
		if !n.bar.held {
			dur = max(1, dur-1) // nearly legato
		}
		out[i] = event{n.bar, n.at, dur, pitches[i], n.velocity*(.3+.7*n.bar.loud) + 3*r.Float64()}
	}
	return out
}

// propose asks the bassist for a line in quarter notes, by grid step.
func propose(p *Plan, s style, b Bassist, r *rand.Rand) map[int]int {
	out := map[int]int{}
	if b == nil || !s.jazz() || s.meter.Den > 4 {
		return out
	}
	root := 36
	if c := p.Changes.At(p.from()).Chord; c.Quality != harmony.NoChord {
		root = bassLow + harmony.Class(c.Bass-bassLow)
	}
	first := music.LineNote{At: p.from(), Dur: music.Grid, Pitch: root, Velocity: 84}
	for _, n := range b.Walk(Walk{First: first, To: p.to(), Low: bassLow, High: bassHigh, Most: bassMost, Changes: p.Changes, BarLength: p.Line.BarLength}, r) {
		out[n.At] = n.Pitch
	}
	return out
}

// figures are onsets of the bass in a bar of four quarter notes, in steps, for feels in
// which it does not walk, written by hand. A phrase of four bars keeps to one.
var figures = map[Feel][][]int{
	Bossa: {{0, 18, 24, 42}, {0, 18, 24}, {0, 24, 42}, {0, 18, 24, 36}},
	Samba: {{0, 18, 24, 42}, {0, 24}, {0, 24, 42}},
	Funk:  {{0, 9, 18, 30, 42}, {0, 6, 18, 27, 36, 42}, {0, 18, 24, 33, 42}, {0, 3, 12, 18, 30, 39}},
	Rock:  {{0, 18, 24, 42}, {0, 6, 18, 24, 36}, {0, 12, 24, 36}, {0, 6, 12, 18, 24, 30, 36, 42}},
}

// bassRhythm says when the bass plays in a bar. figure chooses among the figures.
func (s style) bassRhythm(p *Plan, b *bar, figure int, r *rand.Rand) []pluck {
	var at []int
	list := figures[s.feel]
	inTwo := s.feel == TwoBeat || s.feel == Ballad || s.feel == Swing && p.Form > 0 && len(p.Bars)-1 >= 2*p.Form && b.index < p.Form
	switch {
	case len(list) > 0 && b.length == 4*music.Grid && len(b.beats) == 4:
		at = list[min(max(figure, 0), len(list)-1)]
		if r.Float64() < .25 {
			at = list[r.IntN(len(list))]
		}
	case inTwo && len(b.beats) >= 3 && !compound(s.meter):
		at = s.inTwo(p, b, r)
	default:
		at = b.beats
	}
	at = withChanges(p, b, at)
	var out []pluck
	for i, x := range at {
		end := b.length
		if i+1 < len(at) {
			end = at[i+1]
		}
		loud := 78.0
		if x == 0 || s.jazz() && i%2 == 1 {
			loud = 85
		}
		out = append(out, pluck{bar: b, at: x, dur: end - x, velocity: loud})
		if skip := s.echoes(x, end); skip > 0 && r.Float64() < skip {
			out = append(out, pluck{bar: b, at: end - s.pickUp(), dur: s.pickUp(), velocity: 62, echo: true})
		}
	}
	return out
}

// inTwo is half notes on 1 and 3 (the last beat in 3/4, 1 and 4 in 5/4), with a quarter
// note into the next bar now and then.
func (s style) inTwo(p *Plan, b *bar, r *rand.Rand) []int {
	n := len(b.beats)
	second := b.beats[(n+1)/2]
	at := []int{0, second}
	last := b.beats[n-1]
	if p.chord(b, last).Root != p.Changes.At(b.start+b.length).Chord.Root && r.Float64() < .35 && last != second {
		at = append(at, last)
	}
	return at
}

// withChanges adds the beats at which the chord changes.
func withChanges(p *Plan, b *bar, at []int) []int {
	var out []int
	i := 0
	for step := 0; step < b.length; step++ {
		on := false
		for i < len(at) && at[i] <= step {
			on = on || at[i] == step
			i++
		}
		if step > 0 && (b.start+step)%p.Changes.Step() == 0 {
			now, before := p.chord(b, step), p.chord(b, step-1)
			on = on || now.Bass != before.Bass && now.Quality != harmony.NoChord
		}
		if on {
			out = append(out, step)
		}
	}
	return out
}

// echoes is the chance of a short note before the end of a note from one step to
// another, and pickUp its length.
func (s style) echoes(from, to int) float64 {
	switch {
	case to-from < music.Grid || s.tempo >= fastFrom:
		return 0
	case compound(s.meter) && to-from >= 3*eighth:
		return .25
	case s.feel == Swing:
		return .07
	case s.feel == Shuffle:
		return .25
	case s.feel == TwoBeat || s.feel == Ballad:
		return .12
	}
	return 0
}

func (s style) pickUp() int { return music.Grid - s.offbeat() }
