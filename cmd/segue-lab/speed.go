package main

import (
	"context"
	_ "embed"
	"fmt"
	"runtime"
	"slices"

	"github.com/segue-go/segue/cmd/internal/cli"
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
one step of sampling, each the median of several rounds. Where the Python given
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
	Peak    float64 `json:"share_of_peak"`
	Steps   float64 `json:"steps_per_second"`
	Allocs  float64 `json:"allocations"`
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
	peak := tier.Peak()
	a.Say("tier %s, one core's peak %.1f GFLOP/s, %s", tier, peak, runtime.Version())
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
				r.Peak = r.GFLOPS / peak / float64(threads)
				out = append(out, r)
				a.Say("%s %s %d: %.3g s", s.Name, mode, threads, r.Seconds)
			}
		}
	}
	if f.json {
		return a.WriteJSON(map[string]any{"tier": tier, "peak_gflops": peak, "go": runtime.Version(), "results": out})
	}
	return a.Write("", []byte(speedSheet(out).String()))
}

func speedSheet(lines []speed) *sheet {
	s := newSheet("config", "mode", "threads", "ms", "GFLOP/s", "of peak", "steps/s", "allocs", "PyTorch ms", "its threads", "ratio")
	for _, r := range lines {
		torch, setting, ratio := "-", "-", "-"
		if r.Torch > 0 {
			torch, setting, ratio = fmt.Sprintf("%.4g", r.Torch*1e3), r.Setting, f2(r.Ratio).String()
		}
		s.add(r.Config, r.Mode, r.Threads, fmt.Sprintf("%.4g", r.Seconds*1e3), f1(r.GFLOPS), f0(100*r.Peak).String()+"%", fmt.Sprintf("%.4g", r.Steps), f0(r.Allocs), torch, setting, ratio)
	}
	return s
}
