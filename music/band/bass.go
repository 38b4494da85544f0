package band

import (
	"math/rand/v2"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// Bassist draws the notes of a bass line.
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

// bassMost is how often a bass may play a pitch in a row. Half of the bass players in
// the valid part of the Weimar Jazz Database never exceed four in a whole piece, but
// over a long chord the network alone repeats a pitch up to eight times.
const bassMost = 3

// walk draws a bass note for every beat.
func (b *Band) walk(p *Plan, r *rand.Rand) []music.LineNote {
	first := p.Changes.At(p.from()).Chord
	root := 36
	if first.Quality != harmony.NoChord {
		root = bassLow + harmony.Class(first.Root-bassLow)
	}
	start := music.LineNote{At: p.from(), Dur: music.Grid, Pitch: root, Velocity: 84}
	notes := append([]music.LineNote{start}, b.Bass.Walk(Walk{
		First: start, To: p.to(), Low: bassLow, High: bassHigh, Most: bassMost, Changes: p.Changes, BarLength: p.Line.BarLength,
	}, r)...)
	for i := range notes {
		notes[i].Dur = music.Grid - 1 // nearly legato
		notes[i].Velocity = 78 + 8*((notes[i].At/music.Grid)%2) + r.IntN(5)
	}
	return notes
}
