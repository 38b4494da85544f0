package music

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"

	"github.com/segue-go/segue/seq"
)

// JazzModel is a network that knows jazz solos over changes.
type JazzModel struct {
	net    *seq.Net
	copies *copies  // runs of the solos that it learned from; nil if not kept
	chords *harmony // nil if none was learned
}

const (
	jazzBatch  = 32
	jazzWindow = 96
)

// jazzKind marks the files of these networks; it changes with what they are fed.
const jazzKind = "jazz-3"

// harmony is what the model knows of chords.
func (m *JazzModel) harmony() *harmony {
	if m.chords == nil {
		return plain()
	}
	return m.chords
}

// where a model file keeps the runs that must not be copied, and what it learned
// of chords
const (
	copiesKey  = "segue.copies"
	harmonyKey = "segue.harmony"
)

// jazzCorpus draws windows of solos.
type jazzCorpus struct {
	solos []Solo
	cum   []float64
	net   *seq.Net
	seed  uint64
}

// Batch draws windows at random places, transposed at random, tags hidden at
// random.
func (c *jazzCorpus) Batch(step int, b *seq.Batch) error {
	r := rand.New(rand.NewPCG(c.seed, uint64(step)))
	b.Resize(c.net, jazzWindow, jazzBatch)
	for i := range b.B {
		s := &c.solos[pick(c.cum, r)]
		from := 0
		if n := len(s.Notes) - jazzWindow; n > 0 {
			from = max(0, r.IntN(n+17)-16) // starts a little more often
		}
		rd := jazzReader{beats: s.Beats, tags: s.Tags.hide(r), shift: r.IntN(12) - 6}
		if from > 0 {
			rd.advance(s.Notes[from-1])
		}
		rd.fill(b, i, s.Notes, from)
	}
	return nil
}

// whole gives every solo in full, a batch per solo, with the tags that are known
// without its notes.
func whole(net *seq.Net, solos []Solo) []*seq.Batch {
	var out []*seq.Batch
	for _, s := range solos {
		b := &seq.Batch{}
		b.Resize(net, len(s.Notes), 1)
		(&jazzReader{beats: s.Beats, tags: s.Tags.metadata()}).fill(b, 0, s.Notes, 0)
		out = append(out, b)
	}
	return out
}

// JazzLoss is a mean negative log likelihood in nats per note.
type JazzLoss struct {
	Notes    int     `json:"notes"`
	Onset    float64 `json:"onset"` // time to the next onset
	Pitch    float64 `json:"pitch"`
	Duration float64 `json:"duration"`
	Velocity float64 `json:"velocity"` // averaged over all notes, unknown ones counting 0
}

// Joint is the loss of onset, pitch and duration together.
func (l JazzLoss) Joint() float64 { return l.Onset + l.Pitch + l.Duration }

// Loss scores solos; the first note of each is given.
func (m *JazzModel) Loss(solos []Solo) JazzLoss { return jazzLoss(m.net, whole(m.net, solos)) }

func jazzLoss(net *seq.Net, batches []*seq.Batch) JazzLoss {
	p := net.NewPass(1)
	var l JazzLoss
	var weight float64
	for _, b := range batches {
		p.Loss(b, nil)
		w, parts := p.Weight(), p.Losses()[1:]
		weight += w
		l.Onset += w * parts[jOnset]
		l.Pitch += w * parts[jPitch]
		l.Duration += w * parts[jDuration]
		l.Velocity += w * parts[jVelocity]
	}
	l.Notes = int(weight + .5)
	for _, x := range []*float64{&l.Onset, &l.Pitch, &l.Duration, &l.Velocity} {
		*x /= weight
	}
	return l
}

