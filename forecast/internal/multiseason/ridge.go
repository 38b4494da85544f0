package multiseason

import "math"

// A normal holds the normal equations of a regression, X'X (lower triangle, row by
// row) and X'z, of the rows that were added so far.
type normal struct {
	p  int
	xx []float64 // (p,p)
	xz []float64 // (p)
}

func newNormal(p int) *normal {
	return &normal{p: p, xx: make([]float64, p*p), xz: make([]float64, p)}
}

// add takes in a row with weight w.
func (m *normal) add(x []float64, z, w float64) {
	for i, v := range x {
		if v == 0 {
			continue
		}
		v *= w
		row := m.xx[i*m.p : i*m.p+i+1]
		for j := range row {
			row[j] += v * x[j]
		}
		m.xz[i] += v * z
	}
}

func (m *normal) clone() *normal {
	c := *m
	c.xx, c.xz = append([]float64(nil), m.xx...), append([]float64(nil), m.xz...)
	return &c
}

// factor is Cholesky's of X'X with a ridge on each column.
func (m *normal) factor(ridge []float64) triangle {
	p := m.p
	l := append([]float64(nil), m.xx...)
	for i := range p {
		l[i*p+i] += ridge[i]
	}
	for i := range p {
		ri := l[i*p : i*p+i+1]
		for j := 0; j <= i; j++ {
			rj := l[j*p : j*p+j+1]
			s := ri[j] - dot(rj[:j], ri)
			if i == j {
				ri[i] = math.Sqrt(max(s, 1e-12))
			} else {
				ri[j] = s / rj[j]
			}
		}
	}
	return triangle{p, l}
}

// A triangle is the lower factor L of a matrix LL'.
type triangle struct {
	p int
	l []float64 // (p,p)
}

// solve returns the b of LL'b = z.
func (t triangle) solve(z []float64) []float64 {
	p, l := t.p, t.l
	b := append([]float64(nil), z...)
	for i := range p {
		b[i] = (b[i] - dot(l[i*p:i*p+i], b)) / l[i*p+i]
	}
	for i := p - 1; i >= 0; i-- {
		b[i] /= l[i*p+i]
		for k, v := range l[i*p : i*p+i] {
			b[k] -= v * b[i]
		}
	}
	return b
}

// norm is z'(LL')⁻¹z.
func (t triangle) norm(z []float64) float64 {
	p, l := t.p, t.l
	b := append([]float64(nil), z...)
	for i := range p {
		b[i] = (b[i] - dot(l[i*p:i*p+i], b)) / l[i*p+i]
	}
	return dot(b, b)
}

// dot is the inner product of a and as many values of b.
func dot(a, b []float64) float64 {
	var s float64
	b = b[:len(a)]
	for i, v := range a {
		s += v * b[i]
	}
	return s
}
