package music

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/seq"
)

// AdaptOptions describe how a network is adapted to a seed. Zero fields mean the default.
type AdaptOptions struct {
	Style    string // what the network is told; "" is none
	Steps    int    // most training steps; default 48, a few seconds
	Seed     uint64
	Threads  int // default 1; does not change the result
	Progress func(seq.Progress)
}

const (
	adaptWindow  = 64   // notes in a window
	adaptBatch   = 4    // windows in a step
	adaptRate    = 4e-4 // of learning, constant
	leastAdapted = 96   // notes of a seed that can teach something
	judged       = .25  // of the notes, the last, judge whether the network has become better
	mostJudged   = 256
)

// Adaptation tells what adapting has changed: the loss on the seed's last notes before and
// after, in nats per note. They are equal if nothing became better, and NaN if the seed is
// too short.
type Adaptation struct{ Before, After float64 }

// Better reports whether the network has changed.
func (a Adaptation) Better() bool { return a.After < a.Before }

// Adapt returns the network trained a little more on the first three quarters of a seed,
// stopped where it predicts the last quarter best. If nothing is better than the
// network as it is, it returns m. The result depends on the options only, not on time.
func (m *Model) Adapt(ctx context.Context, seed *Score, opt AdaptOptions) (*Model, Adaptation, error) {
	if opt.Steps == 0 {
		opt.Steps = 48
	}
	l, err := NewLine(seed, -1)
	if err != nil {
		return nil, Adaptation{}, err
	}
	none := Adaptation{math.NaN(), math.NaN()}
	if len(l.Notes) < leastAdapted {
		return m, none, nil
	}
	net := m.net.Clone()
	k := style(opt.Style)
	c := &corpus{lines: []*Line{l}, styles: []int{k}, net: net, seed: opt.Seed, steps: adaptWindow, batch: adaptBatch}
	n := min(int(judged*float64(len(l.Notes))), mostJudged)
	from := len(l.Notes) - n
	judge := &seq.Batch{}
	judge.Resize(net, n, 1)
	r := newReader(l, l.about(l.Notes[max(0, from-told):from]), k)
	r.skip(from)
	r.fill(judge, 0, from)
	evaluate := func(x *seq.Net) (float64, error) { return seq.Evaluate(x, opt.Threads, judge), nil }
	a := Adaptation{}
	if a.Before, err = evaluate(net); err != nil {
		return nil, none, err
	}
	rep, err := seq.Train(ctx, net, seq.SourceFunc(func(step int, b *seq.Batch) error {
		rnd := rand.New(rand.NewPCG(c.seed, uint64(step)))
		b.Resize(net, adaptWindow, adaptBatch)
		for i := range b.B {
			at := rnd.IntN(max(1, from-adaptWindow/2))
			rd := newReader(l, l.about(l.Notes[max(0, at-told):min(from, at+adaptWindow)]), k)
			if rnd.Float64() < otherKey {
				c.transpose(rd, at, rnd.IntN(12)-6)
			}
			rd.skip(at)
			rd.fill(b, i, at)
			for t := max(0, from-at); t < b.T; t++ {
				b.Weight[t*b.B+i] = 0 // what judges is not learned
			}
		}
		return nil
	}), seq.TrainOptions{
		Steps: opt.Steps, LearningRate: adaptRate, Warmup: 4, FinalRate: -1, Threads: opt.Threads, Seed: opt.Seed,
		Evaluate: evaluate, EvalEvery: 8, Patience: 2, Progress: opt.Progress,
	})
	if err != nil {
		return nil, none, err
	}
	if a.After = rep.Best; !(a.After < a.Before) {
		a.After = a.Before
		return m, a, ctx.Err()
	}
	return &Model{net, m.copies}, a, ctx.Err()
}

// The notes of a piece are not independent evidence of its style: the evidence is that of
// the root of their number, so many times; and a share of the pieces is in no style that
// their notes tell. Both maximise the likelihood of the styles of the validation fold of
// package style, every style alike (see its REPORT.md).
const (
	styleTemper = 6
	anyStyle    = .1
)

// scored is how many of the last notes tell the style.
const scored = 192

// StylesOf returns the probability of each of Styles: the network scores the last notes
// of a score once per style, and Bayes' rule with equal priors turns the likelihoods into
// probabilities.
func (m *Model) StylesOf(s *Score) ([]float64, error) {
	l, err := NewLine(s, -1)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(Styles))
	best := math.Inf(-1)
	every := make([]int, len(Styles))
	for k := range every {
		every[k] = k
	}
	for k, x := range m.losses(l, scored, every...) {
		out[k] = -styleTemper * math.Sqrt(float64(x.Notes)) * (x.Joint() - x.Velocity)
		best = max(best, out[k])
	}
	sum := 0.
	for k := range out {
		out[k] = math.Exp(out[k] - best)
		sum += out[k]
	}
	for k := range out {
		out[k] = (1-anyStyle)*out[k]/sum + anyStyle/float64(len(out))
	}
	return out, nil
}

// Likeliest is the most probable style of a score.
func (m *Model) Likeliest(s *Score) (name string, probability float64, err error) {
	p, err := m.StylesOf(s)
	if err != nil {
		return "", 0, err
	}
	for k, x := range p {
		if x > probability {
			name, probability = Styles[k], x
		}
	}
	return name, probability, nil
}
