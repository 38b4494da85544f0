package style

import (
	"context"
	"testing"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/music"
)

// The first eight bars of a rag go on with two hands in two tracks, at most ten
// notes at once, in the seed's key.
func TestContinueRag(t *testing.T) {
	m, err := Model()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"midi/pineapple_rag.mid", "midi/something_doing.mid"}
	var shared float64 // part of the pitch classes, on average
	for _, name := range names {
		whole, _, err := music.ReadMIDI(datasets.MustFile(name))
		if err != nil {
			t.Fatal(err)
		}
		seed := whole.Cut(0, 8*whole.BarLength(whole.MeterAt(0)))
		const draws = 4
		for draw := range uint64(draws) {
			shared += continueRag(t, m, name, seed, draw) / draws / float64(len(names))
		}
	}
	if shared < .6 {
		t.Errorf("the pitch classes overlap by %.2f", shared)
	}
}

// continueRag continues a seed, looks at what came out, and returns the overlap of
// its pitch classes with the seed's.
func continueRag(t *testing.T, m *music.Model, name string, seed *music.Score, draw uint64) (shared float64) {
	t.Helper()
	c, err := m.Continue(context.Background(), seed, music.Options{Bars: 8, Seed: draw})
	if err != nil {
		t.Fatal(err)
	}
	only := c.Only()
	if got, want := len(only.Parts()), len(seed.Parts()); got != want {
		t.Errorf("%s: %d parts go on, the seed has %d", name, got, want)
	}
	var all []music.Note
	for _, tr := range only.Tracks {
		all = append(all, tr.Notes...)
	}
	if len(all) < 40 {
		t.Errorf("%s: %d notes in eight bars", name, len(all))
	}
	classes := func(s *music.Score) (h [12]float64) {
		n := 0.0
		for _, tr := range s.Tracks {
			for _, note := range tr.Notes {
				h[note.Pitch%12]++
				n++
			}
		}
		for i := range h {
			h[i] /= n
		}
		return h
	}
	a, b := classes(seed), classes(only)
	for i := range a {
		shared += min(a[i], b[i])
	}
	for _, n := range all {
		sounding := 0
		for _, o := range all {
			if o.Start <= n.Start && n.Start < o.End() {
				sounding++
			}
		}
		if sounding > 10 {
			t.Errorf("%s: %d notes sound at once", name, sounding)
			break
		}
	}
	return shared
}

// A rag sounds like ragtime, a jazz solo like jazz.
func TestChoose(t *testing.T) {
	for name, want := range map[string]string{"midi/pineapple_rag.mid": "ragtime", "midi/swing_seed.mid": Jazz} {
		s, _, err := music.ReadMIDI(datasets.MustFile(name))
		if err != nil {
			t.Fatal(err)
		}
		c, err := Choose(s.Cut(0, 8*s.BarLength(s.MeterAt(0))), 0)
		if err != nil || c.Style != want {
			t.Errorf("%s sounds like %+v (%v), want %s", name, c, err, want)
		}
	}
}

// A song of which two sections are known goes on with a bridge and comes back to its
// first section with a new ending; asked for none it does not.
func TestSectionsReturn(t *testing.T) {
	m, err := Model()
	if err != nil {
		t.Fatal(err)
	}
	const quarter = 480
	seed := &music.Score{Resolution: quarter, Tracks: make([]music.Track, 1)}
	seed.ReadMaps()
	melody := []int{60, 62, 64, 67, 65, 64, 62, -1, 64, 65, 67, 72, 71, 69, 67, -1, 69, 69, 67, 65, 64, 67, 64, -1, 62, 64, 65, 62, 60, -1, 60, -1}
	for i := range 64 {
		if p := melody[i%32]; p > 0 {
			seed.Tracks[0].Notes = append(seed.Tracks[0].Notes, music.Note{Start: music.Tick(i * quarter), Dur: quarter, Pitch: uint8(p), Velocity: 80})
		}
	}
	// same is the share of the notes of eight bars of the seed's first section
	same := func(c *music.Continuation, bar int) (n, all int) {
		for _, x := range c.Only().Tracks[0].Notes {
			i := int(x.Start)/quarter - 4*bar
			if i < 0 || i >= 24 { // the ending is free
				continue
			}
			all++
			if int(x.Start)%quarter == 0 && melody[i] == int(x.Pitch) {
				n++
			}
		}
		return n, all
	}
	for _, c := range []struct {
		sections string
		returns  bool
	}{{"", true}, {"CA", true}, {music.NoSections, false}} {
		got, err := m.Continue(context.Background(), seed, music.Options{Bars: 16, Style: "song", Sections: c.sections, Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		if n, all := same(got, 0); c.returns && 2*n > all {
			t.Errorf("sections %q: %d of %d notes of the bridge are the first section's", c.sections, n, all)
		}
		if n, all := same(got, 8); (n == all && n == 21) != c.returns {
			t.Errorf("sections %q: %d of %d notes after the bridge are the first section's", c.sections, n, all)
		}
	}
}

// Training that begins with the network that ships soon predicts its music better, and the
// runs that must not be quoted stay known.
func TestTune(t *testing.T) {
	if testing.Short() {
		t.Skip("trains")
	}
	m, err := Model()
	if err != nil {
		t.Fatal(err)
	}
	rag, _, err := music.ReadMIDI(datasets.MustFile("midi/something_doing.mid"))
	if err != nil {
		t.Fatal(err)
	}
	before, err := m.Loss(rag, "")
	if err != nil {
		t.Fatal(err)
	}
	tuned, _, err := music.Train(context.Background(), []*music.Score{rag}, music.TrainOptions{From: m, Steps: 20, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	after, err := tuned.Loss(rag, "")
	if err != nil || after.Joint() > before.Joint()-.05 {
		t.Errorf("%.3f nats per note after %.3f (%v)", after.Joint(), before.Joint(), err)
	}
	if again, _ := m.Loss(rag, ""); again != before {
		t.Error("the network that ships has changed")
	}
}
