package music

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"github.com/segue-go/segue/seq"
)

// Roll is music as a piano roll: per frame the keys that sound, ascending, 0 to
// 87.
type Roll [][]uint8

// RollKind is the class of a model of rolls; figures of the two must not be
// compared with each other.
type RollKind string

const (
	// IndependentKeys forecasts every key of the next frame by itself.
	IndependentKeys RollKind = "independent keys"
	// InFrame forecasts the keys of a frame one after the other, from low to high,
	// each given the lower ones, and then the frame's end: the exact distribution
	// over sets (Boulanger-Lewandowski, Bengio and Vincent 2012 did so with NADE).
	InFrame RollKind = "autoregressive in the frame"
)

// RollOptions says how a model of rolls is made. Zero fields mean the default.
type RollOptions struct {
	Kind           RollKind // default IndependentKeys
	Hidden, Layers int      // default 256 and 1
	Steps          int      // default 3000
	Dropout        float64  // default .3; negative is none
	Rate           float64  // default 1e-2 for independent keys, 2e-3 in the frame
	Threads        int
	Seed           uint64
	Progress       func(seq.Progress)
}

const (
	rollKeys = 88
	rollEnd  = rollKeys // the token that ends a frame
	// a window that begins inside a piece scores what comes after so many frames
	rollWarmup = 6
)

// RollModel forecasts rolls.
type RollModel struct {
	net  *seq.Net
	kind RollKind
}

// Parameters counts the network's.
func (m *RollModel) Parameters() int { return len(m.net.Flat()) }

// frameHead scores one token of a frame by softmax over those that may come:
// keys above the last one, and the end.
type frameHead struct{}

func (frameHead) Outputs() int { return rollKeys + 1 }

// Targets are the token and the lowest key that may come.
func (frameHead) Targets() int { return 2 }

func (frameHead) Loss(grad, out, target []float32) float64 {
	if target[0] != target[0] {
		clear(grad)
		return 0
	}
	label, low := int(target[0]), int(target[1])
	top := out[rollEnd]
	for _, v := range out[low:rollKeys] {
		top = max(top, v)
	}
	var sum float64
	for _, v := range out[low:] {
		sum += math.Exp(float64(v - top))
	}
	if grad != nil {
		clear(grad)
		for j := low; j <= rollEnd; j++ {
			grad[j] = float32(math.Exp(float64(out[j]-top)) / sum)
		}
		grad[label]--
	}
	return math.Log(sum) - float64(out[label]-top)
}

// rollCodec turns rolls into batches.
type rollCodec struct {
	net  *seq.Net
	kind RollKind
}

// length is the number of network steps of a roll.
func (c rollCodec) length(r Roll) int {
	if c.kind == IndependentKeys {
		return len(r)
	}
	n := 0
	for _, f := range r {
		n += len(f) + 1
	}
	return n
}

// fill writes a roll, shifted by so many keys, into sequence i of b. Frames
// before from are read but not scored. It returns the number of frames that are.
func (c rollCodec) fill(b *seq.Batch, i int, r Roll, shift, from int) int {
	scored := 0
	if c.kind == IndependentKeys {
		for t := range min(len(r), b.T) {
			row := t*b.B + i
			if t > 0 {
				for _, k := range r[t-1] {
					b.X[row*rollKeys+int(k)+shift] = 1
				}
			}
			for _, k := range r[t] {
				b.Target[row*rollKeys+int(k)+shift] = 1
			}
			if t >= from {
				b.Weight[row] = 1
				scored++
			}
		}
		return scored
	}
	const inputs = 2 * rollKeys
	t := 0
	last := int32(rollEnd)
	for f, keys := range r {
		low := 0
		for k := range len(keys) + 1 {
			if t == b.T {
				return scored
			}
			row := t*b.B + i
			t++
			if f > 0 {
				for _, p := range r[f-1] {
					b.X[row*inputs+int(p)+shift] = 1
				}
			}
			for _, p := range keys[:k] {
				b.X[row*inputs+rollKeys+int(p)+shift] = 1
			}
			b.Tokens[0][row] = last
			label := rollEnd
			if k < len(keys) {
				label = int(keys[k]) + shift
			}
			b.Target[row*2], b.Target[row*2+1] = float32(label), float32(low)
			if f >= from {
				b.Weight[row] = 1
			}
			low, last = label+1, int32(label)
		}
		if f >= from {
			scored++
		}
	}
	return scored
}

// span is the lowest and the highest key of a roll.
func (r Roll) span() (lo, hi int) {
	lo, hi = rollKeys-1, 0
	for _, f := range r {
		if len(f) > 0 {
			lo, hi = min(lo, int(f[0])), max(hi, int(f[len(f)-1]))
		}
	}
	return lo, hi
}

// rollCorpus draws windows of rolls, transposed at random.
type rollCorpus struct {
	rollCodec
	rolls  []Roll
	cum    []float64
	seed   uint64
	frames int // of a window
	batch  int
}

