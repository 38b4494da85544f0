// Package ridge solves the normal equations of regressions with a penalty on each
// coefficient (Hoerl and Kennard 1970).
package ridge

import "math"

// Equations are the normal equations of a regression, X'X (lower triangle, row by
// row) and X'z, of the rows that were added so far.
type Equations struct {
	p  int
	XX []float64 // (p,p)
	XZ []float64 // (p)
}

// New returns those of no rows and p columns.
func New(p int) *Equations {
	return &Equations{p: p, XX: make([]float64, p*p), XZ: make([]float64, p)}
}

// Add takes in a row with weight w.
func (m *Equations) Add(x []float64, z, w float64) {
	for i, v := range x {
		if v == 0 {
			continue
		}
		v *= w
		row := m.XX[i*m.p : i*m.p+i+1]
		for j := range row {
			row[j] += v * x[j]
		}
		m.XZ[i] += v * z
	}
}

// Clone returns a copy that shares nothing with m.
func (m *Equations) Clone() *Equations {
	c := *m
	c.XX, c.XZ = append([]float64(nil), m.XX...), append([]float64(nil), m.XZ...)
	return &c
}

// Factor is Cholesky's of X'X with a penalty on each column.
func (m *Equations) Factor(penalty []float64) Factor {
	p := m.p
	l := append([]float64(nil), m.XX...)
	for i := range p {
		l[i*p+i] += penalty[i]
	}
	for i := range p {
		ri := l[i*p : i*p+i+1]
		for j := 0; j <= i; j++ {
			rj := l[j*p : j*p+j+1]
			s := ri[j] - Dot(rj[:j], ri)
			if i == j {
				ri[i] = math.Sqrt(max(s, 1e-12))
			} else {
				ri[j] = s / rj[j]
			}
		}
	}
	return Factor{p, l}
}

// A Factor is the lower factor L of a matrix LL'.
type Factor struct {
	p int
	l []float64 // (p,p)
}

// Solve returns the b of LL'b = z.
func (t Factor) Solve(z []float64) []float64 {
	p, l := t.p, t.l
	b := append([]float64(nil), z...)
	for i := range p {
		b[i] = (b[i] - Dot(l[i*p:i*p+i], b)) / l[i*p+i]
	}
	for i := p - 1; i >= 0; i-- {
		b[i] /= l[i*p+i]
		for k, v := range l[i*p : i*p+i] {
			b[k] -= v * b[i]
		}
	}
	return b
}

// Norm is z'(LL')⁻¹z.
func (t Factor) Norm(z []float64) float64 {
	p, l := t.p, t.l
	b := append([]float64(nil), z...)
	for i := range p {
		b[i] = (b[i] - Dot(l[i*p:i*p+i], b)) / l[i*p+i]
	}
	return Dot(b, b)
}

// Dot is the inner product of a and as many values of b.
func Dot(a, b []float64) float64 {
	var s float64
	b = b[:len(a)]
	for i, v := range a {
		s += v * b[i]
	}
	return s
}
