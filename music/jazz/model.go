// Package jazz continues, composes and joins jazz solos over chord changes.
//
// Start with [Pretrained], which returns the network that ships with the package, and
// [Model.Continue]; [ParsePrompt] and [Model.Compose] make music from words. [Train]
// makes a network from a corpus such as the one that [ReadWJD] reads.
//
// The networks in this folder were made from the Weimar Jazz Database; see REPORT.md and
// NOTICE. A Model may be used by many
// goroutines at once, and the same seed gives the same notes.
package jazz

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/internal/kind"
	"github.com/segue-go/segue/music/internal/sample"
	"github.com/segue-go/segue/seq"
)

// Model is a network that learned jazz solos over changes, or several that play together,
// see Average.
type Model struct {
	nets   []*seq.Net
	copies *sample.Copies      // runs of the training solos; nil if the file has none
	chords *harmony.Statistics // nil if none was learned
}

const trainSteps = 96 // notes in a training window

// mostNets is how many networks a model file may hold.
const mostNets = 8

var load = sync.OnceValues(func() (*Model, error) {
	data, err := soloFile()
	if err != nil {
		return nil, err
	}
	return Decode(data)
})

// Pretrained returns the network for solos that ships with this package. It is read once,
// from the program itself or, if that was built with -tags beside, from the folder
// "weights".
func Pretrained() (*Model, error) { return load() }

// statistics are those of the training solos, if they are known.
func (m *Model) statistics() *harmony.Statistics {
	if m.chords == nil {
		return harmony.Untrained()
	}
	return m.chords
}

// harmonyKey is where a model file keeps its chord statistics.
const harmonyKey = "segue.harmony"

// corpus draws windows of solos.
type corpus struct {
	solos []Solo
	cum   []float64
	net   *seq.Net
	seed  uint64
	batch int // windows in a batch
}

// Batch draws windows at random places, transposes them at random and hides some of
// their tags.
func (c *corpus) Batch(step int, b *seq.Batch) error {
	r := rand.New(rand.NewPCG(c.seed, uint64(step)))
	b.Resize(c.net, trainSteps, c.batch)
	for i := range b.B {
		s := &c.solos[sample.Pick(c.cum, r)]
		from := 0
		if n := len(s.Notes) - trainSteps; n > 0 {
			from = max(0, r.IntN(n+17)-16) // so that beginnings come more often
		}
		rd := reader{Changes: harmony.Changes{Beats: s.Beats}, tags: s.Tags.hide(r), shift: r.IntN(12) - 6}
		if from > 0 {
			rd.advance(s.Notes[from-1])
		}
		rd.fill(b, i, s.Notes, from)
	}
	return nil
}

// whole returns one batch per solo, with the solo in full and the tags that do not
// depend on its notes.
func whole(net *seq.Net, solos []Solo) []*seq.Batch {
	var out []*seq.Batch
	for _, s := range solos {
		b := &seq.Batch{}
		b.Resize(net, len(s.Notes), 1)
		(&reader{Changes: harmony.Changes{Beats: s.Beats}, tags: s.Tags.metadata()}).fill(b, 0, s.Notes, 0)
		out = append(out, b)
	}
	return out
}

// Loss is a mean negative log likelihood in nats per note.
type Loss struct {
	Notes    int     `json:"notes"`
	Onset    float64 `json:"onset"` // time to the next onset
	Pitch    float64 `json:"pitch"`
	Duration float64 `json:"duration"`
	Velocity float64 `json:"velocity"` // notes of unknown velocity count as 0
}

// Joint is the sum of the losses of onset, pitch and duration.
func (l Loss) Joint() float64 { return l.Onset + l.Pitch + l.Duration }

// Loss is the loss on solos, of the average of all networks. The first note of each solo is
// given, and of its tags those that do not depend on the notes.
func (m *Model) Loss(solos []Solo) Loss { return m.along(solos, false) }

