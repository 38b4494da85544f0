package seq

import "github.com/segue-go/segue/seq/internal/kernel"

// dense is a linear layer with the packed factors and buffers of a Pass.
type dense struct {
	linear
	k    kernel.Tier
	relu bool
	w, t *kernel.Packed // (In,Out) forward, (Out,In) backward
	bias []float32      // (Out)
	y    []float32      // (N,Out) output
	dy   []float32      // (N,Out) its gradient
	zero []float32      // (In)
	step *matrix        // w as a Stepper uses it
}

func newDense(k kernel.Tier, l linear, relu bool) *dense {
	if l.out == 0 {
		return nil
	}
	return &dense{linear: l, k: k, relu: relu, w: kernel.NewPacked(l.in, l.out), bias: kernel.Alloc(l.out), zero: kernel.Alloc(l.in)}
}

func (d *dense) load(params []float32, train bool) {
	if d == nil {
		return
	}
	w := params[d.linear.w : d.linear.w+d.in*d.out]
	d.w.PackT(w, d.in)
	if d.b >= 0 {
		copy(d.bias, params[d.b:d.b+d.out])
	}
	if train {
		if d.t == nil {
			d.t = kernel.NewPacked(d.out, d.in)
		}
		d.t.Pack(d.k, w, d.in)
	}
}

func (d *dense) size(n int, train bool) {
	if d == nil {
		return
	}
	d.y = fit(d.y, n*d.out)
	if train {
		d.dy = fit(d.dy, n*d.out)
	}
}

// forward computes rows r0 <= r < r1 of y from x (N, row distance ld).
func (d *dense) forward(x []float32, ld, r0, r1 int) {
	if r0 >= r1 {
		return
	}
	d.k.Gemm(d.y[r0*d.out:], d.out, d.bias, 0, x[r0*ld:], ld, r1-r0, d.w)
	if d.relu {
		y := d.y[r0*d.out : r1*d.out]
		for i, v := range y {
			y[i] = max(v, 0)
		}
	}
}

// backward computes (or adds) dx (N, row distance ld) from dy.
func (d *dense) backward(dx []float32, ld int, add bool, r0, r1 int) {
	if r0 >= r1 {
		return
	}
	if d.relu {
		y, dy := d.y[r0*d.out:r1*d.out], d.dy[r0*d.out:r1*d.out]
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
	d.k.Gemm(dx[r0*ld:], ld, init, ldi, d.dy[r0*d.out:], d.out, r1-r0, d.t)
}

// gradient adds rows j0 <= j < j1 of the gradients of W and b.
func (d *dense) gradient(o *kernel.Outer, parts []kernel.Part, grad, x []float32, ld, rows, j0, j1 int) {
	parts[0] = kernel.Part{C: grad[d.linear.w : d.linear.w+d.in*d.out], Ldc: d.in, B: x, Ldb: ld, N: d.in}
	o.Add(d.k, parts[:1], d.dy, d.out, rows, j0, j1)
	if d.b >= 0 {
		d.k.AddRows(grad[d.b+j0:d.b+j1], d.dy[j0:], rows, d.out)
	}
}
