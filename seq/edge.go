package seq

// edge is the gradient with respect to a layer's state at one end of a batch,
// by which networks that hand their state on are trained together. Layers with
// an edge have dilation 1.
type edge struct {
	h, c []float32 // (B,H), (B,MH)
	last []int     // the step after which each sequence ends
	zero []float32 // (H)
}

// newEdge returns an edge for batch sequences with hidden states of width h and
// memories of width mh.
func newEdge(batch, h, mh int) *edge {
	return &edge{
		h: make([]float32, batch*h), c: make([]float32, batch*mh),
		last: make([]int, batch), zero: make([]float32, h),
	}
}

// enter adds the edge to dh and dc, the gradients of the states after step t,
// in the sequences that end there. Both start at the span's first sequence.
func (e *edge) enter(t int, s span, h, mh int, dh, dc []float32) {
	for b := s.b0; b < s.b1; b++ {
		if e.last[b] != t {
			continue
		}
		add(dh[(b-s.b0)*h:], e.h[b*h:(b+1)*h])
		add(dc[(b-s.b0)*mh:], e.c[b*mh:(b+1)*mh])
	}
}

// leave takes the gradient of the states before the first step, after backward
// has gone through all steps.
func (y *layer) leave(s span) {
	e := y.before
	y.fromLater(e.h[s.b0*y.h:], s.at(0), s.rows(), e.zero, 0)
	copy(e.c[s.b0*y.mh:s.b1*y.mh], y.slot(s, 0))
}

// add adds x to dst, which may be longer.
func add(dst, x []float32) {
	for i, v := range x {
		dst[i] += v
	}
}