// LossRecalled is Loss with what the solo's own motifs add to the networks' pitches, as
// when they improvise.
func (m *Model) LossRecalled(solos []Solo) Loss { return m.along(solos, true) }

// along is the loss on solos, with or without the memory of motifs.
func (m *Model) along(solos []Solo, recall bool) Loss {
	var l Loss
	for _, s := range solos {
		if len(s.Notes) < 2 {
			continue
		}
		r := newSoloist(m, soloLine{notes: s.Notes[:1], changes: harmony.Changes{Beats: s.Beats}, tags: s.Tags.metadata()}, 1, 0, nil)
		r.weights, r.playing = memoryWeights, false
		if !recall {
			r.memory = nil
		}
		for _, n := range s.Notes[1:] {
			r.Read()
			r.score(&l, n)
			r.Advance(n)
		}
	}
	for _, x := range []*float64{&l.Onset, &l.Pitch, &l.Duration, &l.Velocity} {
		*x /= float64(max(l.Notes, 1))
	}
	return l
}

// score adds the losses of the note that follows to l.
func (s *soloist) score(l *Loss, n music.LineNote) {
	l.Notes++
	factor := func(sum *float64, k, class int, logits []float32) {
		*sum -= seq.LogProb(logits, class)
		s.Choose(k, class)
	}
	factor(&l.Onset, fOnset, s.reader.onsetClass(n.At), s.Logits(fOnset, nil))
	factor(&l.Pitch, fPitch, intervalClass(n.Pitch-s.reader.last.Pitch), s.pitchLogits(n.At))
	factor(&l.Duration, fDuration, sample.DurationClass(n.Dur), s.Logits(fDuration, nil))
	if n.Velocity > 0 {
		factor(&l.Velocity, fVelocity, sample.VelocityClass(n.Velocity), s.Logits(fVelocity, nil))
	}
}

// judge is the first network's loss on solos, whose first notes are given. Seeds are judged
// by it alone: one network is enough to tell jazz from other music, at half the cost.
func (m *Model) judge(solos []Solo) Loss { return lossOf(m.nets[0], whole(m.nets[0], solos)) }

func lossOf(net *seq.Net, batches []*seq.Batch) Loss {
	p := net.NewPass(1)
	var l Loss
	var weight float64
	for _, b := range batches {
		p.Loss(b, nil)
		w, parts := p.Weight(), p.Losses()[1:]
		weight += w
		l.Onset += w * parts[fOnset]
		l.Pitch += w * parts[fPitch]
		l.Duration += w * parts[fDuration]
		l.Velocity += w * parts[fVelocity]
	}
	l.Notes = int(weight + .5)
	for _, x := range []*float64{&l.Onset, &l.Pitch, &l.Duration, &l.Velocity} {
		*x /= weight
	}
	return l
}

