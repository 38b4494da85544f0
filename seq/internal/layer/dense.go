package layer

import "github.com/segue-go/segue/seq/internal/kernel"

// Linear is the place of a dense layer y = W x + b in the flat parameters: W
// (Out,In) at W, b (Out) at B.
type Linear struct {
	In, Out int // Out == 0: there is no such layer
	W, B    int // B < 0: no bias
}

// Dense is a linear layer with the packed factors and buffers of a Pass. A nil
// Dense has no parameters to load and no buffers.
type Dense struct {
	Linear
	Y  []float32 // (N,Out) output
	DY []float32 // (N,Out) its gradient

	k    kernel.Target
	relu bool
	w, t *kernel.Packed // (In,Out) forward, (Out,In) backward
	bias []float32      // (Out)
	zero []float32      // (In)
	step *Matrix        // w as a Stepper uses it
}

// NewDense makes a layer, with a ReLU after it if relu; nil if l has no outputs.
func NewDense(k kernel.Target, l Linear, relu bool) *Dense {
	if l.Out == 0 {
		return nil
	}
	return &Dense{Linear: l, k: k, relu: relu, w: kernel.NewPacked(l.In, l.Out), bias: kernel.Alloc(l.Out), zero: kernel.Alloc(l.In)}
}

// Fork returns a layer with d's packed parameters and no buffers.
func (d *Dense) Fork() *Dense {
	if d == nil {
		return nil
	}
	c := *d
	c.Y, c.DY = nil, nil
	return &c
}

// Load packs the parameters; train also packs the backward factor.
func (d *Dense) Load(params []float32, train bool) {
	if d == nil {
		return
	}
	w := params[d.Linear.W : d.Linear.W+d.In*d.Out]
	d.w.PackT(w, d.In)
	if d.B >= 0 {
		copy(d.bias, params[d.B:d.B+d.Out])
	}
	if train {
		if d.t == nil {
			d.t = kernel.NewPacked(d.Out, d.In)
		}
		d.t.Pack(d.k, w, d.In)
	}
}

// Size allocates the buffers for n rows.
func (d *Dense) Size(n int, train bool) {
	if d == nil {
		return
	}
	d.Y = Fit(d.Y, n*d.Out)
	if train {
		d.DY = Fit(d.DY, n*d.Out)
	}
}

// Forward computes rows r0 <= r < r1 of Y from x (N, row distance ld).
func (d *Dense) Forward(x []float32, ld, r0, r1 int) {
	if r0 >= r1 {
		return
	}
	d.k.Gemm(d.Y[r0*d.Out:], d.Out, d.bias, 0, x[r0*ld:], ld, r1-r0, d.w)
	d.activate(r0, r1)
}

func (d *Dense) activate(r0, r1 int) {
	if d.relu {
		y := d.Y[r0*d.Out : r1*d.Out]
		for i, v := range y {
			y[i] = max(v, 0)
		}
	}
}

// AddTo adds W x to rows r0 <= r < r1 of y (N,Out), from x (N, row distance ld).
func (d *Dense) AddTo(y, x []float32, ld, r0, r1 int) {
	y = y[r0*d.Out:]
	d.k.Gemm(y, d.Out, y, d.Out, x[r0*ld:], ld, r1-r0, d.w)
}

// Prepare makes the layer ready for Step with the products of mul.
func (d *Dense) Prepare(mul *Multiplier) { d.step = mul.Matrix(d.w) }

// Step computes Y of batch rows from x (batch, row distance ld).
func (d *Dense) Step(mul *Multiplier, x []float32, ld, batch int) {
	if batch > 1 {
		d.Forward(x, ld, 0, batch)
		return
	}
	mul.Apply(d.Y, d.Out, d.bias, x, ld, 1, d.step)
	d.activate(0, 1)
}

// Backward computes (or adds) dx (N, row distance ld) from DY.
func (d *Dense) Backward(dx []float32, ld int, add bool, r0, r1 int) {
	if r0 >= r1 {
		return
	}
	if d.relu {
		y, dy := d.Y[r0*d.Out:r1*d.Out], d.DY[r0*d.Out:r1*d.Out]
		for i, v := range y {
			if v <= 0 {
				dy[i] = 0
			}
		}
	}
	init, ldi := d.zero, 0
	if add {
		init, ldi = dx[r0*ld:], ld
	}
	d.k.Gemm(dx[r0*ld:], ld, init, ldi, d.DY[r0*d.Out:], d.Out, r1-r0, d.t)
}

// Gradient adds rows j0 <= j < j1 of the gradients of W and b.
func (d *Dense) Gradient(o *kernel.Outer, parts []kernel.Part, grad, x []float32, ld, rows, j0, j1 int) {
	parts[0] = kernel.Part{C: grad[d.Linear.W : d.Linear.W+d.In*d.Out], Ldc: d.In, B: x, Ldb: ld, N: d.In}
	o.Add(d.k, parts[:1], d.DY, d.Out, rows, j0, j1)
	if d.B >= 0 {
		d.k.AddRows(grad[d.B+j0:d.B+j1], d.DY[j0:], rows, d.Out)
	}
}
