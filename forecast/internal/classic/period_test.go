package classic

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A season is found where there is one, whatever its length and form, and none where there
// is none: in noise of any colour, in walks, in slow swings.
func TestPeriod(t *testing.T) {
	var r *rand.Rand
	sine := func(i int, m float64) float64 { return math.Sin(2 * math.Pi * float64(i) / m) }
	noise := func(int) float64 { return r.NormFloat64() }
	var walk, red float64
	spikes := func(i int) float64 {
		if i%7 == 2 {
			return 6 + r.NormFloat64()
		}
		return r.NormFloat64()
	}
	for name, c := range map[string]struct {
		n, want int
		y       func(i int) float64
	}{
		"sine of 37":          {400, 37, func(i int) float64 { return sine(i, 37) + .3*noise(i) }},
		"bare sine":           {400, 37, func(i int) float64 { return sine(i, 37) }},
		"weak sine":           {1500, 37, func(i int) float64 { return sine(i, 37) + noise(i) }},
		"day and week":        {1200, 24, func(i int) float64 { return 3*sine(i, 24) + 2*sine(i, 168) + noise(i) }},
		"week above day":      {1200, 24, func(i int) float64 { return 2*sine(i, 24) + 3*sine(i, 168) + noise(i) }},
		"trend and quarters":  {40, 4, func(i int) float64 { return .3*float64(i) + 8*sine(i, 4) + noise(i) }},
		"trend and months":    {96, 12, func(i int) float64 { return .3*float64(i) + 8*sine(i, 12) + noise(i) }},
		"growing seasons":     {120, 12, func(i int) float64 { return math.Exp(.02*float64(i) + .4*sine(i, 12) + .05*noise(i)) }},
		"a day a week":        {140, 7, spikes},
		"on a walk":           {600, 24, func(i int) float64 { walk += .3 * noise(i); return walk + 3*sine(i, 24) + .5*noise(i) }},
		"with outliers":       {300, 12, func(i int) float64 { return 3*sine(i, 12) + noise(i) + 500*float64(1-min(1, i%97)) }},
		"year of weeks":       {300, 52, func(i int) float64 { return .3*float64(i) + 8*sine(i, 52) + noise(i) }},
		"swing":               {200, 1, func(i int) float64 { return 8*sine(i, 300) + noise(i) }},
		"two swings":          {200, 1, func(i int) float64 { return 8*sine(i, 100) + noise(i) }},
		"line":                {50, 1, func(i int) float64 { return 2 * float64(i) }},
		"constant":            {50, 1, func(int) float64 { return 7 }},
		"a step":              {200, 1, func(i int) float64 { return 5*float64(min(1, i/80)) + .3*noise(i) }},
		"1 2 3, four times":   {12, 3, func(i int) float64 { return float64(1 + i%3) }},
		"a closed shop":       {21, 7, func(i int) float64 { return float64(max(0, i%7-1)) }},
		"short":               {11, 1, func(i int) float64 { return sine(i, 3) }},
		"season in the past":  {600, 1, func(i int) float64 { return 5*sine(i, 24)*float64(1-min(1, i/150)) + noise(i) }},
		"coloured noise":      {500, 1, func(i int) float64 { red = .9*red + noise(i); return red }},
		"a huge, even series": {30000, 48, func(i int) float64 { return 1e9 + 1e3*sine(i, 48) + 300*noise(i) }},
	} {
		r = rand.New(rand.NewPCG(3, 8)) // in whatever order the cases come
		if got := Period(repeat(c.n, c.y), .01); got != c.want {
			t.Errorf("%s: a season of %d, want %d", name, got, c.want)
		}
	}
}

// Noise, coloured noise and random walks have no season, but for a few in a hundred.
func TestPeriodOfNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 8))
	for _, n := range []int{24, 60, 200, 500} {
		found := map[float64]int{}
		for _, ar := range []float64{0, .7, 1} {
			for range 100 {
				v := 0.0
				if Period(repeat(n, func(int) float64 { v = ar*v + r.NormFloat64(); return v }), .01) > 1 {
					found[ar]++
				}
			}
			if found[ar] > 3 {
				t.Errorf("%d values with an autocorrelation of %v: %d of 100 have a season", n, ar, found[ar])
			}
		}
	}
}
