package seq

import (
	"github.com/segue-go/segue/seq/internal/crew"
	"github.com/segue-go/segue/seq/internal/kernel"
	"github.com/segue-go/segue/seq/internal/layer"
)

// Pass runs a network over batches and owns all memory for that: after the
// first batch of a shape it allocates nothing. It belongs to one goroutine,
// which it helps with workers of its own.
type Pass struct {
	net    *Net
	k      kernel.Target
	train  bool // sized for gradients
	from   int  // step that the head's outputs begin with
	layers []*layer.Recurrent
	x      []float32 // (T,B,InputWidth) features and embeddings, after dropout
	dx     []float32 // its gradient, if there are embeddings
	xmask  []float32
	u, du  []float32 // (N,W) features of the heads: see Config.featureWidths
	umask  []float32 // (N,H) dropout of the hidden part
	width  int       // W
	uOwn   bool      // u is not the top layer's output

	hidden, head, direct *layer.Dense
	factors              []factorPass
	norm                 float32     // 1 / total weight
	loss                 [][]float64 // per head and factor (N): weighted losses; index 0 is the head
	sums                 []float64

	attention *attention // of a decoder that has one

	b       *Batch
	grad    []float32
	slope   []float32 // (N,O) of a caller's loss, see GradientOf; nil otherwise
	spans   []layer.Span
	dropKey uint64 // 0: no dropout
	crew    *crew.Crew
	outer   []kernel.Outer
	parts   [][2]kernel.Part
	phases  struct{ forward, backward, gradient func(w int) }
}

type factorPass struct {
	hidden, out *layer.Dense
	prefix      int // columns of u that the factor reads
	side, embed int // columns at which its side features and embedding start
}

// NewPass returns a workspace for n that computes on threads goroutines
// (0 means 1). Results do not depend on threads.
func (n *Net) NewPass(threads int) *Pass {
	threads = max(threads, 1)
	c, l := n.cfg, n.lay
	k := n.tier.kernel()
	p := &Pass{net: n, k: k, crew: crew.New(threads)}
	for i := range c.Layers {
		p.layers = append(p.layers, layer.New(k, n.shape(i)))
	}
	base, prefix, total := c.featureWidths()
	p.width = total
	p.uOwn = total > c.Hidden || c.HeadDropout > 0
	p.hidden, p.direct = layer.NewDense(k, l.hidden, true), layer.NewDense(k, l.direct, false)
	p.head = layer.NewDense(k, l.head, false)
	col := base
	for i, f := range c.Factors {
		p.factors = append(p.factors, factorPass{
			hidden: layer.NewDense(k, l.factors[i].hidden, true), out: layer.NewDense(k, l.factors[i].out, false),
			prefix: prefix[i], side: col, embed: col + f.Side,
		})
		col += f.Side + f.Dim
	}
	p.loss = make([][]float64, 1+len(c.Factors))
	p.sums = make([]float64, 1+len(c.Factors))
	p.outer = make([]kernel.Outer, threads)
	p.parts = make([][2]kernel.Part, threads)
	p.spans = make([]layer.Span, threads)
	p.phases.forward, p.phases.backward, p.phases.gradient = p.forwardSpan, p.backwardSpan, p.gradientShare
	return p
}

// Forward runs the network over b. It starts from st and moves st to the end
// of b; nil means zeros.
func (p *Pass) Forward(b *Batch, st *State) {
	p.begin(b, st, false, 0)
	p.crew.Run(p.phases.forward)
	p.keep(st)
}

// ForwardFrom is Forward for those who read the outputs of the last steps only: the head
// is computed from step from on, and Outputs holds nothing of use before.
func (p *Pass) ForwardFrom(b *Batch, st *State, from int) {
	p.begin(b, st, false, 0)
	p.from = max(from, 0)
	p.crew.Run(p.phases.forward)
	p.keep(st)
}

// Hidden returns the top layer's output (T,B,H) of the last batch, valid until
// the next call.
func (p *Pass) Hidden() []float32 { return p.layers[len(p.layers)-1].Y }

// Outputs returns the real-valued head's outputs (T,B,O) of the last batch,
// valid until the next call; nil without such a head.
func (p *Pass) Outputs() []float32 {
	if p.head == nil {
		return nil
	}
	return p.head.Y
}

// Loss runs the network over b and returns the weighted mean loss: of the
// head, plus that of every factor in nats. See Losses for the parts.
func (p *Pass) Loss(b *Batch, st *State) float64 {
	b.checkTargets(p.net)
	p.begin(b, st, false, 0)
	p.crew.Run(p.phases.forward)
	p.crew.Run(p.phases.backward)
	p.keep(st)
	return p.total()
}

