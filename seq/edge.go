package seq

import "github.com/segue-go/segue/seq/internal/kernel"

// edge is the gradient with respect to a layer's state at one end of a batch,
// by which networks that hand their state on are trained together. Layers with
// an edge have dilation 1.
type edge struct {
	h, c []float32 // (B,H); c for LSTM only
	last []int     // the step after which each sequence ends
	zero []float32 // (H)
}

func newEdge(batch, hidden int) *edge {
	return &edge{
		h: make([]float32, batch*hidden), c: make([]float32, batch*hidden),
		last: make([]int, batch), zero: make([]float32, hidden),
	}
}

// enter adds the edge to dh and dc, the gradients of the states after step t,
// in the sequences that end there. Both start at the span's first sequence.
func (e *edge) enter(t int, s span, h int, dh, dc []float32) {
	for b := s.b0; b < s.b1; b++ {
		if e.last[b] != t {
			continue
		}
		at := (b - s.b0) * h
		for j, v := range e.h[b*h : (b+1)*h] {
			dh[at+j] += v
		}
		if dc == nil {
			continue
		}
		for j, v := range e.c[b*h : (b+1)*h] {
			dc[at+j] += v
		}
	}
}

// leave takes the gradient of the states before the first step, once backward
// is through.
func (y *layer) leave(s span) {
	h, rows := y.h, s.rows()
	dh := y.before.h[s.b0*h:]
	r := s.at(0)
	from := y.g
	if y.cell == GRU {
		from = y.r
	}
	kernel.Gemm(dh, h, y.before.zero, 0, from[r*y.gh:], y.gh, rows, y.whhT)
	switch y.cell {
	case GRU:
		gruCarry(rows, h, dh, y.dh[r*h:])
	case LSTM:
		copy(y.before.c[s.b0*h:s.b1*h], y.dc[s.b0*h:]) // slot 0 of the ring
	}
}
