package seq

import (
	"github.com/segue-go/segue/seq/internal/cell"
	"github.com/segue-go/segue/seq/internal/kernel"
)

// layer is one recurrent layer with the buffers of a Pass. With dilation d,
// step t starts from the state after step t-d. So hs and cs begin with the d
// states from before the batch: slot s holds the state after step s-d; step t
// reads slot t and writes slot t+d.
type layer struct {
	k       kernel.Tier
	cell    cell.Cell
	shape   cell.Shape
	in, h   int // I, H
	d       int // dilation
	gh      int // gates·H
	mh      int // memory·H
	residue bool

	wih, whh   *kernel.Packed // (I,GH), (H,GH): forward
	wihT, whhT *kernel.Packed // (GH,I), (GH,H): backward
	bias       []float32      // (GH) initial value of the input product
	bhh        []float32      // (GH) split cells: initial value of the recurrent product

	x     []float32 // (T,B,I) input; a view of the layer below
	g     []float32 // (T,B,GH) pre-activations, then activations, then their gradients
	r     []float32 // (T,B,GH) split cells: recurrent product, then its gradient
	hs    []float32 // (d+T,B,H) hidden states
	cs    []float32 // (d+T,B,MH) memory
	saved []float32 // (T,B,saved·H) what the cell saves for the way back
	y     []float32 // (T,B,H) output: hs[d:] unless dropout or residual
	mask  []float32 // (T,B,H) dropout factors; nil = none
	dy    []float32 // (T,B,H) gradient of y
	dh    []float32 // (T,B,H) gradient of h; dy unless dropout, residual or a direct cell
	dc    []float32 // ring of d+1 (B,MH): gradients of the memory
	zero  []float32 // (I)
	sums  []float32 // (GH) scratch of gradient

	after, before *edge // gradients of the states at the ends; nil = not wanted

	own, drop, carry []float32 // memory of y, mask and dh where they are not views
}

func newLayer(k kernel.Tier, c Config, l int) *layer {
	kind := c.Cell.kind()
	s, in, h := kind.Shape(), c.layerInput(l), c.Hidden
	gh := s.Gates * h
	return &layer{
		k: k, cell: kind, shape: s, in: in, h: h, d: c.Dilations[l], gh: gh, mh: s.Memory * h, residue: c.Residual && in == h,
		wih: kernel.NewPacked(in, gh), whh: kernel.NewPacked(h, gh),
		bias: kernel.Alloc(gh), bhh: kernel.Alloc(gh), zero: kernel.Alloc(in), sums: kernel.Alloc(gh),
	}
}

// load packs the parameters; train also packs the backward factors.
func (y *layer) load(params []float32, p layerParams, train bool) {
	wih, whh := params[p.wih:p.wih+y.gh*y.in], params[p.whh:p.whh+y.gh*y.h]
	y.wih.PackT(wih, y.in)
	y.whh.PackT(whh, y.h)
	loadBiases(y.bias, y.bhh, params, p, y.shape.Split)
	if train {
		if y.wihT == nil {
			y.wihT, y.whhT = kernel.NewPacked(y.gh, y.in), kernel.NewPacked(y.gh, y.h)
		}
		y.wihT.Pack(y.k, wih, y.in)
		y.whhT.Pack(y.k, whh, y.h)
	}
}

// loadBiases copies a layer's two biases. Unless the cell splits its products,
// both are added to the same one, so that bias takes their sum.
func loadBiases(bias, bhh, params []float32, p layerParams, split bool) {
	copy(bias, params[p.bih:p.bih+len(bias)])
	copy(bhh, params[p.bhh:p.bhh+len(bhh)])
	if !split {
		for i, b := range bhh {
			bias[i] += b
		}
	}
}

