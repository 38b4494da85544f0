package jazz

import (
	"slices"
	"testing"
)

// The same wish in three languages means the same.
func TestParsePrompt(t *testing.T) {
	for text, want := range map[string]struct {
		tags    map[string]int // by name; the others are unknown
		key     string
		tempo   float64
		unknown []string
	}{
		"melodic jazz, slow, F major":                {map[string]int{"leaps": 0, "density": 0, "tempo": 0, "mode": 0}, "F major", 70, nil},
		"jazz melódico lento em Fá maior":            {map[string]int{"leaps": 0, "density": 0, "tempo": 0, "mode": 0}, "F major", 70, nil},
		"Jazz melódico, lento, en Fa mayor":          {map[string]int{"leaps": 0, "density": 0, "tempo": 0, "mode": 0}, "F major", 70, nil},
		"fast hard bop tenor sax in Bb minor":        {map[string]int{"style": 4, "tempo": 4, "instrument": 0, "mode": 1}, "Bb minor", 210, nil},
		"bossa nova suave em si bemol menor":         {map[string]int{"feel": 2, "density": 0, "mode": 1}, "Bb minor", 0, nil},
		"blues rápido en la menor con trompeta":      {map[string]int{"tonality": 1, "tempo": 4, "instrument": 1, "mode": 1}, "A minor", 210, nil},
		"bebop 220 bpm, 16 bars, F# minor, zany":     {map[string]int{"style": 2, "tempo": 4, "mode": 1}, "Gb minor", 220, []string{"zany"}},
		"medium up swing, busy and high":             {map[string]int{"tempo": 3, "feel": 0, "density": 4, "register": 4}, "", 160, nil},
		"o solo do saxofone alto, em mi bemol maior": {map[string]int{"instrument": 2, "mode": 0}, "Eb major", 0, nil},
		"": {nil, "", 0, nil},
	} {
		p := ParsePrompt(text)
		for i, v := range p.Tags.all() {
			w := unknownToken
			if x, ok := want.tags[tagSizes[i].name]; ok {
				w = x
			}
			if *v != w {
				t.Errorf("%q: %s is %d, want %d", text, tagSizes[i].name, *v, w)
			}
		}
		if p.Key.String() != want.key || p.Tempo != want.tempo || !slices.Equal(p.Unknown, want.unknown) {
			t.Errorf("%q: key %q, tempo %v, unknown %v", text, p.Key, p.Tempo, p.Unknown)
		}
	}
	if p := ParsePrompt("bebop 220 bpm, 16 compases"); p.Bars != 16 {
		t.Errorf("%d bars", p.Bars)
	}
}

func FuzzParsePrompt(f *testing.F) {
	f.Add("jazz melódico lento em Fá maior, 120 bpm, 8 compassos")
	f.Fuzz(func(t *testing.T, s string) {
		p := ParsePrompt(s)
		for i, v := range p.Tags.all() {
			if *v < unknownToken || *v >= tagSizes[i].size {
				t.Errorf("%q: %s is %d", s, tagSizes[i].name, *v)
			}
		}
		if p.Describe() == "" {
			t.Error("no description")
		}
	})
}
