package layer

import (
	"math"

	"github.com/segue-go/segue/seq/repro"
)

// Memory is what the queries of attention are about: encoder outputs (S,B,H).
// Steps beyond a sequence's length do not count (Bahdanau et al. 2015, in the
// form "dot" of Luong et al. 2015). A query q and the outputs e_s give
//
//	a_s = softmax_s(q·e_s),  context = Σ_s a_s e_s
//
// Hidden states are between -1 and 1, so the products are not scaled; with a
// factor of 1/sqrt(H) the weights stay too even.
type Memory struct {
	Outputs []float32
	S, B, H int
	Lengths []int // nil: all S
}

func (m Memory) length(b int) int {
	if m.Lengths == nil {
		return m.S
	}
	return m.Lengths[b]
}

// at is the encoder's output at step s of sequence b.
func (m Memory) at(s, b int) []float32 {
	r := (s*m.B + b) * m.H
	return m.Outputs[r : r+m.H]
}

// Attend writes the weights a (S) and the context (H) of query q in sequence b.
func (m Memory) Attend(a, context, q []float32, b int) {
	clear(a)
	clear(context)
	n := m.length(b)
	if n == 0 {
		return
	}
	for s := range n {
		a[s] = dot(q, m.at(s, b))
	}
	lse := LogSumExp(a[:n])
	for s := range n {
		a[s] = float32(repro.Exp(float64(a[s]) - lse))
		axpy(context, a[s], m.at(s, b))
	}
}

// Backward is the reverse of Attend: from dc, the gradient of the context, it
// adds to dq, the gradient of the query, and to de (S,B,H), that of the memory.
func (m Memory) Backward(dq, de, dc, a, q []float32, b int) {
	n := m.length(b)
	var mean float32 // Σ a_s da_s
	for s := range n {
		mean += float32(a[s] * dot(dc, m.at(s, b)))
	}
	for s := range n {
		e := m.at(s, b)
		d := de[(s*m.B+b)*m.H:][:m.H]
		axpy(d, a[s], dc)
		score := a[s] * (dot(dc, e) - mean)
		axpy(dq, score, e)
		axpy(d, score, q)
	}
}

func dot(x, y []float32) float32 {
	var s float32
	for i, v := range x {
		s += float32(v * y[i])
	}
	return s
}

// axpy adds a·x to y.
func axpy(y []float32, a float32, x []float32) {
	for i, v := range x {
		y[i] += float32(a * v)
	}
}

// LogSumExp is log(sum of exp(x)).
func LogSumExp(x []float32) float64 {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, float64(v))
	}
	var sum float64
	for _, v := range x {
		sum += repro.Exp(float64(v) - top)
	}
	return top + math.Log(sum)
}