// size allocates the buffers for T×B.
func (y *layer) size(steps, batch int, dropout, train bool) {
	n, h, slots := steps*batch, y.h, (y.d+steps)*batch
	y.g = fit(y.g, n*y.gh)
	y.hs = fit(y.hs, slots*h)
	y.cs = fit(y.cs, slots*y.mh)
	y.saved = fit(y.saved, n*y.shape.Saved*h)
	if y.shape.Split {
		y.r = fit(y.r, n*y.gh)
	}
	own := dropout || y.residue
	if own {
		y.own = fit(y.own, n*h)
		y.y = y.own
	} else {
		y.y = y.hs[y.d*batch*h:]
	}
	if y.mask = nil; dropout {
		y.drop = fit(y.drop, n*h)
		y.mask = y.drop
	}
	if !train {
		return
	}
	y.dy = fit(y.dy, n*h)
	y.dh = y.dy
	if own || y.shape.Direct {
		y.carry = fit(y.carry, n*h)
		y.dh = y.carry
	}
	y.dc = fit(y.dc, (y.d+1)*batch*y.mh)
}

// fit returns s with length n, reallocated if it is too short.
func fit(s []float32, n int) []float32 {
	if cap(s) < n {
		return kernel.Alloc(n)
	}
	return s[:n]
}

// span is what one worker computes: sequences b0 <= b < b1 of a T×B batch.
type span struct{ steps, batch, b0, b1 int }

func (s span) rows() int { return s.b1 - s.b0 }

// at is the first row of step t.
func (s span) at(t int) int { return t*s.batch + s.b0 }

// block is the number of consecutive steps that together have about 128 rows,
// so that the input product of a block stays in the cache.
func (s span) block() int {
	if s.rows() < s.batch {
		return 1
	}
	return max(1, 128/s.batch)
}

// step returns the cell's buffers of step t.
func (y *layer) step(s span, t int) cell.Step {
	r := s.at(t)
	next := r + y.d*s.batch
	c := cell.Step{
		Rows: s.rows(), H: y.h, G: y.g[r*y.gh:], Prev: y.hs[r*y.h:], Next: y.hs[next*y.h:],
		MemPrev: y.cs[r*y.mh:], MemNext: y.cs[next*y.mh:], Saved: y.saved[r*y.shape.Saved*y.h:],
	}
	if y.shape.Split {
		c.R = y.r[r*y.gh:]
	}
	return c
}

// recurrent is where the recurrent product and its gradient are.
func (y *layer) recurrent() []float32 {
	if y.shape.Split {
		return y.r
	}
	return y.g
}

// forward runs the layer over all steps of the span.
func (y *layer) forward(s span) {
	rows, block := s.rows(), s.block()
	for t := range s.steps {
		r := s.at(t)
		if t%block == 0 {
			n := min(block, s.steps-t) * rows
			y.k.Gemm(y.g[r*y.gh:], y.gh, y.bias, 0, y.x[r*y.in:], y.in, n, y.wih)
		}
		c := y.step(s, t)
		if y.shape.Split {
			y.k.Gemm(c.R, y.gh, y.bhh, 0, c.Prev, y.h, rows, y.whh)
		} else {
			y.k.Gemm(c.G, y.gh, c.G, y.gh, c.Prev, y.h, rows, y.whh)
		}
		y.cell.Forward(y.k, c)
		y.output(r, rows, c.Next)
	}
}

// output makes y from h: dropout, then the residual.
func (y *layer) output(r, rows int, hidden []float32) {
	if y.mask == nil && !y.residue {
		return
	}
	n := rows * y.h
	out := y.y[r*y.h : r*y.h+n]
	copy(out, hidden)
	if y.mask != nil {
		for i, m := range y.mask[r*y.h : r*y.h+n] {
			out[i] *= m
		}
	}
	if y.residue {
		for i, x := range y.x[r*y.h : r*y.h+n] {
			out[i] += x
		}
	}
}

// slot is the memory's gradient after step t-d, in a ring of d+1.
func (y *layer) slot(s span, t int) []float32 {
	return y.dc[((t%(y.d+1))*s.batch+s.b0)*y.mh:]
}

