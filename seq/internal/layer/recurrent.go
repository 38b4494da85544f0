package layer

import (
	"github.com/segue-go/segue/seq/internal/cell"
	"github.com/segue-go/segue/seq/internal/kernel"
)

// Weights are the offsets of a recurrent layer's tensors in the flat parameters.
type Weights struct{ IH, HH, BiasIH, BiasHH int } // (GH,I), (GH,H), (GH), (GH)

// Shape describes a recurrent layer.
type Shape struct {
	Cell     cell.Cell
	In, H    int
	Dilation int
	Residual bool // add the input to the output; In = H
}

// Recurrent is one recurrent layer with the buffers of a Pass. With dilation D,
// step t starts from the state after step t-D. So HS and CS begin with the D
// states from before the batch: slot s holds the state after step s-D; step t
// reads slot t and writes slot t+D.
type Recurrent struct {
	H, D    int // dilation D
	GH, MH  int // gates·H, memory·H
	in      int // I
	k       kernel.Target
	cell    cell.Cell
	shape   cell.Shape
	residue bool

	wih, whh   *kernel.Packed // (I,GH), (H,GH): forward
	wihT, whhT *kernel.Packed // (GH,I), (GH,H): backward
	bias       []float32      // (GH) initial value of the input product
	bhh        []float32      // (GH) split cells: initial value of the recurrent product

	X     []float32 // (T,B,I) input; a view of the layer below
	Y     []float32 // (T,B,H) output: HS[D:] unless dropout or residual
	Mask  []float32 // (T,B,H) dropout factors; nil = none
	DY    []float32 // (T,B,H) gradient of Y
	HS    []float32 // (D+T,B,H) hidden states
	CS    []float32 // (D+T,B,MH) memory
	kept  int       // rows of the next three: T·B in training, else those of a block
	g     []float32 // (kept,GH) pre-activations, then activations, then their gradients
	r     []float32 // (kept,GH) split cells: recurrent product, then its gradient
	saved []float32 // (kept,saved·H) what the cell saves for the way back
	dh    []float32 // (T,B,H) gradient of h; DY unless dropout, residual or a direct cell
	dc    []float32 // ring of D+1 (B,MH): gradients of the memory
	zero  []float32 // (I)
	sums  []float32 // (GH) scratch of Gradient

	After, Before *Edge // gradients of the states at the ends; nil = not wanted

	own, drop, carry []float32 // memory of Y, Mask and dh where they are not views
}

// New makes a layer of shape s that computes with tier k.
func New(k kernel.Target, s Shape) *Recurrent {
	c := s.Cell.Shape()
	gh := c.Gates * s.H
	return &Recurrent{
		k: k, cell: s.Cell, shape: c, in: s.In, H: s.H, D: s.Dilation, GH: gh, MH: c.Memory * s.H, residue: s.Residual,
		wih: kernel.NewPacked(s.In, gh), whh: kernel.NewPacked(s.H, gh),
		bias: kernel.Alloc(gh), bhh: kernel.Alloc(gh), zero: kernel.Alloc(s.In), sums: kernel.Alloc(gh),
	}
}

// Load packs the parameters; train also packs the backward factors.
func (y *Recurrent) Load(params []float32, p Weights, train bool) {
	wih, whh := params[p.IH:p.IH+y.GH*y.in], params[p.HH:p.HH+y.GH*y.H]
	y.wih.PackT(wih, y.in)
	y.whh.PackT(whh, y.H)
	loadBiases(y.bias, y.bhh, params, p, y.shape.Split)
	if train {
		if y.wihT == nil {
			y.wihT, y.whhT = kernel.NewPacked(y.GH, y.in), kernel.NewPacked(y.GH, y.H)
		}
		y.wihT.Pack(y.k, wih, y.in)
		y.whhT.Pack(y.k, whh, y.H)
	}
}

