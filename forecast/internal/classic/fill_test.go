package classic

import (
	"math"
	"math/rand/v2"
	"testing"
)

// gap returns y without the n values from a on.
func gap(y []float64, a, n int) []float64 {
	out := append([]float64(nil), y...)
	for i := a; i < a+n; i++ {
		out[i] = math.NaN()
	}
	return out
}

// seasonal is a growing series with a season of m steps.
func seasonal(n, m int, noise float64) []float64 {
	r := rand.New(rand.NewPCG(5, 5))
	y := make([]float64, n)
	for i := range y {
		y[i] = 100 + .1*float64(i) + 20*math.Sin(2*math.Pi*float64(i)/float64(m)) + noise*r.NormFloat64()
	}
	return y
}

// A gap of any length, at either end too, is filled close to what was there, and
// nothing leaves the range of what is known.
func TestFillFollowsTheSeason(t *testing.T) {
	const m = 12
	for _, noise := range []float64{0, 2} {
		y := seasonal(240, m, noise)
		for _, at := range [][2]int{{100, 1}, {100, 2}, {100, 7}, {100, 30}, {60, 120}} {
			g := gap(y, at[0], at[1])
			f := FillAll(g, m)
			var worst float64
			for i := at[0]; i < at[0]+at[1]; i++ {
				worst = max(worst, math.Abs(f[i]-y[i]))
			}
			if limit := 2 + 5*noise; worst > limit {
				t.Errorf("noise %v, gap of %d: off by up to %.1f", noise, at[1], worst)
			}
		}
	}
}

// Gaps longer than the season, on a series with outliers beside them, never compound.
func TestFillStaysInside(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		m := 2 + r.IntN(14)
		y := make([]float64, 60+r.IntN(200))
		lo, hi := math.Inf(1), math.Inf(-1)
		missing := r.Float64()
		off := false
		for i := range y {
			if r.Float64() < .1 {
				off = r.Float64() < missing
			}
			y[i] = 10*math.Exp(r.NormFloat64()) + 5*math.Sin(2*math.Pi*float64(i)/float64(m))
			if off {
				y[i] = math.NaN()
				continue
			}
			lo, hi = min(lo, y[i]), max(hi, y[i])
		}
		for i, v := range FillAll(y, m) {
			if math.IsNaN(v) != math.IsInf(lo, 1) || v < lo || v > hi {
				t.Fatalf("season %d, step %d: %v outside %v to %v", m, i, v, lo, hi)
			}
			if !math.IsNaN(y[i]) && v != y[i] {
				t.Fatalf("step %d was known and became %v", i, v)
			}
		}
	}
}

// The scale and the unit don't matter.
func TestFillScales(t *testing.T) {
	y := gap(seasonal(120, 7, 3), 50, 20)
	z := make([]float64, len(y))
	for i, v := range y {
		z[i] = 1000*v - 5
	}
	a, b := FillAll(y, 7), FillAll(z, 7)
	for i := range a {
		if math.Abs(1000*a[i]-5-b[i]) > 1e-6 {
			t.Fatalf("step %d: %v and %v", i, a[i], b[i])
		}
	}
}

// Without a season that the values show a gap is a straight line; Fill drops leading
// gaps, FillAll takes the first value for them.
func TestFillPlainly(t *testing.T) {
	nan := math.NaN()
	y := []float64{nan, nan, 1, nan, nan, 4, 5, nan}
	for _, m := range []int{1, 12} {
		f := Fill(y, m)
		for i, want := range []float64{1, 2, 3, 4, 5, 5} {
			if f[i] != want {
				t.Errorf("season %d: %v", m, f)
				break
			}
		}
		if all := FillAll(y, m); len(all) != len(y) || all[0] != 1 {
			t.Errorf("season %d: leading gap %v", m, all)
		}
	}
	r := rand.New(rand.NewPCG(2, 2))
	noise := make([]float64, 200)
	for i := range noise {
		noise[i] = r.NormFloat64()
	}
	f := FillAll(gap(noise, 90, 9), 7)
	for i := 92; i < 98; i++ {
		if d := f[i+1] - 2*f[i] + f[i-1]; math.Abs(d) > .2 {
			t.Fatalf("a season of noise: %v", f[90:99])
		}
	}
}
