// Package band accompanies a line over chord changes with bass, piano and drums. It does
// not depend on how the line was made: the caller describes the music in a [Plan] and
// calls [Band.Accompany].
package band

import (
	"math/rand/v2"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// Band is an accompaniment: a walking bass, chords on a piano, and drums that repeat a
// drummer's grooves. Many goroutines may use one if its Bassist allows it.
type Band struct {
	Bass   Bassist // nil means none
	Chords bool
	Drums  []Groove // nil means none
}

// Plan describes the music that a band accompanies.
type Plan struct {
	Seed    *music.Score    // the music before; a role that one of its parts has is not doubled
	Solo    music.Part      // the part of Seed that is accompanied
	Line    *music.Line     // Seed quantised; it gives swing and meter
	Bars    []music.Tick    // the new bar lines, including the last one
	Changes harmony.Changes // from the start of Seed on
	Feel    Feel            // "" means Swing if Line swings, else Latin
	Random  uint64          // seed of the random numbers
}

// from and to are the first and the last of Bars in grid steps.
func (p *Plan) from() int { return p.Line.Step(p.Bars[0]) }
func (p *Plan) to() int   { return p.Line.Step(p.Bars[len(p.Bars)-1]) }

// Feel is the rhythmic feel of a piece, as the Weimar Jazz Database spells it.
type Feel string

const (
	Swing Feel = "SWING"
	Latin Feel = "LATIN"
	Funk  Feel = "FUNK"
)

// Groove is a few bars of drums.
type Groove struct {
	Feel  Feel
	Tempo float64      // at which it was played, in quarter notes a minute
	Score *music.Score // in 4/4, from tick 0, whole bars
}

// General MIDI programs and pitch ranges of the accompaniment
const (
	bassProgram, pianoProgram = 32, 0
	bassLow, bassHigh         = 28, 52
	compLow, compHigh         = 50, 69
)

// Accompany adds a track to the new bars of c for each of the band's instruments whose
// role no part of the seed has. Same plan, same notes.
func (b *Band) Accompany(c *music.Continuation, p *Plan) {
	hasBass, hasChords, hasDrums := roles(p.Seed, p.Solo)
	used := usedChannels(c.Score)
	r := rand.New(rand.NewPCG(p.Random, 0x636f6d626f))
	if b.Bass != nil && !hasBass {
		if notes := b.walk(p, r); len(notes) > 0 {
			addPart(c, p, "Bass", bassProgram, free(used), notes)
		}
	}
	if b.Chords && !hasChords {
		addPart(c, p, "Piano", pianoProgram, free(used), comp(p, r))
	}
	if len(b.Drums) > 0 && !hasDrums {
		addDrums(c, p, b.Drums)
	}
}

// roles reports which roles the parts other than the solo have.
func roles(s *music.Score, solo music.Part) (bass, chords, drums bool) {
	for _, p := range s.Parts() {
		switch {
		case p == solo:
		case p.Drums():
			drums = true
		case s.IsBass(p):
			bass = true
		default:
			chords = true
		}
	}
	return bass, chords, drums
}

func usedChannels(s *music.Score) *[16]bool {
	used := &[16]bool{music.DrumChannel: true}
	for _, p := range s.Parts() {
		used[p.Channel] = true
	}
	return used
}

// free reserves a channel that no part uses, or else the last one.
func free(used *[16]bool) uint8 {
	for c, taken := range used {
		if !taken {
			used[c] = true
			return uint8(c)
		}
	}
	return 15
}

// addPart adds a track of notes on the grid.
func addPart(c *music.Continuation, p *Plan, name string, program, channel uint8, notes []music.LineNote) {
	track := music.Track{Events: []music.Event{
		{At: 0, Message: append([]byte{0xff, 0x03, byte(len(name))}, name...)},
		{At: 0, Message: []byte{0xc0 | channel, program}},
	}}
	for _, n := range notes {
		start, end := p.Line.SoloTick(n.At), min(p.Line.SoloTick(n.At+n.Dur), c.To)
		track.Notes = append(track.Notes, music.Note{Start: start, Dur: max(1, end-start), Pitch: uint8(n.Pitch), Velocity: uint8(n.Velocity), Channel: channel})
	}
	c.Tracks = append(c.Tracks, track)
}
