package seq

import "math"

// attention lets the decoder read every step of the encoder (Bahdanau et al.
// 2015, in the form "dot" of Luong et al. 2015). With query q_t, the decoder's top
// output at step t, and the encoder's top outputs e_s:
//
//	a_ts = softmax_s(q_t·e_s),  context_t = Σ_s a_ts e_s
//
// The context is the side input of the decoder's first factor. It has no
// parameters of its own: the decoder learns the queries and the encoder the
// outputs. Hidden states are between -1 and 1, so the products are not scaled;
// with a factor of 1/sqrt(H) the weights stay too even. A nil attention does
// nothing.
type attention struct {
	encoder *Pass
	a       []float32 // (T,B,S) weights
}

// memory is what a query attends to: encoder outputs (S,B,H). Steps beyond a
// sequence's length do not count.
type memory struct {
	e []float32
	h int
	b Batch // its T, B and Lengths
}

func (p *Pass) memory() memory {
	return memory{p.Hidden(), p.net.cfg.Hidden, Batch{T: p.b.T, B: p.b.B, Lengths: p.b.Lengths}}
}

// at is the encoder's output at step s of sequence b.
func (m memory) at(s, b int) []float32 {
	r := (s*m.b.B + b) * m.h
	return m.e[r : r+m.h]
}

// attend writes the weights a (S) and the context (H) of query q in sequence b.
func (m memory) attend(a, context, q []float32, b int) {
	clear(a)
	clear(context)
	n := m.b.length(b)
	if n == 0 {
		return
	}
	for s := range n {
		a[s] = dot(q, m.at(s, b))
	}
	lse := logSumExp(a[:n])
	for s := range n {
		a[s] = float32(math.Exp(float64(a[s]) - lse))
		axpy(context, a[s], m.at(s, b))
	}
}

// attendBackward is the reverse of attend: from dc, the gradient of the context, it
// adds to dq, the gradient of the query, and to de (S,B,H), that of the memory.
func (m memory) attendBackward(dq, de, dc, a, q []float32, b int) {
	n := m.b.length(b)
	var mean float32 // Σ a_s da_s
	for s := range n {
		mean += a[s] * dot(dc, m.at(s, b))
	}
	for s := range n {
		e := m.at(s, b)
		d := de[(s*m.b.B+b)*m.h:][:m.h]
		axpy(d, a[s], dc)
		score := a[s] * (dot(dc, e) - mean)
		axpy(dq, score, e)
		axpy(d, score, q)
	}
}

// forward puts the contexts of a span into the side input of the first factor.
func (at *attention) forward(p *Pass, s span) {
	if at == nil {
		return
	}
	m := at.encoder.memory()
	for t := range s.steps {
		for b := s.b0; b < s.b1; b++ {
			r := t*s.batch + b
			m.attend(at.a[r*m.b.T:(r+1)*m.b.T], p.b.Side[0][r*m.h:(r+1)*m.h], p.Hidden()[r*m.h:(r+1)*m.h], b)
		}
	}
}

// backward adds the contexts' gradients to those of both top layers.
func (at *attention) backward(p *Pass, s span) {
	if at == nil {
		return
	}
	m := at.encoder.memory()
	de := at.encoder.layers[len(at.encoder.layers)-1].dy
	dy := p.layers[len(p.layers)-1].dy
	for t := range s.steps {
		for b := s.b0; b < s.b1; b++ {
			r := t*s.batch + b
			dc := p.du[r*p.width+p.factors[0].side:][:m.h]
			m.attendBackward(dy[r*m.h:(r+1)*m.h], de, dc, at.a[r*m.b.T:(r+1)*m.b.T], p.Hidden()[r*m.h:(r+1)*m.h], b)
		}
	}
}

func dot(x, y []float32) float32 {
	var s float32
	for i, v := range x {
		s += v * y[i]
	}
	return s
}

// axpy adds a·x to y.
func axpy(y []float32, a float32, x []float32) {
	for i, v := range x {
		y[i] += a * v
	}
}
