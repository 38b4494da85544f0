package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural/universal"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type universalFlags struct {
	m4, extra, out, checkpoint string
	from                       string
	season                     int
	steps, batch, threads      int
	rate, synthetic, mix       float64
	mislabel                   float64
	size                       universal.Size
	seed                       uint64
}

func (a *lab) trainUniversalCommand() *cobra.Command {
	f := &universalFlags{}
	c := &cobra.Command{
		Use:   "universal --m4 DIR --extra DIR -o FILE",
		Short: "Train the network that continues series of any rate",
		Long: `Train the network that continues series of any rate without training. The last
horizon of every M4 series and the last sixth of every other one are left out; the
network is scored there. With --checkpoint an interrupted training goes on. With
--from and --season it is trained further on the series of one season.`,
		Example: `  segue-lab train universal --m4 ~/data/m4 --extra ~/data/extra -o universal.safetensors --checkpoint universal.ckpt
  segue-lab train universal --m4 ~/data/m4 --extra ~/data/extra --from universal.safetensors --season 52 --steps 1000 --rate 5e-4 -o universal-52.safetensors`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.trainUniversal(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.m4, "m4", "", "folder of the M4 competition's training files (required)")
	fl.StringVar(&f.extra, "extra", "", "folder of eia-hourly.csv, beijing-hourly.csv and gapminder-yearly.csv (required)")
	fl.StringVarP(&f.out, "output", "o", "", "the model file (required)")
	fl.StringVar(&f.from, "from", "", "train this network further, for one season")
	fl.IntVar(&f.season, "season", 0, "with --from: the season whose series it is trained on (all)")
	fl.Float64Var(&f.mislabel, "mislabel", 0, "share of series that are given a season of others")
	fl.StringVar(&f.checkpoint, "checkpoint", "", "file that keeps the training's state")
	fl.IntVar(&f.steps, "steps", 12000, "training steps")
	fl.IntVar(&f.batch, "batch", 64, "sequences in a batch")
	fl.IntVar(&f.threads, "threads", 1, "threads")
	fl.Float64Var(&f.rate, "rate", 2e-3, "peak learning rate")
	fl.Float64Var(&f.synthetic, "synthetic", .2, "share of synthetic series in the long batches")
	fl.Float64Var(&f.mix, "mix", .3, "share of sequences that are averages of several series")
	fl.IntVar(&f.size.Hidden, "hidden", 0, "units of a layer (default 96)")
	fl.IntVar(&f.size.Layers, "layers", 0, "layers (default 2)")
	fl.IntVar(&f.size.Dense, "dense", 0, "units before the output (default 128)")
	fl.Uint64Var(&f.seed, "seed", 1, "random seed")
	return c
}

// heldGroup is a part of the data that is only scored on.
type heldGroup struct {
	name    string
	items   []universal.Item
	horizon int
}

func (a *lab) trainUniversal(ctx context.Context, f *universalFlags) error {
	if f.out == "" {
		return cli.Usagef("say where to write the model with -o FILE")
	}
	for flag, dir := range map[string]string{"--m4": f.m4, "--extra": f.extra} {
		if err := folder(flag, dir, "the data are"); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(f.out), 0o755); err != nil {
		return cli.Plain(f.out, err)
	}
	groups, held, err := a.universalCorpus(f.m4, f.extra)
	if err != nil {
		return err
	}
	for _, g := range groups {
		a.Say("%s: %d series, share %.2f", g.Name, len(g.Items), g.Share)
	}
	net, err := universal.New(f.size, f.seed)
	if err != nil {
		return err
	}
	corpus := &universal.Corpus{Groups: groups, Batch: f.batch, Synthetic: f.synthetic, Short: .15, Mix: f.mix, Mislabel: f.mislabel, Seed: f.seed}
	if f.from != "" {
		if net, held, err = f.specialise(corpus, held); err != nil {
			return err
		}
	}
	var batches []*seq.Batch
	for _, h := range held {
		batches = append(batches, universal.Held(net, h.items, h.horizon))
	}
	losses := newSheet(append([]string{"step", "mean"}, names(held)...)...)
	every := max(50, f.steps/12)
	start := time.Now()
	b := a.Bar()
	show := b.Forecast("universal, ")
	opt := seq.TrainOptions{
		Steps: f.steps, LearningRate: f.rate, Beta2: .99, Warmup: f.steps / 50, FinalRate: .01, Average: .999, WeightDecay: .01,
		Threads: f.threads, Seed: f.seed, EvalEvery: every, Checkpoint: f.checkpoint,
		Progress: func(p seq.Progress) {
			show(forecast.Progress{Stage: "network 1 of 1", Step: p.Step, Steps: p.Steps, Loss: p.Loss, GradNorm: p.GradNorm, Elapsed: time.Since(start)})
		},
		Evaluate: func(n *seq.Net) (float64, error) {
			sum := 0.0
			row := []any{}
			for _, h := range batches {
				l := seq.Evaluate(n, f.threads, h)
				sum += math.Log(l) / float64(len(batches))
				row = append(row, f4(l))
			}
			mean := math.Exp(sum)
			losses.add(append([]any{(len(losses.rows) + 1) * every, f4(mean)}, row...)...)
			a.Say("step %d: held-out loss %.4f", len(losses.rows)*every, mean)
			return mean, nil
		},
	}
	rep, err := seq.Train(ctx, net.Network(), corpus.Source(net), opt)
	b.Clear()
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	file, err := net.Encode(true)
	if err != nil {
		return err
	}
	took := time.Since(start).Round(time.Second)
	a.Say("wrote %s (%d kB, %d parameters) after %v; best %.4f at step %d", f.out, kilobytes(file), len(net.Network().Flat()), took, rep.Best, rep.BestStep)
	if err := a.Write(f.out, file); err != nil {
		return err
	}
	report := strings.TrimSuffix(f.out, filepath.Ext(f.out)) + ".md"
	return a.Write(report, universalReport(f, net, took, corpus, losses))
}

// specialise reads the network that is trained further and leaves the series of one
// season.
func (f *universalFlags) specialise(c *universal.Corpus, held []heldGroup) (*universal.Net, []heldGroup, error) {
	file, err := os.ReadFile(f.from)
	if err != nil {
		return nil, nil, cli.Plain(f.from, err)
	}
	net, err := universal.Decode(file)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", f.from, err)
	}
	if f.season == 0 {
		return net, held, nil
	}
	other := func(items []universal.Item) bool { return len(items) == 0 || items[0].Season != f.season }
	held = slices.DeleteFunc(held, func(h heldGroup) bool { return other(h.items) })
	c.Groups = slices.DeleteFunc(c.Groups, func(g universal.Group) bool { return other(g.Items) })
	if len(c.Groups) == 0 {
		return nil, nil, cli.Usagef("--season %d: there are no such series", f.season)
	}
	long := 0
	for _, g := range c.Groups {
		if !g.Short {
			long++
		}
	}
	switch c.Synthetic = 0; long {
	case 0:
		c.Short = 1
	case len(c.Groups):
		c.Short = 0
	default:
		c.Short = .7
	}
	return net, held, nil
}

