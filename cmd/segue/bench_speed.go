package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

//go:embed bench_torch.py
var torchScript []byte

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

// work returns a function that does one unit of a mode's work.
func (s shape) work(mode string, threads int) (unit func(), err error) {
	n, err := s.net()
	if err != nil {
		return nil, err
	}
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

type speedFlags struct {
	python  string
	names   []string
	threads []int
	rounds  int
	json    bool
}

func (a *app) benchCommand() *cobra.Command {
	c := &cobra.Command{Use: "bench", Short: "Measure speed and reproduce published tables"}
	f := &speedFlags{}
	s := &cobra.Command{
		Use:   "speed",
		Short: "Measure training, inference and sampling, next to PyTorch where there is one",
		Long: `Measure the engine on fixed configurations: a training step, a forward pass, and
one step of sampling, each the median of several rounds. Where the Python given
by --python has PyTorch, the same work is measured there in alternation, pinned to
the same core, and the ratio of the medians is printed.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.benchSpeed(c.Context(), f) },
	}
	fl := s.Flags()
	fl.StringVar(&f.python, "python", "", "Python interpreter to compare with")
	fl.StringSliceVar(&f.names, "config", nil, "configurations (all)")
	fl.IntSliceVar(&f.threads, "threads", []int{1, 2}, "numbers of threads")
	fl.IntVar(&f.rounds, "rounds", 7, "rounds of about half a second each")
	fl.BoolVar(&f.json, "json", false, "print JSON instead of a table")
	c.AddCommand(s, a.benchTableCommand("m4"), a.benchETTCommand(), a.benchPolyphonyCommand(), a.benchTableCommand("m3"), a.benchTableCommand("m1"), a.benchJazzCommand())
	return c
}

// speed is one measured line.
type speed struct {
	Config  string  `json:"config"`
	Mode    string  `json:"mode"`
	Threads int     `json:"threads"`
	Seconds float64 `json:"seconds"` // per unit: a batch, or a step of sampling
	GFLOPS  float64 `json:"gflops"`
	Peak    float64 `json:"share_of_peak"`
	Steps   float64 `json:"steps_per_second"`
	Allocs  float64 `json:"allocations"`
	Torch   float64 `json:"torch_seconds,omitempty"`
	Ratio   float64 `json:"ratio,omitempty"` // PyTorch's time over ours
}

func (a *app) benchSpeed(ctx context.Context, f *speedFlags) error {
	var torch *peer
	if f.python != "" {
		var err error
		if torch, err = startPeer(ctx, f.python, a.tier().Actual()); err != nil {
			a.say("no comparison: %v", err)
		} else {
			defer torch.close()
			a.say("comparing with PyTorch %s", torch.version)
		}
	}
	tier := a.tier().Actual()
	peak := tier.Peak()
	a.say("tier %s, one core's peak %.1f GFLOP/s, %s", tier, peak, runtime.Version())
	var out []speed
	for _, s := range shapes {
		if len(f.names) > 0 && !slices.Contains(f.names, s.Name) {
			continue
		}
		for _, mode := range []string{"train", "forward", "sample", "sample-bf16"} {
			for _, threads := range f.threads {
				if mode == "sample-bf16" && threads > 1 {
					continue
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				r, err := measure(s, mode, threads, f.rounds, torch)
				if err != nil {
					return err
				}
				r.Peak = r.GFLOPS / peak / float64(threads)
				out = append(out, r)
				a.say("%s %s %d: %.3g s", s.Name, mode, threads, r.Seconds)
			}
		}
	}
	if f.json {
		data, err := json.MarshalIndent(map[string]any{"tier": tier, "peak_gflops": peak, "go": runtime.Version(), "results": out}, "", "  ")
		if err != nil {
			return err
		}
		return a.write("", append(data, '\n'))
	}
	var buf bytes.Buffer
	w := tabwriter.NewWriter(&buf, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "config\tmode\tthreads\tms\tGFLOP/s\tof peak\tsteps/s\tallocs\tPyTorch ms\tratio\t")
	for _, r := range out {
		torch, ratio := "-", "-"
		if r.Torch > 0 {
			torch, ratio = fmt.Sprintf("%.4g", r.Torch*1e3), fmt.Sprintf("%.2f", r.Ratio)
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%.4g\t%.1f\t%.0f%%\t%.4g\t%.0f\t%s\t%s\t\n",
			r.Config, r.Mode, r.Threads, r.Seconds*1e3, r.GFLOPS, 100*r.Peak, r.Steps, r.Allocs, torch, ratio)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return a.write("", buf.Bytes())
}

// measure times one unit of work in rounds, PyTorch's in between.
func measure(s shape, mode string, threads, rounds int, torch *peer) (speed, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pin(threads)
	unit, err := s.work(mode, threads)
	if err != nil {
		return speed{}, err
	}
	unit()
	const round = 500 * time.Millisecond
	start := time.Now()
	unit()
	n := max(1, int(round/max(time.Since(start), 1)))
	r := speed{Config: s.Name, Mode: mode, Threads: threads, Allocs: testing.AllocsPerRun(3, unit)}
	var ours, theirs []float64
	for range rounds {
		start := time.Now()
		for range n {
			unit()
		}
		ours = append(ours, time.Since(start).Seconds()/float64(n))
		if torch != nil && mode != "sample-bf16" {
			t, err := torch.time(s, mode, threads)
			if err != nil {
				return r, err
			}
			theirs = append(theirs, t)
		}
	}
	r.Seconds = median(ours)
	flops := s.flops()
	switch mode {
	case "train":
		flops *= 3
		r.Steps = float64(s.B*s.T) / r.Seconds
	case "forward":
		r.Steps = float64(s.B*s.T) / r.Seconds
	default:
		flops /= float64(s.B * s.T)
		r.Steps = 1 / r.Seconds
	}
	r.GFLOPS = flops / r.Seconds / 1e9
	if len(theirs) > 0 {
		r.Torch = median(theirs)
		r.Ratio = r.Torch / r.Seconds
	}
	return r, nil
}

func median(x []float64) float64 {
	x = slices.Clone(x)
	slices.Sort(x)
	return x[len(x)/2]
}

// peer is a Python process that does the same work with PyTorch on request.
type peer struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	version string
}

func startPeer(ctx context.Context, python string, tier seq.Tier) (*peer, error) {
	core := map[seq.Tier]string{seq.AVX512: "SkylakeX", seq.AVX2: "Haswell"}[tier]
	p := &peer{cmd: exec.CommandContext(ctx, python, "-u", "-c", string(torchScript))}
	p.cmd.Env = append(os.Environ(), "OPENBLAS_CORETYPE="+core)
	p.cmd.Stderr = nil
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.out = bufio.NewScanner(out)
	if !p.out.Scan() {
		_ = p.cmd.Wait()
		return nil, fmt.Errorf("%s has no PyTorch", python)
	}
	p.version = strings.TrimSpace(p.out.Text())
	return p, nil
}

// time asks for one round and returns the seconds per unit.
func (p *peer) time(s shape, mode string, threads int) (float64, error) {
	req, err := json.Marshal(struct {
		shape
		Mode    string `json:"mode"`
		Threads int    `json:"threads"`
	}{s, mode, threads})
	if err != nil {
		return 0, err
	}
	if _, err := p.in.Write(append(req, '\n')); err != nil {
		return 0, err
	}
	if !p.out.Scan() {
		return 0, fmt.Errorf("PyTorch stopped answering")
	}
	var t float64
	_, err = fmt.Sscan(p.out.Text(), &t)
	return t, err
}

func (p *peer) close() {
	p.in.Close()
	_ = p.cmd.Wait()
}
