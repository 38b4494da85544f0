package seq

import "github.com/segue-go/segue/seq/internal/kernel"

// layer is one recurrent layer with the buffers of a Pass. With dilation d the
// state that step t starts from is the one after step t-d, so hs and cs begin
// with the d states from before the batch: slot s holds the state after step
// s-d, and step t reads slot t and writes slot t+d.
type layer struct {
	cell    Cell
	in, h   int // I, H
	d       int // dilation
	gh      int // gates·H
	residue bool

	wih, whh   *kernel.Packed // (I,GH), (H,GH): forward
	wihT, whhT *kernel.Packed // (GH,I), (GH,H): backward
	bias       []float32      // (GH) what the input product starts from
	bhh        []float32      // (GH) GRU: what the recurrent product starts from

	x      []float32 // (T,B,I) input; a view of the layer below
	g      []float32 // (T,B,GH) pre-activations, then activations, then their gradients
	r      []float32 // (T,B,GH) GRU: recurrent product, then its gradient
	hs, cs []float32 // (d+T,B,H) states
	tc     []float32 // (T,B,H) LSTM: tanh of the cell state
	y      []float32 // (T,B,H) output: hs[d:] unless dropout or residual
	mask   []float32 // (T,B,H) dropout factors; nil = none
	dy     []float32 // (T,B,H) gradient of y
	dh     []float32 // (T,B,H) gradient of h; dy unless dropout or residual
	dc     []float32 // ring of d+1 (B,H)
	zero   []float32 // (I)
	sums   []float32 // (GH) scratch of gradient

	after, before *edge // gradients of the states at the ends; nil = not wanted

	own, drop, carry []float32 // memory of y, mask and dh where they are not views
}

func newLayer(c Config, l int) *layer {
	in, h := c.layerInput(l), c.Hidden
	gh := c.Cell.gates() * h
	return &layer{
		cell: c.Cell, in: in, h: h, d: c.Dilations[l], gh: gh, residue: c.Residual && in == h,
		wih: kernel.NewPacked(in, gh), whh: kernel.NewPacked(h, gh),
		bias: kernel.Alloc(gh), bhh: kernel.Alloc(gh), zero: kernel.Alloc(in), sums: kernel.Alloc(gh),
	}
}

// load packs the parameters; train also packs the backward factors.
func (y *layer) load(params []float32, p layerParams, train bool) {
	wih, whh := params[p.wih:p.wih+y.gh*y.in], params[p.whh:p.whh+y.gh*y.h]
	y.wih.PackT(wih, y.in)
	y.whh.PackT(whh, y.h)
	copy(y.bias, params[p.bih:p.bih+y.gh])
	copy(y.bhh, params[p.bhh:p.bhh+y.gh])
	if y.cell != GRU {
		for i, b := range y.bhh {
			y.bias[i] += b
		}
	}
	if train {
		if y.wihT == nil {
			y.wihT, y.whhT = kernel.NewPacked(y.gh, y.in), kernel.NewPacked(y.gh, y.h)
		}
		y.wihT.Pack(wih, y.in)
		y.whhT.Pack(whh, y.h)
	}
}

