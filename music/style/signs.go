package style

import (
	"math"
	"slices"

	"github.com/segue-go/segue/music"
)

// What speaks for jazz in addition to the notes of the line, in nats per note; by hand.
// Neither network was trained on a band: how a line was written down, repeated or played
// moves the margin by a nat, so swing together with the sound of jazz counts for more.
const (
	swings    = .3  // eighths are uneven
	firstSign = 2.  // they clearly swing, and a horn, a ride cymbal or a walking bass plays
	moreSigns = .75 // each of the others
)

// Eighths are uneven from fromSwing on, and swing clearly from clearSwing on if there are
// enough off the beat, few of them are straight, and few are the last of a whole triplet.
const (
	fromSwing  = 1.15
	clearSwing = 1.4
	enough     = 5
	straight   = .25
	triplets   = .5
)

// horns are the programs of General MIDI that play solos in jazz more than elsewhere:
// vibraphone, guitar, trumpets, trombone, saxophones, clarinet.
var horns = []int{11, 26, 56, 57, 59, 64, 65, 66, 67, 71}

// idiom is what the seed's swing and its band say for jazz; part is the solo's.
func idiom(seed *music.Score, part music.Part) (bonus float64) {
	l, err := music.NewLine(seed, -1)
	if err != nil || l.Swing <= fromSwing {
		return 0
	}
	signs := 0
	if slices.Contains(horns, part.Program) {
		signs++
	}
	ride, walk := false, false
	var all []music.Note
	swung := false // of the ride, above a line that was written down in even eighths
	for _, p := range seed.Parts() {
		notes := seed.PartNotes(p)
		all = append(all, notes...)
		if p.Drums() && rides(notes) {
			ride = true
			swung = swung || clear(notes, seed.Resolution)
		}
		walk = walk || !p.Drums() && seed.IsBass(p) && walks(notes, seed.Resolution)
	}
	for _, there := range []bool{ride, walk} {
		if there {
			signs++
		}
	}
	if signs == 0 || l.Swing < clearSwing || !swung && !clear(all, seed.Resolution) {
		return swings
	}
	return swings + firstSign + moreSigns*float64(signs-1)
}

// inBeat is a note's place within its quarter note, from -.25 to .75.
func inBeat(n music.Note, resolution int) float64 {
	x := float64(n.Start) / float64(resolution)
	return x - math.Floor(x+.25)
}

// clear reports whether enough notes are late within the beat, as swung eighths are, few in
// its middle, and few after a third of it: a fanfare in triplets does not swing.
func clear(notes []music.Note, resolution int) bool {
	swung, even, early := 0., 0., 0.
	for _, n := range notes {
		switch x := inBeat(n, resolution); {
		case x > .27 && x < .4:
			early++
		case x > .44 && x < .55:
			even++
		case x >= .55 && x < .73:
			swung++
		}
	}
	return swung >= enough && even <= straight*(swung+even) && early <= triplets*swung
}

// rides reports whether drums beat the time on a ride cymbal.
func rides(notes []music.Note) bool {
	rides := 0
	for _, n := range notes {
		if n.Pitch == 51 || n.Pitch == 53 || n.Pitch == 59 {
			rides++
		}
	}
	return rides >= 2*enough && 3*rides >= len(notes)
}

// walks reports whether a bass goes on to another note on most beats.
func walks(notes []music.Note, resolution int) bool {
	if len(notes) < 2*enough {
		return false
	}
	steps := 0
	for i, n := range notes[1:] {
		quarters := float64(n.Start-notes[i].Start) / float64(resolution)
		if math.Abs(inBeat(n, resolution)) < .2 && math.Abs(quarters-1) < .2 && n.Pitch != notes[i].Pitch {
			steps++
		}
	}
	return float64(steps) >= .6*float64(len(notes)-1)
}
