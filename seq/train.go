package seq

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/segue-go/segue/seq/internal/kernel"
)

// ErrDiverged is returned when the loss or the gradient is no longer finite;
// the network then holds the best parameters so far.
var ErrDiverged = errors.New("training diverged")

// A Source provides the training batches. Batch fills b for a step; it must
// depend on step only, so that training can be resumed exactly. To carry
// hidden state across windows, give consecutive windows at consecutive steps
// and mark fresh sequences in b.Reset (see TrainOptions.Carry).
type Source interface {
	Batch(step int, b *Batch) error
}

// SourceFunc is a Source made of a function.
type SourceFunc func(step int, b *Batch) error

// Batch calls f.
func (f SourceFunc) Batch(step int, b *Batch) error { return f(step, b) }

// TrainOptions configures training. A zero field means the default given with it;
// where it says so, a negative one switches the feature off.
type TrainOptions struct {
	Steps        int     // optimiser steps, which set the learning rate schedule; required
	Stop         int     // stop early, after this many steps; 0 means Steps
	LearningRate float64 // peak rate, default 1e-3
	Beta1, Beta2 float64 // Adam's decay rates, default .9 and .999
	Eps          float64 // default 1e-8
	WeightDecay  float64 // decoupled (AdamW), default 0
	Clip         float64 // largest gradient norm, default 1; negative is off
	Warmup       int     // steps of linear warm-up, default 0
	FinalRate    float64 // cosine decay to this share of the peak, default 0; negative keeps the rate constant
	Average      float64 // decay of the moving average of the weights that is used in the end, for instance .998; 0 is off
	Carry        bool    // hand the hidden state from each batch to the next (truncated back-propagation through time)
	Threads      int     // default 1; does not change the result
	Seed         uint64  // of the dropout masks

	// Evaluate scores the network (lower is better) every EvalEvery steps
	// (default Steps/20); the best parameters are kept. It sees the averaged
	// weights. nil keeps the last ones.
	Evaluate  func(*Net) (float64, error)
	EvalEvery int
	Patience  int // stop after this many evaluations without improvement; 0 is off

	// Progress is called after every step if not nil.
	Progress func(Progress)

	// Checkpoint is a file that receives the whole training state every
	// CheckpointEvery steps (default EvalEvery). If it exists, training resumes
	// from it. "" is off.
	Checkpoint      string
	CheckpointEvery int
}

// Progress describes one step.
type Progress struct {
	Step, Steps int
	Loss        float64   // of the batch
	Parts       []float64 // see Pass.Losses; valid during the call
	GradNorm    float64   // before clipping
	Rate        float64   // learning rate
	Score       float64   // of the latest evaluation; NaN before
	Best        float64   // lowest score; NaN before
	Elapsed     time.Duration
}

// Report is the outcome of a training.
type Report struct {
	Steps    int     // steps done, those before a resume included
	Best     float64 // lowest score, NaN without Evaluate
	BestStep int
	Stopped  string // "steps", "patience" or "cancelled"
}

func (o TrainOptions) withDefaults() TrainOptions {
	def := func(x *float64, v float64) {
		if *x == 0 {
			*x = v
		}
	}
	def(&o.LearningRate, 1e-3)
	def(&o.Beta1, .9)
	def(&o.Beta2, .999)
	def(&o.Eps, 1e-8)
	def(&o.Clip, 1)
	if o.Stop == 0 {
		o.Stop = o.Steps
	}
	if o.EvalEvery == 0 {
		o.EvalEvery = max(1, o.Steps/20)
	}
	if o.CheckpointEvery == 0 {
		o.CheckpointEvery = o.EvalEvery
	}
	return o
}

// rate is the learning rate of a step, counted from 1.
func (o TrainOptions) rate(step int) float64 {
	lr := o.LearningRate
	if step <= o.Warmup {
		return lr * float64(step) / float64(o.Warmup)
	}
	if o.FinalRate < 0 {
		return lr
	}
	x := float64(step-o.Warmup) / float64(max(1, o.Steps-o.Warmup))
	return lr * (o.FinalRate + (1-o.FinalRate)*0.5*(1+math.Cos(math.Pi*min(x, 1))))
}

