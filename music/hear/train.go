package hear

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/seq"
)

// TrainOptions are those of a training. A zero field means the default.
type TrainOptions struct {
	Steps      int // default 3000
	Batch      int // pieces, default 8
	Hidden     int // units of each network, default 80
	Tier       seq.Tier
	Seed       uint64
	Checkpoint string
	Progress   func(seq.Progress)
	Judged     func(Score) // called after every evaluation, if it is not nil
}

func (o TrainOptions) withDefaults() TrainOptions {
	if o.Steps == 0 {
		o.Steps = 3000
	}
	if o.Batch == 0 {
		o.Batch = 8
	}
	if o.Hidden == 0 {
		o.Hidden = 80
	}
	return o
}

const (
	cropSpans = 64 // of a piece in training
	keyWeight = .3 // of the loss of the key beside that of a chord
)

// trainer is what seq.Fit trains: both networks and the links of the chain as one slice.
type trainer struct {
	opt    TrainOptions
	net    networks
	flat   []float32
	parts  []Part // drawn from with their shares
	usual  []float64
	judge  func(*Model) float64
	echoes map[*Piece][]echo // of pieces that were drawn

	f, b   seq.Batch
	pf, pb *seq.Pass
}

// Part is a corpus with the share of the training examples that come from it.
type Part struct {
	Pieces []Piece
	Share  float64
}

// Train trains a model on corpora. valid is scored between the steps; the step with the
// lowest loss there is kept.
func Train(ctx context.Context, parts []Part, valid []Piece, opt TrainOptions) (*Model, seq.Report, error) {
	opt = opt.withDefaults()
	parts = usable(parts)
	if len(parts) == 0 {
		return nil, seq.Report{}, errors.New("music: there is no piece of more than a bar to learn chords from")
	}
	t, err := newTrainer(parts, opt)
	if err != nil {
		return nil, seq.Report{}, err
	}
	judged := textured(valid, 1)
	t.judge = func(m *Model) float64 {
		s := m.Judge(judged)
		if opt.Judged != nil {
			opt.Judged(s)
		}
		return s.Loss - s.Root // the loss alone stops early: it minds claims more than mistakes
	}
	rep, err := seq.Fit(ctx, t, seq.TrainOptions{
		Steps: opt.Steps, LearningRate: 4e-3, Beta2: .99, Warmup: opt.Steps / 40, FinalRate: .01, Average: .995, WeightDecay: .05,
		Seed: opt.Seed, EvalEvery: max(1, opt.Steps/16), Checkpoint: opt.Checkpoint, Progress: opt.Progress,
	})
	return t.model(), rep, err
}

// usable are the pieces that something can be learned from; the parts that have some share
// what the others would have had.
func usable(parts []Part) []Part {
	var out []Part
	var all float64
	for _, p := range parts {
		p.Pieces = slices.DeleteFunc(slices.Clone(p.Pieces), func(p Piece) bool { return len(layout(p.Score, p.end())) < 4 })
		if len(p.Pieces) > 0 {
			out = append(out, p)
			all += p.Share
		}
	}
	for i := range out {
		out[i].Share /= all
	}
	return out
}

func newTrainer(parts []Part, opt TrainOptions) (*trainer, error) {
	n, err := newNetworks(opt.Hidden, opt.Seed)
	if err != nil {
		return nil, err
	}
	n.forward, n.backward = n.forward.On(opt.Tier), n.backward.On(opt.Tier)
	t := &trainer{opt: opt, net: n, parts: parts, usual: usualChords(parts), echoes: map[*Piece][]echo{}, pf: n.forward.NewPass(1), pb: n.backward.NewPass(1)}
	t.flat = append(append(append(t.flat, n.forward.Flat()...), n.backward.Flat()...), make([]float32, linkAll)...)
	links := t.flat[len(t.flat)-linkAll:]
	for i := range states { // chords last
		links[link(i, i)], links[linkSize+link(i, i)] = 1, 2
	}
	return t, nil
}