// loadBiases copies a layer's two biases. Unless the cell splits its products,
// both are added to the same one, so that bias takes their sum.
func loadBiases(bias, bhh, params []float32, p Weights, split bool) {
	copy(bias, params[p.BiasIH:p.BiasIH+len(bias)])
	copy(bhh, params[p.BiasHH:p.BiasHH+len(bhh)])
	if !split {
		for i, b := range bhh {
			bias[i] += b
		}
	}
}

// Size allocates the buffers for T×B.
func (y *Recurrent) Size(steps, batch int, dropout, train bool) {
	n, h, slots := steps*batch, y.H, (y.D+steps)*batch
	y.kept = n
	if !train { // a block of steps follows another in the same memory, which stays in the cache
		y.kept = min(n, blockOf(batch)*batch)
	}
	y.g = Fit(y.g, y.kept*y.GH)
	y.HS = Fit(y.HS, slots*h)
	y.CS = Fit(y.CS, slots*y.MH)
	y.saved = Fit(y.saved, y.kept*y.shape.Saved*h)
	if y.shape.Split {
		y.r = Fit(y.r, y.kept*y.GH)
	}
	own := dropout || y.residue
	if own {
		y.own = Fit(y.own, n*h)
		y.Y = y.own
	} else {
		y.Y = y.HS[y.D*batch*h:]
	}
	if y.Mask = nil; dropout {
		y.drop = Fit(y.drop, n*h)
		y.Mask = y.drop
	}
	if !train {
		return
	}
	y.DY = Fit(y.DY, n*h)
	y.dh = y.DY
	if own || y.shape.Direct {
		y.carry = Fit(y.carry, n*h)
		y.dh = y.carry
	}
	y.dc = Fit(y.dc, (y.D+1)*batch*y.MH)
}

// step returns the cell's buffers of step t.
func (y *Recurrent) step(s Span, t int) cell.Step {
	r := s.At(t)
	next, kept := r+y.D*s.Batch, r%y.kept
	c := cell.Step{
		Rows: s.Rows(), H: y.H, G: y.g[kept*y.GH:], Prev: y.HS[r*y.H:], Next: y.HS[next*y.H:],
		MemPrev: y.CS[r*y.MH:], MemNext: y.CS[next*y.MH:], Saved: y.saved[kept*y.shape.Saved*y.H:],
	}
	if y.shape.Split {
		c.R = y.r[kept*y.GH:]
	}
	return c
}

// recurrent is where the recurrent product and its gradient are.
func (y *Recurrent) recurrent() []float32 {
	if y.shape.Split {
		return y.r
	}
	return y.g
}

// Forward runs the layer over all steps of the span.
func (y *Recurrent) Forward(s Span) {
	rows, block := s.Rows(), s.block()
	for t := range s.Steps {
		r := s.At(t)
		if t%block == 0 {
			n := min(block, s.Steps-t) * rows
			y.k.Gemm(y.g[r%y.kept*y.GH:], y.GH, y.bias, 0, y.X[r*y.in:], y.in, n, y.wih)
		}
		c := y.step(s, t)
		if y.shape.Split {
			y.k.Gemm(c.R, y.GH, y.bhh, 0, c.Prev, y.H, rows, y.whh)
		} else {
			y.k.Gemm(c.G, y.GH, c.G, y.GH, c.Prev, y.H, rows, y.whh)
		}
		y.cell.Forward(y.k, c)
		y.output(r, rows, c.Next)
	}
}

// output makes Y from h: dropout, then the residual.
func (y *Recurrent) output(r, rows int, hidden []float32) {
	if y.Mask == nil && !y.residue {
		return
	}
	n := rows * y.H
	out := y.Y[r*y.H : r*y.H+n]
	copy(out, hidden)
	if y.Mask != nil {
		for i, m := range y.Mask[r*y.H : r*y.H+n] {
			out[i] *= m
		}
	}
	if y.residue {
		for i, x := range y.X[r*y.H : r*y.H+n] {
			out[i] += x
		}
	}
}