func names(held []heldGroup) []string {
	var out []string
	for _, h := range held {
		out = append(out, h.name)
	}
	return out
}

// universalReport is the page that is committed beside the weights.
func universalReport(f *universalFlags, net *universal.Net, took time.Duration, from *universal.Corpus, losses *sheet) []byte {
	groups := newSheet("group", "series", "season", "second season", "share", "batches")
	for _, g := range from.Groups {
		batches := "long"
		if g.Short {
			batches = "short"
		}
		if len(g.Items) > 0 {
			groups.add(g.Name, len(g.Items), g.Items[0].Season, g.Items[0].Week, fmt.Sprintf("%.3f", g.Share), batches)
		}
	}
	c := net.Network().Config()
	title := "How the network for every rate was made"
	if f.from != "" {
		title = fmt.Sprintf("How it was trained further for a season of %d", f.season)
	}
	return fmt.Appendf(nil, `# %s

Command: `+"`make train-universal DATA=...`"+` (seed %d, %d steps of %d sequences, peak rate %g, %v on %d thread). %d parameters: %d
inputs, %d LSTM layers of %d units, a dense layer of %d, quantiles of the next sixteen values.

Not trained on: the last horizon of every M4 training file, the last sixth of every hourly series, the test parts of M4, and
M1, M3 and ETT altogether. Yearly country indicators that share five consecutive changes with the test part of an M1, M3 or M4
series had been taken out of the source. No series is part of this repository.

A share of %.2f of the batches is short (series of at most 64 values). In the long ones a share of %.2f is synthetic; %.2f of all
sequences are averages of two or three series. Every sequence is turned upside down with probability one half.

%s
Loss on what was left out, from the end of each series on (twice the pinball loss, in units of the drafts' usual error; mean:
geometric):

%s`, title, f.seed, f.steps, f.batch, f.rate, took, f.threads, len(net.Network().Flat()), c.Inputs, c.Layers, c.Hidden, c.HeadHidden, from.Short, from.Synthetic, from.Mix, groups, losses)
}

