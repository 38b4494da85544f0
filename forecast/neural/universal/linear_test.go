package universal

import (
	"math"
	"math/rand/v2"
	"testing"
)

// continued gives what a linear draft says of the next blocks of z.
func continued(t *testing.T, z []float64, known []bool, season, week, apart, blocks int) []float64 {
	t.Helper()
	r := newReader(z, known, season, week)
	l := newLinear(season, week, apart)
	for o := len(z) / 2; o < len(z); o++ { // as a tracker comes by
		l.moveTo(r, o)
	}
	var out []float64
	for j := range blocks {
		var b [block]float64
		if !l.ahead(r, len(z)-1, j, &b) {
			t.Fatalf("%d values with a season of %d are not fitted", len(z), season)
		}
		out = append(out, b[:]...)
	}
	return out
}

// An autoregression is continued as one that knows its coefficients continues it, at
// any level and scale, and with gaps, which are not learned from.
func TestLinear(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const n = 2000
	z, gappy, known := make([]float64, n), make([]float64, n), make([]bool, n)
	for i := range z {
		z[i] = random.NormFloat64()
		if i >= 25 {
			z[i] += .5*z[i-1] + .4*z[i-24] - .2*z[i-25]
		}
		gappy[i], known[i] = z[i], i >= 1900 || i%50 != 7
		if !known[i] {
			gappy[i] = 3
		}
	}
	want := append([]float64(nil), z...)
	for h := range 2 * block {
		i := n + h
		want = append(want, .5*want[i-1]+.4*want[i-24]-.2*want[i-25])
	}
	for name, c := range map[string]struct {
		z     []float64
		known []bool
		off   float64
	}{"plain": {z, nil, .5}, "gaps": {gappy, known, .5}} {
		off, size := 0.0, 0.0
		for h, v := range continued(t, c.z, c.known, 24, 168, 0, 2) {
			off += math.Abs(v-want[n+h]) / (2 * block)
			size += math.Abs(want[n+h]) / (2 * block)
		}
		if off > c.off*size {
			t.Errorf("%s: off by %.3f of %.2f on average", name, off, size)
		}
	}
	moved := make([]float64, n)
	for i, v := range z {
		moved[i] = 1e6 + 1000*v
	}
	a, b := continued(t, z, nil, 24, 168, 24, 2), continued(t, moved, nil, 24, 168, 24, 2)
	for h := range a {
		if d := math.Abs((b[h]-1e6)/1000 - a[h]); d > 1e-6 {
			t.Errorf("step %d: moved and scaled, the forecast differs by %g", h+1, d)
		}
	}
}

// What grows for ever is not followed for ever, and what is constant or too short has
// no autoregression.
func TestLinearEdges(t *testing.T) {
	z := make([]float64, 200)
	for i := range z {
		z[i] = math.Exp(float64(i) / 20)
	}
	for _, apart := range []int{0, 1} {
		for h, v := range continued(t, z, nil, 1, 0, apart, 45) {
			if v > 1.6*z[len(z)-1] || v < 0 {
				t.Fatalf("step %d after %.0f: %g", h+1, z[len(z)-1], v)
			}
		}
	}
	for _, z := range [][]float64{make([]float64, 300), z[:8]} {
		l := newLinear(4, 0, 0)
		r := newReader(z, nil, 4, 0)
		for o := range z {
			l.moveTo(r, o)
		}
		if l.ahead(r, len(z)-1, 0, new([block]float64)) {
			t.Errorf("%d values of no help are fitted", len(z))
		}
	}
}
