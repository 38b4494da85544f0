package rivals

import "math"

// transformer is a decoder with one head per layer (Vaswani et al. 2017, with
// the normalisation first):
//
//	x = x + O attend(Q n, K n, V n),  n = normalise(x)
//	x = x + D relu(U n),              n = normalise(x)
type transformer struct {
	embed, out, bias *matrix
	layers           []block
	last             scale
}

type block struct {
	before, between scale
	q, k, v, o      *matrix
	up, down        *matrix
	upBias          *matrix
}

type scale struct{ gain, shift *matrix }

// NewTransformer makes a transformer whose inner layers are twice as wide as its
// steps. Positions are told by sines and cosines, so that there is no longest
// sequence.
func NewTransformer(c Config, seed uint64) *Model {
	return newModel(seed, func(k *maker) body {
		w := c.Width
		scales := func() scale { return scale{k.constant(w, 1), k.constant(w, 0)} }
		n := &transformer{embed: k.weights(c.Tokens, w)}
		for range c.Layers {
			n.layers = append(n.layers, block{
				before: scales(), between: scales(),
				q: k.weights(w, w), k: k.weights(w, w), v: k.weights(w, w), o: k.weights(w, w),
				up: k.weights(2*w, w), upBias: k.constant(2*w, 0), down: k.weights(w, 2*w),
			})
		}
		n.last = scales()
		n.out, n.bias = k.weights(c.Labels, w), k.constant(c.Labels, 0)
		return n
	})
}

func (n *transformer) logits(g *graph, tokens []int32, p past) *matrix {
	x := g.embed(n.embed, tokens)
	for r := range x.rows {
		place(x.row(r), p.position(r))
	}
	for i, l := range n.layers {
		u := g.normalise(x, l.before.gain, l.before.shift)
		a := p.attend(g, i, g.linear(u, l.q, nil), g.linear(u, l.k, nil), g.linear(u, l.v, nil))
		x = g.sum(x, g.linear(a, l.o, nil))
		u = g.normalise(x, l.between.gain, l.between.shift)
		x = g.sum(x, g.linear(g.relu(g.linear(u, l.up, l.upBias)), l.down, nil))
	}
	return g.linear(g.normalise(x, n.last.gain, n.last.shift), n.out, n.bias)
}

// place adds the signs of a position to x, as small as an embedding is.
func place(x []float64, t int) {
	size := math.Sqrt(1 / float64(len(x)))
	for i := range x {
		angle := float64(t) / math.Pow(10000, float64(i/2*2)/float64(len(x)))
		x[i] += size * math.Sin(angle+float64(i%2)*math.Pi/2)
	}
}
