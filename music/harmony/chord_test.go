package harmony

import (
	"fmt"
	"testing"
)

func TestParseChord(t *testing.T) {
	for s, want := range map[string]string{
		"C": "0 1 [0 4 7]", "Bb7": "10 3 [2 5 8 10]", "C-7": "0 2 [0 3 7 10]", "Cm7": "0 2 [0 3 7 10]", "Ebj7": "3 1 [2 3 7 10]",
		"Cmaj7": "0 1 [0 4 7 11]", "CM7": "0 1 [0 4 7 11]", "Am7b5": "9 4 [0 3 7 9]", "F#o7": "6 5 [0 3 6 9]", "F#dim": "6 5 [0 6 9]",
		"D79b": "2 3 [0 2 3 6 9]", "D7b9": "2 3 [0 2 3 6 9]", "G7b9b13": "7 3 [2 3 5 7 8 11]", "G79b13b": "7 3 [2 3 5 7 8 11]", "G79b13": "7 3 [2 4 5 7 8 11]",
		"Fsus7913": "5 7 [0 2 3 5 7 10]", "C7sus4": "0 7 [0 5 7 10]", "C6": "0 1 [0 4 7 9]", "C69": "0 1 [0 2 4 7 9]", "C6/9": "0 1 [0 2 4 7 9]",
		"C7alt": "0 3 [0 1 4 6 10]", "C9": "0 3 [0 2 4 7 10]", "C+7": "0 6 [0 4 8 10]", "C-j7": "0 2 [0 3 7 11]", "C7/E": "0 3 [0 4 7 10]", "F+j7": "5 6 [1 4 5 9]",
		"C7/D": "0 3 [0 2 4 7 10]", "NC": "0 0 []", "Abj7911#": "8 1 [0 2 3 7 8 10]",
	} {
		c, err := ParseChord(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		tones := []int{}
		for p := range 12 {
			if c.Has(p) {
				tones = append(tones, p)
			}
		}
		if got := fmt.Sprint(c.Root, int(c.Quality), tones); got != want {
			t.Errorf("%s is %s, want %s", s, got, want)
		}
	}
	for _, s := range []string{"H7", "Cxyz", "7", "C7/", "C777777777777777777777777777777777777"} {
		if c, err := ParseChord(s); err == nil {
			t.Errorf("%s was read as %+v", s, c)
		}
	}
}

func FuzzParseChord(f *testing.F) {
	f.Add("Ebj7911#")
	f.Add("G7b9/B")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseChord(s)
		if err == nil && c.Quality != NoChord && !c.Has(c.Root) {
			t.Errorf("%q has no root: %+v", s, c)
		}
	})
}
