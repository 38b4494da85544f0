package seq_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/segue-go/segue/seq"
)

// Stepping through a sequence gives what the batch pass gives.
func TestStepperAgreesWithPass(t *testing.T) {
	for name, c := range configs() {
		t.Run(name, func(t *testing.T) {
			n := network(t, c)
			c := n.Config()
			for _, batch := range []int{1, 3} {
				b := randomBatch(n, 6, batch, 3)
				p := n.NewPass(1)
				p.Forward(b, nil)
				s, st := n.NewStepper(batch), n.NewState(batch)
				tokens := make([][]int32, len(c.Tokens))
				for step := range b.T {
					r := step * batch
					for k := range tokens {
						tokens[k] = b.Tokens[k][r : r+batch]
					}
					s.Step(st, b.X[r*c.Inputs:(r+batch)*c.Inputs], tokens)
					u, w := s.Hidden()
					for i := range batch {
						got := wide(u[i*w : i*w+c.Hidden])
						want := wide(p.Hidden()[(r+i)*c.Hidden : (r+i+1)*c.Hidden])
						if d := relative(got, want); d > 1e-5 {
							t.Fatalf("step %d: hidden state is off by %.2g", step, d)
						}
					}
					if c.Head.Kind != "" {
						o := n.Head().Outputs()
						if d := relative(wide(s.Outputs()), wide(p.Outputs()[r*o:(r+batch)*o])); d > 1e-5 {
							t.Fatalf("step %d: outputs are off by %.2g", step, d)
						}
					}
				}
			}
		})
	}
}

// Threads do not change what a stepper gives; bfloat16 changes it a little.
func TestStepperOptions(t *testing.T) {
	n := network(t, seq.Config{
		Inputs: 3, Hidden: 300, Layers: 2, Cell: seq.LSTM, Factors: []seq.Factor{{Name: "a", Size: 900, Dim: 4}, {Name: "b", Size: 5}},
	})
	run := func(o seq.StepperOptions) []float64 {
		s, st := n.NewStepperWith(o), n.NewState(1)
		for i := range 20 {
			s.Step(st, []float32{float32(i % 3), 1, -1}, nil)
		}
		out := wide(s.Logits(0, nil))
		s.Choose(0, 0, 7)
		return append(out, wide(s.Logits(1, nil))...)
	}
	want := run(seq.StepperOptions{})
	if !slices.Equal(run(seq.StepperOptions{Threads: 3}), want) {
		t.Error("three threads give other logits")
	}
	d := relative(run(seq.StepperOptions{BFloat16: true}), want)
	t.Logf("bfloat16 moves the logits by %.2g of their norm", d)
	if d > .02 || d == 0 {
		t.Errorf("bfloat16 moves the logits by %.2g of their norm", d)
	}
}

// The chain of factors seen through the stepper has the loss that the pass
// reports.
func TestStepperFactorsAgreeWithLoss(t *testing.T) {
	n := network(t, configs()["lstm/factors"])
	c := n.Config()
	b := randomBatch(n, 5, 1, 4)
	for k := range b.Labels {
		for i := range b.Labels[k] {
			b.Labels[k][i] = max(b.Labels[k][i], 0)
		}
	}
	for i := range b.Weight {
		b.Weight[i] = 1
	}
	want := n.NewPass(1).Loss(b, nil)
	s, st := n.NewStepper(1), n.NewState(1)
	var got float64
	for step := range b.T {
		s.Step(st, b.X[step:step+1], [][]int32{b.Tokens[0][step : step+1], b.Tokens[1][step : step+1]})
		for k, f := range c.Factors {
			logits := s.Logits(k, b.Side[k][step*f.Side:(step+1)*f.Side])
			got -= seq.LogProb(logits, int(b.Labels[k][step])) / float64(b.T)
			s.Choose(k, 0, int(b.Labels[k][step]))
		}
	}
	if math.Abs(got-want) > 1e-5 {
		t.Errorf("stepper's loss %v, pass's %v", got, want)
	}
}

// Results are the same bit for bit for any number of threads.
func TestThreadsDoNotChangeResults(t *testing.T) {
	for name, c := range configs() {
		c.Dropout, c.HeadDropout, c.InputDropout = .3, .2, .1
		t.Run(name, func(t *testing.T) {
			n := network(t, c)
			b := randomBatch(n, 9, 7, 5)
			var want []float32
			var wantLoss float64
			for _, threads := range []int{1, 2, 3, 8} {
				g := make([]float32, len(n.Flat()))
				st := n.NewState(7)
				loss := n.NewPass(threads).Gradient(b, st, g, 99)
				if want == nil {
					want, wantLoss = g, loss
				}
				if loss != wantLoss || !slices.Equal(g, want) {
					t.Errorf("%d threads give another result", threads)
				}
			}
		})
	}
}

