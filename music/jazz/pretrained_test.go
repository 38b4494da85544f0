package jazz

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/internal/sample"
)

func seed(t *testing.T, name string) *music.Score {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "awkward", name))
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := music.ReadMIDI(data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A swung seed is continued by a line with the same swing, in its range, that
// mostly moves by small steps and is neither empty nor a machine gun.
func TestContinueSwing(t *testing.T) {
	m, err := Pretrained()
	if err != nil {
		t.Fatal(err)
	}
	s := seed(t, "syn_fmt0_swing_F_120.mid")
	const bars = 32
	c, err := m.Continue(context.Background(), s, Options{Bars: bars, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	again, err := m.Continue(context.Background(), s, Options{Bars: bars, Seed: 1})
	if err != nil || !reflect.DeepEqual(c, again) {
		t.Error("the same seed gave other notes")
	}
	notes := c.Only().Tracks[0].Notes
	if per := float64(len(notes)) / bars; per < 2 || per > 14 {
		t.Errorf("%.1f notes a bar", per)
	}
	small := 0
	for i, n := range notes {
		if i == 0 {
			continue
		}
		p := notes[i-1]
		if p.End() > n.Start {
			t.Errorf("note %d sounds into the next", i)
		}
		if d := int(n.Pitch) - int(p.Pitch); d >= -5 && d <= 5 {
			small++
		}
	}
	if small*10 < len(notes)*7 {
		t.Errorf("%d of %d intervals are at most a fourth", small, len(notes))
	}
	line, err := music.NewLine(c.Only(), -1)
	if err != nil || line.Swing < 1.8 || line.Swing > 2.2 {
		t.Errorf("the seed swings 2:1, the continuation %.2f:1 (%v)", line.Swing, err)
	}
	if c.TempoAt(c.To) != s.TempoAt(0) || c.Parts[0].Program != s.Parts()[0].Program {
		t.Error("tempo or program changed")
	}
}

// Given changes are heard: over a chord most notes are its tones or steps of its
// scale, and more are tones of the chord given than of one a tritone away.
func TestContinueOverChanges(t *testing.T) {
	m, err := Pretrained()
	if err != nil {
		t.Fatal(err)
	}
	changes, err := harmony.ParseChanges("Abj7", music.Meter{Num: 4, Den: 4})
	if err != nil {
		t.Fatal(err)
	}
	away, err := harmony.ParseChord("Dj7")
	if err != nil {
		t.Fatal(err)
	}
	s := seed(t, "syn_fmt0_swing_F_120.mid")
	in, out := 0, 0
	for seed := range uint64(3) { // one in eight solos plays outside for a while
		c, err := m.Continue(context.Background(), s, Options{Bars: 48, Changes: changes, Seed: seed + 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range c.Only().Tracks[0].Notes {
			if changes.Beats[0].Chord.Has(int(n.Pitch)) {
				in++
			}
			if away.Has(int(n.Pitch)) {
				out++
			}
		}
	}
	if in < 2*out {
		t.Errorf("%d notes of Abj7, %d of Dj7", in, out)
	}
}

// Every awkward file with notes can be continued.
func TestContinueAnything(t *testing.T) {
	m, err := Pretrained()
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("../testdata/awkward/*.mid")
	for _, f := range files {
		s := seed(t, filepath.Base(f))
		if s.Notes() == 0 {
			continue
		}
		c, err := m.Continue(context.Background(), s, Options{Bars: 4})
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		for _, tr := range c.Tracks {
			for _, n := range tr.Notes {
				if n.End() > c.To && n.Start >= c.From {
					t.Errorf("%s: a note ends at %d, after %d", f, n.End(), c.To)
				}
			}
		}
	}
}

func BenchmarkContinue(b *testing.B) {
	m, err := Pretrained()
	if err != nil {
		b.Fatal(err)
	}
	data, err := os.ReadFile("../testdata/awkward/syn_fmt0_swing_F_120.mid")
	if err != nil {
		b.Fatal(err)
	}
	s, _, err := music.ReadMIDI(data)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := m.Continue(context.Background(), s, Options{Bars: 16}); err != nil {
			b.Fatal(err)
		}
	}
}

// Over a chord that does not change the bass keeps walking: no pitch comes five
// times in a row.
func TestBassWalks(t *testing.T) {
	model, err := Pretrained()
	if err != nil {
		t.Fatal(err)
	}
	combo, err := PretrainedCombo()
	if err != nil {
		t.Fatal(err)
	}
	changes, err := harmony.ParseChanges("Dm7 | % | % | %", music.Meter{Num: 4, Den: 4})
	if err != nil {
		t.Fatal(err)
	}
	for seed := range 4 {
		c, err := model.Compose(t.Context(), ParsePrompt("swing"), Options{Bars: 16, Changes: changes, Combo: combo, Seed: uint64(seed)})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, p := range c.Score.Parts() {
			if p.Name != "Bass" {
				continue
			}
			found = true
			notes, run := c.Tracks[p.Track].Notes, 0
			for i, n := range notes {
				if run++; i > 0 && n.Pitch != notes[i-1].Pitch {
					run = 1
				}
				if run > 4 {
					t.Errorf("seed %d: pitch %d comes %d times in a row", seed, n.Pitch, run)
				}
			}
		}
		if !found {
			t.Errorf("seed %d: no bass", seed)
		}
	}
}

// A solo that comes back to a lick of its own is likelier with its memory than to the
// network alone, and a continuation takes up more of the seed's runs than one without
// memory does.
func TestMotifsReturn(t *testing.T) {
	m, err := Pretrained()
	if err != nil {
		t.Fatal(err)
	}
	lick := []int{0, 3, 5, 6, 5, 3, 0, -2}
	var notes []music.LineNote
	for bar := range 16 {
		for i, p := range lick {
			if bar%2 == 1 {
				p = lick[(i*3+bar)%8]
			}
			notes = append(notes, music.LineNote{At: bar*usualBar + i*music.Grid/2, Dur: music.Grid / 2, Pitch: 60 + p, Velocity: 80})
		}
	}
	changes, err := harmony.ParseChanges("C7", music.Meter{Num: 4, Den: 4})
	if err != nil {
		t.Fatal(err)
	}
	beats := make([]harmony.Beat, 48*4)
	for i := range beats {
		beats[i] = harmony.Beat{Chord: changes.At(0).Chord, InBar: i % 4}
	}
	s := Solo{Tags: NoTags(), Notes: notes, Beats: beats}
	if plain, own := m.Loss([]Solo{s}), m.LossRecalled([]Solo{s}); own.Pitch > plain.Pitch-.2 {
		t.Errorf("a lick that returns costs %.2f nats per pitch, without memory %.2f", own.Pitch, plain.Pitch)
	}
	again := func(forget bool) float64 {
		var found, total float64
		for seed := range uint64(10) {
			l := soloLine{notes: notes, changes: harmony.Changes{Beats: beats}, tags: NoTags(), bar: func(int) int { return usualBar }}
			r := newSoloist(m, l, 1, .95, rand.New(rand.NewPCG(seed, 1)))
			if forget {
				r.memory = nil
			}
			made, err := sample.Continue(context.Background(), r, 16*usualBar, 32*usualBar)
			if err != nil {
				t.Fatal(err)
			}
			all, before := moves(append(slices.Clone(notes), made...)), map[[2]sample.Move]bool{}
			for i := 1; i < len(all); i++ {
				run := [2]sample.Move(all[i-1 : i+1])
				if i >= len(notes) && before[run] {
					found++
				} else if i < len(notes) {
					before[run] = true
				}
			}
			total += float64(len(made))
		}
		return found / total
	}
	if with, without := again(false), again(true); with < without+.01 {
		t.Errorf("%.3f of the notes end a run of the seed, %.3f without memory", with, without)
	}
}
