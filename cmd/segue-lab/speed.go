package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"runtime"
	"slices"
	"text/tabwriter"

	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type speedFlags struct {
	python  string
	names   []string
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
the same core, and the ratio of the medians is printed.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.benchSpeed(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.python, "python", "", "Python interpreter to compare with")
	fl.StringSliceVar(&f.names, "config", nil, "configurations (all)")
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
	Ratio   float64 `json:"ratio,omitempty"` // PyTorch's time over ours
}

func (a *lab) benchSpeed(ctx context.Context, f *speedFlags) error {
	var torch *peer
	if f.python != "" {
		var err error
		if torch, err = startPeer(ctx, f.python); err != nil {
			a.Say("no comparison: %v", err)
		} else {
			defer torch.close()
			a.Say("comparing with PyTorch %s", torch.version)
		}
	}
	peak := seq.Peak()
	a.Say("tier %s, one core's peak %.1f GFLOP/s, %s", seq.Tier(), peak, runtime.Version())
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
				a.Say("%s %s %d: %.3g s", s.Name, mode, threads, r.Seconds)
			}
		}
	}
	if f.json {
		return a.WriteJSON(map[string]any{"tier": seq.Tier(), "peak_gflops": peak, "go": runtime.Version(), "results": out})
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
	return a.Write("", buf.Bytes())
}