// TrainJazz learns from solos; the weights that do best on valid (by the joint
// loss) are kept. Of the options it uses Hidden (default 256), Layers (1),
// Steps (4000), Dropout (.35), LearningRate (3e-3), Threads, Tier, Seed,
// Checkpoint and Progress.
func TrainJazz(ctx context.Context, train, valid []Solo, opt TrainOptions) (*JazzModel, seq.Report, error) {
	for _, d := range []struct {
		x *int
		v int
	}{{&opt.Hidden, 256}, {&opt.Layers, 1}, {&opt.Steps, 4000}, {&opt.Threads, runtime.GOMAXPROCS(0)}} {
		if *d.x == 0 {
			*d.x = d.v
		}
	}
	if opt.Dropout == 0 {
		opt.Dropout = .35
	}
	if opt.LearningRate == 0 {
		opt.LearningRate = 3e-3
	}
	c := &jazzCorpus{seed: opt.Seed + 1}
	var total float64
	for _, s := range train {
		if len(s.Notes) > 8 {
			total += float64(len(s.Notes))
			c.solos, c.cum = append(c.solos, s), append(c.cum, total)
		}
	}
	if len(c.solos) == 0 {
		return nil, seq.Report{}, fmt.Errorf("music: no solo to learn from: %w", ErrNoNotes)
	}
	for i := range c.cum {
		c.cum[i] /= total
	}
	net, err := seq.New(jazzConfig(opt.Hidden, opt.Layers, max(opt.Dropout, 0)), opt.Seed)
	if err != nil {
		return nil, seq.Report{}, err
	}
	net = net.On(opt.Tier)
	c.net = net
	o := seq.TrainOptions{
		Steps: opt.Steps, LearningRate: opt.LearningRate, Warmup: 100, FinalRate: .01, WeightDecay: .02, Average: .998,
		Threads: opt.Threads, Seed: opt.Seed, Checkpoint: opt.Checkpoint, Progress: opt.Progress, EvalEvery: max(1, opt.Steps/25),
	}
	if len(valid) > 0 {
		batches := whole(net, valid)
		o.Evaluate = func(n *seq.Net) (float64, error) { return jazzLoss(n, batches).Joint(), nil }
	}
	rep, err := seq.Train(ctx, net, c, o)
	if err != nil {
		return nil, rep, err
	}
	net.Meta["segue.music"] = jazzKind
	known := newCopies(c.solos)
	net.Meta[copiesKey] = known.encode()
	chords := learnHarmony(c.solos)
	text, err := json.Marshal(chords)
	net.Meta[harmonyKey] = string(text)
	return &JazzModel{net, known, chords}, rep, err
}

// On returns the model with its network computing on another tier.
func (m *JazzModel) On(t seq.Tier) *JazzModel {
	c := *m
	c.net = m.net.On(t)
	return &c
}

// Encode writes the model as a safetensors file; half stores float16.
func (m *JazzModel) Encode(half bool) ([]byte, error) {
	return seq.Encode(seq.EncodeOptions{Half: half}, m.net)
}

// DecodeJazz reads what Encode wrote; errors wrap ErrModel.
func DecodeJazz(file []byte) (*JazzModel, error) {
	nets, meta, err := seq.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("music: %w: %w", ErrModel, err)
	}
	c := nets[0].Config()
	want := jazzConfig(c.Hidden, c.Layers, 0)
	ok := meta["segue.music"] == jazzKind && c.Inputs == want.Inputs && len(c.Tokens) == len(want.Tokens) && len(c.Factors) == len(want.Factors) && c.Head.Kind == ""
	for i := 0; ok && i < len(want.Tokens); i++ {
		ok = c.Tokens[i].Size == want.Tokens[i].Size
	}
	for i := 0; ok && i < len(want.Factors); i++ {
		ok = c.Factors[i].Size == want.Factors[i].Size && c.Factors[i].Side == want.Factors[i].Side
	}
	if !ok {
		return nil, fmt.Errorf("music: the file holds another kind of network: %w", ErrModel)
	}
	known, err := decodeCopies(meta[copiesKey])
	if err != nil {
		return nil, fmt.Errorf("music: %w: %w", ErrModel, err)
	}
	chords := &harmony{}
	if err := json.Unmarshal([]byte(meta[harmonyKey]), chords); err != nil {
		return nil, fmt.Errorf("music: %w: the chord statistics are damaged", ErrModel)
	}
	return &JazzModel{nets[0], known, chords}, nil
}
