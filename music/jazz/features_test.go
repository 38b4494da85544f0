package jazz

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/harmony"
)

// A line that walks up a scale of eighths: measures that can be counted by hand.
func TestMeasure(t *testing.T) {
	c, err := harmony.ParseChord("C")
	if err != nil {
		t.Fatal(err)
	}
	var notes []music.LineNote
	for i := range 16 { // two bars, and two bars of rest
		notes = append(notes, music.LineNote{At: i * music.Grid / 2, Dur: music.Grid / 4, Pitch: 60 + []int{0, 2, 4, 5, 7, 9, 11, 12}[i%8]})
	}
	m := measure(notes, 0, 4*4*music.Grid, usualBar, func(int) harmony.Beat { return harmony.Beat{Chord: c} })
	near := func(name string, got, want float64) {
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	near("notes per bar", m.NotesPerBar, 4)
	near("range", m.Range, 12)
	near("chord tones", m.ChordTones, 8./16) // C E G C of eight
	near("empty bars", m.EmptyBars, .5)
	near("duration", m.Duration, .25)
	near("ioi", m.IOI, .5)
	near("groove", m.Groove, 1)
	near("interval", m.Interval, (12.*2+12)/15)
	var want float64 // seven pitch classes, one of them twice
	for _, p := range []float64{2. / 8, 1. / 8, 1. / 8, 1. / 8, 1. / 8, 1. / 8, 1. / 8} {
		want -= p * math.Log2(p)
	}
	near("entropy", m.Entropy, want)
}

func TestOverlap(t *testing.T) {
	a := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	b := make([]float64, len(a))
	for i, v := range a {
		b[i] = v + 100
	}
	if o := overlap(a, a); math.Abs(o-1) > .01 {
		t.Errorf("a sample overlaps itself by %.3f", o)
	}
	if o := overlap(a, b); o > .01 {
		t.Errorf("distant samples overlap by %.3f", o)
	}
}

// A long and a short swung eighth become two eighths; triplets stay.
func TestUnswing(t *testing.T) {
	s := Solo{Notes: []music.LineNote{{At: 0, Dur: 8}, {At: 8, Dur: 4}, {At: 12, Dur: 4}, {At: 16, Dur: 4}, {At: 20, Dur: 4}, {At: 32, Dur: 4}, {At: 36, Dur: 3}, {At: 39, Dur: 9}}}
	s.unswing()
	var at []int
	for _, n := range s.Notes {
		at = append(at, n.At)
	}
	if !slices.Equal(at, []int{0, 6, 12, 16, 20, 30, 36, 39}) || s.Notes[1].Dur != 6 {
		t.Errorf("onsets %v", at)
	}
}

// A small network makes every kind of music that the library offers: notes end,
// lie where they should, and the same seed gives the same.
func TestComposeCombosAndInfill(t *testing.T) {
	solos, err := ReadWJD(wjd(), "train")
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := Train(context.Background(), solos, nil, music.TrainOptions{Hidden: 16, Steps: 20, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	bass, _, err := Train(context.Background(), BassLines(solos), nil, music.TrainOptions{Hidden: 8, Steps: 10, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	combo := &Combo{Bass: bass, Lineup: band.Lineup{band.Bass: 1, band.Piano: 1, band.Drums: 1}}
	prompt := ParsePrompt("medium blues in F major, tenor sax, 8 bars")
	compose := func(seed uint64) *music.Continuation {
		c, err := m.Compose(context.Background(), prompt, Options{Combo: combo, Seed: seed, Bars: 8})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := compose(1)
	parts := c.Score.Parts()
	if len(parts) != 4 || parts[0].Program != 66 || parts[1].Program != 32 || !parts[3].Drums() {
		t.Fatalf("parts %v", parts)
	}
	if c.TempoAt(0) < 119 || c.TempoAt(0) > 121 || len(c.Changes) != 8 || c.Changes[0] != "F7" {
		t.Errorf("tempo %.1f, changes %v", c.TempoAt(0), c.Changes)
	}
	if end := 8 * c.BarLength(c.MeterAt(0)); c.End() > end || c.To != end {
		t.Errorf("ends at %d, the last bar line is %d", c.End(), end)
	}
	for _, n := range c.Score.PartNotes(parts[1]) {
		if n.Pitch < 28 || n.Pitch > 52 {
			t.Errorf("bass note %+v", n)
		}
	}
	if bassNotes := len(c.Score.PartNotes(parts[1])); bassNotes < 28 { // 28 beats and a long note
		t.Errorf("%d bass notes in 32 beats", bassNotes)
	}
	if again := compose(1); !slices.Equal(again.Tracks[0].Notes, c.Tracks[0].Notes) {
		t.Error("the same seed gives other music")
	}
	if other := compose(2); slices.Equal(other.Tracks[0].Notes, c.Tracks[0].Notes) {
		t.Error("another seed gives the same music")
	}

	// infill: both ends stay, the new bars lie between
	a, b := c.Score.Cut(0, 4*1920), compose(3).Score.Cut(0, 4*1920)
	joined, err := m.Infill(context.Background(), a, b, Options{Bars: 2, Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	if joined.From != 4*1920 || joined.To != 6*1920 || joined.Notes == 0 {
		t.Errorf("new bars from %d to %d, %d notes", joined.From, joined.To, joined.Notes)
	}
	if got, want := joined.Score.Notes(), a.Notes()+b.Notes(); got <= want {
		t.Errorf("%d notes, both ends have %d", got, want)
	}
	first := b.Tracks[0].Notes[0]
	found := false
	for _, n := range joined.Tracks[len(a.Tracks)].Notes {
		found = found || n.Pitch == first.Pitch && n.Start == first.Start+joined.To
	}
	if !found {
		t.Error("the second score does not start on the bar line after the new bars")
	}
}

// A player who is late stays late, one who is on the grid stays on it, and all
// notes keep their order.
func TestTimingFollowsTheSeed(t *testing.T) {
	for _, late := range []music.Tick{0, 15} {
		s := &music.Score{Resolution: 480, Tracks: []music.Track{{}}}
		for i := range 32 {
			s.Tracks[0].Notes = append(s.Tracks[0].Notes, music.Note{Start: music.Tick(i)*240 + late, Dur: 200, Pitch: uint8(60 + i%7), Velocity: 80})
		}
		s.ReadMaps()
		tk := &take{seed: s, part: s.Parts()[0], opt: Options{Seed: 1}, bars: []music.Tick{7680, 15360}}
		line, err := music.NewLine(s, 0)
		if err != nil {
			t.Fatal(err)
		}
		tk.line = line
		notes := []music.LineNote{{At: 192}, {At: 198}, {At: 199}, {At: 240}}
		starts := tk.timing(notes)
		for i, n := range notes {
			if d := starts[i] - line.SoloTick(n.At); d != late {
				t.Errorf("seed late by %d: note %d is late by %d", late, i, d)
			}
		}
	}
}

// A phrase ends with a rest of an eighth; those of one and of two notes are short.
func TestPhrases(t *testing.T) {
	var s Solo
	at := 0
	for _, size := range []int{1, 2, 3, 10} {
		for range size {
			s.Notes = append(s.Notes, music.LineNote{At: at, Dur: 6, Pitch: 60})
			at += 6 + 5 // rests that end nothing
		}
		at += 1
	}
	inEight, short := phrases([]Solo{s})
	if bars := float64(s.Notes[15].At) / usualBar; short != .5 || math.Abs(inEight-4*8/bars) > 1e-9 {
		t.Errorf("%.3f phrases in eight bars, %.2f of them short; want 4 in %.2f bars, .5", inEight, short, bars)
	}
}

// Whoever goes on as it began is nearer to its own seed than to others, and whoever goes on
// like the other is not.
func TestKinship(t *testing.T) {
	line := func(id string, step, leap int) Solo {
		s := Solo{ID: id}
		for i := range 16 * usualBar / step {
			s.Notes = append(s.Notes, music.LineNote{At: i * step, Dur: step, Pitch: 60 + i%3*leap})
		}
		return s
	}
	seeds := []Solo{line("a", 6, 1), line("b", 12, 2), line("c", 24, 5)}
	if k := Kinship(seeds, seeds); k != 1 {
		t.Errorf("solos that go on as they began: %.2f, want 1", k)
	}
	if k := Kinship(seeds, []Solo{seeds[1], seeds[2], seeds[0]}); k > .5 {
		t.Errorf("solos that go on like others: %.2f", k)
	}
}