// model is what the parameters are now.
func (t *trainer) model() *Model {
	n := copy(t.net.forward.Flat(), t.flat)
	copy(t.net.backward.Flat(), t.flat[n:])
	m := &Model{net: networks{t.net.forward.Clone(), t.net.backward.Clone()}, links: make([]float64, linkAll), usual: t.usual}
	for i, v := range t.flat[len(t.flat)-linkAll:] {
		m.links[i] = float64(v)
	}
	return m
}

func (t *trainer) Flat() []float32 { return t.flat }

func (t *trainer) Tier() seq.Tier { return t.net.forward.Tier() }

func (t *trainer) Score() (float64, error) { return t.judge(t.model()), nil }

// draw makes a training example: some bars of a piece with an accompaniment or without, and
// what is heard in them.
func (t *trainer) draw(r *rand.Rand) (Piece, []span) {
	at, k := r.Float64(), 0
	for k+1 < len(t.parts) && at >= t.parts[k].Share {
		at -= t.parts[k].Share
		k++
	}
	pieces := t.parts[k].Pieces
	p := &pieces[r.IntN(len(pieces))]
	spans := layout(p.Score, p.end())
	from, to := 0, len(spans)
	size := cropSpans
	if r.IntN(3) == 0 {
		size = 8 + r.IntN(cropSpans-8)
	}
	if to > size {
		from = r.IntN(to - size + 1)
		bar := spans[from].bar
		if r.IntN(3) > 0 {
			bar -= bar % 4
		}
		from = 0
		for spans[from].bar < bar {
			from++
		}
		to = min(to, from+size)
	}
	for to < len(spans) && spans[to].second {
		to++
	}
	out := p.cut(spans[from].from, spans[to-1].to)
	kind := alone
	if r.IntN(2) == 0 {
		kind = drawn[r.IntN(len(drawn))]
	}
	out.accompany(kind, r)
	out.drop(r)
	heard := listen(out.Score, out.end())
	if kind == alone && r.IntN(3) > 0 { // what the bars that are cut off say of the same chords
		whole := t.whole(p)
		for i := range heard {
			if from+i < len(whole) {
				heard[i].echo = whole[from+i]
			}
		}
	}
	return out, heard
}

// drawn are the textures of training examples with an accompaniment, each as often as it is
// listed: those are listed twice in which chords are hard to hear.
var drawn = []texture{blocks, broken, bassOnly, chordsAlone, lineOfChord, piano, piano, piano, hands, hands}

// whole are the echoes in the whole of a piece.
func (t *trainer) whole(p *Piece) []echo {
	out := t.echoes[p]
	if out == nil {
		for _, sp := range listen(p.Score, p.end()) {
			out = append(out, sp.echo)
		}
		t.echoes[p] = out
	}
	return out
}

// drop leaves out some of the melody, so that no single note is relied on, and moves it by
// octaves.
func (p *Piece) drop(r *rand.Rand) {
	if r.IntN(2) == 0 {
		return
	}
	share := .15 * r.Float64()
	notes := p.Score.Tracks[0].Notes
	kept := notes[:0:0]
	for _, n := range notes {
		if r.Float64() >= share {
			kept = append(kept, n)
		}
	}
	p.Score.Tracks[0].Notes = kept
}

