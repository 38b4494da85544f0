package jazz

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// asked continues a seed as words ask, without a combo.
func asked(t *testing.T, s *music.Score, words string) *music.Continuation {
	t.Helper()
	opt := Options{Bars: 8, Part: 1, Seed: 1}
	p := ParsePrompt(words)
	p.Apply(&opt)
	c, err := pretrained(t).Continue(context.Background(), s, opt)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Words that ask for another key, meter, instrument or form change the new bars.
func TestWordsChangeTheNewBars(t *testing.T) {
	scale := []int{0, 2, 4, 5, 7, 9, 11}
	seed := tune(60, scale) // C major
	plain := asked(t, seed, "")

	up := asked(t, seed, "in F major")
	for i, name := range up.Changes {
		want, err := harmony.ParseChanges(plain.Changes[i], music.Meter{Num: 4, Den: 4})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(want.Transposed(5).Bars(0, want.Length()), " "); name != got {
			t.Errorf("in F the chords are %v, in C %v", up.Changes, plain.Changes)
			break
		}
	}
	if last := slices.MaxFunc(fresh(up), func(a, b music.Note) int { return int(a.Start - b.Start) }); !slices.Contains([]uint8{5, 9, 0}, last.Pitch%12) {
		t.Errorf("in F the solo ends on %s", harmony.Name(int(last.Pitch)))
	}

	for words, meter := range map[string]music.Meter{"waltz": {Num: 3, Den: 4}, "in 7/8": {Num: 7, Den: 8}} {
		c := asked(t, seed, words)
		if m := c.MeterAt(c.From); m.Num != meter.Num || m.Den != meter.Den || c.To-c.From != 8*c.BarLength(m) {
			t.Errorf("%s: %d/%d, %d ticks", words, m.Num, m.Den, c.To-c.From)
		}
		if m := c.MeterAt(c.From - 1); m.Num != 4 {
			t.Errorf("%s: the seed's meter became %d/%d", words, m.Num, m.Den)
		}
	}

	flute := asked(t, seed, "flute")
	if flute.Parts[0].Program != 73 {
		t.Errorf("flute: the solo has the program %d", flute.Parts[0].Program)
	}
	low := tune(43, scale)
	var sum, n float64
	for _, x := range fresh(asked(t, low, "flute")) {
		sum, n = sum+float64(x.Pitch), n+1
	}
	if sum/n < 62 {
		t.Errorf("a flute after a cello plays at %.1f on average", sum/n)
	}

	if c := asked(t, seed, "rhythm changes in Bb"); c.Changes[0] != "Bbmaj7 G7" {
		t.Errorf("rhythm changes begin with %s", c.Changes[0])
	}
	if c := asked(t, seed, "in C minor"); !slices.Contains(c.Changes, "Cm7") {
		t.Errorf("in C minor: %v", c.Changes)
	}
}

// Other parts of the seed go along to another key; what they cannot do is said and left.
func TestOthersGoAlong(t *testing.T) {
	seed := tune(60, []int{0, 2, 4, 5, 7, 9, 11})
	var chords music.Track
	for bar, root := range []int{48, 53, 55, 48, 48, 53, 55, 48} {
		for _, above := range []int{0, 4, 7} {
			chords.Notes = append(chords.Notes, music.Note{Start: music.Tick(bar) * 1920, Dur: 1900, Pitch: uint8(root + above), Velocity: 60, Channel: 1})
		}
	}
	seed.Tracks = append(seed.Tracks, chords)
	before, after := asked(t, seed, ""), asked(t, seed, "in D major")
	for i, n := range after.Tracks[1].Notes {
		if want := before.Tracks[1].Notes[i].Pitch + 2; n.Start >= after.From && n.Start < after.To-1920 && n.Pitch != want {
			t.Errorf("at %d the chords play %d in D, want %d", n.Start, n.Pitch, want)
		}
	}
	for _, words := range []string{"waltz", "in C minor", "rhythm changes"} {
		c := asked(t, seed, words)
		if len(c.Remarks) == 0 || c.MeterAt(c.From).Num != 4 || !slices.Equal(c.Changes, before.Changes) {
			t.Errorf("%s: %v in %d, with the remarks %q", words, c.Changes, c.MeterAt(c.From).Num, c.Remarks)
		}
	}
}

// A number and a word set the tempo; a mood leaves it, and so does a word that fits.
func TestPaced(t *testing.T) {
	for words, want := range map[string]float64{"90 bpm": 90, "fast": 210, "sad": 120, "": 120, "medium": 120, "very slow": 54, "ballad": 66, "sad ballad": 75} {
		if p := ParsePrompt(words); p.Paced(120) != want {
			t.Errorf("%q after 120 is %v, want %v", words, p.Paced(120), want)
		}
	}
}
