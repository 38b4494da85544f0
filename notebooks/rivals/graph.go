package rivals

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// matrix is a matrix of values x with their gradients d, row-major. Its rows are
// the steps of B sequences, time-major: row t*B+b, as in package seq.
type matrix struct {
	rows, cols int
	x, d       []float64
}

func newMatrix(rows, cols int) *matrix {
	return &matrix{rows, cols, make([]float64, rows*cols), make([]float64, rows*cols)}
}

func (m *matrix) row(i int) []float64      { return m.x[i*m.cols : (i+1)*m.cols] }
func (m *matrix) gradient(i int) []float64 { return m.d[i*m.cols : (i+1)*m.cols] }

// general is a matrix as BLAS knows it: rows from the first one on, step apart.
func general(x []float64, rows, cols, first, step int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: step * cols, Data: x[first*cols:]}
}

func whole(x []float64, m *matrix) blas64.General { return general(x, m.rows, m.cols, 0, 1) }

// graph notes how each result came about, so that backward can apply the chain
// rule from the last to the first.
type graph struct {
	back []func()
	work int // multiplications in products so far
}

func (g *graph) note(f func()) { g.back = append(g.back, f) }

func (g *graph) backward() {
	for i := len(g.back) - 1; i >= 0; i-- {
		g.back[i]()
	}
}

// linear is x·Wᵀ + b; W is (Out,In), as in PyTorch, and b (1,Out) or nil.
func (g *graph) linear(x, w, b *matrix) *matrix {
	y := newMatrix(x.rows, w.rows)
	if b != nil {
		for r := range y.rows {
			copy(y.row(r), b.x)
		}
	}
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, whole(x.x, x), whole(w.x, w), 1, whole(y.x, y))
	g.work += x.rows * len(w.x)
	g.note(func() {
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, whole(y.d, y), whole(w.x, w), 1, whole(x.d, x))
		blas64.Gemm(blas.Trans, blas.NoTrans, 1, whole(y.d, y), whole(x.x, x), 1, whole(w.d, w))
		if b != nil {
			for r := range y.rows {
				add(b.d, y.gradient(r))
			}
		}
	})
	return y
}

// sum is x + z.
func (g *graph) sum(x, z *matrix) *matrix {
	y := newMatrix(x.rows, x.cols)
	copy(y.x, x.x)
	add(y.x, z.x)
	g.note(func() {
		add(x.d, y.d)
		add(z.d, y.d)
	})
	return y
}

// relu is max(x, 0).
func (g *graph) relu(x *matrix) *matrix {
	y := newMatrix(x.rows, x.cols)
	for i, v := range x.x {
		y.x[i] = max(v, 0)
	}
	g.note(func() {
		for i, v := range x.x {
			if v > 0 {
				x.d[i] += y.d[i]
			}
		}
	})
	return y
}

// later moves rows down by n; what comes in is zero.
func (g *graph) later(x *matrix, n int) *matrix {
	y := newMatrix(x.rows, x.cols)
	n = min(n, x.rows)
	copy(y.x[n*x.cols:], x.x)
	g.note(func() { add(x.d[:(x.rows-n)*x.cols], y.d[n*x.cols:]) })
	return y
}

// embed is the rows of a table; negative ids are zeros.
func (g *graph) embed(table *matrix, ids []int32) *matrix {
	y := newMatrix(len(ids), table.cols)
	for i, id := range ids {
		if id >= 0 {
			copy(y.row(i), table.row(int(id)))
		}
	}
	g.note(func() {
		for i, id := range ids {
			if id >= 0 {
				add(table.gradient(int(id)), y.gradient(i))
			}
		}
	})
	return y
}

// normalise gives every row mean 0 and variance 1, then gain and shift (1,C)
// (layer normalisation, Ba, Kiros and Hinton 2016).
func (g *graph) normalise(x, gain, shift *matrix) *matrix {
	y := newMatrix(x.rows, x.cols)
	unit := make([]float64, len(x.x))
	inverse := make([]float64, x.rows)
	n := float64(x.cols)
	for r := range x.rows {
		u := unit[r*x.cols : (r+1)*x.cols]
		inverse[r] = standardise(u, x.row(r))
		for i, v := range u {
			y.row(r)[i] = v*gain.x[i] + shift.x[i]
		}
	}
	g.note(func() {
		du := make([]float64, x.cols)
		for r := range x.rows {
			u := unit[r*x.cols : (r+1)*x.cols]
			var mean, along float64
			for i, d := range y.gradient(r) {
				gain.d[i] += d * u[i]
				shift.d[i] += d
				du[i] = d * gain.x[i]
				mean += du[i] / n
				along += du[i] * u[i] / n
			}
			for i := range du {
				x.gradient(r)[i] += inverse[r] * (du[i] - mean - along*u[i])
			}
		}
	})
	return y
}

