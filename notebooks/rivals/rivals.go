// Package rivals holds the two other kinds of small sequence models, to be
// compared with a recurrent network: a causal convolution and a transformer.
// Like a seq.Net with one token stream and one factor they read a token at every
// step and answer with the logits of a label; seq.Fit trains them. They are
// written to be read, in plain float64.
package rivals

import (
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/seq"
)

// Config is the size of a model.
type Config struct {
	Tokens int // vocabulary that is read
	Labels int // vocabulary that is answered
	Width  int // features per step
	Layers int
}

// Model is a convolution or a transformer with its parameters.
type Model struct {
	body   body
	params []*matrix
	flat   []float32
}

// body is what sets the two apart.
type body interface {
	// logits is the network: a row of answers for each token.
	logits(g *graph, tokens []int32, p past) *matrix
}

// past is how a layer gets at earlier steps: those of a whole batch, or those
// that a Stepper remembers.
type past interface {
	// position is the step that a row belongs to.
	position(row int) int
	// delayed is layer's x from this many steps ago, zero before the first.
	delayed(g *graph, layer int, x *matrix, steps int) *matrix
	// attend looks from q at all k and v of the layer up to now.
	attend(g *graph, layer int, q, k, v *matrix) *matrix
}

// maker draws parameters.
type maker struct {
	m *Model
	r *rand.Rand
}

func (k *maker) constant(cols int, v float64) *matrix {
	p := newMatrix(1, cols)
	for i := range p.x {
		p.x[i] = v
	}
	k.m.params = append(k.m.params, p)
	return p
}

// weights are uniform noise that keeps the size of signals.
func (k *maker) weights(rows, cols int) *matrix {
	p := newMatrix(rows, cols)
	for i := range p.x {
		p.x[i] = (2*k.r.Float64() - 1) * math.Sqrt(1/float64(cols))
	}
	k.m.params = append(k.m.params, p)
	return p
}

func newModel(seed uint64, build func(k *maker) body) *Model {
	m := &Model{}
	m.body = build(&maker{m, rand.New(rand.NewPCG(seed, 1))})
	for _, p := range m.params {
		for _, v := range p.x {
			m.flat = append(m.flat, float32(v))
		}
	}
	return m
}

// Flat returns all parameters as one slice.
func (m *Model) Flat() []float32 { return m.flat }

// load takes the parameters from Flat and clears their gradients.
func (m *Model) load() {
	at := 0
	for _, p := range m.params {
		for i := range p.x {
			p.x[i] = float64(m.flat[at])
			at++
		}
		clear(p.d)
	}
}

// loss returns the loss of a batch; backward on the graph gives its gradient.
func (m *Model) loss(g *graph, b *seq.Batch) float64 {
	m.load()
	return g.crossEntropy(m.body.logits(g, b.Tokens[0], batch(b.B)), b.Labels[0], b.Weight)
}

// Loss returns the weighted mean loss of a batch, in nats. Every sequence starts
// again, and Lengths are not looked at: give steps behind the end no weight.
func (m *Model) Loss(b *seq.Batch) float64 { return m.loss(&graph{}, b) }

// From returns what seq.Fit trains: the model on batches from src.
func (m *Model) From(src seq.Source) seq.Model { return &training{m: m, src: src} }

type training struct {
	m   *Model
	src seq.Source
	b   seq.Batch
}

func (t *training) Flat() []float32 { return t.m.flat }

func (t *training) Gradient(step int, grad []float32, _ uint64) (float64, error) {
	if err := t.src.Batch(step, &t.b); err != nil {
		return 0, err
	}
	g := &graph{}
	loss := t.m.loss(g, &t.b)
	g.backward()
	at := 0
	for _, p := range t.m.params {
		for _, d := range p.d {
			grad[at] += float32(d)
			at++
		}
	}
	return loss, nil
}

// batch is the past within a batch of this many sequences.
type batch int

func (b batch) position(row int) int { return row / int(b) }

func (b batch) delayed(g *graph, _ int, x *matrix, steps int) *matrix {
	return g.later(x, steps*int(b))
}

func (b batch) attend(g *graph, _ int, q, k, v *matrix) *matrix { return g.attend(q, k, v, int(b)) }
