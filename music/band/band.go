// Package band accompanies a line over chord changes with bass, piano, organ, guitar and
// drums. It does not depend on how the line was made: the caller describes the music in
// a [Plan] and calls [Band.Accompany].
//
// Each player is a pure function of the plan: the same plan gives the same notes. What
// the players do is written down in tables and rules; what was measured on corpora says
// so. It does not tune itself to a recording.
package band

import (
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// Band is an accompaniment. Many goroutines may use one if its Bassist allows it.
type Band struct {
	Lineup  Lineup
	Bassist Bassist // proposes lines to the bass; nil means none
}

// Plan describes the music that a band accompanies.
type Plan struct {
	Seed    *music.Score     // the music before; a role that one of its parts has is not doubled
	Solo    music.Part       // the part of Seed that is accompanied
	Line    *music.Line      // Seed quantised; it gives swing and meter
	Notes   []music.LineNote // the solo in the new bars, in order; nil means unknown
	Bars    []music.Tick     // the new bar lines, including the last one
	Changes harmony.Changes  // from the start of Seed on
	Feel    Feel             // "" means Swing if Line swings, else Latin
	Form    int              // bars of a chorus; 0 means that there are no choruses
	Hold    bool             // the band holds a chord in the last bar
	Last    harmony.Chord    // that chord; the zero value means the one of Changes
	Random  uint64           // seed of the random numbers
}

// General MIDI programs of the accompaniment.
var programs = map[Instrument]uint8{Bass: 32, Piano: 0, Guitar: 26, Organ: 16}

// from and to are the first and the last of Bars in grid steps.
func (p *Plan) from() int { return p.straight(p.Bars[0]) }
func (p *Plan) to() int   { return p.straight(p.Bars[len(p.Bars)-1]) }

// Accompany adds a track to the bars of the plan for each of the band's instruments
// whose role no part of the seed has. Same plan, same notes.
func (b *Band) Accompany(c *music.Continuation, p *Plan) {
	own := ownTracks(c.Score, p)
	hasBass, hasChords, hasDrums := roles(p.Seed, p.Solo, own)
	before := len(c.Tracks)
	defer func() { rejoin(c.Score, own, before) }()
	used := usedChannels(c.Score)
	for k, who := range Instruments {
		level := b.Lineup[who]
		if level == 0 {
			continue
		}
		r := rand.New(rand.NewPCG(p.Random, 0x636f6d626f+uint64(k)<<40))
		switch {
		case who == Drums && !hasDrums:
			track := drums(p, r)
			scale(track.Notes, level)
			c.Tracks = append(c.Tracks, track)
		case who == Bass && !hasBass:
			b.addPart(c, p, who, free(used), bass(p, b.Bassist, r))
		case who != Drums && who != Bass && !hasChords:
			b.addPart(c, p, who, free(used), comp(p, b.touch(who), r))
		}
	}
}

// touch is how an instrument plays chords: a guitar beside another one keeps time.
func (b *Band) touch(who Instrument) touch {
	switch {
	case who == Organ:
		return sustained
	case who == Guitar && b.Lineup[Piano]+b.Lineup[Organ] > 0:
		return fourToTheBar
	}
	return struck
}

// trackNames are those of the band's tracks.
var trackNames = map[Instrument]string{Bass: "Bass", Piano: "Piano", Organ: "Organ", Guitar: "Guitar", Drums: "Drums"}

// ownTracks finds the tracks of a seed that a band like this one made earlier and that end
// before the new bars: their instruments go on playing. Keys are the tracks' names.
func ownTracks(s *music.Score, p *Plan) map[string]int {
	own := map[string]int{}
	for _, part := range p.Seed.Parts() {
		for who, name := range trackNames {
			mine := part.Name == name && (part.Drums() || part.Program == int(programs[who])) && part.Drums() == (who == Drums)
			silent := !slices.ContainsFunc(s.Tracks[part.Track].Notes, func(n music.Note) bool { return n.Start >= p.Bars[0] })
			if mine && silent && part != p.Solo {
				own[name] = part.Track
			}
		}
	}
	return own
}

// rejoin moves the notes of the tracks from one on into the band's earlier tracks.
func rejoin(s *music.Score, own map[string]int, from int) {
	moved := map[int]bool{}
	for _, p := range s.Parts() {
		at, ok := own[p.Name]
		if p.Track < from || !ok {
			continue
		}
		old := &s.Tracks[at]
		for _, n := range s.Tracks[p.Track].Notes {
			n.Channel = old.Notes[0].Channel
			old.Notes = append(old.Notes, n)
		}
		moved[p.Track] = true
	}
	kept := s.Tracks[:from]
	for i, t := range s.Tracks[from:] {
		if !moved[from+i] {
			kept = append(kept, t)
		}
	}
	s.Tracks = kept
}

// roles reports which roles the seed has besides that of a soloist, without the band's own.
func roles(s *music.Score, solo music.Part, own map[string]int) (bass, chords, drums bool) {
	for _, p := range s.Parts() {
		switch at, mine := own[p.Name]; {
		case p == solo && s.IsBass(p): // a bass player's solo needs no second bass
			bass = true
		case p == solo, mine && at == p.Track:
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

// named is an empty track with a name.
func named(name string) music.Track {
	return music.Track{Events: []music.Event{{Message: append([]byte{0xff, 0x03, byte(len(name))}, name...)}}}
}

// event is a note in a bar. Times are in steps from the start of the bar; a note may
// sound into the bars after it.
type event struct {
	bar      *bar
	at, dur  int
	pitch    int
	velocity float64
}

// addPart adds a track of notes. Notes end with the plan, and where the same instrument
// starts its next note if they are part of a line.
func (b *Band) addPart(c *music.Continuation, p *Plan, who Instrument, channel uint8, notes []event) {
	if len(notes) == 0 {
		return
	}
	track := named(trackNames[who])
	track.Events = append(track.Events, music.Event{Message: []byte{0xc0 | channel, programs[who]}})
	end := p.Bars[len(p.Bars)-1]
	for _, n := range notes {
		start := min(p.tick(n.bar, n.at), end-1)
		stop := min(p.after(n.bar, n.at+n.dur), end)
		track.Notes = append(track.Notes, music.Note{
			Start: start, Dur: max(1, stop-start), Pitch: uint8(n.pitch), Velocity: uint8(max(1, min(n.velocity, 127))), Channel: channel,
		})
	}
	scale(track.Notes, b.Lineup[who])
	track.TrimOverlaps(p.Bars[0])
	c.Tracks = append(c.Tracks, track)
}

// after is when a step sounds that may lie beyond the bar.
func (p *Plan) after(b *bar, step int) music.Tick {
	i := b.index
	for i+2 < len(p.Bars) && step >= p.straight(p.Bars[i+1])-p.straight(p.Bars[i]) {
		step -= p.straight(p.Bars[i+1]) - p.straight(p.Bars[i])
		i++
	}
	return p.tick(&bar{index: i, start: p.straight(p.Bars[i])}, step)
}

// scale makes notes louder or softer.
func scale(notes []music.Note, level float64) {
	for i := range notes {
		notes[i].Velocity = uint8(max(1, min(float64(notes[i].Velocity)*level+.5, 127)))
	}
}
