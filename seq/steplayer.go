package seq

import (
	"github.com/segue-go/segue/seq/internal/cell"
	"github.com/segue-go/segue/seq/internal/kernel"
)

// stepLayer is one recurrent layer with the buffers of a Stepper. Unless the
// cell splits its products, both are one: of the input and the earlier state,
// side by side, with the weights likewise.
type stepLayer struct {
	cell     cell.Cell
	in, h, d int
	gh, mh   int
	residue  bool
	w, whh   *matrix // (I+H,GH); split cells: (I,GH) and (H,GH)
	mul      *multiplier
	bias     []float32 // (GH)
	bhh      []float32 // (GH) split cells only
	xh       []float32 // (B,I+H) input and earlier state
	g, r     []float32 // (B,GH); r for split cells only
	mem      []float32 // (B,MH) the memory that a step starts from, if d > 1
	saved    []float32 // (B,saved·H), not read here
	out      []float32 // (B,H)
}

func newStepLayer(n *Net, i, batch int, mul *multiplier) stepLayer {
	c, p := n.cfg, n.lay.layers[i]
	kind := c.Cell.kind()
	shape, in, h := kind.Shape(), c.layerInput(i), c.Hidden
	gh, mh := shape.Gates*h, shape.Memory*h
	l := stepLayer{
		cell: kind, in: in, h: h, d: c.Dilations[i], gh: gh, mh: mh, residue: c.Residual && in == h, mul: mul,
		bias: kernel.Alloc(gh), g: kernel.Alloc(batch * gh), saved: kernel.Alloc(batch * shape.Saved * h), out: kernel.Alloc(batch * h),
	}
	if l.d > 1 {
		l.mem = kernel.Alloc(batch * mh)
	}
	bhh := kernel.Alloc(gh)
	loadBiases(l.bias, bhh, n.params, p, shape.Split)
	wih, whh := n.params[p.wih:p.wih+gh*in], n.params[p.whh:p.whh+gh*h]
	if shape.Split {
		l.bhh, l.r = bhh, kernel.Alloc(batch*gh)
		l.w, l.whh = mul.matrix(packed(wih, gh, in)), mul.matrix(packed(whh, gh, h))
		return l
	}
	l.xh = kernel.Alloc(batch * (in + h))
	both := make([]float32, gh*(in+h))
	for j := range gh {
		copy(both[j*(in+h):], wih[j*in:(j+1)*in])
		copy(both[j*(in+h)+in:], whh[j*h:(j+1)*h])
	}
	l.w = mul.matrix(packed(both, gh, in+h))
	return l
}

// packed is the transpose of w (Out,In), packed.
func packed(w []float32, out, in int) *kernel.Packed {
	p := kernel.NewPacked(in, out)
	p.PackT(w, in)
	return p
}

// step runs the layer on x (B,I) and returns its output (B,H). It reads the
// oldest slot of st and writes the newest.
func (l *stepLayer) step(x []float32, st *layerState, batch int) []float32 {
	n, m := batch*l.h, batch*l.mh
	old := st.hs[:n]
	l.products(x, old, batch)
	newest := st.cs[(l.d-1)*m:]
	from := newest
	if l.d > 1 {
		from = l.mem
		copy(from, st.cs[:m])
		copy(st.cs, st.cs[m:])
	}
	l.cell.Forward(l.mul.k, cell.Step{
		Rows: batch, H: l.h, G: l.g, R: l.r, Prev: old, Next: l.out,
		MemPrev: from, MemNext: newest, Saved: l.saved,
	})
	if l.d > 1 {
		copy(st.hs, st.hs[n:])
	}
	copy(st.hs[(l.d-1)*n:], l.out)
	if l.residue {
		add(l.out, x[:n])
	}
	return l.out
}

// products computes g and, for split cells, r from the input and the earlier
// hidden state.
func (l *stepLayer) products(x, old []float32, batch int) {
	if l.r != nil {
		l.mul.apply(l.g, l.gh, l.bias, x, l.in, batch, l.w)
		l.mul.apply(l.r, l.gh, l.bhh, old, l.h, batch, l.whh)
		return
	}
	k := l.in + l.h
	for b := range batch {
		copy(l.xh[b*k:], x[b*l.in:(b+1)*l.in])
		copy(l.xh[b*k+l.in:(b+1)*k], old[b*l.h:])
	}
	l.mul.apply(l.g, l.gh, l.bias, l.xh, k, batch, l.w)
}