// Gradient is Loss with the gradient of every parameter added to grad (as long
// as Net.Flat). Dropout is active unless dropout is 0, which otherwise seeds
// it: the same number gives the same masks.
func (p *Pass) Gradient(b *Batch, st *State, grad []float32, dropout uint64) float64 {
	b.checkTargets(p.net)
	if len(grad) != len(p.net.params) {
		panic("seq: Gradient: grad has the wrong length")
	}
	p.grad = grad
	p.begin(b, st, true, dropout)
	p.crew.Run(p.phases.forward)
	p.crew.Run(p.phases.backward)
	p.crew.Run(p.phases.gradient)
	p.embedGradient()
	p.grad = nil
	p.keep(st)
	return p.total()
}

// GradientOf is Gradient for a loss of the caller's own, which may depend on all the
// outputs of the batch at once and on those of other passes: slope gets the outputs
// (T,B,O) of the real-valued head and returns the derivative of the loss with respect to
// each of them, zero behind the true end of a sequence. The gradient of every parameter is
// added to grad. The head's own loss, the targets and the weights are ignored. Calls may
// be nested, so that one loss trains several networks. It panics if the network has no
// real-valued head, has factors, or if the derivative has another length.
func (p *Pass) GradientOf(b *Batch, st *State, grad []float32, dropout uint64, slope func(outputs []float32) []float32) {
	switch {
	case p.head == nil || len(p.factors) > 0:
		panic("seq: GradientOf: want a network with a real-valued head and no factors")
	case len(grad) != len(p.net.params):
		panic("seq: GradientOf: grad has the wrong length")
	}
	p.begin(b, st, true, dropout)
	p.crew.Run(p.phases.forward)
	p.slope = slope(p.head.Y)
	if len(p.slope) != len(p.head.Y) {
		panic("seq: GradientOf: the derivative has the wrong length")
	}
	p.grad = grad
	p.crew.Run(p.phases.backward)
	p.crew.Run(p.phases.gradient)
	p.embedGradient()
	p.grad, p.slope = nil, nil
	p.keep(st)
}

// Losses returns the parts of the last loss: first the head's (0 without one),
// then each factor's in nats. The slice is reused.
func (p *Pass) Losses() []float64 { return p.sums }

// LossesOf is what Losses would return for a batch of sequence i of the last batch alone:
// the same bits, so that many sequences can be compared in one pass.
func (p *Pass) LossesOf(i int) []float64 {
	var weight float64
	for r := i; r < p.b.T*p.b.B; r += p.b.B {
		weight += float64(p.b.weight(r))
	}
	var norm float32
	if weight > 0 {
		norm = float32(1 / weight)
	}
	out := make([]float64, len(p.loss))
	for k, rows := range p.loss {
		if k == 0 && p.head == nil {
			continue
		}
		for r := i; r < len(rows); r += p.b.B {
			out[k] += rows[r]
		}
		out[k] *= float64(norm)
	}
	return out
}

// Weight returns the total weight of the last batch, by which its loss was
// divided.
func (p *Pass) Weight() float64 { return 1 / float64(p.norm) }

// begin sizes the buffers, packs the parameters and sets the initial state.
func (p *Pass) begin(b *Batch, st *State, train bool, dropout uint64) {
	b.check(p.net)
	c := p.net.cfg
	p.b, p.train, p.dropKey, p.from = b, train, dropout, 0
	n := b.T * b.B
	p.x = layer.Fit(p.x, n*c.InputWidth())
	if train && len(c.Tokens) > 0 {
		p.dx = layer.Fit(p.dx, n*c.InputWidth())
	}
	p.xmask = maskFor(p.xmask, dropout, c.InputDropout, n*c.InputWidth())
	for i, y := range p.layers {
		drop := dropout != 0 && c.Dropout > 0 && i < len(p.layers)-1
		y.Size(b.T, b.B, drop, train)
		y.Load(p.net.params, p.net.lay.layers[i], train)
		y.X = p.x
		if i > 0 {
			y.X = p.layers[i-1].Y
		}
		st.restore(y, i, b)
	}
	p.sizeHeads(n, train)
	p.umask = maskFor(p.umask, dropout, c.HeadDropout, n*c.Hidden)
	var total float64
	for r := range n {
		total += float64(b.weight(r))
	}
	p.norm = 0
	if total > 0 {
		p.norm = float32(1 / total)
	}
	for w := range p.spans {
		k := len(p.spans)
		p.spans[w] = layer.Span{Steps: b.T, Batch: b.B, B0: b.B * w / k, B1: b.B * (w + 1) / k}
	}
}