// size allocates the buffers for T×B.
func (y *layer) size(steps, batch int, dropout, train bool) {
	n, h := steps*batch, y.h
	y.g = fit(y.g, n*y.gh)
	y.hs = fit(y.hs, (y.d+steps)*batch*h)
	if y.cell == LSTM {
		y.cs = fit(y.cs, (y.d+steps)*batch*h)
		y.tc = fit(y.tc, n*h)
	}
	if y.cell == GRU {
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
	if own || y.cell == GRU {
		y.carry = fit(y.carry, n*h)
		y.dh = y.carry
	}
	if y.cell == LSTM {
		y.dc = fit(y.dc, (y.d+1)*batch*h)
	}
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

// block is the number of steps whose rows lie together and fill about 128
// rows, so that the input product of a block stays in the cache.
func (s span) block() int {
	if s.rows() < s.batch {
		return 1
	}
	return max(1, 128/s.batch)
}

// forward runs the layer over all steps of the span.
func (y *layer) forward(s span) {
	h, rows := y.h, s.rows()
	block := s.block()
	for t := range s.steps {
		r := s.at(t)
		if t%block == 0 {
			n := min(block, s.steps-t) * rows
			kernel.Gemm(y.g[r*y.gh:], y.gh, y.bias, 0, y.x[r*y.in:], y.in, n, y.wih)
		}
		prev, next := r*h, (r+y.d*s.batch)*h
		g := y.g[r*y.gh:]
		switch y.cell {
		case LSTM:
			kernel.Gemm(g, y.gh, g, y.gh, y.hs[prev:], h, rows, y.whh)
			kernel.LSTMForward(rows, h, g, y.cs[prev:], y.cs[next:], y.tc[r*h:], y.hs[next:])
		case GRU:
			rec := y.r[r*y.gh:]
			kernel.Gemm(rec, y.gh, y.bhh, 0, y.hs[prev:], h, rows, y.whh)
			gruForward(rows, h, g, rec, y.hs[prev:], y.hs[next:])
		default:
			kernel.Gemm(g, h, g, h, y.hs[prev:], h, rows, y.whh)
			kernel.Tanh(y.hs[next:], g[:rows*h])
		}
		y.output(r, rows, next)
	}
}

// output makes y from h: dropout, then the residual.
func (y *layer) output(r, rows, next int) {
	if y.mask == nil && !y.residue {
		return
	}
	n := rows * y.h
	out, hidden := y.y[r*y.h:r*y.h+n], y.hs[next:next+n]
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

// backward turns dy into the gradients of the pre-activations (in g and, for
// GRU, r) and, if dx is not nil, into the gradient of the input.
func (y *layer) backward(s span, dx []float32) {
	h, rows, ring := y.h, s.rows(), y.d+1
	slot := func(t int) []float32 { return y.dc[((t%ring)*s.batch+s.b0)*h:] }
	if y.cell == LSTM {
		for t := s.steps; t < s.steps+y.d; t++ {
			clear(slot(t)[:rows*h])
		}
	}
	block := s.block()
	for t := s.steps - 1; t >= 0; t-- {
		r := s.at(t)
		prev, next := r*h, (r+y.d*s.batch)*h
		n := rows * h
		dh := y.dh[r*h : r*h+n]
		if y.mask != nil || y.residue || y.cell == GRU {
			dy := y.dy[r*h : r*h+n]
			copy(dh, dy)
			if y.mask != nil {
				for i, m := range y.mask[r*h : r*h+n] {
					dh[i] *= m
				}
			}
		}
		if y.after != nil {
			var dc []float32
			if y.cell == LSTM {
				dc = slot(t + y.d)
			}
			y.after.enter(t, s, h, dh, dc)
		}
		later := (r + y.d*s.batch) // row of step t+d
		hasLater := t+y.d < s.steps
		g := y.g[r*y.gh:]
		switch y.cell {
		case LSTM:
			if hasLater {
				kernel.Gemm(dh, h, dh, h, y.g[later*y.gh:], y.gh, rows, y.whhT)
			}
			kernel.LSTMBackward(rows, h, g, y.cs[prev:], slot(t), y.tc[r*h:], dh, slot(t+y.d))
		case GRU:
			if hasLater {
				kernel.Gemm(dh, h, dh, h, y.r[later*y.gh:], y.gh, rows, y.whhT)
				gruCarry(rows, h, dh, y.dh[later*h:])
			}
			gruBackward(rows, h, g, y.r[r*y.gh:], y.hs[prev:], dh)
		default:
			if hasLater {
				kernel.Gemm(dh, h, dh, h, y.g[later*y.gh:], y.gh, rows, y.whhT)
			}
			for i, v := range y.hs[next : next+n] {
				g[i] = dh[i] * (1 - v*v)
			}
		}
		if dx != nil && t%block == 0 {
			steps := min(block, s.steps-t)
			m := steps * rows
			init, ld := y.zero, 0
			if y.residue {
				init, ld = y.dy[r*h:], h
			}
			kernel.Gemm(dx[r*y.in:], y.in, init, ld, g, y.gh, m, y.wihT)
		}
	}
	if y.before != nil {
		y.leave(s)
	}
}

// gradient adds rows j0 <= j < j1 of the parameter gradients.
func (y *layer) gradient(o *kernel.Outer, parts []kernel.Part, grad []float32, p layerParams, rows, j0, j1 int) {
	ih := kernel.Part{C: grad[p.wih : p.wih+y.gh*y.in], Ldc: y.in, B: y.x, Ldb: y.in, N: y.in}
	hh := kernel.Part{C: grad[p.whh : p.whh+y.gh*y.h], Ldc: y.h, B: y.hs, Ldb: y.h, N: y.h}
	if y.cell == GRU {
		parts[0] = ih
		o.Add(parts[:1], y.g, y.gh, rows, j0, j1)
		parts[0] = hh
		o.Add(parts[:1], y.r, y.gh, rows, j0, j1)
	} else {
		parts[0], parts[1] = ih, hh
		o.Add(parts[:2], y.g, y.gh, rows, j0, j1)
	}
	// the two biases of a layer have the same gradient, but for GRU
	sums := y.sums[j0:j1]
	clear(sums)
	kernel.AddRows(sums, y.g[j0:], rows, y.gh)
	kernel.AddRows(grad[p.bih+j0:p.bih+j1], sums, 1, y.gh)
	if y.cell == GRU {
		clear(sums)
		kernel.AddRows(sums, y.r[j0:], rows, y.gh)
	}
	kernel.AddRows(grad[p.bhh+j0:p.bhh+j1], sums, 1, y.gh)
}
