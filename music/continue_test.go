package music

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/segue-go/segue/datasets"
)

// small trains a model once for all tests of this file.
var small = sync.OnceValue(func() *Model {
	s, _, err := ReadMIDI(datasets.MustFile("midi/something_doing.mid"))
	if err != nil {
		panic(err)
	}
	m, _, err := Train(context.Background(), []*Score{s}, TrainOptions{Hidden: 32, Steps: 60, Seed: 1})
	if err != nil {
		panic(err)
	}
	return m
})

func seedScore(t testing.TB, bars int) *Score {
	t.Helper()
	s, _, err := ReadMIDI(datasets.MustFile("midi/pineapple_rag.mid"))
	if err != nil {
		t.Fatal(err)
	}
	return s.Cut(0, Tick(bars)*s.BarLength(s.MeterAt(0)))
}

// checkContinuation is what a musician would complain about.
func checkContinuation(t *testing.T, name string, seed *Score, c *Continuation, bars int) {
	t.Helper()
	if c.From < seed.BarStart(seed.End()-1) || c.From != seed.NextBar(c.From) {
		t.Errorf("%s: starts at tick %d, which is not the bar line after the seed (end %d)", name, c.From, seed.End())
	}
	if c.Notes == 0 {
		t.Errorf("%s: no note", name)
	}
	if !slices.Equal(c.Tempos, seed.Tempos) || !slices.Equal(c.Meters, seed.Meters) {
		t.Errorf("%s: tempo or meter changed", name)
	}
	to := c.From
	for range bars {
		to += seed.BarLength(seed.MeterAt(to))
	}
	first := to
	for i, tr := range c.Tracks {
		old := 0
		for _, n := range tr.Notes {
			if n.Start < c.From && old < len(seed.Tracks[i].Notes) {
				old++
				continue
			}
			first = min(first, n.Start)
			if n.Start < c.From || n.End() > to || n.Dur < 1 || n.Velocity < 1 || n.Pitch > 127 {
				t.Errorf("%s: note %+v outside of %d to %d", name, n, c.From, to)
			}
		}
		before := func(all []Event) (out []Event) {
			for _, e := range all {
				if e.At < c.From {
					out = append(out, e)
				}
			}
			return out
		}
		if !reflect.DeepEqual(before(tr.Events), before(seed.Tracks[i].Events)) {
			t.Errorf("%s: the events of track %d before the joint changed", name, i+1)
		}
	}
	if first >= c.From+seed.BarLength(seed.MeterAt(c.From)) {
		t.Errorf("%s: the first bar is empty", name)
	}
	var buf bytes.Buffer
	if err := WriteMIDI(&buf, c.Score); err != nil {
		t.Fatal(err)
	}
	again, repairs, err := ReadMIDI(buf.Bytes())
	if err != nil || len(repairs) > 0 {
		t.Errorf("%s: the file has hanging notes or worse: %v %v", name, repairs, err)
	} else if again.Notes() != c.Score.Notes() {
		t.Errorf("%s: %d notes written, %d read", name, c.Score.Notes(), again.Notes())
	}
}

func TestContinue(t *testing.T) {
	seed := seedScore(t, 8)
	c, err := small().Continue(context.Background(), seed, Options{Bars: 8, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	checkContinuation(t, "rag", seed, c, 8)
	again, err := small().Continue(context.Background(), seed, Options{Bars: 8, Seed: 3})
	if err != nil || !reflect.DeepEqual(again, c) {
		t.Error("the same seed gave other notes")
	}
	other, err := small().Continue(context.Background(), seed, Options{Bars: 8, Seed: 4})
	if err != nil || reflect.DeepEqual(other.Tracks, c.Tracks) {
		t.Error("another seed gave the same notes")
	}
	only := c.Only()
	if only.Notes() != c.Notes || only.End() > c.To-c.From {
		t.Errorf("without the seed there are %d notes, want %d", only.Notes(), c.Notes)
	}
	if got, want := only.TempoAt(0), seed.TempoAt(seed.End()); got != want {
		t.Errorf("without the seed the tempo is %v, want %v", got, want)
	}
	one, err := small().Continue(context.Background(), seed, Options{Bars: 4, Part: 2})
	if err != nil {
		t.Fatal(err)
	}
	if len(one.Tracks[seed.Parts()[0].Track].Notes) != len(seed.Tracks[seed.Parts()[0].Track].Notes) {
		t.Error("part 1 grew although part 2 was asked for")
	}
}

func TestContinueAwkwardFiles(t *testing.T) {
	files, _ := filepath.Glob("testdata/awkward/*.mid")
	for _, p := range files {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		seed, _, err := ReadMIDI(data)
		if err != nil {
			t.Errorf("%s: %v", p, err)
			continue
		}
		c, err := small().Continue(context.Background(), seed, Options{Bars: 3})
		if seed.Notes() == 0 {
			if !errors.Is(err, ErrNoNotes) {
				t.Errorf("%s: error %v", p, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", p, err)
			continue
		}
		checkContinuation(t, filepath.Base(p), seed, c, 3)
	}
}

// Training lowers the loss, survives a file, and does not depend on threads.
func TestTrain(t *testing.T) {
	s := seedScore(t, 64)
	var losses []float64
	for _, steps := range []int{1, 80} {
		m, _, err := Train(context.Background(), []*Score{s}, TrainOptions{Hidden: 32, Steps: steps, Threads: steps%2 + 1})
		if err != nil {
			t.Fatal(err)
		}
		l, err := m.Loss(s, "")
		if err != nil {
			t.Fatal(err)
		}
		losses = append(losses, l.Joint())
		file, err := m.Encode(false)
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeModel(file)
		if err != nil {
			t.Fatal(err)
		}
		if l2, _ := again.Loss(s, ""); l2 != l {
			t.Errorf("loss %v became %v in a file", l, l2)
		}
		if _, err := DecodeModel(file[:len(file)/2]); !errors.Is(err, ErrModel) {
			t.Errorf("half a file: %v", err)
		}
	}
	if losses[1] > losses[0]-2 {
		t.Errorf("80 steps brought the loss from %.2f to %.2f nats", losses[0], losses[1])
	}
}