// A sequence cut into windows with carried state gives the same outputs as in
// one piece, also when it is shorter than its batch.
func TestStateCarries(t *testing.T) {
	for _, name := range []string{"lstm/dilated residual", "gru/dilated residual", "elman/plain"} {
		t.Run(name, func(t *testing.T) {
			n := network(t, configs()[name])
			c := n.Config()
			whole := randomBatch(n, 9, 2, 6)
			p := n.NewPass(1)
			p.Forward(whole, nil)
			o := n.Head().Outputs()
			want := slices.Clone(p.Outputs())
			cut := func(from, to, padded int) *seq.Batch {
				w := randomBatch(n, padded, 2, 77) // padding must not matter
				copy(w.X, whole.X[from*2*c.Inputs:to*2*c.Inputs])
				for k := range w.Tokens {
					copy(w.Tokens[k], whole.Tokens[k][from*2:to*2])
				}
				w.Lengths = []int{to - from, to - from}
				return w
			}
			st := n.NewState(2)
			for _, w := range [][3]int{{0, 2, 4}, {2, 3, 1}, {3, 9, 8}} {
				p.Forward(cut(w[0], w[1], w[2]), st)
				got, exp := wide(p.Outputs()[:(w[1]-w[0])*2*o]), wide(want[w[0]*2*o:w[1]*2*o])
				if d := relative(got, exp); d > 1e-6 {
					t.Fatalf("window %v is off by %.2g", w, d)
				}
			}
			again := cut(0, 9, 9)
			again.Reset = []bool{true, true}
			p.Forward(again, st)
			if d := relative(wide(p.Outputs()), wide(want)); d > 1e-6 {
				t.Errorf("after a reset the outputs are off by %.2g", d)
			}
		})
	}
}

func TestForkAndClone(t *testing.T) {
	n := network(t, configs()["lstm/dilated residual"])
	c := n.Config()
	b := randomBatch(n, 5, 2, 8)
	st := n.NewState(2)
	n.NewPass(1).Forward(b, st)
	fork := st.Fork(1, 3)
	next := randomBatch(n, 1, 1, 9)
	one, three := n.NewStepper(1), n.NewStepper(3)
	single := st.Fork(1, 1)
	clone := single.Clone()
	x := make([]float32, 3*c.Inputs)
	tok := make([]int32, 3)
	for i := range 3 {
		copy(x[i*c.Inputs:], next.X)
		tok[i] = next.Tokens[0][0]
	}
	for range 4 {
		one.Step(single, next.X, [][]int32{tok[:1]})
		three.Step(fork, x, [][]int32{tok})
		for i := range 3 {
			if d := relative(wide(three.Outputs()[i*4:i*4+4]), wide(one.Outputs())); d > 1e-5 {
				t.Fatalf("fork %d is off by %.2g", i, d)
			}
		}
	}
	one.Step(clone, next.X, [][]int32{tok[:1]})
	first := slices.Clone(one.Outputs())
	one.Step(single, next.X, [][]int32{tok[:1]})
	if slices.Equal(first, one.Outputs()) {
		t.Error("the clone moved with its original")
	}
}

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