// Train learns from solos and keeps the weights with the smallest joint loss on valid,
// if there are any. It uses the options Hidden (default 256), Layers (1), Steps (4000),
// Dropout (.35), LearningRate (3e-3), WeightDecay (.02), Batch (32), Threads, Tier, Seed,
// Checkpoint and Progress.
func Train(ctx context.Context, train, valid []Solo, opt music.TrainOptions) (*Model, seq.Report, error) {
	for _, d := range []struct {
		x *int
		v int
	}{{&opt.Hidden, 256}, {&opt.Layers, 1}, {&opt.Steps, 4000}, {&opt.Batch, 32}, {&opt.Threads, runtime.GOMAXPROCS(0)}} {
		if *d.x == 0 {
			*d.x = d.v
		}
	}
	for _, d := range []struct {
		x *float64
		v float64
	}{{&opt.Dropout, .35}, {&opt.LearningRate, 3e-3}, {&opt.WeightDecay, .02}} {
		if *d.x == 0 {
			*d.x = d.v
		}
	}
	c := &corpus{seed: opt.Seed + 1, batch: opt.Batch}
	var total float64
	for _, s := range train {
		if len(s.Notes) > 8 {
			total += float64(len(s.Notes))
			c.solos, c.cum = append(c.solos, s), append(c.cum, total)
		}
	}
	if len(c.solos) == 0 {
		return nil, seq.Report{}, fmt.Errorf("music: no solo to learn from: %w", music.ErrNoNotes)
	}
	for i := range c.cum {
		c.cum[i] /= total
	}
	net, err := seq.New(config(opt.Hidden, opt.Layers, max(opt.Dropout, 0)), opt.Seed)
	if err != nil {
		return nil, seq.Report{}, err
	}
	net = net.On(opt.Tier)
	c.net = net
	o := seq.TrainOptions{
		Steps: opt.Steps, LearningRate: opt.LearningRate, Warmup: 100, FinalRate: .01, WeightDecay: opt.WeightDecay, Average: .998,
		Threads: opt.Threads, Seed: opt.Seed, Checkpoint: opt.Checkpoint, Progress: opt.Progress, EvalEvery: max(1, opt.Steps/25),
	}
	if len(valid) > 0 {
		batches := whole(net, valid)
		o.Evaluate = func(n *seq.Net) (float64, error) { return lossOf(n, batches).Joint(), nil }
	}
	rep, err := seq.Train(ctx, net, c, o)
	if err != nil {
		return nil, rep, err
	}
	var learned [][]sample.Move
	for _, s := range c.solos {
		learned = append(learned, moves(s.Notes))
	}
	chords := harmony.Learn(func(yield func([]music.LineNote, []harmony.Beat) bool) {
		for _, s := range c.solos {
			if !yield(s.Notes, s.Beats) {
				return
			}
		}
	})
	return &Model{[]*seq.Net{net}, sample.NewCopies(learned), chords}, rep, nil
}

// Average returns a model that plays with the networks of all models at once: it draws
// from the geometric mean of their probabilities. The rest is that of the first model.
func Average(models ...*Model) *Model {
	c := *models[0]
	c.nets = nil
	for _, m := range models {
		c.nets = append(c.nets, m.nets...)
	}
	return &c
}

// On returns the model with its networks computing on another tier.
func (m *Model) On(t seq.Tier) *Model {
	c := *m
	c.nets = nil
	for _, n := range m.nets {
		c.nets = append(c.nets, n.On(t))
	}
	return &c
}

// Encode writes the model as a safetensors file; half stores float16.
func (m *Model) Encode(half bool) ([]byte, error) {
	chords, err := json.Marshal(m.chords)
	if err != nil {
		return nil, err
	}
	var nets []*seq.Net
	for _, n := range m.nets {
		c := *n
		c.Meta = nil // of a file that held one network
		nets = append(nets, &c)
	}
	meta := map[string]string{kind.Key: kind.Jazz, sample.CopiesKey: m.copies.Encode(), harmonyKey: string(chords)}
	return seq.Encode(seq.EncodeOptions{Half: half, Meta: meta}, nets...)
}

// Decode reads what Encode wrote; errors wrap music.ErrModel.
func Decode(file []byte) (*Model, error) {
	codec := func(hidden, layers int) seq.Config { return config(hidden, layers, 0) }
	nets, meta, err := kind.Decode(file, kind.Jazz, mostNets, codec)
	if err != nil {
		return nil, fmt.Errorf("music: %w: %w", err, music.ErrModel)
	}
	known, err := sample.DecodeCopies(meta[sample.CopiesKey])
	if err != nil {
		return nil, fmt.Errorf("music: %w: %w", music.ErrModel, err)
	}
	chords := &harmony.Statistics{}
	if err := json.Unmarshal([]byte(meta[harmonyKey]), chords); err != nil || !chords.Valid() {
		return nil, fmt.Errorf("music: %w: the chord statistics are damaged", music.ErrModel)
	}
	return &Model{nets, known, chords}, nil
}
