package jazz

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
)

// line is n notes with an interval, a distance and a length, around a pitch.
func line(n, pitch, interval, onset, length int) []music.LineNote {
	var out []music.LineNote
	for i := range n {
		out = append(out, music.LineNote{At: i * onset, Dur: length, Pitch: pitch + interval*(i%2)})
	}
	return out
}

// The levels rise with what they are named after, from lowest to highest.
func TestLevels(t *testing.T) {
	for name, c := range map[string]struct {
		low, high []music.LineNote
		of        func(Tags) int
	}{
		"density":  {line(32, 66, 2, 12, 6), line(32, 66, 2, 3, 2), func(t Tags) int { return t.Density }},
		"register": {line(32, 50, 2, 6, 4), line(32, 80, 2, 6, 4), func(t Tags) int { return t.Register }},
		"leaps":    {line(32, 66, 1, 6, 4), line(32, 66, 9, 6, 4), func(t Tags) int { return t.Leaps }},
		"touch":    {line(32, 66, 2, 6, 1), line(32, 66, 2, 6, 6), func(t Tags) int { return t.Touch }},
	} {
		low, high := NoTags(), NoTags()
		low.level(c.low)
		high.level(c.high)
		if c.of(low) != 0 || c.of(high) != levels-1 {
			t.Errorf("%s: levels %d and %d, want 0 and 4", name, c.of(low), c.of(high))
		}
		if d := high.distance(c.high); d != 0 {
			t.Errorf("%s: a line is %v levels away from its own", name, d)
		}
		if d := high.distance(c.low); d < 4 {
			t.Errorf("%s: the lowest is %v levels away from the highest", name, d)
		}
	}
	few := NoTags()
	if few.level(line(7, 60, 2, 6, 4)); few != NoTags() {
		t.Errorf("seven notes have levels: %+v", few)
	}
}

// Or fills in the unknown and never overrides.
func TestOr(t *testing.T) {
	a, b := NoTags(), NoTags()
	a.Style, a.Touch = 2, 0
	b.Style, b.Feel = 5, 1
	got := a.Or(b)
	if got.Style != 2 || got.Touch != 0 || got.Feel != 1 || got.Tempo != unknownToken {
		t.Errorf("%+v", got)
	}
	if a.Feel != unknownToken || a.Or(NoTags()) != a || NoTags().Or(a) != a {
		t.Error("Or changes its receiver, or unknown tags change something")
	}
}

// Hiding only ever makes tags unknown, each of them sometimes.
func TestHide(t *testing.T) {
	full := Tags{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	r := rand.New(rand.NewPCG(1, 1))
	var hidden [tagCount]int
	const n = 2000
	for range n {
		h := full.hide(r)
		for i, p := range h.all() {
			switch *p {
			case unknownToken:
				hidden[i]++
			case 1:
			default:
				t.Fatalf("tag %s became %d", tagSizes[i].name, *p)
			}
		}
	}
	for i, k := range hidden {
		want := tagDrop
		if i >= tagCount-4 {
			want = 1 - (1-tagDrop)/2
		}
		if got := float64(k) / n; got < want-.05 || got > want+.05 {
			t.Errorf("tag %s is hidden in %.2f of the windows, want %.2f", tagSizes[i].name, got, want)
		}
	}
	if full != (Tags{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}) {
		t.Error("hiding changes the original")
	}
}

// Every value of every list can be asked for in words, alone, and is then described.
func TestVocabularyReachesTheTags(t *testing.T) {
	for words, want := range map[string]struct {
		list  []string
		value string
		of    func(Tags) int
	}{
		"dixieland":   {Styles, "TRADITIONAL", func(t Tags) int { return t.Style }},
		"bebop":       {Styles, "BEBOP", func(t Tags) int { return t.Style }},
		"cool":        {Styles, "COOL", func(t Tags) int { return t.Style }},
		"hard bop":    {Styles, "HARDBOP", func(t Tags) int { return t.Style }},
		"post bop":    {Styles, "POSTBOP", func(t Tags) int { return t.Style }},
		"fusão":       {Styles, "FUSION", func(t Tags) int { return t.Style }},
		"free":        {Styles, "FREE", func(t Tags) int { return t.Style }},
		"suingue":     {Feels, "SWING", func(t Tags) int { return t.Feel }},
		"two beat":    {Feels, "TWOBEAT", func(t Tags) int { return t.Feel }},
		"bossa nova":  {Feels, "LATIN", func(t Tags) int { return t.Feel }},
		"funk":        {Feels, "FUNK", func(t Tags) int { return t.Feel }},
		"balada":      {Feels, "BALLAD", func(t Tags) int { return t.Feel }},
		"lento":       {TempoNames, "SLOW", func(t Tags) int { return t.Tempo }},
		"medium slow": {TempoNames, "MEDIUM SLOW", func(t Tags) int { return t.Tempo }},
		"moderato":    {TempoNames, "MEDIUM", func(t Tags) int { return t.Tempo }},
		"medium up":   {TempoNames, "MEDIUM UP", func(t Tags) int { return t.Tempo }},
		"presto":      {TempoNames, "UP", func(t Tags) int { return t.Tempo }},
		"250 bpm":     {TempoNames, "UP", func(t Tags) int { return t.Tempo }},
		"60bpm":       {TempoNames, "SLOW", func(t Tags) int { return t.Tempo }},
		"alto sax":    {Instruments, "as", func(t Tags) int { return t.Instrument }},
		"sax alto":    {Instruments, "as", func(t Tags) int { return t.Instrument }},
		"saxophone":   {Instruments, "ts", func(t Tags) int { return t.Instrument }},
		"violão":      {Instruments, "g", func(t Tags) int { return t.Instrument }},
		"blues":       {Tonalities, "BLUES", func(t Tags) int { return t.Tonality }},
		"modal":       {Tonalities, "MODAL", func(t Tags) int { return t.Tonality }},
		"C minor":     {Modes, "min", func(t Tags) int { return t.Mode }},
		"menor":       {Modes, "min", func(t Tags) int { return t.Mode }},
		"sol mayor":   {Modes, "maj", func(t Tags) int { return t.Mode }},
	} {
		for _, text := range []string{words, strings.ToUpper(words), "please, some " + words + "!"} {
			p := ParsePrompt(text)
			if got := want.of(p.Tags); got != slices.Index(want.list, want.value) {
				t.Errorf("%q: value %d, want %s", text, got, want.value)
			}
			if len(p.Unknown) > 0 || p.Describe() == "nothing" {
				t.Errorf("%q: not understood: %v; described as %q", text, p.Unknown, p.Describe())
			}
		}
	}
}

// Nonsense is listed word by word, in order, and sets nothing.
func TestUnknownWords(t *testing.T) {
	p := ParsePrompt("qwerty swing, zxcv; 12345")
	if !reflect.DeepEqual(p.Unknown, []string{"qwerty", "zxcv", "12345"}) || p.Tags.Feel != 0 {
		t.Errorf("%+v", p)
	}
	if p := ParsePrompt("qwerty"); p.Tags != NoTags() || p.Describe() != "nothing" || p.Key.Known || p.Tempo != 0 || p.Bars != 0 {
		t.Errorf("%+v, described as %q", p, p.Describe())
	}
}