// Saving and loading keeps every bit; half precision keeps three digits.
func TestFiles(t *testing.T) {
	a, b := network(t, configs()["lstm/factors"]), network(t, configs()["gru/plain"])
	a.Meta["note"] = "hello"
	path := filepath.Join(t.TempDir(), "m.safetensors")
	if err := seq.WriteFile(path, seq.EncodeOptions{Meta: map[string]string{"who": "test"}}, a, b); err != nil {
		t.Fatal(err)
	}
	nets, meta, err := seq.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(nets) != 2 || meta["who"] != "test" || !slices.Equal(nets[0].Flat(), a.Flat()) || !slices.Equal(nets[1].Flat(), b.Flat()) {
		t.Error("the networks changed on their way through a file")
	}
	one, _ := seq.Encode(seq.EncodeOptions{Half: true}, a)
	nets, _, err = seq.Decode(one)
	if err != nil {
		t.Fatal(err)
	}
	if nets[0].Meta["note"] != "hello" {
		t.Error("metadata lost")
	}
	for i, x := range nets[0].Flat() {
		if math.Abs(float64(x-a.Flat()[i])) > 1e-3*math.Abs(float64(x))+1e-7 {
			t.Fatalf("half precision: %v became %v", a.Flat()[i], x)
		}
	}
	again, _ := seq.Encode(seq.EncodeOptions{}, a)
	twice, _ := seq.Encode(seq.EncodeOptions{}, a)
	if !bytes.Equal(again, twice) {
		t.Error("the same network gives different files")
	}
	for cut := range 200 {
		if _, _, err := seq.Decode(one[:len(one)*cut/200]); !errors.Is(err, seq.ErrFormat) {
			t.Fatalf("truncated to %d bytes: error %v", len(one)*cut/200, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	n, _ := seq.New(seq.Config{Inputs: 1, Hidden: 2, Head: seq.HeadSpec{Kind: "mse"}}, 1)
	good, _ := seq.Encode(seq.EncodeOptions{}, n)
	f.Add(good)
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\x7f{}"))
	f.Add([]byte("\x02\x00\x00\x00\x00\x00\x00\x00{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		nets, _, err := seq.Decode(data)
		if err != nil {
			return
		}
		for _, n := range nets {
			again, err := seq.Encode(seq.EncodeOptions{}, n)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := seq.Decode(again); err != nil {
				t.Fatalf("what was read cannot be written and read: %v", err)
			}
		}
	})
}

func TestConfigErrors(t *testing.T) {
	for _, c := range []seq.Config{
		{},
		{Inputs: 1, Hidden: 4},
		{Inputs: 1, Hidden: -1, Head: seq.HeadSpec{Kind: "mse"}},
		{Inputs: 1, Hidden: 4, Cell: "peephole", Head: seq.HeadSpec{Kind: "mse"}},
		{Inputs: 1, Hidden: 4, Head: seq.HeadSpec{Kind: "banana"}},
		{Inputs: 1, Hidden: 4, Head: seq.HeadSpec{Kind: "quantile"}},
		{Inputs: 1, Hidden: 4, Layers: 2, Dilations: []int{1}, Head: seq.HeadSpec{Kind: "mse"}},
		{Inputs: 1, Hidden: 60000, Layers: 60, Head: seq.HeadSpec{Kind: "mse"}},
		{Inputs: 1, Hidden: 4, Dropout: 1, Head: seq.HeadSpec{Kind: "mse"}},
		{Inputs: 1, Hidden: 4, Factors: []seq.Factor{{Name: "a", Size: 2}, {Name: "a", Size: 2}}},
	} {
		if _, err := seq.New(c, 1); !errors.Is(err, seq.ErrConfig) {
			t.Errorf("%+v: error %v", c, err)
		}
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

func TestSampling(t *testing.T) {
	var c seq.Chooser
	r := rand.New(rand.NewPCG(3, 3))
	inf := float32(math.Inf(-1))
	logits := []float32{0, 1, 2, inf, 3}
	count := func(s seq.Sampling) (n [5]int) {
		for range 4000 {
			n[c.Choose(logits, s, r)]++
		}
		return n
	}
	plain := count(seq.Sampling{})
	total := 1 + math.E + math.Exp(2) + math.Exp(3)
	for i, x := range logits {
		want := 4000 * math.Exp(float64(x)) / total
		if math.Abs(float64(plain[i])-want) > 5*math.Sqrt(want+1) {
			t.Errorf("value %d drawn %d times, expected %.0f", i, plain[i], want)
		}
	}
	for name, s := range map[string]seq.Sampling{
		"greedy": {Temperature: -1}, "top-k 1": {TopK: 1}, "top-p": {TopP: .5}, "min-p": {MinP: .5}, "cold": {Temperature: .01},
	} {
		if n := count(s); n[4] != 4000 {
			t.Errorf("%s: drawn %v", name, n)
		}
	}
	if n := count(seq.Sampling{TopK: 2}); n[0]+n[1]+n[3] != 0 || n[2] == 0 {
		t.Errorf("top-k 2: drawn %v", n)
	}
	if got := c.Choose([]float32{inf, inf}, seq.Sampling{}, r); got != -1 {
		t.Errorf("nothing to choose from gave %d", got)
	}
}

// What a seed gives is frozen: a change here breaks users' reproducibility and
// belongs in the changelog. Portable arithmetic, so that every machine agrees.
func TestFrozen(t *testing.T) {
	n := network(t, seq.Config{Inputs: 1, Tokens: []seq.Token{{Name: "a", Size: 3, Dim: 2}}, Hidden: 3, Factors: []seq.Factor{{Name: "f", Size: 4}}}).On(seq.Portable)
	if got, want := fmt.Sprintf("%.6f", n.Flat()[:4]), frozenParams; got != want {
		t.Errorf("parameters for seed 7 are %s, frozen %s", got, want)
	}
	s, st := n.NewStepper(1), n.NewState(1)
	r := rand.New(rand.NewPCG(5, 5))
	var ch seq.Chooser
	var drawn []int
	tok := []int32{0}
	for range 12 {
		s.Step(st, []float32{.5}, [][]int32{tok})
		v := ch.Choose(s.Logits(0, nil), seq.Sampling{Temperature: .8}, r)
		drawn = append(drawn, v)
		tok[0] = int32(v % 3)
	}
	if got := fmt.Sprint(drawn); got != frozenDraws {
		t.Errorf("drawn %s, frozen %s", got, frozenDraws)
	}
}

const (
	frozenParams = "[-1.281394 -0.859619 -0.985305 -0.905087]"
	frozenDraws  = "[1 2 3 2 0 0 1 2 1 2 1 2]"
)