// trainer is the state of a training between steps.
type trainer struct {
	opt        TrainOptions
	model      Model
	k          kernel.Target
	net        *netModel // nil if the model is another one
	judge      func() (float64, error)
	params     []float32
	grad, m, v []float32
	avg        []float32 // nil without averaging
	latest     []float32 // the parameters while averaged ones are judged
	best       []float32 // nil until the first evaluation
	step       int
	bestStep   int
	bestScore  float64
	score      float64
	since      int    // evaluations since the best
	begun      uint64 // see digest; 0 without checkpoints
}

// Train fits the network to batches from src. When ctx is cancelled it returns
// at the next step with the best (or, without Evaluate, the latest) parameters
// in place and Stopped = "cancelled"; that is not an error.
func Train(ctx context.Context, net *Net, src Source, opt TrainOptions) (Report, error) {
	return newNetTrainer(net, src, opt).train(ctx)
}

func newNetTrainer(net *Net, src Source, opt TrainOptions) *trainer {
	m := &netModel{net: net, src: src, carry: opt.Carry, pass: net.NewPass(opt.Threads)}
	t := newTrainer(m, opt)
	t.net = m
	if opt.Evaluate != nil {
		t.judge = func() (float64, error) { return opt.Evaluate(net) }
	}
	return t
}

func newTrainer(m Model, opt TrainOptions) *trainer {
	t := &trainer{opt: opt.withDefaults(), model: m, params: m.Flat(), bestScore: math.NaN(), score: math.NaN()}
	var tier Tier
	if x, ok := m.(interface{ Tier() Tier }); ok {
		tier = x.Tier()
	}
	t.k = tier.kernel()
	n := len(t.params)
	t.grad, t.m, t.v = kernel.Alloc(n), kernel.Alloc(n), kernel.Alloc(n)
	if t.opt.Average > 0 {
		t.avg = kernel.Alloc(n)
		copy(t.avg, t.params)
	}
	return t
}

// Optimiser does single optimiser steps, for callers with a training loop of their
// own; otherwise use Train. It uses the options of the optimiser, Carry, Threads
// and Seed.
type Optimiser struct {
	t    *trainer
	next Batch
}

// NewOptimiser returns an optimiser of net's parameters.
func NewOptimiser(net *Net, opt TrainOptions) *Optimiser {
	opt.Steps = max(opt.Steps, 1)
	o := &Optimiser{}
	o.t = newNetTrainer(net, SourceFunc(func(_ int, b *Batch) error {
		*b = o.next
		return nil
	}), opt)
	return o
}

// Step does one step on a batch and returns its loss and the norm of the
// gradient before clipping. If one of them is not finite the parameters stay.
func (o *Optimiser) Step(b *Batch) (loss, norm float64) {
	o.next = *b
	loss, norm, _, _ = o.t.update() // the source above never fails
	o.t.step++
	return loss, norm
}

// train runs to the end, from the checkpoint if there is one.
func (t *trainer) train(ctx context.Context) (Report, error) {
	if t.opt.Steps < 1 {
		return Report{}, fmt.Errorf("seq: training for %d steps, want at least 1", t.opt.Steps)
	}
	if t.opt.Checkpoint != "" {
		if err := t.resume(t.opt.Checkpoint); err != nil {
			return Report{}, err
		}
	}
	reason, err := t.run(ctx)
	t.finish()
	return Report{Steps: t.step, Best: t.bestScore, BestStep: t.bestStep, Stopped: reason}, err
}

func (t *trainer) run(ctx context.Context) (reason string, err error) {
	o := t.opt
	start := time.Now()
	for t.step < o.Stop {
		if o.Patience > 0 && t.since >= o.Patience {
			return "patience", nil
		}
		if ctx.Err() != nil {
			if o.Checkpoint != "" {
				err = t.save(o.Checkpoint)
			}
			return "cancelled", err
		}
		loss, norm, rate, err := t.update()
		if err != nil {
			return "error", err
		}
		if math.IsNaN(loss+norm) || math.IsInf(loss+norm, 0) {
			return "error", fmt.Errorf("seq: %w at step %d: loss %v, gradient norm %v", ErrDiverged, t.step+1, loss, norm)
		}
		t.step++
		if t.judge != nil && (t.step%o.EvalEvery == 0 || t.step == o.Stop) {
			if err := t.evaluate(); err != nil {
				return "error", err
			}
		}
		if o.Checkpoint != "" && t.step%o.CheckpointEvery == 0 {
			if err := t.save(o.Checkpoint); err != nil {
				return "error", err
			}
		}
		if o.Progress != nil {
			o.Progress(Progress{
				Step: t.step, Steps: o.Steps, Loss: loss, Parts: t.parts(), GradNorm: norm, Rate: rate,
				Score: t.score, Best: t.bestScore, Elapsed: time.Since(start),
			})
		}
	}
	return "steps", nil
}

