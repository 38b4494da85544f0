package rivals

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/segue-go/segue/seq"
)

func models(c Config) map[string]*Model {
	return map[string]*Model{"convolution": NewConvolution(c, 1), "transformer": NewTransformer(c, 1)}
}

// like is a network from which a batch takes its shape.
func like(t *testing.T, c Config) *seq.Net {
	t.Helper()
	n, err := seq.New(seq.Config{
		Tokens: []seq.TokenStream{{Name: "in", Size: c.Tokens, Dim: 1}}, Hidden: 1, Factors: []seq.Factor{{Name: "out", Size: c.Labels}},
	}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func random(t *testing.T, c Config, steps, sequences int) *seq.Batch {
	r := rand.New(rand.NewPCG(3, 4))
	var b seq.Batch
	b.Resize(like(t, c), steps, sequences)
	for i := range b.Weight {
		b.Tokens[0][i], b.Labels[0][i], b.Weight[i] = int32(r.IntN(c.Tokens+1)-1), int32(r.IntN(c.Labels+1)-1), r.Float32()
	}
	return &b
}

// The gradient of every parameter agrees with central differences, 1e-6 of the
// norm.
func TestGradients(t *testing.T) {
	c := Config{Tokens: 5, Labels: 4, Width: 6, Layers: 3}
	b := random(t, c, 9, 3)
	for name, m := range models(c) {
		loss := func() float64 {
			return (&graph{}).crossEntropy(m.body.logits(&graph{}, b.Tokens[0], batch(b.B)), b.Labels[0], b.Weight)
		}
		for i := range m.flat { // away from the kinks of relu at 0
			m.flat[i] += .01 * float32(1+i%7)
		}
		g := &graph{}
		m.loss(g, b)
		g.backward()
		var off, norm float64
		for _, p := range m.params {
			for i, v := range p.x {
				const h = 1e-5
				p.x[i] = v + h
				up := loss()
				p.x[i] = v - h
				down := loss()
				p.x[i] = v
				want := (up - down) / (2 * h)
				off += (p.d[i] - want) * (p.d[i] - want)
				norm += want * want
			}
		}
		if d := math.Sqrt(off / norm); !(d < 1e-6) || norm == 0 {
			t.Errorf("%s: gradient is off by %.2g of its norm", name, d)
		}
	}
}

// A token at a time gives what a batch gives, so nothing looks ahead.
func TestSteps(t *testing.T) {
	c := Config{Tokens: 5, Labels: 4, Width: 6, Layers: 3}
	b := random(t, c, 20, 1)
	for name, m := range models(c) {
		m.load()
		want := m.body.logits(&graph{}, b.Tokens[0], batch(1))
		s := m.NewStepper()
		for step, token := range b.Tokens[0] {
			for i, v := range s.Step(token) {
				if d := math.Abs(v - want.row(step)[i]); d > 1e-9 {
					t.Fatalf("%s: logit %d at step %d is off by %.2g", name, i, step, d)
				}
			}
		}
	}
}

// A convolution of three layers sees eight steps, a transformer all.
func TestReach(t *testing.T) {
	c := Config{Tokens: 5, Labels: 4, Width: 6, Layers: 3}
	for name, m := range models(c) {
		last := func(at int) float64 {
			tokens := make([]int32, 12)
			tokens[at] = 3
			y := m.body.logits(&graph{}, tokens, batch(1))
			return y.row(11)[0]
		}
		tokens := make([]int32, 12)
		plain := m.body.logits(&graph{}, tokens, batch(1)).row(11)[0]
		if seen := last(3) != plain; seen != (name == "transformer") {
			t.Errorf("%s: sees eight steps back: %v", name, seen)
		}
		if last(4) == plain {
			t.Errorf("%s: does not see seven steps back", name)
		}
	}
}

// Both learn to repeat the token of two steps ago.
func TestLearns(t *testing.T) {
	c := Config{Tokens: 4, Labels: 4, Width: 16, Layers: 2}
	n := like(t, c)
	source := seq.SourceFunc(func(step int, b *seq.Batch) error {
		r := rand.New(rand.NewPCG(1, uint64(step)))
		b.Resize(n, 12, 8)
		for row := range b.Weight {
			b.Tokens[0][row] = int32(r.IntN(4))
			if row >= 2*b.B {
				b.Labels[0][row], b.Weight[row] = b.Tokens[0][row-2*b.B], 1
			}
		}
		return nil
	})
	for name, m := range models(c) {
		if _, err := seq.Fit(context.Background(), m.From(source), seq.TrainOptions{Steps: 400, LearningRate: .01}); err != nil {
			t.Fatal(err)
		}
		var b seq.Batch
		if err := source.Batch(9999, &b); err != nil {
			t.Fatal(err)
		}
		if l := m.Loss(&b); l > .1 {
			t.Errorf("%s: loss %.3f after learning", name, l)
		}
	}
}
