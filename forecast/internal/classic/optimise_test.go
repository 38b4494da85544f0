package classic

import (
	"context"
	"math"
	"testing"
)

// Both optimisers find the minimum of the usual hard functions, and do not fall over
// values that are not finite.
func TestOptimisers(t *testing.T) {
	rosenbrock := func(x []float64) float64 { return 100*math.Pow(x[1]-x[0]*x[0], 2) + math.Pow(1-x[0], 2) }
	bowl := func(x []float64) float64 {
		var s float64
		for i, v := range x {
			s += float64(i+1) * (v - float64(i)) * (v - float64(i))
		}
		return s
	}
	half := func(x []float64) float64 { // not defined for negative x
		return x[0] - math.Log(x[0])
	}
	for name, c := range map[string]struct {
		f     func([]float64) float64
		start []float64
		want  []float64
		tol   float64
	}{
		"Rosenbrock's valley": {rosenbrock, []float64{.5, .5}, []float64{1, 1}, .1},
		"a bowl":              {bowl, []float64{1, 1, 1, 1}, []float64{0, 1, 2, 3}, .05},
		"half a line":         {half, []float64{.3}, []float64{1}, .01},
	} {
		start := append([]float64(nil), c.start...)
		for method, minimum := range map[string][]float64{"BFGS": descend(t.Context(), start, c.f), "Nelder-Mead": Search(t.Context(), start, c.f)} {
			for i, want := range c.want {
				if !near(minimum[i], want, c.tol) {
					t.Errorf("%s on %s: %v, want %v", method, name, minimum, c.want)
					break
				}
			}
		}
		for i := range start {
			if start[i] != c.start[i] {
				t.Errorf("%s: the start was changed", name)
			}
		}
	}
	if x := minimise(0, 10, func(x float64) float64 { return (x - 7.25) * (x - 7.25) }); !near(x, 7.25, 1e-4) {
		t.Errorf("golden section finds %v, want 7.25", x)
	}
	// the lowest of several valleys
	if x := minimise(0, 10, func(x float64) float64 { return math.Cos(2*x) - .1*x }); !near(x, 7.88, .02) {
		t.Errorf("of several valleys the one at %v is taken", x)
	}
}

// Quantiles of the normal distribution, to all digits that tables give.
func TestProbit(t *testing.T) {
	for p, want := range map[float64]float64{.5: 0, .975: 1.959963984540054, .025: -1.959963984540054, .9: 1.2815515655446004, .1: -1.2815515655446004, .995: 2.5758293035489004, .8: .8416212335729143} {
		if got := Probit(p); !near(got, want, 1e-13) {
			t.Errorf("probit(%v) = %v, want %v", p, got, want)
		}
	}
}

// counting is a context that tells when it is looked at.
type counting struct {
	context.Context
	look func()
}

func (c counting) Err() error {
	c.look()
	return nil
}

// A search looks at its context between any two steps: a step is a gradient, or a simplex
// that shrinks.
func TestSearchesLook(t *testing.T) {
	start := []float64{-2, 3, 1, 4}
	for name, search := range map[string]func(context.Context, []float64, func([]float64) float64) []float64{"BFGS": descend, "Nelder-Mead": Search} {
		since, most := 0, 0
		ctx := counting{t.Context(), func() { since = 0 }}
		search(ctx, start, func(x []float64) float64 {
			since++
			most = max(most, since)
			return 100*math.Pow(x[1]-x[0]*x[0], 2) + math.Abs(x[2]) + math.Sin(9*x[3])
		})
		if most > len(start)+3 {
			t.Errorf("%s computes %d values without looking at the context", name, most)
		}
	}
}