// parts are the parts of a network's last loss.
func (t *trainer) parts() []float64 {
	if t.net == nil {
		return nil
	}
	return t.net.pass.Losses()
}

// update does one optimiser step.
func (t *trainer) update() (loss, norm, rate float64, err error) {
	o := &t.opt
	clear(t.grad)
	key := mix(o.Seed ^ mix(uint64(t.step)+1))
	if key == 0 {
		key = 1
	}
	if loss, err = t.model.Gradient(t.step, t.grad, key); err != nil {
		return loss, norm, rate, err
	}
	norm = Norm(t.grad)
	scale := 1.0
	if o.Clip > 0 {
		scale = min(1, o.Clip/(norm+1e-6))
	}
	rate = o.rate(t.step + 1)
	if math.IsNaN(loss+norm) || math.IsInf(loss+norm, 0) {
		return loss, norm, rate, nil
	}
	k := float64(t.step + 1)
	t.k.Adam(t.params, t.grad, t.m, t.v, kernel.AdamStep{
		Scale: float32(scale), Beta1: float32(o.Beta1), Beta2: float32(o.Beta2),
		Step: float32(rate / (1 - math.Pow(o.Beta1, k))),
		Root: float32(1 / math.Sqrt(1-math.Pow(o.Beta2, k))),
		Eps:  float32(o.Eps), Keep: float32(1 - rate*o.WeightDecay),
	})
	if t.avg != nil {
		// the decay grows with the steps, so that early weights fade quickly
		d := float32(min(o.Average, k/(k+9)))
		for i, p := range t.params {
			t.avg[i] = d*t.avg[i] + (1-d)*p
		}
	}
	return loss, norm, rate, nil
}

// evaluate scores the model as if training ended here: with the averaged
// parameters where there are any.
func (t *trainer) evaluate() error {
	if t.avg != nil {
		t.latest = append(t.latest[:0], t.params...)
		copy(t.params, t.avg)
		defer func() { copy(t.params, t.latest) }()
	}
	score, err := t.judge()
	if err != nil {
		return err
	}
	t.score = score
	t.since++
	if !(score >= t.bestScore) && !math.IsNaN(score) {
		t.bestScore, t.bestStep, t.since = score, t.step, 0
		t.best = append(t.best[:0], t.params...)
	}
	return nil
}

// finish leaves the best parameters in the network.
func (t *trainer) finish() {
	switch {
	case t.best != nil:
		copy(t.params, t.best)
	case t.avg != nil:
		copy(t.params, t.avg)
	}
}

// Norm is the Euclidean norm of x.
func Norm(x []float32) float64 {
	var s [4]float64
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a, b, c, d := float64(x[i]), float64(x[i+1]), float64(x[i+2]), float64(x[i+3])
		s[0] += a * a
		s[1] += b * b
		s[2] += c * c
		s[3] += d * d
	}
	for ; i < len(x); i++ {
		s[0] += float64(x[i]) * float64(x[i])
	}
	return math.Sqrt(s[0] + s[1] + s[2] + s[3])
}

// Evaluate returns the loss of net over batches, weighted by their weights;
// each batch starts from a zero state.
func Evaluate(net *Net, threads int, batches ...*Batch) float64 {
	p := net.NewPass(threads)
	var loss, weight float64
	for _, b := range batches {
		l := p.Loss(b, nil)
		w := p.Weight()
		if math.IsInf(w, 0) {
			continue
		}
		loss += l * w
		weight += w
	}
	return loss / weight
}
