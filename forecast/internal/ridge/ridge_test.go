package ridge

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Cholesky's solution satisfies the equations.
func TestRidge(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 2))
	const p = 6
	m := New(p)
	for range 20 {
		x := make([]float64, p)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		m.Add(x, r.NormFloat64(), r.Float64())
	}
	penalty := []float64{0, .1, .2, .3, .4, 5}
	l := m.Factor(penalty)
	b := l.Solve(m.XZ)
	var quadratic float64
	for i := range p {
		s := penalty[i] * b[i]
		for j := range p {
			s += m.XX[max(i, j)*p+min(i, j)] * b[j]
		}
		if math.Abs(s-m.XZ[i]) > 1e-10 {
			t.Errorf("row %d is %v, want %v", i, s, m.XZ[i])
		}
		quadratic += m.XZ[i] * b[i]
	}
	if v := l.Norm(m.XZ); math.Abs(v-quadratic) > 1e-10 {
		t.Errorf("norm %v, want %v", v, quadratic)
	}
}
