package neural

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/segue-go/segue/forecast"
)

// A view is undone: its values, seasons and gaps are those of the series.
func TestViewIsUndone(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	nan := math.NaN()
	for name, c := range map[string]struct {
		f   func(i int) float64
		log bool
	}{
		"positive": {func(i int) float64 { return 100 * math.Exp(.3*math.Sin(float64(i)*math.Pi/6)+.01*r.NormFloat64()) }, true},
		"zeros":    {func(i int) float64 { return float64(i % 5) }, false},
		"negative": {func(i int) float64 { return 10*math.Sin(float64(i)*math.Pi/6) + r.NormFloat64() }, false},
	} {
		values := []float64{nan, nan}
		for i := range 96 {
			values = append(values, c.f(i))
		}
		values[50] = nan
		for _, adjust := range []bool{false, true} {
			v := newView(values, netSpec{Season: 12, Adjust: adjust, Sigma: .1})
			if v.log != c.log || len(v.z) != 96 || v.known[48] || !v.known[47] {
				t.Fatalf("%s: logarithms %v, %d values", name, v.log, len(v.z))
			}
			if season := v.season != nil; name != "zeros" && season != adjust {
				t.Errorf("%s: a season was removed: %v", name, season)
			}
			for i, x := range values[2:] {
				if got := v.back(v.z[i] + v.seasonal(i)); x == x && math.Abs(got-x) > 1e-9*(1+math.Abs(x)) {
					t.Fatalf("%s: value %d comes back as %v, it was %v", name, i, got, x)
				}
			}
		}
	}
	if v := newView([]float64{nan, nan}, netSpec{Season: 1}); v != nil {
		t.Error("there is a view of nothing")
	}
}

// What a network sees at an origin does not depend on what follows it, and hardly on
// the units.
func TestInputsSeeThePastOnly(t *testing.T) {
	spec := netSpec{Season: 1, Window: 8, Sigma: .05, Horizon: 4, Origins: 3, Stride: 1}
	past := []float64{10, 12, 11, 13, 15, 14, 16, 18, 17, 19}
	inputs := func(values []float64) []float32 {
		v := newView(values, spec)
		v.measure(spec)
		x := make([]float32, spec.Window+extraInputs)
		v.inputs(x, 9, spec)
		return x
	}
	want := inputs(past)
	for name, future := range map[string][]float64{"a jump": {1000, 1, 500}, "more of it": {20, 21, 22}} {
		if got := inputs(append(slices.Clone(past), future...)); !slices.Equal(got, want) {
			t.Errorf("with %s to come the inputs are %v, without %v", name, got, want)
		}
	}
	scaled := slices.Clone(past)
	for i := range scaled {
		scaled[i] *= 1024
	}
	for i, x := range inputs(scaled) {
		if math.Abs(float64(x-want[i])) > 1e-4 {
			t.Errorf("in other units input %d is %v, it was %v", i, x, want[i])
		}
	}
}

// Synthetic series are as long and as many as asked for, the same for a seed, positive,
// and show their season.
func TestSynthetic(t *testing.T) {
	a, b := Synthetic(60, 12, 48, 96, 7), Synthetic(60, 12, 48, 96, 7)
	other := Synthetic(60, 12, 48, 96, 8)
	for i, s := range a {
		if n := len(s.Values); n < 48 || n > 96 {
			t.Errorf("series %d has %d values", i, n)
		}
		if !slices.Equal(s.Values, b[i].Values) {
			t.Fatal("the same seed gives other series")
		}
		if slices.Min(s.Values) <= 0 || math.IsInf(slices.Max(s.Values), 0) {
			t.Errorf("series %d goes from %v to %v", i, slices.Min(s.Values), slices.Max(s.Values))
		}
	}
	if slices.Equal(a[0].Values, other[0].Values) {
		t.Error("another seed gives the same series")
	}
	if m := forecast.DetectSeason(a); m != 12 {
		t.Errorf("a season of 12 is seen as %d", m)
	}
}
