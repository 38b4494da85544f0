package seq_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/seq"
)

func TestTrainingAllocatesNothing(t *testing.T) {
	c := configs()["lstm/factors"]
	c.Dropout, c.InputDropout = .1, .1
	n := network(t, c)
	b := randomBatch(n, 8, 4, 10)
	g := make([]float32, len(n.Flat()))
	st := n.NewState(4)
	p := n.NewPass(1)
	p.Gradient(b, st, g, 1)
	if got := testing.AllocsPerRun(5, func() { p.Gradient(b, st, g, 2) }); got != 0 {
		t.Errorf("a training step allocates %v times", got)
	}
	s, one := n.NewStepper(1), n.NewState(1)
	x, tokens := make([]float32, 1), [][]int32{{1}, {2}}
	var ch seq.Chooser
	r := rand.New(rand.NewPCG(1, 1))
	step := func() {
		s.Step(one, x, tokens)
		s.Choose(0, 0, ch.Choose(s.Logits(0, nil), seq.Sampling{TopP: .9}, r))
	}
	step()
	if got := testing.AllocsPerRun(5, step); got != 0 {
		t.Errorf("a sampling step allocates %v times", got)
	}
}

// Resuming from a checkpoint gives bit for bit what an unbroken run gives.
func TestResumeIsExact(t *testing.T) {
	c := seq.Config{Inputs: 2, Hidden: 6, Layers: 2, Dropout: .2, Head: seq.HeadSpec{Kind: "gaussian"}}
	src := func(n *seq.Net) seq.Source {
		return seq.SourceFunc(func(step int, b *seq.Batch) error {
			*b = *randomBatch(n, 5, 4, uint64(step))
			return nil
		})
	}
	eval := func(n *seq.Net) (float64, error) { return seq.Evaluate(n, 1, randomBatch(n, 5, 4, 1000)), nil }
	opt := seq.TrainOptions{Steps: 30, Evaluate: eval, EvalEvery: 7, Average: .9, Carry: true, Warmup: 3}
	whole := network(t, c)
	if _, err := seq.Train(context.Background(), whole, src(whole), opt); err != nil {
		t.Fatal(err)
	}
	opt.Checkpoint, opt.CheckpointEvery = filepath.Join(t.TempDir(), "ck"), 4
	for _, stop := range []int{6, 13, 22, 99} {
		part := network(t, c)
		ctx, cancel := context.WithCancel(context.Background())
		o := opt
		o.Progress = func(p seq.Progress) {
			if p.Step == stop {
				cancel()
			}
		}
		rep, err := seq.Train(ctx, part, src(part), o)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]string{true: "cancelled", false: "steps"}[stop < 30]; rep.Stopped != want {
			t.Errorf("stopped by %q, want %q", rep.Stopped, want)
		}
		if stop == 99 && !slices.Equal(part.Flat(), whole.Flat()) {
			t.Error("the resumed training ended elsewhere")
		}
	}
}

// A checkpoint of other data, another seed or other options is refused, not continued.
func TestForeignCheckpoint(t *testing.T) {
	c := seq.Config{Inputs: 2, Hidden: 3, Head: seq.HeadSpec{Kind: "gaussian"}}
	path := filepath.Join(t.TempDir(), "ck")
	train := func(n *seq.Net, data uint64, opt seq.TrainOptions) error {
		opt.Checkpoint = path
		_, err := seq.Train(context.Background(), n, seq.SourceFunc(func(step int, b *seq.Batch) error {
			*b = *randomBatch(n, 5, 4, data+uint64(step))
			return nil
		}), opt)
		return err
	}
	other, err := seq.New(c, 99)
	if err != nil {
		t.Fatal(err)
	}
	opt := seq.TrainOptions{Steps: 6, EvalEvery: 2, Stop: 4}
	if err := train(network(t, c), 0, opt); err != nil {
		t.Fatal(err)
	}
	seeded, longer, threads := opt, opt, opt
	seeded.Seed, longer.Steps, threads.Threads, threads.Stop = 5, 60, 2, 6
	for what, err := range map[string]error{
		"other data": train(network(t, c), 100, opt), "another seed": train(network(t, c), 0, seeded), "more steps": train(network(t, c), 0, longer), "another network": train(other, 0, opt),
	} {
		if !errors.Is(err, seq.ErrFormat) || !strings.Contains(err.Error(), "remove it to start again") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := train(network(t, c), 0, threads); err != nil {
		t.Errorf("the same training on two threads: %v", err)
	}
}

func TestDivergenceIsReported(t *testing.T) {
	n := network(t, seq.Config{Inputs: 1, Hidden: 2, Head: seq.HeadSpec{Kind: "mse"}})
	before := slices.Clone(n.Flat())
	_, err := seq.Train(context.Background(), n, seq.SourceFunc(func(_ int, b *seq.Batch) error {
		b.Resize(n, 1, 1)
		b.X[0], b.Weight[0], b.Target[0] = 1, 1, float32(math.Inf(1))
		return nil
	}), seq.TrainOptions{Steps: 3})
	if !errors.Is(err, seq.ErrDiverged) {
		t.Errorf("error %v", err)
	}
	if !slices.Equal(n.Flat(), before) {
		t.Error("a step with an infinite loss changed the network")
	}
}