// Gradient implements seq.Model.
func (t *trainer) Gradient(step int, grad []float32, dropout uint64) (float64, error) {
	r := rand.New(rand.NewPCG(t.opt.Seed, uint64(step)))
	var heard [][]sense
	var spans [][]span
	var drawn []Piece
	for len(drawn) < t.opt.Batch {
		if p, s := t.draw(r); len(s) > 1 {
			drawn, spans, heard = append(drawn, p), append(spans, s), append(heard, senses(p.Score, s))
		}
	}
	n := copy(t.net.forward.Flat(), t.flat)
	k := n + copy(t.net.backward.Flat(), t.flat[n:])
	links := make([]float64, linkAll)
	for i := range links {
		links[i] = float64(t.flat[k+i])
	}
	t.net.fill(&t.f, &t.b, heard)
	counts := make([]float64, linkAll)
	var loss float64
	wide := 12 * len(drawn)
	t.pf.GradientOf(&t.f, nil, grad[:n], dropout, func(f []float32) []float32 {
		df := make([]float32, len(f))
		t.pb.GradientOf(&t.b, nil, grad[n:k], dropout^0x9e3779b97f4a7c15, func(b []float32) []float32 {
			db := make([]float32, len(b))
			for i := range drawn {
				p := &drawn[i]
				a := read(f, b, wide, i, len(spans[i]))
				c := newChain(links, spans[i], a.scores)
				l, scores, keys := c.loss(p.labels(spans[i]), a.keys, keyState(p.Key), 1/float64(len(drawn)), counts)
				spread(df, db, wide, i, scores, &keys)
				loss += l
			}
			return db
		})
		return df
	})
	for i, v := range counts {
		grad[k+i] += float32(v)
	}
	return loss, nil
}

// loss is the negative log probability of labels per span and of the key, times a weight,
// with its derivatives; those by the links are added to counts, unless it is nil.
func (c *chain) loss(labels []int, keys [24]float64, key int, weight float64, counts []float64) (loss float64, scores [][states]float64, dkeys [24]float64) {
	marginals, logSum := c.run()
	known := c.known(labels)
	right, rightSum := known.run()
	w := weight / float64(len(labels))
	loss = w * (logSum - rightSum)
	for k := range marginals {
		for i := range marginals[k] {
			marginals[k][i] = w * (marginals[k][i] - right[k][i])
		}
	}
	if counts != nil {
		c.expect(counts, w)
		known.expect(counts, -w)
	}
	if key >= 0 {
		mine := keys[key]
		loss += keyWeight * weight * (softmax(keys[:]) - mine)
		for i := range keys {
			dkeys[i] = keyWeight * weight * keys[i]
		}
		dkeys[key] -= keyWeight * weight
	}
	return loss, marginals, dkeys
}

// Score says how well chords are heard.
type Score struct {
	Loss  float64 // per span and piece
	Root  float64 // share of the time with a chord for which its root is heard
	Chord float64 // root and family
	Key   float64 // share of the pieces with a known key
	Sure  float64 // mean probability of the chords that are heard
}

// textured are pieces, each of them without an accompaniment and with one.
func textured(pieces []Piece, seed uint64) []Piece {
	var out []Piece
	for i := range pieces {
		out = append(out, pieces[i])
		out = append(out, with(pieces[i:i+1], 1+texture(i%int(textures-1)), seed+uint64(i))...)
	}
	return out
}

// Judge scores a model on pieces.
func (m *Model) Judge(pieces []Piece) Score {
	var s Score
	var time, keys, n float64
	for i := range pieces {
		p := &pieces[i]
		spans := listen(p.Score, p.end())
		if len(spans) == 0 {
			continue
		}
		a := m.net.ask(senses(p.Score, spans))
		c := newChain(m.links, spans, a.scores)
		labels := p.labels(spans)
		l, _, _ := c.loss(labels, a.keys, keyState(p.Key), 1, nil)
		s.Loss += l
		n++
		marginals, _ := c.run()
		for k := range marginals {
			heard, _ := likeliest(&marginals[k])
			if labels[k] == none {
				continue
			}
			d := float64(spans[k].to - spans[k].from)
			time += d
			s.Sure += d * marginals[k][heard]
			if heard%12 == labels[k]%12 {
				s.Root += d
				if heard == labels[k] {
					s.Chord += d
				}
			}
		}
		if key := keyState(p.Key); key >= 0 {
			keys++
			best := 0
			found, _ := m.keys(a.keys, marginals)
			for i, v := range found {
				if v > found[best] {
					best = i
				}
			}
			if best == key {
				s.Key++
			}
		}
	}
	s.Loss /= math.Max(1, n)
	s.Root, s.Chord, s.Sure = s.Root/max(1, time), s.Chord/max(1, time), s.Sure/max(1, time)
	s.Key /= max(1, keys)
	return s
}
