package main

import (
	"context"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/segue-lab/clock"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type speedFlags struct {
	python  string
	names   []string
	modes   []string
	threads []int
	rounds  int
	json    bool
}

func (a *lab) speedCommand() *cobra.Command {
	f := &speedFlags{}
	c := &cobra.Command{
		Use:   "speed",
		Short: "Measure training, inference and sampling, next to PyTorch where there is one",
		Long: `Measure the engine on fixed configurations: a training step, a forward pass, and
one step of sampling, each the median of several rounds. Beside it stands the least
time that the machine allows: of multiply-adds at its peak, or, in sampling, of
reading the weights. Both are measured in every round on as many threads at once,
since two threads of one core have little more than one. Where the Python given
by --python has PyTorch, the same work is measured there in alternation, pinned to
the same cores, with several divisions of the threads between OpenBLAS and OpenMP
("2+1": two and one); the ratio is that to the fastest.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.benchSpeed(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.python, "python", "", "Python interpreter to compare with")
	fl.StringSliceVar(&f.names, "config", nil, "configurations (all)")
	fl.StringSliceVar(&f.modes, "mode", speedModes, "kinds of work")
	fl.IntSliceVar(&f.threads, "threads", []int{1, 2}, "numbers of threads")
	fl.IntVar(&f.rounds, "rounds", 7, "rounds of about half a second each")
	fl.BoolVar(&f.json, "json", false, "print JSON instead of a table")
	return c
}

// speed is one measured line.
type speed struct {
	Config  string  `json:"config"`
	Mode    string  `json:"mode"`
	Threads int     `json:"threads"`
	Seconds float64 `json:"seconds"` // per unit: a batch, or a step of sampling
	GFLOPS  float64 `json:"gflops"`
	Bound   float64 `json:"bound_seconds"`  // see bound
	Share   float64 `json:"share_of_bound"` // the bound over the seconds, round by round
	Steps   float64 `json:"steps_per_second"`
	Allocs  float64 `json:"allocations"`
	Gain    float64 `json:"over_one_thread,omitempty"` // the seconds of one thread over these
	Torch   float64 `json:"torch_seconds,omitempty"`
	Setting string  `json:"torch_threads,omitempty"` // of OpenBLAS+OpenMP
	Ratio   float64 `json:"ratio,omitempty"`         // PyTorch's time over ours
}

// the kinds of work that are measured
var speedModes = []string{"train", "forward", "sample", "sample-bf16"}

func (f *speedFlags) check() error {
	var known []string
	for _, s := range shapes {
		known = append(known, s.Name)
	}
	if err := among("--config", f.names, known); err != nil {
		return err
	}
	if err := among("--mode", f.modes, speedModes); err != nil {
		return err
	}
	for _, n := range f.threads {
		if n < 1 || n > 1024 {
			return cli.Usagef("--threads %d: want 1 to 1024", n)
		}
	}
	if f.rounds < 1 || f.rounds > 1000 {
		return cli.Usagef("--rounds %d: want 1 to 1000", f.rounds)
	}
	return nil
}

func (a *lab) benchSpeed(ctx context.Context, f *speedFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	var torch *rivals
	if f.python != "" {
		var err error
		if torch, err = newRivals(ctx, f.python, a.Tier().Actual()); err != nil {
			a.Say("no comparison: %v", err)
		} else {
			defer torch.close()
			a.Say("comparing with PyTorch %s", torch.version)
		}
	}
	tier := a.Tier().Actual()
	most := min(slices.Max(f.threads), runtime.NumCPU())
	peak, all := tier.Peak(), clock.Together(most, tier.Peak)
	a.Say("tier %s, peak of one thread %.1f GFLOP/s, of %d at once %.1f, %s", tier, peak, most, all, runtime.Version())
	var out []speed
	for _, s := range shapes {
		if len(f.names) > 0 && !slices.Contains(f.names, s.Name) {
			continue
		}
		for _, mode := range f.modes {
			for _, threads := range f.threads {
				if mode == "sample-bf16" && threads > 1 {
					continue
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				r, err := measure(s, mode, threads, f.rounds, tier, torch)
				if err != nil {
					return err
				}
				if last := len(out) - 1; last >= 0 && threads > 1 && out[last].Threads == 1 {
					r.Gain = out[last].Seconds / r.Seconds
				}
				out = append(out, r)
				a.Say("%s %s %d: %.3g s", s.Name, mode, threads, r.Seconds)
			}
		}
	}
	if f.json {
		return a.WriteJSON(map[string]any{"tier": tier, "peak_gflops": peak, "peak_threads": most, "peak_gflops_of_threads": all, "go": runtime.Version(), "results": out})
	}
	return a.Write("", []byte(speedSheet(out).String()))
}

func speedSheet(lines []speed) *sheet {
	s := newSheet("config", "mode", "threads", "ms", "bound ms", "share", "of one thread", "GFLOP/s", "steps/s", "allocs", "PyTorch ms", "its threads", "ratio")
	for _, r := range lines {
		torch, setting, ratio, gain := "-", "-", "-", "-"
		if r.Gain > 0 {
			gain = f2(r.Gain).String()
		}
		if r.Torch > 0 {
			torch, setting, ratio = fmt.Sprintf("%.4g", r.Torch*1e3), r.Setting, f2(r.Ratio).String()
		}
		s.add(r.Config, r.Mode, r.Threads, fmt.Sprintf("%.4g", r.Seconds*1e3), fmt.Sprintf("%.4g", r.Bound*1e3), f0(100*r.Share).String()+"%", gain, f1(r.GFLOPS), fmt.Sprintf("%.4g", r.Steps), f0(r.Allocs), torch, setting, ratio)
	}
	return s
}

// shape is a network and batch whose speed is measured.
type shape struct {
	Name   string `json:"name"`
	B      int    `json:"b"`
	T      int    `json:"t"`
	I      int    `json:"i"` // real inputs, or the embedding's width with a vocabulary
	V      int    `json:"v"` // vocabulary; 0 means real inputs
	H      int    `json:"h"`
	Layers int    `json:"layers"`
	Out    int    `json:"out"`
}

var shapes = []shape{
	{"forecast-small", 64, 24, 16, 0, 40, 1, 12},
	{"forecast", 256, 48, 32, 0, 128, 2, 12},
	{"music", 32, 128, 128, 400, 256, 2, 400},
	{"music-large", 32, 256, 256, 400, 512, 2, 400},
	{"m4-monthly", 256, 36, 27, 0, 64, 1, 216},
}

// flops of one forward pass over the whole batch; a training step counts three.
func (s shape) flops() float64 {
	per, in := 0, s.I
	for range s.Layers {
		per += 2 * 4 * s.H * (in + s.H)
		in = s.H
	}
	return float64(s.B*s.T) * float64(per+2*s.H*s.Out)
}

// bound is the least time of one unit of a mode's work: of its multiply-adds at the peak that
// the threads reach at once or, for a step of sampling, of reading the weights, each of which
// it uses once.
func (s shape) bound(mode string, threads int, tier seq.Tier) float64 {
	peak := func() float64 { return clock.Together(threads, tier.Peak) * 1e9 }
	if mode == "train" || mode == "forward" {
		return s.work(mode) / peak()
	}
	size := 2 * s.work(mode) // of float32, each of which is multiplied and added
	if mode == "sample-bf16" {
		size /= 2
	}
	share := int(size) / threads
	return size / clock.Together(threads, func() float64 { return clock.Bandwidth(share) })
}

// work is how many multiplications and additions a unit of a mode's work takes.
func (s shape) work(mode string) float64 {
	switch mode {
	case "train":
		return 3 * s.flops()
	case "forward":
		return s.flops()
	}
	return s.flops() / float64(s.B*s.T)
}

func (s shape) net() (*seq.Net, error) {
	c := seq.Config{Hidden: s.H, Layers: s.Layers}
	if s.V > 0 {
		c.Tokens = []seq.TokenStream{{Name: "x", Size: s.V, Dim: s.I}}
		c.Factors = []seq.Factor{{Name: "y", Size: s.V}}
	} else {
		c.Inputs = s.I
		c.Head = seq.HeadSpec{Kind: "mse", Targets: s.Out}
	}
	return seq.New(c, 1)
}

func (s shape) batch(n *seq.Net) *seq.Batch {
	r := rand.New(rand.NewPCG(1, 1))
	b := &seq.Batch{}
	b.Resize(n, s.T, s.B)
	for i := range b.X {
		b.X[i] = float32(r.NormFloat64())
	}
	for i := range b.Target {
		b.Target[i] = float32(r.NormFloat64())
	}
	for i := range b.Weight {
		b.Weight[i] = 1
	}
	for _, ids := range append(b.Tokens, b.Labels...) {
		for i := range ids {
			ids[i] = int32(r.IntN(s.V))
		}
	}
	return b
}

// unit returns a function that does one unit of a mode's work.
func (s shape) unit(mode string, threads int, tier seq.Tier) (unit func(), err error) {
	n, err := s.net()
	if err != nil {
		return nil, err
	}
	n = n.On(tier)
	b := s.batch(n)
	switch mode {
	case "train":
		o := seq.NewOptimiser(n, seq.TrainOptions{Steps: 1 << 30, FinalRate: -1, Threads: threads})
		return func() { o.Step(b) }, nil
	case "forward":
		p := n.NewPass(threads)
		return func() { p.Forward(b, nil) }, nil
	}
	st, step := n.NewState(1), n.NewStepperWith(seq.StepperOptions{Threads: threads, BFloat16: mode == "sample-bf16"})
	var x []float32
	var tokens [][]int32
	var ch seq.Chooser
	r := rand.New(rand.NewPCG(1, 1))
	if s.V == 0 {
		x = b.X[:s.I]
		return func() {
			step.Step(st, x, nil)
			step.Outputs()
		}, nil
	}
	tokens = [][]int32{{0}}
	return func() {
		step.Step(st, nil, tokens)
		tokens[0][0] = int32(ch.Choose(step.Logits(0, nil), seq.Sampling{}, r))
	}, nil
}

// measure times one unit of work in rounds, PyTorch's in between; of its settings the
// fastest counts.
func measure(s shape, mode string, threads, rounds int, tier seq.Tier, torch *rivals) (speed, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	clock.Pin(threads)
	unit, err := s.unit(mode, threads, tier)
	if err != nil {
		return speed{}, err
	}
	unit()
	const round = 500 * time.Millisecond
	start := time.Now()
	unit()
	n := max(1, int(round/max(time.Since(start), 1)))
	r := speed{Config: s.Name, Mode: mode, Threads: threads, Allocs: testing.AllocsPerRun(1, unit)}
	var ours, bounds, shares []float64
	var peers []*peer
	if torch != nil && mode != "sample-bf16" {
		if peers, err = torch.on(threads); err != nil {
			return r, err
		}
	}
	theirs := make([][]float64, len(peers))
	for range rounds {
		start := time.Now()
		for range n {
			unit()
		}
		ours = append(ours, time.Since(start).Seconds()/float64(n))
		bounds = append(bounds, s.bound(mode, threads, tier))
		shares = append(shares, bounds[len(bounds)-1]/ours[len(ours)-1])
		for i, p := range peers {
			t, err := p.time(s, mode)
			if err != nil {
				return r, err
			}
			theirs[i] = append(theirs[i], t)
		}
	}
	r.Seconds = clock.Median(ours)
	r.Bound, r.Share = clock.Median(bounds), clock.Median(shares)
	r.Steps = 1 / r.Seconds
	if mode == "train" || mode == "forward" {
		r.Steps *= float64(s.B * s.T)
	}
	r.GFLOPS = s.work(mode) / r.Seconds / 1e9
	for i, t := range theirs {
		if m := clock.Median(t); r.Torch == 0 || m < r.Torch {
			r.Torch, r.Setting = m, peers[i].setting
		}
	}
	if r.Torch > 0 {
		r.Ratio = r.Torch / r.Seconds
	}
	return r, nil
}
