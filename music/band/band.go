// Package band accompanies a line over changes. It knows nothing of where the line
// comes from: the caller says what there is to accompany in a [Plan].
package band

import (
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// Band accompanies a line over changes: a walking bass, chords on a piano, and
// drums that repeat grooves of a drummer.
type Band struct {
	Bass   Bassist // nil means none
	Chords bool
	Drums  []Groove // nil means none
}

// Plan is what a band knows of the music that it accompanies.
type Plan struct {
	Seed    *music.Score    // what came before: its parts keep their roles
	Solo    music.Part      // the part of Seed that is accompanied
	Line    *music.Line     // Seed on its grid: swing and meter
	Bars    []music.Tick    // the new bar lines, the last one included
	Changes harmony.Changes // from the start of Seed on
	Feel    Feel            // "" means as the swing of Line tells
	Random  uint64          // seed of everything random
}

// from and to are the new bars' ends in grid steps.
func (p *Plan) from() int { return p.Line.Step(p.Bars[0]) }
func (p *Plan) to() int   { return p.Line.Step(p.Bars[len(p.Bars)-1]) }

// Bassist draws the notes of a bass line.
type Bassist interface {
	Walk(w Walk, r *rand.Rand) []music.LineNote
}

// Walk is what a bassist is asked for: a note on every beat after First and before
// grid step To.
type Walk struct {
	First     music.LineNote
	To        int
	Low, High int // range
	Most      int // notes of one pitch in a row
	Changes   harmony.Changes
	BarLength func(step int) int // in steps
}

// Feel is a kind of accompaniment, as the Weimar Jazz Database writes it.
type Feel string

const (
	Swing Feel = "SWING"
	Latin Feel = "LATIN"
	Funk  Feel = "FUNK"
)

// Groove is some bars of drums.
type Groove struct {
	Feel  Feel
	Tempo float64      // at which it was played
	Score *music.Score // in 4/4, from tick 0, whole bars
}

// bassMost is how often a bass plays a pitch in a row: half of the bass players of
// the Weimar Jazz Database's valid part never do so more than four times in a whole
// piece, but over a chord that stays the network would go on to eight.
const bassMost = 3

// General MIDI programs of the accompaniment, and where its notes lie
const (
	bassProgram, pianoProgram = 32, 0
	bassLow, bassHigh         = 28, 52
	compLow, compHigh         = 50, 69
)

// Accompany adds the parts that the seed has none of to the new bars of c.
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

// roles says what the seed's other parts are.
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

// free takes a channel that nothing plays on, or the last one.
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

// compRhythms are onsets of chords in a bar of four, in grid steps.
var compRhythms = [][]int{{0, 18}, {6, 24}, {18}, {0, 30}, {12, 42}, {6, 30}, {0}, {18, 42}, {}}

// comp lays chords under the solo: the third and seventh and one colour, each
// voicing as near to the one before as can be. A chord just before a change
// belongs to the next.
func comp(p *Plan, r *rand.Rand) []music.LineNote {
	var out []music.LineNote
	var last []int
	to := p.to()
	for bar := p.from(); bar < to; {
		length := p.Line.BarLength(bar)
		hits := compRhythms[r.IntN(len(compRhythms))]
		for i, at := range hits {
			if at >= length {
				break
			}
			at += bar
			beat := at
			if at%music.Grid == music.Grid/2 {
				beat = at + music.Grid/2
			}
			chord := p.Changes.At(min(beat, to-1)).Chord
			if chord.Quality == harmony.NoChord {
				continue
			}
			dur := music.Grid / 2
			if i+1 == len(hits) && r.IntN(2) == 0 {
				dur = 2 * music.Grid
			}
			last = voicing(chord, last)
			for _, pitch := range last {
				out = append(out, music.LineNote{At: at, Dur: min(dur, to-at), Pitch: pitch, Velocity: 56 + r.IntN(10)})
			}
		}
		bar += max(length, 1)
	}
	return out
}

// voicing places three tones of a chord near the voicing before.
func voicing(c harmony.Chord, last []int) []int {
	pick := func(degrees ...int) int {
		for _, d := range degrees {
			if c.Has(c.Root + d) {
				return d
			}
		}
		return degrees[len(degrees)-1]
	}
	degrees := []int{pick(4, 3, 5), pick(10, 11, 9, 7), pick(2, 1, 9, 6, 7)}
	centre := (compLow + compHigh) / 2
	if len(last) > 0 {
		centre = 0
		for _, p := range last {
			centre += p
		}
		centre /= len(last)
	}
	var out []int
	for _, d := range degrees {
		p := compLow + harmony.Class(c.Root+d-compLow)
		for p+12 <= compHigh && p+6 < centre { // the octave above is nearer
			p += 12
		}
		out = append(out, p)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// addDrums repeats the groove whose feel and tempo are nearest.
func addDrums(c *music.Continuation, p *Plan, grooves []Groove) {
	tempo := p.Seed.TempoAt(c.From)
	feel := p.Feel
	if feel == "" {
		feel = Latin // straight, if not swung
		if p.Line.Swing > 1.15 {
			feel = Swing
		}
	}
	best := slices.MinFunc(grooves, func(a, b Groove) int {
		cost := func(g Groove) float64 {
			d := max(g.Tempo/tempo, tempo/g.Tempo)
			if g.Feel != feel {
				d += 3
			}
			return d
		}
		switch x, y := cost(a), cost(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	name := "Drums"
	track := music.Track{Events: []music.Event{{At: 0, Message: append([]byte{0xff, 0x03, byte(len(name))}, name...)}}}
	g := best.Score
	bar := g.BarLength(g.MeterAt(0))
	bars := max(1, int((g.End()+bar/2)/bar))
	for i := range p.Bars[:len(p.Bars)-1] {
		src := music.Tick(i%bars) * bar
		for _, tr := range g.Tracks {
			for _, n := range tr.Notes {
				if n.Start < src || n.Start >= src+bar {
					continue
				}
				start := p.Bars[i] + (n.Start-src)*music.Tick(c.Resolution)/music.Tick(g.Resolution)
				if start >= p.Bars[i+1] {
					continue // the bar is shorter than the groove's
				}
				dur := max(1, n.Dur*music.Tick(c.Resolution)/music.Tick(g.Resolution))
				track.Notes = append(track.Notes, music.Note{Start: start, Dur: min(dur, c.To-start), Pitch: n.Pitch, Velocity: n.Velocity, Channel: music.DrumChannel})
			}
		}
	}
	c.Tracks = append(c.Tracks, track)
}