// backward turns dy into the gradients of the pre-activations (in g and, for
// split cells, r) and, if dx is not nil, into the gradient of the input.
func (y *layer) backward(s span, dx []float32) {
	h, rows := y.h, s.rows()
	for t := s.steps; t < s.steps+y.d; t++ {
		clear(y.slot(s, t)[:rows*y.mh])
	}
	block := s.block()
	for t := s.steps - 1; t >= 0; t-- {
		r := s.at(t)
		c := y.step(s, t)
		c.DH, c.DMem, c.DMemPrev = y.dh[r*h:r*h+rows*h], y.slot(s, t+y.d), y.slot(s, t)
		y.hiddenGradient(r, c.DH)
		if y.after != nil {
			y.after.enter(t, s, h, y.mh, c.DH, c.DMem)
		}
		if t+y.d < s.steps {
			y.fromLater(c.DH, r+y.d*s.batch, rows, c.DH, h)
		}
		y.cell.Backward(y.k, c)
		if dx != nil && t%block == 0 {
			init, ld := y.zero, 0
			if y.residue {
				init, ld = y.dy[r*h:], h
			}
			y.k.Gemm(dx[r*y.in:], y.in, init, ld, c.G, y.gh, min(block, s.steps-t)*rows, y.wihT)
		}
	}
	if y.before != nil {
		y.leave(s)
	}
}

// hiddenGradient turns dy into dh from row r on: dropout in reverse.
func (y *layer) hiddenGradient(r int, dh []float32) {
	if y.mask == nil && !y.residue && !y.shape.Direct {
		return // dh is dy
	}
	copy(dh, y.dy[r*y.h:])
	if y.mask != nil {
		for i, m := range y.mask[r*y.h : r*y.h+len(dh)] {
			dh[i] *= m
		}
	}
}

// fromLater sets dh to init (row distance ld) plus the gradient that the step at
// row later sends back to the state it started from.
func (y *layer) fromLater(dh []float32, later, rows int, init []float32, ld int) {
	y.k.Gemm(dh, y.h, init, ld, y.recurrent()[later*y.gh:], y.gh, rows, y.whhT)
	if y.shape.Direct {
		for i, v := range y.dh[later*y.h:][:rows*y.h] {
			dh[i] += v
		}
	}
}

// gradient adds rows j0 <= j < j1 of the parameter gradients.
func (y *layer) gradient(o *kernel.Outer, parts []kernel.Part, grad []float32, p layerParams, rows, j0, j1 int) {
	ih := kernel.Part{C: grad[p.wih : p.wih+y.gh*y.in], Ldc: y.in, B: y.x, Ldb: y.in, N: y.in}
	hh := kernel.Part{C: grad[p.whh : p.whh+y.gh*y.h], Ldc: y.h, B: y.hs, Ldb: y.h, N: y.h}
	if y.shape.Split {
		parts[0] = ih
		o.Add(y.k, parts[:1], y.g, y.gh, rows, j0, j1)
		parts[0] = hh
		o.Add(y.k, parts[:1], y.r, y.gh, rows, j0, j1)
	} else {
		parts[0], parts[1] = ih, hh
		o.Add(y.k, parts[:2], y.g, y.gh, rows, j0, j1)
	}
	// the two biases of a layer have the same gradient unless the cell is split
	sums := y.sums[j0:j1]
	clear(sums)
	y.k.AddRows(sums, y.g[j0:], rows, y.gh)
	y.k.AddRows(grad[p.bih+j0:p.bih+j1], sums, 1, y.gh)
	if y.shape.Split {
		clear(sums)
		y.k.AddRows(sums, y.r[j0:], rows, y.gh)
	}
	y.k.AddRows(grad[p.bhh+j0:p.bhh+j1], sums, 1, y.gh)
}
