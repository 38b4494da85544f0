package music

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/segue-go/segue/music/internal/kind"
	"github.com/segue-go/segue/music/internal/sample"
	"github.com/segue-go/segue/seq"
)

// Model is a network that learned a style. It may be used by many goroutines at once.
type Model struct {
	net    *seq.Net
	copies *sample.Copies // runs of the training music; nil if the file has none
}

// TrainOptions describes how a model is trained. Zero fields mean the default.
type TrainOptions struct {
	Hidden       int           // LSTM units per layer; default 128
	Layers       int           // default 1
	Steps        int           // default 60 passes over the music, at least 1000 and at most 20000 steps
	Limit        time.Duration // training stops after this time and keeps what it has; 0 is no limit
	Dropout      float64       // default .1; negative is off
	LearningRate float64       // default 3e-3
	WeightDecay  float64       // of AdamW; default .2
	Threads      int           // default all cores; does not change the result
	Tier         seq.Tier      // instructions to train and later to play with; the zero value is the best
	Seed         uint64
	Window       int // notes in a training window; default 64
	EvalEvery    int // steps between validations; default a twentieth of all
	Batch        int // windows in a batch; default 8, since small collections are learned best in many small steps
	// From is a network that training begins with, in place of a new one; Hidden, Layers and
	// Dropout are not used. The defaults are then 4e-4 for LearningRate, and 4 passes, at
	// least 100 and at most 1000 steps.
	From *Model
	// Weights are the scores' shares in training; nil means by number of notes.
	Weights []float64
	// Checkpoint is a file that training saves to and resumes from; "" is none.
	Checkpoint string
	// Progress is called after every step, if not nil.
	Progress func(seq.Progress)
}

// Train learns the style of scores. Given ten or more it holds out every tenth for
// validation and keeps the weights that do best there.
func Train(ctx context.Context, scores []*Score, opt TrainOptions) (*Model, seq.Report, error) {
	train := pieces(scores, opt.Weights)
	var valid []Piece
	if len(train) >= 10 {
		all := train
		train = nil
		for i, p := range all {
			if i%10 == 9 {
				valid = append(valid, p)
			} else {
				train = append(train, p)
			}
		}
	}
	return TrainPieces(ctx, train, valid, opt)
}

func (o TrainOptions) withDefaults() TrainOptions {
	for _, d := range []struct {
		x *int
		v int
	}{{&o.Hidden, 128}, {&o.Layers, 1}, {&o.Threads, runtime.GOMAXPROCS(0)}, {&o.Window, 64}, {&o.Batch, 8}} {
		if *d.x == 0 {
			*d.x = d.v
		}
	}
	if o.Dropout == 0 {
		o.Dropout = .1
	}
	if o.WeightDecay == 0 {
		o.WeightDecay = .2
	}
	if o.LearningRate == 0 {
		o.LearningRate = 3e-3
		if o.From != nil {
			o.LearningRate = adaptRate
		}
	}
	return o
}

// validated is the most notes that validation takes, so that it costs little of the
// training.
const validated = 40000

// TrainPieces learns from pieces, whose styles the network is told, and keeps the weights
// with the smallest loss on valid, if there are any. Weights of the options is not used.
func TrainPieces(ctx context.Context, train, valid []Piece, opt TrainOptions) (*Model, seq.Report, error) {
	opt = opt.withDefaults()
	c, err := newCorpus(train)
	if err != nil {
		return nil, seq.Report{}, err
	}
	notes := 0
	for _, l := range c.lines {
		notes += len(l.Notes)
	}
	net, average, err := opt.begin(notes)
	if err != nil {
		return nil, seq.Report{}, err
	}
	c.net, c.seed, c.steps, c.batch = net, opt.Seed+1, opt.Window, opt.Batch
	if opt.Limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.Limit)
		defer cancel()
	}
	o := seq.TrainOptions{
		Steps: opt.Steps, LearningRate: opt.LearningRate, Warmup: min(50, opt.Steps/10), FinalRate: .05, WeightDecay: opt.WeightDecay,
		Average: average, Threads: opt.Threads, Seed: opt.Seed, Checkpoint: opt.Checkpoint, Progress: opt.Progress,
	}
	if len(valid) > 0 {
		if v, err := newCorpus(valid); err == nil {
			v.steps, v.batch = 2*opt.Window, opt.Batch
			batches := v.windows(net, validated)
			o.Evaluate = func(n *seq.Net) (float64, error) { return seq.Evaluate(n, opt.Threads, batches...), nil }
			o.Patience = 6
			o.EvalEvery = opt.EvalEvery
		}
	}
	rep, err := seq.Train(ctx, net, c, o)
	if err != nil {
		return nil, rep, err
	}
	net.Meta[kind.Key] = kind.Notes
	var learned [][]sample.Move
	for _, l := range c.lines {
		learned = append(learned, sample.Moves(len(l.Notes), func(i int) (at, pitch int) { return l.Notes[i].At, l.Notes[i].Pitch }))
	}
	known := sample.NewCopies(learned)
	if opt.From != nil && opt.From.copies != nil {
		known = known.Also(opt.From.copies)
	}
	net.Meta[sample.CopiesKey] = known.Encode()
	return &Model{net, known}, rep, nil
}

