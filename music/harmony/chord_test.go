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
	f.Add("A76")
	f.Add("Cmaj7613")
	f.Add("A727^")
	f.Add("A2b2")
	f.Add("Ah^")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseChord(s)
		if err == nil && c.Quality != NoChord && !c.Has(c.Root) {
			t.Errorf("%q has no root: %+v", s, c)
		}
		if err == nil {
			if again, err := ParseChord(c.Symbol); err != nil || again.Tones != c.Tones || again.Quality != c.Quality {
				t.Errorf("%q is printed as %q, which is read as %+v, %v", s, c.Symbol, again, err)
			}
		}
	})
}

// spell is what a symbol means: its tones as intervals above the root, and its family.
func spell(t *testing.T, symbol string) (string, Chord) {
	t.Helper()
	c, err := ParseChord(symbol)
	if err != nil {
		t.Fatal(err)
	}
	var tones []int
	for i := range 12 {
		if c.Has(c.Root + i) {
			tones = append(tones, i)
		}
	}
	return fmt.Sprint(tones, c.Quality), c
}

// Spellings of one chord mean the same chord.
func TestSpellings(t *testing.T) {
	for _, same := range [][]string{
		{"C", "CM", "Cmaj", "B#", "Dbb"},
		{"C-", "Cm", "Cmin"},
		{"Cmaj7", "CMaj7", "CM7", "Cj7", "CΔ", "CΔ7", "C^7", "C^", "Cma7", "CMA7", "C(maj7)", "C7M", "cmaj7"},
		{"C-7", "Cm7", "Cmin7", "Cmi7", "cm7"},
		{"Cm7b5", "C-7b5", "Cø", "Cø7", "Ch7", "Ch", "CØ7", "Cm7-5", "Cm7(b5)", "Cm7(5-)"},
		{"Bb7", "B♭7", "bb7"},
		{"Cadd9", "C(add9)"},
		{"Cm(add9)", "Cmadd9"},
		{"C7#9", "C7♯9", "C7+9", "C7(#9)"},
		{"Caug7", "C+7"},
		{"C7#5", "C7+", "C7(#5)", "C7aug"},
		{"Cdim", "Co", "C°"},
		{"Cdim7", "Co7", "C°7"},
		{"Caug", "C+"},
		{"C7b9", "C79b", "C7(b9)"},
		{"C7#11", "C711#", "C7(#11)"},
		{"C7b9b13", "C79b13b", "C7(b9,b13)", "C7 b9 b13"},
		{"Csus", "Csus4"},
		{"C7sus", "C7sus4"},
		{"C-maj7", "C-j7", "Cmj7"},
		{"C6/9", "C69", "C6(9)"},
		{"C7alt", "Calt"},
		{"NC", "N.C.", ""},
	} {
		want, first := spell(t, same[0])
		for _, s := range same[1:] {
			got, c := spell(t, s)
			if got != want || c.Root != first.Root {
				t.Errorf("%s is %v, %s is %v", same[0], want, s, got)
			}
			if c.Symbol != first.Symbol && s != "B#" && s != "Dbb" {
				t.Errorf("%s is printed as %s, %s as %s", same[0], first.Symbol, s, c.Symbol)
			}
		}
	}
}

// A chord has the same tones above every root, and its name can be parsed again.
func TestEveryRoot(t *testing.T) {
	suffixes := []string{"", "6", "7", "9", "13", "7b9", "7#9", "7alt", "+", "+7", "j7", "maj9", "-", "-6", "-7", "-9", "m7b5", "dim", "o7", "o9", "sus", "7sus4", "9sus4", "6/9"}
	for _, suffix := range suffixes {
		want, _ := spell(t, "C"+suffix)
		for root := range 12 {
			got, c := spell(t, Name(root)+suffix)
			if got != want || c.Root != root {
				t.Errorf("%s%s is %s on root %d, C%s is %s", Name(root), suffix, got, c.Root, suffix, want)
			}
			if again, err := ParseChord(c.Symbol); err != nil || again != c {
				t.Errorf("%s%s is printed as %s, which is read as %+v, %v", Name(root), suffix, c.Symbol, again, err)
			}
		}
	}
}

// What theory books say of families and extensions.
func TestTheory(t *testing.T) {
	for symbol, want := range map[string]struct {
		quality Quality
		has     []int // above the root
		not     []int
	}{
		"C9":     {Dominant, []int{2, 10}, []int{11}},
		"C13":    {Dominant, []int{9, 10}, []int{11}},
		"Cmaj9":  {Major, []int{2, 11}, []int{10}},
		"Cm9":    {Minor, []int{2, 3, 10}, []int{4, 11}},
		"C7sus4": {Suspended, []int{5, 10}, []int{3, 4}},
		"C7b5":   {Dominant, []int{6, 10}, []int{7}},
		"C7#5":   {Dominant, []int{8, 10}, []int{7}},
		"C7#9":   {Dominant, []int{3, 4, 10}, nil},
		"Co7":    {Diminished, []int{3, 6, 9}, []int{7, 10}},
		"Co9":    {Diminished, []int{2, 3, 6, 9}, []int{10}},
		"Cø":     {HalfDiminished, []int{3, 6, 10}, []int{7, 9}},
		"C+7":    {Augmented, []int{4, 8, 10}, []int{7}},
		"C7/Bb":  {Dominant, []int{4, 7, 10}, nil},
		"C/F#":   {Major, []int{6}, nil},
		"C6":     {Major, []int{9}, []int{10}},
		"C-6":    {Minor, []int{3, 9}, []int{10}},
	} {
		_, c := spell(t, symbol)
		if c.Quality != want.quality {
			t.Errorf("%s is of family %d, want %d", symbol, c.Quality, want.quality)
		}
		for _, i := range want.has {
			if !c.Has(c.Root + i) {
				t.Errorf("%s lacks the tone %d semitones above its root", symbol, i)
			}
		}
		for _, i := range want.not {
			if c.Has(c.Root + i) {
				t.Errorf("%s has the tone %d semitones above its root", symbol, i)
			}
		}
	}
}

// Chords have tones in every octave, below zero too.
func TestHasInEveryOctave(t *testing.T) {
	_, c := spell(t, "Eb7")
	for pitch := -24; pitch < 128; pitch++ {
		if want := map[int]bool{3: true, 7: true, 10: true, 1: true}[Class(pitch)]; c.Has(pitch) != want {
			t.Errorf("pitch %d belongs to Eb7: %v", pitch, c.Has(pitch))
		}
	}
}

func TestKeyNames(t *testing.T) {
	for key, want := range map[Key]string{
		{}: "", {Known: true}: "C major", {Known: true, Tonic: 10, Minor: true}: "Bb minor", {Known: true, Tonic: 6}: "Gb major",
	} {
		if got := key.String(); got != want {
			t.Errorf("%+v is called %q, want %q", key, got, want)
		}
	}
}
