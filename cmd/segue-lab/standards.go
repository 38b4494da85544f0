package main

import (
	"regexp"

	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/harmony"
)

// progression is a form that jazz players use, written in C or A minor.
type progression struct {
	name   string
	feel   band.Feel
	chords string
}

// progressions are blues, turnarounds and forms of many tunes. With three keys each they
// are the sixty of `bench band`.
var progressions = []progression{
	{"blues", band.Swing, "C7 | F7 | C7 | C7 | F7 | F7 | C7 | A7 | Dm7 | G7 | C7 A7 | Dm7 G7"},
	{"blues, three chords", band.Shuffle, "C7 | C7 | C7 | C7 | F7 | F7 | C7 | C7 | G7 | F7 | C7 | G7"},
	{"blues, bebop", band.Swing, "Cmaj7 | Bm7b5 E7 | Am7 D7 | Gm7 C7 | F7 | Fm7 Bb7 | Em7 A7 | Ebm7 Ab7 | Dm7 | G7 | Em7 A7 | Dm7 G7"},
	{"minor blues", band.Swing, "Am7 | Dm7 | Am7 | Am7 | Dm7 | Dm7 | Am7 | Am7 | F7 | E7 | Am7 | Bm7b5 E7"},
	{"rhythm changes", band.Swing, "Cmaj7 A7 | Dm7 G7 | Em7 A7 | Dm7 G7 | Cmaj7 C7 | F7 F#dim7 | C6 G7 | C6 | E7 | E7 | A7 | A7 | D7 | D7 | G7 | G7"},
	{"two five one", band.Swing, "Dm7 | G7 | Cmaj7 | Cmaj7"},
	{"turnaround", band.Swing, "Cmaj7 | Am7 | Dm7 | G7"},
	{"two five one in minor", band.Swing, "Bm7b5 | E7 | Am6 | Am6"},
	{"major and relative minor", band.Swing, "Dm7 | G7 | Cmaj7 | Fmaj7 | Bm7b5 | E7 | Am7 | Am7"},
	{"cycle of major sevenths", band.Swing, "Am7 | Dm7 | G7 | Cmaj7 | Fmaj7 | B7 | Em7 | Em7"},
	{"dominants round the circle", band.Swing, "E7 | E7 | A7 | A7 | D7 | D7 | G7 | G7"},
	{"modal", band.Swing, "Dm7 | Dm7 | Dm7 | Dm7 | Ebm7 | Ebm7 | Dm7 | Dm7"},
	{"bossa", band.Bossa, "Cmaj7 | D7 | Dm7 | G7 | Cmaj7 | D7 | Dm7 G7 | Cmaj7"},
	{"bossa in minor", band.Bossa, "Am7 | Bm7b5 E7 | Am7 | A7 | Dm7 | G7 | Cmaj7 | Bm7b5 E7"},
	{"samba", band.Latin, "Cmaj7 | Cmaj7 | Gm7 | C7 | Fmaj7 | Fm7 Bb7 | Em7 A7 | Dm7 G7"},
	{"ballad", band.Ballad, "Cmaj7 Am7 | Dm7 G7 | Em7 A7 | Dm7 G7 | Gm7 C7 | Fmaj7 Bb7 | Em7 A7 | Dm7 G7"},
	{"ballad in minor", band.Ballad, "Am7 | Dm7 G7 | Cmaj7 Fmaj7 | Bm7b5 E7"},
	{"descending major keys", band.Swing, "Cmaj7 | Cm7 F7 | Bbmaj7 | Bbm7 Eb7 | Abmaj7 | Dm7b5 G7 | Cm7 | Dm7 G7"},
	{"funk", band.Funk, "C7 | C7 | F7 | C7"},
	{"back door", band.TwoBeat, "Cmaj7 | Fm7 Bb7 | Cmaj7 | C7 | Fmaj7 | Fm7 Bb7 | Cmaj7 A7 | Dm7 G7"},
}

// benchKeys are semitones above the written key.
var benchKeys = []int{0, 3, 8}

var chordRoot = regexp.MustCompile(`[A-G][b#]?`)

// transposed is the form a number of semitones higher.
func (p progression) transposed(semitones int) string {
	return chordRoot.ReplaceAllStringFunc(p.chords, func(root string) string {
		class, _, _ := harmony.PitchClass(root)
		return harmony.Name(class + semitones)
	})
}
