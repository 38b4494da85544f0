// Package harmony parses chord symbols, lays chords out in beats, and detects the
// chords of a score.
//
// Start with [ParseChord], [ParseChanges] and [Detect].
package harmony

import (
	"fmt"
	"strings"
)

// Quality is a family of chords.
type Quality int

const (
	NoChord Quality = iota
	Major           // triads, sixth and major seventh chords
	Minor
	Dominant
	HalfDiminished
	Diminished
	Augmented
	Suspended
)

// Qualities is the number of families, [NoChord] included.
const Qualities = int(Suspended) + 1

// Chord is a parsed chord symbol. The zero value is "no chord".
type Chord struct {
	Symbol  string // in one spelling, whatever was read: "Cmaj7", "Dm7b5", "Bb7/D", "NC"
	Root    int    // pitch class 0..11, 0 is C
	Bass    int    // pitch class of the lowest note: the root, or what follows a slash
	Quality Quality
	Tones   uint16 // bit p is set if pitch class p belongs to the chord
}

// Has reports whether a pitch is a tone of the chord.
func (c Chord) Has(pitch int) bool { return c.Tones>>Class(pitch)&1 == 1 }

// Class is the pitch class, 0 to 11, of a pitch or an interval.
func Class(pitch int) int { return (pitch%12 + 12) % 12 }

// Transposed is the chord a number of semitones higher.
func (c Chord) Transposed(semitones int) Chord {
	if c.Quality == NoChord {
		return c
	}
	_, suffix, _ := PitchClass(c.Symbol)
	if c.Bass != c.Root {
		suffix = suffix[:strings.LastIndexByte(suffix, '/')+1] + Name(c.Bass+semitones)
	}
	out, err := ParseChord(Name(c.Root+semitones) + suffix)
	if err != nil {
		panic("harmony: " + c.Symbol + " is a chord in one key only")
	}
	return out
}

// ParseChord reads a chord symbol as lead sheets write it ("Cmaj7", "C^7", "Dm7(b5)",
// "Dø", "G7b9", "F#dim", "B♭7/D", "Gadd9", "N.C.") or as the Weimar Jazz Database does
// ("Ebj7911#", "C-7").
func ParseChord(s string) (Chord, error) {
	bad := fmt.Errorf("music: %q is not a chord symbol", s)
	t := plainSigns.Replace(strings.TrimSpace(s))
	switch strings.ToLower(t) {
	case "", "nc", "n.c.", "n.c", "n":
		return Chord{Symbol: "NC"}, nil
	}
	if len(t) > 32 {
		return Chord{}, bad
	}
	root, rest, ok := PitchClass(t)
	if !ok {
		if root, rest, ok = PitchClass(strings.ToUpper(t[:1]) + t[1:]); !ok {
			return Chord{}, bad
		}
	}
	name := strings.ToUpper(t[:1]) + t[1:len(t)-len(rest)]
	bass, over := root, ""
	if i := strings.LastIndexByte(rest, '/'); i >= 0 {
		if b, left, ok := PitchClass(rest[i+1:]); ok && left == "" {
			bass, over = b, rest[i:]
			rest = rest[:i]
		}
	}
	p, ok := readSuffix(rest)
	if !ok {
		return Chord{}, bad
	}
	c := Chord{Symbol: name + p.spelling() + over, Root: root, Bass: bass, Quality: p.quality}
	for i := range 12 {
		if p.tones>>i&1 == 1 {
			c.Tones |= 1 << ((root + i) % 12)
		}
	}
	c.Tones |= 1 << bass
	return c, nil
}

// plainSigns replaces the signs of typographers by letters and ASCII. "h" is what many
// write for the half-diminished sign.
var plainSigns = strings.NewReplacer("♭", "b", "♯", "#", "𝄫", "bb", "𝄪", "##", "−", "-", "–", "-",
	"△", "^", "∆", "^", "Δ", "^", "º", "o", "°", "o", "Ø", "h", "ø", "h", "⌀", "h", "∅", "h")

// PitchClass reads the name of a note at the start of s, as in "Bb" or "F#", and
// returns what follows it.
func PitchClass(s string) (pc int, rest string, ok bool) {
	if s == "" {
		return 0, "", false
	}
	pc, ok = map[byte]int{'C': 0, 'D': 2, 'E': 4, 'F': 5, 'G': 7, 'A': 9, 'B': 11}[s[0]]
	rest = s[1:]
	for ok && rest != "" && (rest[0] == 'b' || rest[0] == '#') {
		if rest[0] == 'b' {
			pc += 11
		} else {
			pc++
		}
		rest = rest[1:]
	}
	return pc % 12, rest, ok
}