func (c *rollCorpus) Batch(step int, b *seq.Batch) error {
	r := rand.New(rand.NewPCG(c.seed, uint64(step)))
	windows := make([]Roll, c.batch)
	froms, shifts := make([]int, c.batch), make([]int, c.batch)
	longest := 1
	for i := range windows {
		roll := c.rolls[pick(c.cum, r)]
		lo, hi := roll.span()
		if hi >= lo {
			down, up := min(6, lo), min(6, rollKeys-1-hi)
			shifts[i] = r.IntN(down+up+1) - down
		}
		at := 0
		if n := len(roll) - c.frames; n > 0 {
			at = max(0, r.IntN(n+c.frames/4)-c.frames/4) // beginnings come more often
		}
		windows[i] = roll[at:min(len(roll), at+c.frames)]
		if at > 0 {
			froms[i] = rollWarmup
		}
		longest = max(longest, c.length(windows[i]))
	}
	b.Resize(c.net, longest, c.batch)
	for i, w := range windows {
		c.fill(b, i, w, shifts[i], froms[i])
	}
	return nil
}

// RollLoss is a negative log likelihood in nats per frame, summed over the keys.
type RollLoss struct {
	Frames      int     `json:"frames"`
	Pooled      float64 `json:"pooled"`       // mean over all frames, the first of each roll not scored (Bai et al. 2018)
	PerSequence float64 `json:"per_sequence"` // mean over rolls of the rolls' means, likewise
	WithFirst   float64 `json:"with_first"`   // pooled, first frames scored from an empty one
}

// Loss scores rolls.
func (m *RollModel) Loss(rolls []Roll) RollLoss {
	c := rollCodec{m.net, m.kind}
	p := m.net.NewPass(1)
	score := func(r Roll, from int) (nats float64, frames int) {
		var b seq.Batch
		b.Resize(m.net, max(1, c.length(r)), 1)
		if frames = c.fill(&b, 0, r, 0, from); frames == 0 {
			return 0, 0
		}
		loss := p.Loss(&b, nil)
		return loss * p.Weight(), frames
	}
	var l RollLoss
	var sum, first float64
	all, used := 0, 0
	for _, r := range rolls {
		nats, n := score(r, 1)
		if n == 0 {
			continue
		}
		l.PerSequence += nats / float64(n)
		sum += nats
		l.Frames += n
		used++
		nats, n = score(r, 0)
		first += nats
		all += n
	}
	l.Pooled, l.PerSequence, l.WithFirst = sum/float64(l.Frames), l.PerSequence/float64(used), first/float64(all)
	return l
}

// TrainRolls learns from rolls and keeps the weights that do best on valid.
func TrainRolls(ctx context.Context, train, valid []Roll, opt RollOptions) (*RollModel, seq.Report, error) {
	for _, d := range []struct {
		x *int
		v int
	}{{&opt.Hidden, 256}, {&opt.Layers, 1}, {&opt.Steps, 3000}, {&opt.Threads, runtime.GOMAXPROCS(0)}} {
		if *d.x == 0 {
			*d.x = d.v
		}
	}
	if opt.Kind == "" {
		opt.Kind = IndependentKeys
	}
	if opt.Dropout == 0 {
		opt.Dropout = .3
	}
	if opt.Rate == 0 {
		opt.Rate = 2e-3
		if opt.Kind == IndependentKeys {
			opt.Rate = 1e-2
		}
	}
	drop := max(opt.Dropout, 0)
	cfg := seq.Config{Hidden: opt.Hidden, Layers: opt.Layers, ForgetBias: 1, Dropout: drop, HeadDropout: drop, InputDropout: drop / 4, Skip: true}
	var net *seq.Net
	var err error
	frames := 128
	if opt.Kind == IndependentKeys {
		cfg.Inputs, cfg.Head = rollKeys, seq.HeadSpec{Kind: "bernoulli", Targets: rollKeys}
		net, err = seq.New(cfg, opt.Seed)
	} else {
		frames = 48 // as many steps, about
		cfg.Inputs, cfg.Tokens = 2*rollKeys, []seq.Token{{Name: "last", Size: rollKeys + 1, Dim: 24}}
		net, err = seq.NewWithHead(cfg, frameHead{}, opt.Seed)
	}
	if err != nil {
		return nil, seq.Report{}, err
	}
	c := &rollCorpus{rollCodec: rollCodec{net, opt.Kind}, seed: opt.Seed + 1, frames: frames, batch: 32}
	var total float64
	for _, r := range train {
		if len(r) > rollWarmup {
			total += float64(len(r))
			c.rolls, c.cum = append(c.rolls, r), append(c.cum, total)
		}
	}
	if total == 0 {
		return nil, seq.Report{}, fmt.Errorf("music: no roll to learn from: %w", ErrNoNotes)
	}
	for i := range c.cum {
		c.cum[i] /= total
	}
	m := &RollModel{net, opt.Kind}
	o := seq.TrainOptions{
		Steps: opt.Steps, LearningRate: opt.Rate, Warmup: 100, FinalRate: .01, WeightDecay: .01, Average: .998,
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
		o.Evaluate = func(n *seq.Net) (float64, error) {
			return (&RollModel{n, opt.Kind}).Loss(slices.Clone(some)).Pooled, nil
		}
	}
	rep, err := seq.Train(ctx, net, c, o)
	return m, rep, err
}
