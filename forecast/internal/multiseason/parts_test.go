package multiseason

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Burg's method finds the autoregression that made a series, and none in noise.
func TestAutoregression(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	made, noise := make([]float64, 5000), make([]float64, 5000)
	for i := range made {
		noise[i] = r.NormFloat64()
		made[i] = noise[i]
		if i > 1 {
			made[i] += 1.2*made[i-1] - .5*made[i-2]
		}
	}
	phi := autoregression(made, 8)
	for k, want := range []float64{1.2, -.5} {
		if len(phi) < 2 || math.Abs(phi[k]-want) > .05 {
			t.Fatalf("coefficients %v, want 1.2 and -.5", phi)
		}
	}
	for _, v := range phi[2:] {
		if math.Abs(v) > .06 {
			t.Errorf("coefficients %v, want 1.2 and -.5", phi)
		}
	}
	for _, v := range autoregression(noise, 8) {
		if math.Abs(v) > .06 {
			t.Errorf("noise has coefficient %v", v)
		}
	}
	far := carry(made, phi, 300)
	if math.Abs(far[299]) > 1e-3 {
		t.Errorf("continued to %v after 300 steps", far[299])
	}
	if autoregression(make([]float64, 100), 8) != nil || autoregression(nil, 8) != nil {
		t.Error("zeros have an autoregression")
	}
}

// A jump of the level is found where it is, and none where the level only drifts.
func TestJump(t *testing.T) {
	y := days(1000, 1, 0, .2, .2, .02)
	p := rows(newDesign(Periods(7), len(y), nil), y)
	if _, at := p.roughly(); at != 0 {
		t.Errorf("a jump is seen at %d where there is none", at)
	}
	for i := 613; i < len(y); i++ {
		y[i] += 150
	}
	if p = newPast(Periods(7), y, nil); !slices.Equal(p.d.steps, []int{613}) {
		t.Errorf("jumps at %v, want 613", p.d.steps)
	}
}

// The climate's score and value are inverse, and its quantiles far ahead are those of
// the season.
func TestClimate(t *testing.T) {
	y := days(4000, 1, 0, .4, 0, .1)
	c := newClimate(y, 365.25)
	for t1 := 3900; t1 < 4000; t1++ {
		if z := c.score(t1, y[t1]); math.Abs(z) < 2.5 && math.Abs(c.value(t1, z)-y[t1]) > 1e-6*y[t1] {
			t.Fatalf("step %d: %v has score %v, which has value %v", t1, y[t1], z, c.value(t1, z))
		}
	}
	_, q := c.forecast(4000, 365, probs)
	for _, h := range []int{100, 200, 364} {
		row := c.table[c.cell(4000+h, len(c.table))]
		if want := row[len(row)/2]; math.Abs(q[h][3]-want) > .02*want {
			t.Errorf("step %d: median %v, the season's %v", h+1, q[h][3], want)
		}
	}
}

func TestRising(t *testing.T) {
	if got := rising([]float64{1, 3, 2, 2, 5, 4}); !slices.Equal(got, []float64{1, 7. / 3, 7. / 3, 7. / 3, 4.5, 4.5}) {
		t.Errorf("%v", got)
	}
}