// slot is the memory's gradient after step t-D, in a ring of D+1.
func (y *Recurrent) slot(s Span, t int) []float32 {
	return y.dc[((t%(y.D+1))*s.Batch+s.B0)*y.MH:]
}

// Backward turns DY into the gradients of the pre-activations (in g and, for
// split cells, r) and, if dx is not nil, into the gradient of the input.
func (y *Recurrent) Backward(s Span, dx []float32) {
	h, rows := y.H, s.Rows()
	for t := s.Steps; t < s.Steps+y.D; t++ {
		clear(y.slot(s, t)[:rows*y.MH])
	}
	block := s.block()
	for t := s.Steps - 1; t >= 0; t-- {
		r := s.At(t)
		c := y.step(s, t)
		c.DH, c.DMem, c.DMemPrev = y.dh[r*h:r*h+rows*h], y.slot(s, t+y.D), y.slot(s, t)
		y.hiddenGradient(r, c.DH)
		if y.After != nil {
			y.After.enter(t, s, h, y.MH, c.DH, c.DMem)
		}
		if t+y.D < s.Steps {
			y.fromLater(c.DH, r+y.D*s.Batch, rows, c.DH, h)
		}
		y.cell.Backward(y.k, c)
		if dx != nil && t%block == 0 {
			init, ld := y.zero, 0
			if y.residue {
				init, ld = y.DY[r*h:], h
			}
			y.k.Gemm(dx[r*y.in:], y.in, init, ld, c.G, y.GH, min(block, s.Steps-t)*rows, y.wihT)
		}
	}
	if y.Before != nil {
		y.leave(s)
	}
}

// hiddenGradient turns DY into dh from row r on: dropout in reverse.
func (y *Recurrent) hiddenGradient(r int, dh []float32) {
	if y.Mask == nil && !y.residue && !y.shape.Direct {
		return // dh is DY
	}
	copy(dh, y.DY[r*y.H:])
	if y.Mask != nil {
		for i, m := range y.Mask[r*y.H : r*y.H+len(dh)] {
			dh[i] *= m
		}
	}
}

// fromLater sets dh to init (row distance ld) plus the gradient that the step at
// row later sends back to the state it started from.
func (y *Recurrent) fromLater(dh []float32, later, rows int, init []float32, ld int) {
	y.k.Gemm(dh, y.H, init, ld, y.recurrent()[later*y.GH:], y.GH, rows, y.whhT)
	if y.shape.Direct {
		for i, v := range y.dh[later*y.H:][:rows*y.H] {
			dh[i] += v
		}
	}
}

// Gradient adds rows j0 <= j < j1 of the parameter gradients.
func (y *Recurrent) Gradient(o *kernel.Outer, parts []kernel.Part, grad []float32, p Weights, rows, j0, j1 int) {
	ih := kernel.Part{C: grad[p.IH : p.IH+y.GH*y.in], Ldc: y.in, B: y.X, Ldb: y.in, N: y.in}
	hh := kernel.Part{C: grad[p.HH : p.HH+y.GH*y.H], Ldc: y.H, B: y.HS, Ldb: y.H, N: y.H}
	if y.shape.Split {
		parts[0] = ih
		o.Add(y.k, parts[:1], y.g, y.GH, rows, j0, j1)
		parts[0] = hh
		o.Add(y.k, parts[:1], y.r, y.GH, rows, j0, j1)
	} else {
		parts[0], parts[1] = ih, hh
		o.Add(y.k, parts[:2], y.g, y.GH, rows, j0, j1)
	}
	// the two biases of a layer have the same gradient unless the cell is split
	sums := y.sums[j0:j1]
	clear(sums)
	y.k.AddRows(sums, y.g[j0:], rows, y.GH)
	y.k.AddRows(grad[p.BiasIH+j0:p.BiasIH+j1], sums, 1, y.GH)
	if y.shape.Split {
		clear(sums)
		y.k.AddRows(sums, y.r[j0:], rows, y.GH)
	}
	y.k.AddRows(grad[p.BiasHH+j0:p.BiasHH+j1], sums, 1, y.GH)
}
