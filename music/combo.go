package music

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/seq"
)

// Combo accompanies a solo: a walking bass by a network that learned from bass
// lines, chords on a piano, and drums that repeat grooves of a drummer.
type Combo struct {
	Bass   *JazzModel // trained on BassLines; nil means none
	Drums  []Groove   // nil means none
	Chords bool
}

// On returns the accompaniment with its network computing on another tier.
func (c *Combo) On(t seq.Tier) *Combo {
	d := *c
	if d.Bass != nil {
		d.Bass = d.Bass.On(t)
	}
	return &d
}

// Groove is some bars of drums.
type Groove struct {
	Feel  int     // index into Feels
	Tempo float64 // at which it was played
	Score *Score  // in 4/4, from tick 0, whole bars
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

// BassLines makes of every solo the line of its bass player, one note on every
// beat, for TrainJazz.
func BassLines(solos []Solo) []Solo {
	var out []Solo
	for _, s := range solos {
		if b := s.bassLine(); len(b.Notes) > 32 {
			out = append(out, b)
		}
	}
	return out
}

func (s Solo) bassLine() Solo {
	out := Solo{ID: s.ID, Tags: s.Tags.metadata(), Beats: s.Beats}
	for i, p := range s.Bass {
		if p > 0 {
			out.Notes = append(out.Notes, LineNote{At: i * Grid, Dur: Grid, Pitch: p, Velocity: 80})
		}
	}
	out.Tags.Instrument = unknownToken
	return out
}

// accompany adds the parts that the seed has none of to the new bars.
func (c *Combo) accompany(out *Continuation, t *take) {
	hasBass, hasChords, hasDrums := roles(t.seed, t.part)
	used := usedChannels(out.Score)
	r := rand.New(rand.NewPCG(t.opt.Seed, 0x636f6d626f))
	if c.Bass != nil && !hasBass {
		if notes := c.walk(t, r); len(notes) > 0 {
			out.addPart("Bass", bassProgram, free(used), notes, t)
		}
	}
	if c.Chords && !hasChords {
		out.addPart("Piano", pianoProgram, free(used), comp(t, r), t)
	}
	if len(c.Drums) > 0 && !hasDrums {
		out.addDrums(c.Drums, t)
	}
}

// roles says what the seed's other parts are.
func roles(s *Score, solo Part) (bass, chords, drums bool) {
	for _, p := range s.Parts() {
		if p == solo {
			continue
		}
		if p.Drums() {
			drums = true
			continue
		}
		var sum int
		notes := partNotes(s, p)
		for _, n := range notes {
			sum += int(n.Pitch)
		}
		if sum/len(notes) < lowestSolo {
			bass = true
		} else {
			chords = true
		}
	}
	return bass, chords, drums
}

func usedChannels(s *Score) *[16]bool {
	used := &[16]bool{drumChannel: true}
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
func (c *Continuation) addPart(name string, program, channel uint8, notes []LineNote, t *take) {
	track := Track{Events: []Event{
		{0, append([]byte{0xff, 0x03, byte(len(name))}, name...)},
		{0, []byte{0xc0 | channel, program}},
	}}
	for _, n := range notes {
		start, end := t.line.soloTick(n.At), min(t.line.soloTick(n.At+n.Dur), c.To)
		track.Notes = append(track.Notes, Note{start, max(1, end-start), uint8(n.Pitch), uint8(n.Velocity), channel})
	}
	c.Tracks = append(c.Tracks, track)
}

// walk draws a bass note for every beat.
func (c *Combo) walk(t *take, r *rand.Rand) []LineNote {
	reader := jazzReader{beats: t.solo.beats, loop: t.solo.loop}
	first := reader.beat(t.from).Chord
	root := 36
	if first.Quality != NoChord {
		root = bassLow + mod12(first.Root-bassLow)
	}
	tags := t.solo.tags.metadata()
	tags.Instrument = unknownToken
	start := LineNote{At: t.from, Dur: Grid, Pitch: root, Velocity: 84}
	s := newSoloist(c.Bass, soloLine{notes: []LineNote{start}, beats: t.solo.beats, loop: t.solo.loop, tags: tags, bar: t.barAt}, .8, .9, r)
	s.lo, s.hi, s.known, s.most = bassLow, bassHigh, nil, bassMost
	s.onsets = func(at int) bool { return at == s.reader.last.At+Grid }
	notes, err := s.run(context.Background(), t.from+Grid, t.to)
	if err != nil {
		return nil
	}
	notes = append([]LineNote{start}, notes...)
	for i := range notes {
		notes[i].Dur = Grid - 1 // nearly legato
		notes[i].Velocity = 78 + 8*((notes[i].At/Grid)%2) + r.IntN(5)
	}
	return notes
}

// compRhythms are onsets of chords in a bar of four, in grid steps.
var compRhythms = [][]int{{0, 18}, {6, 24}, {18}, {0, 30}, {12, 42}, {6, 30}, {0}, {18, 42}, {}}

// comp lays chords under the solo: the third and seventh and one colour, each
// voicing as near to the one before as can be. A chord just before a change
// belongs to the next.
func comp(t *take, r *rand.Rand) []LineNote {
	reader := jazzReader{beats: t.solo.beats, loop: t.solo.loop}
	var out []LineNote
	var last []int
	for bar := t.from; bar < t.to; {
		length := t.barAt(bar)
		hits := compRhythms[r.IntN(len(compRhythms))]
		for i, at := range hits {
			if at >= length {
				break
			}
			at += bar
			beat := at
			if at%Grid == Grid/2 {
				beat = at + Grid/2
			}
			chord := reader.beat(min(beat, t.to-1)).Chord
			if chord.Quality == NoChord {
				continue
			}
			dur := Grid / 2
			if i+1 == len(hits) && r.IntN(2) == 0 {
				dur = 2 * Grid
			}
			last = voicing(chord, last)
			for _, p := range last {
				out = append(out, LineNote{At: at, Dur: min(dur, t.to-at), Pitch: p, Velocity: 56 + r.IntN(10)})
			}
		}
		bar += max(length, 1)
	}
	return out
}

// voicing places three tones of a chord near the voicing before.
func voicing(c Chord, last []int) []int {
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
		p := compLow + mod12(c.Root+d-compLow)
		for p+12 <= compHigh && abs(p+12-centre) < abs(p-centre) {
			p += 12
		}
		out = append(out, p)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// addDrums repeats the groove whose feel and tempo are nearest.
func (c *Continuation) addDrums(grooves []Groove, t *take) {
	tempo := t.seed.TempoAt(c.From)
	feel := t.solo.tags.Feel
	if feel < 0 {
		feel = indexOf(Feels, "LATIN") // straight, if not swung
		if t.line.Swing > 1.15 {
			feel = indexOf(Feels, "SWING")
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
	track := Track{Events: []Event{{0, append([]byte{0xff, 0x03, byte(len(name))}, name...)}}}
	g := best.Score
	bar := g.BarLength(g.MeterAt(0))
	bars := max(1, int((g.End()+bar/2)/bar))
	for i := range t.bars[:len(t.bars)-1] {
		src := Tick(i%bars) * bar
		for _, tr := range g.Tracks {
			for _, n := range tr.Notes {
				if n.Start < src || n.Start >= src+bar {
					continue
				}
				start := t.bars[i] + (n.Start-src)*Tick(c.Resolution)/Tick(g.Resolution)
				if start >= t.bars[i+1] {
					continue // the bar is shorter than the groove's
				}
				dur := max(1, n.Dur*Tick(c.Resolution)/Tick(g.Resolution))
				track.Notes = append(track.Notes, Note{start, min(dur, c.To-start), n.Pitch, n.Velocity, drumChannel})
			}
		}
	}
	c.Tracks = append(c.Tracks, track)
}
