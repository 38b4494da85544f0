package layer

// Edge is the gradient with respect to a layer's state at one end of a batch,
// by which networks that hand their state on are trained together. Layers with
// an edge have dilation 1.
type Edge struct {
	h, c []float32 // (B,H), (B,MH)
	Last []int     // the step after which each sequence ends
	zero []float32 // (H)
}

// NewEdge returns an edge for batch sequences with hidden states of width h and
// memories of width mh.
func NewEdge(batch, h, mh int) *Edge {
	return &Edge{
		h: make([]float32, batch*h), c: make([]float32, batch*mh),
		Last: make([]int, batch), zero: make([]float32, h),
	}
}

// enter adds the edge to dh and dc, the gradients of the states after step t,
// in the sequences that end there. Both start at the span's first sequence.
func (e *Edge) enter(t int, s Span, h, mh int, dh, dc []float32) {
	for b := s.B0; b < s.B1; b++ {
		if e.Last[b] != t {
			continue
		}
		add(dh[(b-s.B0)*h:], e.h[b*h:(b+1)*h])
		add(dc[(b-s.B0)*mh:], e.c[b*mh:(b+1)*mh])
	}
}

// leave takes the gradient of the states before the first step, after backward
// has gone through all steps.
func (y *Recurrent) leave(s Span) {
	e := y.Before
	y.fromLater(e.h[s.B0*y.H:], s.At(0), s.Rows(), e.zero, 0)
	copy(e.c[s.B0*y.MH:s.B1*y.MH], y.slot(s, 0))
}

// add adds x to dst, which may be longer.
func add(dst, x []float32) {
	for i, v := range x {
		dst[i] += v
	}
}