// standardise writes x with mean 0 and variance 1 to u and returns what it
// multiplied by.
func standardise(u, x []float64) float64 {
	var mean, variance float64
	n := float64(len(x))
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / n
	}
	inverse := 1 / math.Sqrt(variance+1e-5)
	for i, v := range x {
		u[i] = (v - mean) * inverse
	}
	return inverse
}

// attend lets every step of every one of batch sequences look at itself and at
// the steps before it: y_t = Σ_s softmax_s(q_t·k_s/sqrt(C)) v_s (Vaswani et al.
// 2017, one head).
func (g *graph) attend(q, k, v *matrix, batch int) *matrix {
	steps := q.rows / batch
	y := newMatrix(q.rows, v.cols)
	scale := 1 / math.Sqrt(float64(q.cols))
	weights := make([]float64, batch*steps*steps)
	of := func(x []float64, b int) blas64.General { return general(x, steps, q.cols, b, batch) }
	square := func(x []float64, b int) blas64.General {
		return general(x[b*steps*steps:(b+1)*steps*steps], steps, steps, 0, 1)
	}
	for b := range batch {
		a := square(weights, b)
		blas64.Gemm(blas.NoTrans, blas.Trans, scale, of(q.x, b), of(k.x, b), 0, a)
		for t := range steps {
			softmax(a.Data[t*steps:t*steps+t+1], a.Data[t*steps:])
			clear(a.Data[t*steps+t+1 : (t+1)*steps])
		}
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, a, of(v.x, b), 0, of(y.x, b))
	}
	g.note(func() {
		da := make([]float64, steps*steps)
		for b := range batch {
			a, d := square(weights, b), square(da, 0)
			blas64.Gemm(blas.NoTrans, blas.Trans, 1, of(y.d, b), of(v.x, b), 0, d)
			blas64.Gemm(blas.Trans, blas.NoTrans, 1, a, of(y.d, b), 1, of(v.d, b))
			for t := range steps {
				w, dw := a.Data[t*steps:(t+1)*steps], da[t*steps:(t+1)*steps]
				var mean float64
				for s := range t + 1 {
					mean += w[s] * dw[s]
				}
				for s := range dw {
					dw[s] = w[s] * (dw[s] - mean) // w is 0 after t
				}
			}
			blas64.Gemm(blas.NoTrans, blas.NoTrans, scale, d, of(k.x, b), 1, of(q.d, b))
			blas64.Gemm(blas.Trans, blas.NoTrans, scale, d, of(q.x, b), 1, of(k.d, b))
		}
	})
	return y
}

// crossEntropy returns the mean of -log softmax(x) at the labels, weighted; a
// negative label does not count.
func (g *graph) crossEntropy(x *matrix, labels []int32, weight []float32) float64 {
	var loss, total float64
	for r, label := range labels {
		if label >= 0 {
			total += float64(weight[r])
		}
	}
	p := make([]float64, x.cols)
	grad := make([]float64, len(x.x))
	for r, label := range labels {
		w := float64(weight[r]) / total
		if label < 0 || w == 0 {
			continue
		}
		softmax(p, x.row(r))
		loss -= w * math.Log(p[label])
		d := grad[r*x.cols : (r+1)*x.cols]
		for i, v := range p {
			d[i] = w * v
		}
		d[label] -= w
	}
	g.note(func() { add(x.d, grad) })
	return loss
}

func softmax(p, x []float64) {
	top := math.Inf(-1)
	for i := range p {
		top = max(top, x[i])
	}
	var sum float64
	for i := range p {
		p[i] = math.Exp(x[i] - top)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}

// add adds x to y.
func add(y, x []float64) {
	for i, v := range x {
		y[i] += v
	}
}