func (p *Pass) sizeHeads(n int, train bool) {
	top := p.layers[len(p.layers)-1]
	if p.uOwn {
		p.u = layer.Fit(p.u, n*p.width)
	} else {
		p.u = top.Y
	}
	if train {
		if p.uOwn {
			p.du = layer.Fit(p.du, n*p.width)
		} else {
			p.du = top.DY
		}
	}
	for _, d := range []*layer.Dense{p.hidden, p.head, p.direct} {
		d.Size(n, train)
		d.Load(p.net.params, train)
	}
	if p.direct != nil {
		p.direct.DY = p.head.DY
	}
	for _, f := range p.factors {
		f.hidden.Size(n, train)
		f.hidden.Load(p.net.params, train)
		f.out.Size(n, train)
		f.out.Load(p.net.params, train)
	}
	for i := range p.loss {
		if cap(p.loss[i]) < n {
			p.loss[i] = make([]float64, n)
		}
		p.loss[i] = p.loss[i][:n]
	}
}

// keep moves st to the end of the batch.
func (p *Pass) keep(st *State) {
	for i, y := range p.layers {
		st.store(y, i, p.b)
	}
}

// forwardSpan computes inputs, layers, features and the head of one span.
func (p *Pass) forwardSpan(w int) {
	s := p.spans[w]
	if s.Rows() == 0 {
		return
	}
	p.input(s)
	for i, y := range p.layers {
		if y.Mask != nil {
			p.fillMask(y.Mask, uint64(i)+2, p.net.cfg.Dropout, y.H, s)
		}
		y.Forward(s)
	}
	p.attention.forward(p, s)
	p.features(s)
	if p.head == nil {
		return
	}
	s.Each(func(r0, r1 int) {
		if r0 = max(r0, p.from*s.Batch); r0 >= r1 {
			return
		}
		in, ld := p.u, p.width
		if p.hidden != nil {
			p.hidden.Forward(in, ld, r0, r1)
			in, ld = p.hidden.Y, p.hidden.Out
		}
		p.head.Forward(in, ld, r0, r1)
		if d := p.direct; d != nil {
			d.AddTo(p.head.Y, p.x, p.net.cfg.InputWidth(), r0, r1)
		}
	})
}

// input gathers real features and embeddings into x.
func (p *Pass) input(s layer.Span) {
	c, b := p.net.cfg, p.b
	w := c.InputWidth()
	if p.xmask != nil {
		p.fillMask(p.xmask, 1, c.InputDropout, w, s)
	}
	for t := range s.Steps {
		for r := s.At(t); r < s.At(t)+s.Rows(); r++ {
			row := p.x[r*w : (r+1)*w]
			copy(row, b.X[r*c.Inputs:(r+1)*c.Inputs])
			p.net.embedTokens(row, b.Tokens, r)
			if p.xmask != nil {
				for i, m := range p.xmask[r*w : (r+1)*w] {
					row[i] *= m
				}
			}
		}
	}
}

// embedTokens writes the embeddings of the tokens of row r behind the real
// features.
func (n *Net) embedTokens(row []float32, tokens [][]int32, r int) {
	col := n.cfg.Inputs
	for k, t := range n.cfg.Tokens {
		dst := row[col : col+t.Dim]
		if v := int(tokens[k][r]); v < 0 {
			clear(dst)
		} else {
			at := n.lay.embed[k] + v*t.Dim
			copy(dst, n.params[at:at+t.Dim])
		}
		col += t.Dim
	}
}

// features gathers u: hidden state, input, side features; the embeddings of
// factors are added when labels are known.
func (p *Pass) features(s layer.Span) {
	if !p.uOwn {
		return
	}
	c, b := p.net.cfg, p.b
	h, iw := c.Hidden, c.InputWidth()
	top := p.layers[len(p.layers)-1].Y
	if p.umask != nil {
		p.fillMask(p.umask, 0, c.HeadDropout, h, s)
	}
	for t := p.from; t < s.Steps; t++ {
		for r := s.At(t); r < s.At(t)+s.Rows(); r++ {
			row := p.u[r*p.width : (r+1)*p.width]
			copy(row, top[r*h:(r+1)*h])
			if p.umask != nil {
				for i, m := range p.umask[r*h : (r+1)*h] {
					row[i] *= m
				}
			}
			if c.Skip {
				copy(row[h:], p.x[r*iw:(r+1)*iw])
			}
			for k, f := range c.Factors {
				if f.Side > 0 {
					copy(row[p.factors[k].side:], b.Side[k][r*f.Side:(r+1)*f.Side])
				}
			}
		}
	}
}

// total sums the losses in row order.
func (p *Pass) total() float64 {
	var all float64
	for i, rows := range p.loss {
		var s float64
		if i > 0 || p.head != nil {
			for _, v := range rows {
				s += v
			}
		}
		p.sums[i] = s * float64(p.norm)
		all += p.sums[i]
	}
	return all
}
