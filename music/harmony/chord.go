// Package harmony parses chord symbols, lays chords out in beats, and detects the
// chords of a score.
//
// Start with [ParseChord], [ParseChanges] and [Detect].
package harmony

import (
	"fmt"
	"strconv"
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
	Symbol  string // as it was written
	Root    int    // pitch class 0..11, 0 is C
	Quality Quality
	Tones   uint16 // bit p is set if pitch class p belongs to the chord
}

// Has reports whether a pitch is a tone of the chord.
func (c Chord) Has(pitch int) bool { return c.Tones>>Class(pitch)&1 == 1 }

// Class is the pitch class, 0 to 11, of a pitch or an interval.
func Class(pitch int) int { return (pitch%12 + 12) % 12 }

// ParseChord reads a chord symbol as the Weimar Jazz Database writes it
// ("Ebj7911#", "C-7", "Am7b5", "NC") or as lead sheets do ("Cmaj7", "Dm7",
// "G7b9", "F#dim", "Bb7/D").
func ParseChord(s string) (Chord, error) {
	bad := fmt.Errorf("music: %q is not a chord symbol", s)
	t := strings.TrimSpace(s)
	if t == "" || t == "NC" || t == "N.C." {
		return Chord{Symbol: "NC"}, nil
	}
	if len(t) > 32 {
		return Chord{}, bad
	}
	root, rest, ok := PitchClass(t)
	if !ok {
		return Chord{}, bad
	}
	rest, bass, slash := strings.Cut(rest, "/")
	if slash && rest != "" && rest[len(rest)-1] == '6' && bass == "9" { // C6/9
		rest, slash = rest+"9", false
	}
	c := Chord{Symbol: t, Root: root}
	rel, quality, ok := chordTones(rest)
	if !ok {
		return Chord{}, bad
	}
	c.Quality = quality
	for i := range 12 {
		if rel>>i&1 == 1 {
			c.Tones |= 1 << ((root + i) % 12)
		}
	}
	if slash {
		b, left, ok := PitchClass(bass)
		if !ok || left != "" {
			return Chord{}, bad
		}
		c.Tones |= 1 << b
	}
	return c, nil
}

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

// chordStems are the beginnings of a suffix. A stem comes before its own prefixes.
var chordStems = []struct {
	stem    string
	tones   []int
	quality Quality
}{
	{"maj", []int{0, 4, 7}, Major}, {"Maj", []int{0, 4, 7}, Major}, {"min", []int{0, 3, 7}, Minor},
	{"m7b5", []int{0, 3, 6, 10}, HalfDiminished}, {"-7b5", []int{0, 3, 6, 10}, HalfDiminished}, {"ø7", []int{0, 3, 6, 10}, HalfDiminished}, {"ø", []int{0, 3, 6, 10}, HalfDiminished},
	{"dim7", []int{0, 3, 6, 9}, Diminished}, {"dim", []int{0, 3, 6}, Diminished}, {"o7", []int{0, 3, 6, 9}, Diminished}, {"o", []int{0, 3, 6}, Diminished}, {"°7", []int{0, 3, 6, 9}, Diminished}, {"°", []int{0, 3, 6}, Diminished},
	{"aug", []int{0, 4, 8}, Augmented}, {"+", []int{0, 4, 8}, Augmented}, {"sus4", []int{0, 5, 7}, Suspended}, {"sus", []int{0, 5, 7}, Suspended},
	{"-", []int{0, 3, 7}, Minor}, {"m", []int{0, 3, 7}, Minor}, {"M", []int{0, 4, 7}, Major}, {"Δ", []int{0, 4, 7, 11}, Major}, {"j", []int{0, 4, 7}, Major},
	{"", []int{0, 4, 7}, Major},
}

// chordTones reads what follows the root of a symbol. Bit i of tones is set if the
// tone i semitones above the root belongs to the chord.
func chordTones(s string) (tones uint16, quality Quality, ok bool) {
	p := suffix{}
	stem := ""
	for _, c := range chordStems {
		if strings.HasPrefix(s, c.stem) {
			for _, t := range c.tones {
				p.tones |= 1 << t
			}
			stem, p.quality = c.stem, c.quality
			break
		}
	}
	s = s[len(stem):]
	p.major7 = stem == "maj" || stem == "Maj" || stem == "M" || stem == "j" || stem == "Δ"
	if strings.HasPrefix(s, "j") || strings.HasPrefix(s, "maj") {
		s = strings.TrimPrefix(strings.TrimPrefix(s, "maj"), "j")
		p.major7 = true
	}
	if rest, altered := strings.CutPrefix(strings.TrimPrefix(s, "7"), "alt"); altered {
		return 1 | 1<<1 | 1<<4 | 1<<6 | 1<<10, Dominant, rest == ""
	}
	s = strings.NewReplacer("(", "", ")", "", ",", "", " ", "").Replace(s)
	for s != "" {
		if s, ok = p.extension(s); !ok {
			return 0, 0, false
		}
	}
	return p.tones, p.quality, true
}

// suffix is what has been read of a chord's suffix.
type suffix struct {
	tones   uint16
	quality Quality
	major7  bool
	number  int  // the last extension
	before  bool // accidentals are written before the number, as in "7b9"
}

// accidentals in semitones
var accidentals = map[byte]int{'b': -1, '#': 1}

// extension reads one number with its accidental, or "sus", and returns what is left.
func (p *suffix) extension(s string) (rest string, ok bool) {
	if rest, ok := strings.CutPrefix(s, "sus"); ok {
		p.tones = p.tones&^(1<<3|1<<4) | 1<<5
		p.quality = Suspended
		return strings.TrimPrefix(rest, "4"), true
	}
	alter := accidentals[s[0]]
	if alter != 0 {
		s = s[1:]
		p.before = true
	}
	n := 0
	for _, d := range []string{"13", "11", "9", "7", "6", "5", "4", "2"} {
		if strings.HasPrefix(s, d) {
			n, _ = strconv.Atoi(d)
			s = s[len(d):]
			break
		}
	}
	if n == 0 {
		return "", false
	}
	// the Weimar Jazz Database writes accidentals after the number, as in "79b"
	if alter == 0 && n >= 9 && !p.before && s != "" && accidentals[s[0]] != 0 {
		alter = accidentals[s[0]]
		s = s[1:]
	}
	p.add(n, alter)
	return s, true
}

// add puts an extension into the chord.
func (p *suffix) add(n, alter int) {
	switch n {
	case 5:
		p.tones = p.tones&^(1<<7) | 1<<(7+alter)
	case 6:
		p.tones |= 1 << 9
	case 7:
		p.seventh()
	default: // 9, 11, 13, 2, 4
		p.tones |= 1 << ((map[int]int{9: 2, 2: 2, 11: 5, 4: 5, 13: 9}[n] + alter + 12) % 12)
		if p.number == 0 && n >= 9 { // C9 includes the seventh
			p.seventh()
		}
	}
	p.number = n
}

// seventh adds the seventh of the chord's quality.
func (p *suffix) seventh() {
	switch {
	case p.major7:
		p.tones |= 1 << 11
	case p.quality == Diminished:
		p.tones |= 1 << 9
	default:
		p.tones |= 1 << 10
		if p.quality == Major {
			p.quality = Dominant
		}
	}
}
