package harmony

import (
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
)

// Charts as people paste them: one string of bars each, a beat a bar.
func TestCharts(t *testing.T) {
	for text, want := range map[string]string{
		"Am F C G":                    "Am F C G",
		"Am, F, C, G":                 "Am F C G",
		"Am - F - C - G":              "Am F C G",
		"Am F\nC G":                   "Am F C G",
		"C | F\nG | C":                "C F G C",
		"| C | F |\n| G | C |":        "C F G C",
		"C || F | G ||":               "C F G",
		"|: C | F :| G |":             "C F C F G",
		"|: C | F :| x3 | G":          "C F C F C F G",
		"|: C | F :|x3":               "C F C F C F",
		"|: C |1. F :|2. G | Am":      "C F C G Am",
		"|: C |1. F :|2. G :|3. Am |": "C F C G C Am",
		"|: C :|: F :|":               "C C F F",
		"C | F | r | G":               "C F C F G",
		"C | x | G":                   "C C G",
		"C | N.C. | G":                "C NC G",
		"C7 (b9) | F":                 "C7b9 F",
		"C^7 | A-7 | D-7 | G7":        "Cmaj7 Am7 Dm7 G7",
		"C(maj7) | Dm7(b5) | Bh7":     "Cmaj7 Dm7b5 Bm7b5",
		"B♭7 | E♭maj7 | C7♯9":         "Bb7 Ebmaj7 C7#9",
		"{*AT44C^7 |A-7 }|D-9 |G7 Z":  "Cmaj7 Am7 Cmaj7 Am7 Dm9 G7",
		"[T44C^7 |sD-7 |x |n |G7 Z":   "Cmaj7 Dm7 Dm7 NC G7",
		"[T44C^7 (A-7)|XyQF7 LZG7 Z":  "Cmaj7 F7 G7",
	} {
		if got := symbols(parse(t, text, 1)); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

// Names of sections are no chords; what jumps is refused, with what to do.
func TestMarksOfForm(t *testing.T) {
	for text, want := range map[string]string{
		"[A] C | Am | [B] F | G":                        "C Am F G",
		"A: C | Am\nB: F | G":                           "C Am F G",
		"Verse: C G Am F":                               "C G Am F",
		"[Verse 1] C | G | [Chorus] Am | F":             "C G Am F",
		"Dm7 | G7 || Cmaj7 |]":                          "Dm7 G7 Cmaj7",
		"irealbook://Tune=Name=Swing=C=n=T44C^7 |A-7 |": "Cmaj7 Am7",
		"A | B | C":                                     "A B C",
		"Am | D C":                                      "Am D", "Am D C": "Am D C", "D Dsus | C": "D C",
		"D | C": "D C",
	} {
		if got := symbols(parse(t, text, 1)); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"C | F | D.C.", "C | F D.C. al Coda", "C | D.S. al Fine", "C | F | Da Capo", "C | F | to Coda | G", "C | F | Fine", "irealb://T%3DC"} {
		_, err := ParseChanges(text, music.Meter{Num: 4, Den: 4})
		if err == nil || !strings.Contains(err.Error(), "write the bars out") && !strings.Contains(err.Error(), "as text") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A chord is held over the beats that are marked for it.
func TestHeldBeats(t *testing.T) {
	for text, want := range map[string]string{
		"C / / G | F / C /": "C C C G F F C C",
		"C . . G | F":       "C C C G F F F F",
		"C / / / G / F /":   "C C C C G G F F",
	} {
		if got := symbols(parse(t, text, 4)); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

// Repeats cannot make a chart of any size.
func TestRepeatsAreBounded(t *testing.T) {
	c := parse(t, strings.Repeat("|: C | F :| x16 | ", 2000), 1)
	if n := len(c.Beats); n == 0 || n > mostBars {
		t.Errorf("%d bars", n)
	}
}

// The note under a slash is the bass, and the root where there is none.
func TestBass(t *testing.T) {
	for symbol, want := range map[string]string{"C/E": "E", "Am7/G": "G", "D7/F#": "Gb", "C": "C", "C6/9": "C", "C/B♭": "Bb"} {
		c, err := ParseChord(symbol)
		if err != nil || Name(c.Bass) != want {
			t.Errorf("%s has the bass %s, want %s (%v)", symbol, Name(c.Bass), want, err)
		}
	}
}
