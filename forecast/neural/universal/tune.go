package universal

import (
	"context"
	"fmt"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/seq"
)

// Tuned is the method after a short training on the panel that it forecasts. The last
// horizon of every series is kept back to find out whether and for how long training
// helps; where it does not help, the network stays as it was.
type Tuned struct {
	Method
	Steps int // training steps; 0 means 240
}

// Name is "tuned".
func (Tuned) Name() string { return "tuned" }

// About describes the method in a line.
func (Tuned) About() string {
	return "the network for series of any rate, trained a little on the file's own series"
}

// PerSeries is false: the series of a panel change the network.
func (Tuned) PerSeries() bool { return false }

// Trains is true.
func (Tuned) Trains([]forecast.Series) bool { return true }

// Fit trains a copy of the network.
func (m Tuned) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	net := &Net{m.Net.net.Clone()}
	if task.Portable {
		net = net.On(seq.Portable)
	}
	c := &Corpus{Batch: 32, Mix: .3, Seed: task.Seed, Fixed: min(12, (task.Horizon+block-1)/block)}
	var all, long, held []Item
	for _, s := range panel {
		it := Item{Values: s.Values, Season: task.Season, Week: SecondSeason(task.Season, s.Freq)}
		if len(it.Values) < task.Horizon+8 {
			continue
		}
		held = append(held, it)
		it.Values = it.Values[:len(it.Values)-task.Horizon]
		all = append(all, it)
		if len(it.Values) > lookback+block {
			long = append(long, it)
		}
	}
	plain := model{Method{Net: net}, task}
	if len(all) == 0 {
		return plain, nil
	}
	c.Groups = []Group{{Name: "short", Share: 1, Items: all, Short: true}, {Name: "long", Share: 1, Items: long}}
	switch {
	case len(long) == 0:
		c.Short = 1
	case 2*len(long) < len(all):
		c.Short = .5
	}
	const judges = 200 // series that decide
	batch := Held(net, held[:min(judges, len(held))], task.Horizon)
	steps := m.Steps
	if steps == 0 {
		steps = 240
	}
	before := seq.Evaluate(net.net, task.Threads, batch)
	start := time.Now()
	opt := seq.TrainOptions{
		Steps: steps, LearningRate: 3e-4, Beta2: .99, Warmup: steps / 12, FinalRate: .05, Average: .98, WeightDecay: .01,
		Threads: task.Threads, Seed: task.Seed, EvalEvery: max(1, steps/8),
		Evaluate: func(n *seq.Net) (float64, error) { return seq.Evaluate(n, task.Threads, batch), nil },
	}
	if report := task.Progress; report != nil {
		opt.Progress = func(p seq.Progress) {
			report(forecast.Progress{Stage: "the network", Step: p.Step, Steps: p.Steps, Loss: p.Loss, GradNorm: p.GradNorm, Elapsed: time.Since(start)})
		}
	}
	rep, err := seq.Train(ctx, net.net, c.Source(net), opt)
	if err == nil && rep.Steps == 0 {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("forecast: tuned: %w", err)
	}
	if !(rep.Best < before) {
		return m.Method.Fit(ctx, panel, task)
	}
	return plain, nil
}
