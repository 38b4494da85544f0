package repro

import (
	"math"
	"math/rand/v2"
	"testing"
)

// units is the distance of two numbers in units of the last place of want.
func units(got, want float64) float64 {
	if got == want || got != got && want != want {
		return 0
	}
	return math.Abs(got-want) / (math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want))
}

// The functions are those of package math, but for the last bits.
func TestNearMath(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200000 {
		x := (r.Float64() - .5) * 2 * 40
		for _, c := range []struct{ got, want, most float64 }{
			{Exp(x), math.Exp(x), 2}, {Exp(17 * x), math.Exp(17 * x), 2}, {Exp(x / 1e6), math.Exp(x / 1e6), 1},
			{Tanh(x / 10), math.Tanh(x / 10), 4}, {Tanh(x / 1e5), math.Tanh(x / 1e5), 4},
			{Pow(math.Abs(x)+.1, x/40), math.Pow(math.Abs(x)+.1, x/40), 8},
		} {
			if d := units(c.got, c.want); d > c.most {
				t.Fatalf("at %v: %v, want %v: %v units", x, c.got, c.want, d)
			}
		}
	}
	for _, x := range []float64{0, math.Copysign(0, -1), 1, -1, 709.78, 709.8, -708.3, -744, -745.14, -746, 1e300, -1e300, math.Inf(1), math.Inf(-1), math.NaN(), 5e-324} {
		if d := units(Exp(x), math.Exp(x)); d > 2 {
			t.Errorf("exp(%v) is %v, want %v", x, Exp(x), math.Exp(x))
		}
		if d := units(Tanh(x), math.Tanh(x)); d > 4 {
			t.Errorf("tanh(%v) is %v, want %v", x, Tanh(x), math.Tanh(x))
		}
	}
}
