package harmony

import (
	"iter"
	"math"
	"slices"

	"github.com/segue-go/segue/music"
)

// detected are the chord families that Detect tells apart, with the weights that the
// tones above the root have in an accompaniment.
var detected = []struct {
	suffix string
	tones  [12]float64
}{
	{"j7", [12]float64{0: 1, 4: 1, 7: .7, 11: .7, 2: .1, 9: .2}},
	{"7", [12]float64{0: 1, 4: 1, 7: .6, 10: .9, 2: .1, 9: .1}},
	{"-7", [12]float64{0: 1, 3: 1, 7: .7, 10: .8, 2: .1, 5: .1}},
	{"m7b5", [12]float64{0: 1, 3: .9, 6: .9, 10: .7}},
	{"o7", [12]float64{0: .8, 3: .8, 6: .8, 9: .8}},
}

const families = 5 // len(detected)

// family is the index into detected of a chord; -1 for none.
func family(c Chord) int {
	switch c.Quality {
	case Major:
		return 0
	case Dominant, Augmented, Suspended:
		return 1
	case Minor:
		return 2
	case HalfDiminished:
		return 3
	case Diminished:
		return 4
	}
	return -1
}

// Statistics describe chords in jazz: which tones soloists play over them, and which
// chord follows which.
type Statistics struct {
	// Tones are the log probabilities of the pitch classes above the root in a solo.
	Tones [families][12]float64 `json:"tones"`
	// Next are the log probabilities of the root, in semitones above the present one,
	// and of the family half a bar later.
	Next [families][12][families]float64 `json:"next"`
}

// Valid reports whether all numbers are logarithms of probabilities that are not
// vanishing, as those are that Learn counts.
func (h *Statistics) Valid() bool {
	bad := func(x float64) bool { return !(x <= 0 && x > -100) }
	for f := range h.Tones {
		if slices.ContainsFunc(h.Tones[f][:], bad) {
			return false
		}
		for i := range h.Next[f] {
			if slices.ContainsFunc(h.Next[f][i][:], bad) {
				return false
			}
		}
	}
	return true
}

// Learn estimates statistics from solos: pairs of notes and one Beat per quarter note.
func Learn(solos iter.Seq2[[]music.LineNote, []Beat]) *Statistics {
	h := &Statistics{}
	for f := range h.Tones {
		for i := range h.Tones[f] {
			h.Tones[f][i] = 20 // pseudo-counts
			for g := range h.Next[f][i] {
				h.Next[f][i][g] = .2
			}
		}
	}
	for notes, beats := range solos {
		for _, n := range notes {
			if b := n.At / music.Grid; b < len(beats) {
				if f := family(beats[b].Chord); f >= 0 {
					h.Tones[f][Class(n.Pitch-beats[b].Chord.Root)] += math.Sqrt(float64(n.Dur) / music.Grid)
				}
			}
		}
		for i := 0; i+2 < len(beats); i++ {
			if beats[i].InBar%2 != 0 {
				continue
			}
			a, b := beats[i].Chord, beats[i+2].Chord
			if f, g := family(a), family(b); f >= 0 && g >= 0 {
				h.Next[f][Class(b.Root-a.Root)][g]++
			}
		}
	}
	for f := range families {
		var tones, next float64
		for i := range 12 {
			tones += h.Tones[f][i]
			for g := range families {
				next += h.Next[f][i][g]
			}
		}
		for i := range 12 {
			h.Tones[f][i] = math.Log(h.Tones[f][i] / tones)
			for g := range families {
				h.Next[f][i][g] = math.Log(h.Next[f][i][g] / next)
			}
		}
	}
	return h
}

// Untrained are statistics without a corpus: the tones of the families, and that a
// chord stays for another half bar with probability .7.
func Untrained() *Statistics {
	h := &Statistics{}
	for f := range families {
		var sum float64
		for i := range 12 {
			h.Tones[f][i] = .15 + detected[f].tones[i]
			sum += h.Tones[f][i]
			for g := range families {
				h.Next[f][i][g] = math.Log(.3 / 59)
			}
		}
		h.Next[f][0][f] = math.Log(.7)
		for i := range 12 {
			h.Tones[f][i] = math.Log(h.Tones[f][i] / sum)
		}
	}
	return h
}
