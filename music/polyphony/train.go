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

// Options says how a model of rolls is made. Zero fields mean the default.
type Options struct {
	Kind           Kind    // default IndependentKeys
	Hidden, Layers int     // default 256 and 1
	Steps          int     // of eight windows each, default 3000
	Dropout        float64 // default .4; negative is none
	LearningRate   float64 // default 1e-2 for independent keys, 4e-3 in the frame
	// Lags are the frames that a step sees besides what the state holds, counted
	// back from the one that it forecasts. Default 1 and 2; those a bar or two back
	// help where tunes repeat themselves.
	Lags []int
	// Clocks are the lengths of the cycles by which a step knows how many frames
	// have passed: their number modulo these. Default 16.
	Clocks []int
	// Shift is the number of keys by which pieces are transposed at most, in
	// training. Default none: the benchmarks' pieces were brought to one key.
	Shift int
	// Views is the number of keys by which a piece to be scored is transposed at
	// most; the forecasts of all transpositions are averaged. Default none.
	Views    int
	Nets     int // networks whose forecasts are averaged, default 1
	Threads  int
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
	shift  int // transpose by so many keys at most
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
			w.at = max(0, r.IntN(n+c.frames/4)-c.frames/4) // beginnings come more often
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

// defaults fills in what is not given.
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

// codec is that of a network made with these options.
func (opt Options) codec(n *seq.Net) codec {
	return codec{n, opt.Kind, opt.Lags, opt.Clocks}
}

// Train learns from rolls and keeps the weights that do best on valid.
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
	frames := 128
	if opt.Kind == InFrame {
		frames = 48 // as many steps, about
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
		some := valid // enough to choose a step by
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
