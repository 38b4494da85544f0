package polyphony

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/internal/sample"
	"github.com/segue-go/segue/seq"
)

// Options describe a model and its training. Zero fields mean the default.
type Options struct {
	Kind           Kind    // default IndependentKeys
	Hidden, Layers int     // default 256 and 1
	Steps          int     // of eight windows each, default 3000
	Dropout        float64 // default .4; negative is none
	LearningRate   float64 // default 1e-2 for independent keys, 4e-3 in the frame
	// Lags are the past frames that a step reads in addition to its state, counted back
	// from the frame that it predicts. Default 1 and 2; lags of a bar or two help when
	// tunes repeat themselves.
	Lags []int
	// Clocks are cycle lengths: a step reads the number of its frame modulo each of these.
	// Default 16.
	Clocks []int
	// Shift is the largest transposition of pieces in training, in keys. Default none: the
	// benchmarks' pieces are transposed to one key.
	Shift int
	// Views is the largest transposition of a piece that is scored, in keys; the
	// predictions for all transpositions are averaged. Default none.
	Views    int
	Nets     int // number of networks whose predictions are averaged; default 1
	Threads  int
	Tier     seq.Tier // instructions to train and to score with; the zero value is the best
	Seed     uint64
	Progress func(seq.Progress)
}

// corpus draws windows of rolls, transposed at random.
type corpus struct {
	codec
	rolls  []Roll
	cum    []float64
	seed   uint64
	frames int // of a window
	batch  int
	shift  int // largest transposition
}

func (c *corpus) Batch(step int, b *seq.Batch) error {
	r := rand.New(rand.NewPCG(c.seed, uint64(step)))
	windows := make([]window, c.batch)
	longest := 1
	for i := range windows {
		w := window{roll: c.rolls[sample.Pick(c.cum, r)]}
		shifts := w.roll.shifts(c.shift)
		w.shift = shifts[r.IntN(len(shifts))]
		if n := len(w.roll) - c.frames; n > 0 {
			w.at = max(0, r.IntN(n+c.frames/4)-c.frames/4) // so that beginnings come more often
		}
		w.n = min(len(w.roll)-w.at, c.frames)
		if w.at > 0 {
			w.skip = rollWarmup
		}
		windows[i] = w
		longest = max(longest, c.length(w))
	}
	b.Resize(c.net, longest, c.batch)
	for i, w := range windows {
		c.fill(b, i, w)
	}
	return nil
}

// defaults sets the fields that are zero.
func (opt Options) defaults() Options {
	for _, d := range []struct {
		x *int
		v int
	}{{&opt.Hidden, 256}, {&opt.Layers, 1}, {&opt.Steps, 3000}, {&opt.Nets, 1}, {&opt.Threads, runtime.GOMAXPROCS(0)}} {
		if *d.x == 0 {
			*d.x = d.v
		}
	}
	if opt.Kind == "" {
		opt.Kind = IndependentKeys
	}
	if opt.Dropout == 0 {
		opt.Dropout = .4
	}
	if opt.Lags == nil {
		opt.Lags = []int{1, 2}
	}
	if opt.Clocks == nil {
		opt.Clocks = []int{16}
	}
	if opt.LearningRate == 0 {
		opt.LearningRate = 4e-3
		if opt.Kind == IndependentKeys {
			opt.LearningRate = 1e-2
		}
	}
	return opt
}

// net makes an untrained network.
func (opt Options) net(seed uint64) (*seq.Net, error) {
	drop := max(opt.Dropout, 0)
	cfg := seq.Config{
		Inputs: opt.inputs(), Hidden: opt.Hidden, Layers: opt.Layers, ForgetBias: 1, HeadHidden: opt.Hidden / 2, Skip: true,
		Dropout: drop, HeadDropout: drop, InputDropout: drop / 2,
	}
	if opt.Kind == IndependentKeys {
		cfg.Head = seq.HeadSpec{Kind: "bernoulli", Targets: rollKeys}
		return seq.New(cfg, seed)
	}
	cfg.Inputs += rollKeys
	cfg.Tokens = []seq.TokenStream{{Name: "last", Size: rollKeys + 1, Dim: 24}}
	return seq.NewWithHead(cfg, frameHead{}, seed)
}

// codec returns the codec of a network made with these options.
func (opt Options) codec(n *seq.Net) codec {
	return codec{n, opt.Kind, opt.Lags, opt.Clocks}
}

// Train learns from rolls and keeps the weights with the smallest loss on valid, if there
// are any.
func Train(ctx context.Context, train, valid []Roll, opt Options) (*Model, error) {
	opt = opt.defaults()
	m := &Model{opt: opt}
	for i := range opt.Nets {
		o := opt
		o.Seed += uint64(i)
		if opt.Progress != nil {
			o.Progress = func(p seq.Progress) {
				p.Step += i * opt.Steps
				p.Steps *= opt.Nets
				opt.Progress(p)
			}
		}
		net, err := trainOne(ctx, train, valid, o)
		if err != nil {
			return nil, err
		}
		m.nets = append(m.nets, net)
	}
	return m, nil
}

// trainOne makes one network.
func trainOne(ctx context.Context, train, valid []Roll, opt Options) (*seq.Net, error) {
	net, err := opt.net(opt.Seed)
	if err != nil {
		return nil, err
	}
	net = net.On(opt.Tier)
	frames := 128
	if opt.Kind == InFrame {
		frames = 48 // about as many network steps
	}
	c := &corpus{codec: opt.codec(net), seed: opt.Seed + 1, frames: frames, batch: 8, shift: opt.Shift}
	var total float64
	for _, r := range train {
		if len(r) > rollWarmup {
			total += float64(len(r))
			c.rolls, c.cum = append(c.rolls, r), append(c.cum, total)
		}
	}
	if total == 0 {
		return nil, fmt.Errorf("music: no roll to learn from: %w", music.ErrNoNotes)
	}
	for i := range c.cum {
		c.cum[i] /= total
	}
	o := seq.TrainOptions{
		Steps: opt.Steps, LearningRate: opt.LearningRate, Warmup: 100, FinalRate: .01, WeightDecay: .2, Average: .998,
		Threads: opt.Threads, Seed: opt.Seed, Progress: opt.Progress, EvalEvery: max(1, opt.Steps/20),
	}
	if len(valid) > 0 {
		some := valid // enough to choose the best step
		if most := 40; len(some) > most {
			some = nil
			for i := range most {
				some = append(some, valid[i*len(valid)/most])
			}
		}
		plain := opt
		plain.Views = 0
		o.Evaluate = func(n *seq.Net) (float64, error) {
			return (&Model{[]*seq.Net{n}, plain}).Loss(some).Pooled, nil
		}
	}
	_, err = seq.Train(ctx, net, c, o)
	return net, err
}