// begin is the network that training begins with, and the decay with which its weights
// are averaged; it sets what is left of the defaults.
func (o *TrainOptions) begin(notes int) (net *seq.Net, average float64, err error) {
	passes, least, most := 60, 1000, 20000
	if o.From != nil {
		passes, least, most = 4, 100, 1000
	}
	if o.Steps == 0 {
		o.Steps = min(max(least, passes*notes/(o.Batch*o.Window)), most)
	}
	if o.From != nil {
		return o.From.net.Clone().On(o.Tier), .95, nil
	}
	net, err = seq.New(config(o.Hidden, o.Layers, max(o.Dropout, 0)), o.Seed)
	if err != nil {
		return nil, 0, err
	}
	return net.On(o.Tier), .995, nil
}

// Losses are mean negative log likelihoods of notes in nats.
type Losses struct {
	Notes                                   int
	Onset, Voice, Pitch, Duration, Velocity float64
}

// Joint is the sum of all factors.
func (l Losses) Joint() float64 { return l.Onset + l.Voice + l.Pitch + l.Duration + l.Velocity }

// Loss is the loss on the last notes of a score, at most 512, if it is of a style; "" is
// none. The notes themselves say how dense they are and in which key.
func (m *Model) Loss(s *Score, styleName string) (Losses, error) {
	l, err := newWrittenLine(s, -1)
	if err != nil {
		return Losses{}, err
	}
	return m.losses(l, 2*told, style(styleName))[0], nil
}

// losses are those of the last notes, at most most of them, in each of some styles.
func (m *Model) losses(l *Line, most int, styles ...int) []Losses {
	from := max(0, len(l.Notes)-most)
	b := &seq.Batch{}
	b.Resize(m.net, len(l.Notes)-from, len(styles))
	for i, style := range styles {
		newReader(l, l.about(l.Notes[from:]), style).fill(b, i, from)
	}
	p := m.net.NewPass(1)
	p.Loss(b, nil)
	out := make([]Losses, len(styles))
	for i := range out {
		x := p.LossesOf(i)[1:]
		out[i] = Losses{len(l.Notes) - from, x[fOnset], x[fVoice], x[fPitch], x[fDuration], x[fVelocity]}
	}
	return out
}

// On returns the model with its network computing on another tier.
func (m *Model) On(t seq.Tier) *Model { return &Model{m.net.On(t), m.copies} }

// Encode writes the model as a safetensors file; half stores float16.
func (m *Model) Encode(half bool) ([]byte, error) {
	return seq.Encode(seq.EncodeOptions{Half: half}, m.net)
}

// DecodeModel reads what Encode wrote; errors wrap ErrModel.
func DecodeModel(data []byte) (*Model, error) {
	codec := func(hidden, layers int) seq.Config { return config(hidden, layers, 0) }
	nets, meta, err := kind.Decode(data, kind.Notes, 1, codec)
	if err != nil {
		return nil, fmt.Errorf("music: %w: %w", err, ErrModel)
	}
	known, err := sample.DecodeCopies(meta[sample.CopiesKey])
	if err != nil {
		return nil, fmt.Errorf("music: %w: %w", ErrModel, err)
	}
	return &Model{nets[0], known}, nil
}

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
	l, err := newWrittenLine(seed, -1)
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
	l, err := newWrittenLine(s, -1)
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
