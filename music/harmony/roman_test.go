package harmony

import (
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
)

// Roman numerals are the chords of the key that the chart names.
func TestRomans(t *testing.T) {
	for chart, want := range map[string]string{
		"ii V I in F":                              "Gm7 | C7 | Fmaj7",
		"in F: ii V I":                             "Gm7 | C7 | Fmaj7",
		"ii-V-I in Bb":                             "Cm7 | F7 | Bbmaj7",
		"ii V | I | % in E♭ major":                 "Fm7 Bb7 | Ebmaj7 | Ebmaj7",
		"ii V i in C minor":                        "Dm7b5 | G7 | Cm7",
		"i VI VII V in Am":                         "Am7 | Fmaj7 | G7 | E7",
		"IIm7 | V7b9 | Imaj7 in G":                 "Am7 | D7b9 | Gmaj7",
		"iiø7 | V7alt | im6 em Ré menor":           "", // the note is not spelled with a letter
		"I | V7/ii | ii7 | V7sus4 in C":            "Cmaj7 | A7 | Dm7 | G7sus4",
		"I #io7 ii bVII7 in D":                     "Dmaj7 | Ebdim7 | Em7 | C7",
		"|: I vi | ii V :| in C":                   "Cmaj7 Am7 | Dm7 G7 | Cmaj7 Am7 | Dm7 G7",
		"i imaj7 i7 i6 in C minor":                 "Cm7 | Cm(maj7) | Cm7 | Cm6",
		"|: I V in G:| I":                          "Gmaj7 D7 | Gmaj7 D7 | Gmaj7",
		"Dm7 G7 | Cmaj7":                           "Dm7 G7 | Cmaj7", // no numerals
		"vii°7 | iii-7 | viiø in C":                "Bdim7 | Em7 | Bm7b5",
		"I7 IV7 I7 I7 | IV7 IV7 I7 | V7 IV7 in Bb": "Bb7 Eb7 Bb7 | Eb7 Bb7 | F7 Eb7",
		"ii V I":       "", // no key
		"ii Vx I in F": "",
	} {
		c, err := ParseChanges(chart, music.Meter{Num: 4, Den: 4})
		if want == "" {
			if err == nil {
				t.Errorf("%q is read as %v", chart, c.Bars(0, c.Length()))
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", chart, err)
			continue
		}
		if got := strings.Join(c.Bars(0, c.Length()), " | "); got != want {
			t.Errorf("%q is read as %s, want %s", chart, got, want)
		}
	}
	if _, err := ParseChanges("ii V I", music.Meter{Num: 4, Den: 4}); err == nil || !strings.Contains(err.Error(), `"ii" is a Roman numeral and needs a key, as in "ii V I in F"`) {
		t.Errorf("without a key: %v", err)
	}
	if got, err := Romans("ii V I", Key{Known: true, Tonic: 5}); err != nil || got != "Gm7 C7 Fmaj7" {
		t.Errorf("with a key beside the chart: %q, %v", got, err)
	}
}
