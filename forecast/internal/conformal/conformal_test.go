package conformal

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// ratios are n errors in units of an interval's half width that covers 95% of normal
// errors, if the true width is k times as large.
func ratios(n int, k float64) []float64 {
	r := rand.New(rand.NewPCG(1, 1))
	out := make([]float64, n)
	for i := range out {
		out[i] = math.Abs(r.NormFloat64()) * k / 1.96
	}
	return out
}

// The factor undoes a wrong width, within bounds; without pseudo-errors fully, with
// them partly, and with few errors not at all.
func TestFactor(t *testing.T) {
	for _, k := range []float64{.5, 1, 3} {
		if got := Factor(ratios(20000, k), .95, 0, 0); math.Abs(got/k-1) > .03 {
			t.Errorf("intervals %v times too narrow are stretched by %v", k, got)
		}
	}
	if got := Factor(ratios(5000, 1000), .95, 0, 0); got != largest {
		t.Errorf("the largest factor is %v", got)
	}
	if got := Factor(ratios(5000, 1e-6), .95, 0, 0); got != smallest {
		t.Errorf("the smallest factor is %v", got)
	}
	wide, narrow := Factor(ratios(100, 3), .95, 100, 1e6), Factor(ratios(100, 1./3), .95, 100, 1e6)
	if wide < 1.3 || wide > 2.4 {
		t.Errorf("with as many pseudo-errors as errors, 3 becomes %v, want about its root", wide)
	}
	if narrow < .99 || narrow > 1 {
		t.Errorf("a million pseudo-errors against narrowing leave %v", narrow)
	}
	if got := Factor(ratios(7, 10), .95, 0, 0); got != 1 {
		t.Errorf("seven errors give %v", got)
	}
}

// Few errors are interpolated by rank, as split conformal prediction ranks them, and
// pseudo-errors shrink on a logarithmic scale.
func TestFactorOfFewErrors(t *testing.T) {
	nine := []float64{1.9, 1.1, 1.2, 1.8, 1.3, 1.7, 1.4, 1.6, 1.5}
	half := make([]float64, 9)
	for i, v := range nine {
		half[i] = 1 / v
	}
	for _, c := range []struct {
		errors        []float64
		coverage      float64
		widen, narrow int
		want          float64
	}{
		{nine, .75, 0, 0, 1.75}, // rank 7.5 of 10
		{nine, .99, 0, 0, 1.9},
		{nine, .01, 0, 0, 1.1},
		{nine, .75, 9, 1000, math.Sqrt(1.75)},
		{nine, .75, 27, 0, math.Pow(1.75, .25)},
		{half, .5, 1000, 9, math.Sqrt(1 / 1.5)},
		{nine[:8], .5, 0, 0, 1.5}, // eight are enough
	} {
		if got := Factor(slices.Clone(c.errors), c.coverage, c.widen, c.narrow); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v of %d errors: %v, want %v", c.coverage, len(c.errors), got, c.want)
		}
	}
}