// universalCorpus reads what the network is trained on, and what it is scored on.
func (a *lab) universalCorpus(m4, extra string) (groups []universal.Group, held []heldGroup, err error) {
	add := func(name string, share float64, short bool, season, week int, panel []forecast.Series) {
		groups = append(groups, universal.Group{Name: name, Share: share, Short: short, Items: itemsOf(panel, season, week)})
	}
	hold := func(name string, horizon, season, week, most int, panel []forecast.Series) {
		step := max(1, len(panel)/most)
		var some []forecast.Series
		for i := 0; i < len(panel); i += step {
			some = append(some, panel[i])
		}
		held = append(held, heldGroup{name, itemsOf(some, season, week), horizon})
	}
	type kind struct {
		name            string
		horizon, season int
		week            int
		share           float64
		short           bool
	}
	for _, k := range []kind{{"Yearly", 6, 1, 0, .3, true}, {"Quarterly", 8, 4, 0, .3, true}, {"Monthly", 18, 12, 0, .2, true}, {"Weekly", 13, 52, 0, .25, false}, {"Hourly", 48, 24, 168, .2, false}} {
		// the last horizon of the training file is only scored on
		panel, err := a.m4Train(m4, k.name, 0)
		if err != nil {
			return nil, nil, err
		}
		past := make([]forecast.Series, len(panel))
		for i, s := range panel {
			past[i] = s.Head(max(0, len(s.Values)-k.horizon))
		}
		past = longer(past, 6)
		add("M4 "+k.name, k.share, k.short, k.season, k.week, past)
		hold("M4 "+k.name, k.horizon, k.season, k.week, 200, longer(slices.Clone(panel), 12+k.horizon))
		switch k.name {
		case "Monthly":
			add("M4 monthly, long", .06, false, 12, 0, longer(slices.Clone(past), 64))
		case "Quarterly":
			add("M4 quarterly, long", .03, false, 4, 0, longer(slices.Clone(past), 64))
			add("M4 quarters as years", .05, true, 1, 0, summed(past, 4, 10))
		}
	}
	years, err := a.ReadPanel(filepath.Join(extra, "gapminder-yearly.csv"))
	if err != nil {
		return nil, nil, err
	}
	add("gapminder", .12, true, 1, 0, years)
	for _, source := range []struct {
		file  string
		share float64
	}{{"eia-hourly.csv", .6}, {"beijing-hourly.csv", .4}} {
		hours, err := a.ReadPanel(filepath.Join(extra, source.file))
		if err != nil {
			return nil, nil, err
		}
		name := strings.TrimSuffix(source.file, "-hourly.csv")
		for _, r := range []struct {
			every, season, week int
			share               float64
		}{{1, 24, 168, .28}, {2, 12, 84, .05}, {3, 8, 56, .04}, {4, 6, 42, .04}, {6, 4, 28, .04}, {12, 2, 14, .03}, {24, 7, 364, .2}, {168, 52, 0, .1}} {
			panel := averaged(hours, r.every)
			past := make([]forecast.Series, len(panel))
			for i, s := range panel {
				past[i] = s.Head(len(s.Values) * 5 / 6)
			}
			label := fmt.Sprintf("%s, %d h", name, r.every)
			add(label, r.share*source.share, false, r.season, r.week, past)
			if h := map[int]int{1: 48, 24: 28, 168: 8}[r.every]; h > 0 {
				var ends []forecast.Series
				for i, s := range panel { // ends that lie anywhere in the last sixth
					n := len(s.Values)
					from := n*5/6 + h
					ends = append(ends, s.Head(from+(i*7919)%(n-from+1)))
				}
				hold(label, h, r.season, r.week, 120, ends)
			}
		}
	}
	return groups, held, nil
}

func itemsOf(panel []forecast.Series, season, week int) []universal.Item {
	out := make([]universal.Item, len(panel))
	for i, s := range panel {
		out[i] = universal.Item{Values: s.Values, Season: season, Week: week}
	}
	return out
}

// averaged gives the means of every k values; one is missing where more than half of
// its values are.
func averaged(panel []forecast.Series, k int) []forecast.Series {
	if k == 1 {
		return panel
	}
	out := make([]forecast.Series, len(panel))
	for i, s := range panel {
		v := make([]float64, len(s.Values)/k)
		for j := range v {
			sum, n := 0.0, 0
			for _, x := range s.Values[j*k : (j+1)*k] {
				if x == x {
					sum, n = sum+x, n+1
				}
			}
			v[j] = math.NaN()
			if 2*n >= k {
				v[j] = sum / float64(n)
			}
		}
		s.Values = v
		out[i] = s
	}
	return out
}
