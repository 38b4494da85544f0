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
	Threads      int           // default all cores; does not change the result
	Tier         seq.Tier      // instructions to train and later to play with; the zero value is the best
	Seed         uint64
	// Weights are the scores' shares in training; nil means by number of notes.
	Weights []float64
	// Checkpoint is a file that training saves to and resumes from; "" is none.
	Checkpoint string
	// Progress is called after every step, if not nil.
	Progress func(seq.Progress)
}

const (
	trainBatch = 8  // windows in a batch; small collections are learned best in many small steps
	trainSteps = 64 // notes in a window
)

// corpus draws training windows from lines.
type corpus struct {
	lines  []*Line
	cum    []float64 // cumulative shares
	net    *seq.Net
	seed   uint64
	shifts [][2]int // lowest and highest transposition of each line
}

func newCorpus(scores []*Score, weights []float64) (*corpus, error) {
	c := &corpus{}
	var total float64
	for i, s := range scores {
		l, err := NewLine(s, -1)
		if err != nil || len(l.Notes) < 8 {
			continue
		}
		w := float64(len(l.Notes))
		if weights != nil {
			w = weights[i]
		}
		total += w
		lo, hi := 127, 0
		for _, n := range l.Notes {
			if !l.Parts[n.Voice].Drums() {
				lo, hi = min(lo, n.Pitch), max(hi, n.Pitch)
			}
		}
		c.lines = append(c.lines, l)
		c.cum = append(c.cum, total)
		c.shifts = append(c.shifts, [2]int{max(-6, -lo), min(5, 127-hi)})
	}
	if len(c.lines) == 0 {
		return nil, fmt.Errorf("music: no score has eight notes to learn from: %w", ErrNoNotes)
	}
	for i := range c.cum {
		c.cum[i] /= total
	}
	return c, nil
}

// Batch draws windows at random places, randomly transposed.
func (c *corpus) Batch(step int, b *seq.Batch) error {
	r := rand.New(rand.NewPCG(c.seed, uint64(step)))
	b.Resize(c.net, trainSteps, trainBatch)
	for i := range b.B {
		k := sample.Pick(c.cum, r)
		l := c.lines[k]
		from := 0
		if n := len(l.Notes) - trainSteps; n > 0 {
			from = r.IntN(n + 1)
		}
		rd := reader{line: l, shift: c.shifts[k][0] + r.IntN(max(1, c.shifts[k][1]-c.shifts[k][0]+1))}
		for _, n := range l.Notes[max(0, from-maxVoices*4):from] {
			rd.advance(n) // so that the last pitch of each voice is known
		}
		rd.fill(b, i, from)
	}
	return nil
}

// Train learns the style of scores. Given ten or more it holds out every tenth for
// validation and keeps the weights that do best there.
func Train(ctx context.Context, scores []*Score, opt TrainOptions) (*Model, seq.Report, error) {
	def := func(x *int, v int) {
		if *x == 0 {
			*x = v
		}
	}
	def(&opt.Hidden, 128)
	def(&opt.Layers, 1)
	def(&opt.Threads, runtime.GOMAXPROCS(0))
	if opt.Dropout == 0 {
		opt.Dropout = .1
	}
	if opt.LearningRate == 0 {
		opt.LearningRate = 3e-3
	}
	train, weights := scores, opt.Weights
	var held []*Score
	if len(scores) >= 10 {
		train, weights = nil, nil
		for i, s := range scores {
			if i%10 == 9 {
				held = append(held, s)
				continue
			}
			train = append(train, s)
			if opt.Weights != nil {
				weights = append(weights, opt.Weights[i])
			}
		}
	}
	c, err := newCorpus(train, weights)
	if err != nil {
		return nil, seq.Report{}, err
	}
	notes := 0
	for _, l := range c.lines {
		notes += len(l.Notes)
	}
	def(&opt.Steps, min(max(1000, 60*notes/(trainBatch*trainSteps)), 20000))
	net, err := seq.New(config(opt.Hidden, opt.Layers, max(opt.Dropout, 0)), opt.Seed)
	if err != nil {
		return nil, seq.Report{}, err
	}
	net = net.On(opt.Tier)
	c.net, c.seed = net, opt.Seed+1
	if opt.Limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.Limit)
		defer cancel()
	}
	o := seq.TrainOptions{
		Steps: opt.Steps, LearningRate: opt.LearningRate, Warmup: min(50, opt.Steps/10), FinalRate: .05, WeightDecay: .2,
		Average: .995, Threads: opt.Threads, Seed: opt.Seed, Checkpoint: opt.Checkpoint, Progress: opt.Progress,
	}
	if len(held) > 0 {
		if v, err := newCorpus(held, nil); err == nil {
			batches := v.whole(net)
			o.Evaluate = func(n *seq.Net) (float64, error) { return seq.Evaluate(n, opt.Threads, batches...), nil }
			o.Patience = 6
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
	net.Meta[sample.CopiesKey] = known.Encode()
	return &Model{net, known}, rep, nil
}

// whole returns one batch per line, with the line in full.
func (c *corpus) whole(net *seq.Net) []*seq.Batch {
	var out []*seq.Batch
	for _, l := range c.lines {
		b := &seq.Batch{}
		b.Resize(net, len(l.Notes), 1)
		(&reader{line: l}).fill(b, 0, 0)
		out = append(out, b)
	}
	return out
}

// Loss is the mean negative log likelihood of a score in nats per note: the total, and
// that of onset, voice, pitch, duration and velocity.
func (m *Model) Loss(s *Score) (float64, [factorCount]float64, error) {
	var parts [factorCount]float64
	l, err := NewLine(s, -1)
	if err != nil {
		return math.NaN(), parts, err
	}
	b := (&corpus{lines: []*Line{l}}).whole(m.net)[0]
	p := m.net.NewPass(1)
	loss := p.Loss(b, nil)
	copy(parts[:], p.Losses()[1:])
	return loss, parts, nil
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
	net, meta, err := kind.Decode(data, kind.Notes, codec)
	if err != nil {
		return nil, fmt.Errorf("music: %w: %w", err, ErrModel)
	}
	known, err := sample.DecodeCopies(meta[sample.CopiesKey])
	if err != nil {
		return nil, fmt.Errorf("music: %w: %w", ErrModel, err)
	}
	return &Model{net, known}, nil
}
