package layer

import (
	"github.com/segue-go/segue/seq/internal/cell"
	"github.com/segue-go/segue/seq/internal/kernel"
)

// Step is one recurrent layer with the buffers of a Stepper. Unless the
// cell splits its products, both are one: of the input and the earlier state,
// side by side, with the weights likewise.
type Step struct {
	cell     cell.Cell
	in, h, d int
	gh, mh   int
	residue  bool
	w, whh   *Matrix // (I+H,GH); split cells: (I,GH) and (H,GH)
	mul      *Multiplier
	bias     []float32 // (GH)
	bhh      []float32 // (GH) split cells only
	xh       []float32 // (B,I+H) input and earlier state
	g, r     []float32 // (B,GH); r for split cells only
	mem      []float32 // (B,MH) the memory that a step starts from, if d > 1
	saved    []float32 // (B,saved·H), not read here
	out      []float32 // (B,H)
}

// NewStep makes a layer of shape s for batch sequences with the parameters at p.
func NewStep(s Shape, batch int, params []float32, p Weights, mul *Multiplier) *Step {
	c, in, h := s.Cell.Shape(), s.In, s.H
	gh := c.Gates * h
	l := &Step{cell: s.Cell, in: in, h: h, d: s.Dilation, gh: gh, mh: c.Memory * h, residue: s.Residual, mul: mul, bias: kernel.Alloc(gh)}
	bhh := kernel.Alloc(gh)
	loadBiases(l.bias, bhh, params, p, c.Split)
	wih, whh := params[p.IH:p.IH+gh*in], params[p.HH:p.HH+gh*h]
	if c.Split {
		l.bhh = bhh
		l.w, l.whh = mul.Matrix(packed(wih, gh, in)), mul.Matrix(packed(whh, gh, h))
		l.size(batch)
		return l
	}
	both := kernel.NewPacked(in+h, gh)
	both.PackRowsT(0, in, wih, in)
	both.PackRowsT(in, h, whh, h)
	l.w = mul.Matrix(both)
	l.size(batch)
	return l
}

// Fork returns a layer for batch sequences with l's packed parameters, which computes
// its products with mul.
func (l *Step) Fork(batch int, mul *Multiplier) *Step {
	c := *l
	c.mul = mul
	c.size(batch)
	return &c
}

// size allocates the buffers.
func (l *Step) size(batch int) {
	l.g, l.out = kernel.Alloc(batch*l.gh), kernel.Alloc(batch*l.h)
	l.saved = kernel.Alloc(batch * l.cell.Shape().Saved * l.h)
	if l.d > 1 {
		l.mem = kernel.Alloc(batch * l.mh)
	}
	if l.whh != nil {
		l.r = kernel.Alloc(batch * l.gh)
	} else {
		l.xh = kernel.Alloc(batch * (l.in + l.h))
	}
}

// packed is the transpose of w (Out,In), packed.
func packed(w []float32, out, in int) *kernel.Packed {
	p := kernel.NewPacked(in, out)
	p.PackT(w, in)
	return p
}

// Run runs the layer on x (B,I) and returns its output (B,H). It reads the
// oldest slot of st and writes the newest.
func (l *Step) Run(x []float32, st *State, batch int) []float32 {
	n, m := batch*l.h, batch*l.mh
	old := st.HS[:n]
	l.products(x, old, batch)
	newest := st.CS[(l.d-1)*m:]
	from := newest
	if l.d > 1 {
		from = l.mem
		copy(from, st.CS[:m])
		copy(st.CS, st.CS[m:])
	}
	l.cell.Forward(l.mul.k, cell.Step{
		Rows: batch, H: l.h, G: l.g, R: l.r, Prev: old, Next: l.out,
		MemPrev: from, MemNext: newest, Saved: l.saved,
	})
	if l.d > 1 {
		copy(st.HS, st.HS[n:])
	}
	copy(st.HS[(l.d-1)*n:], l.out)
	if l.residue {
		add(l.out, x[:n])
	}
	return l.out
}

// products computes g and, for split cells, r from the input and the earlier
// hidden state.
func (l *Step) products(x, old []float32, batch int) {
	if l.r != nil {
		l.mul.Apply(l.g, l.gh, l.bias, x, l.in, batch, l.w)
		l.mul.Apply(l.r, l.gh, l.bhh, old, l.h, batch, l.whh)
		return
	}
	k := l.in + l.h
	for b := range batch {
		copy(l.xh[b*k:], x[b*l.in:(b+1)*l.in])
		copy(l.xh[b*k+l.in:(b+1)*k], old[b*l.h:])
	}
	l.mul.Apply(l.g, l.gh, l.bias, l.xh, k, batch, l.w)
}
