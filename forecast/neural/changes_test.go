package neural

import (
	"math"
	"slices"
	"testing"

	"github.com/segue-go/segue/forecast"
)

// Quantiles that are much further from the median than the series ever moved in as many
// steps come closer, where enough such moves are known; the median and others stay.
func TestWithinChanges(t *testing.T) {
	wide := func(middle, spread float64, n int) forecast.Forecast {
		mean, sd := make([]float64, n), make([]float64, n)
		for h := range mean {
			mean[h], sd[h] = middle, spread
		}
		return forecast.Normal(mean, sd)
	}
	var noise, positive []float64 // between -1 and 1, and e to that
	for i := range 60 {
		noise = append(noise, math.Sin(float64(i*i)))
		positive = append(positive, math.Exp(math.Sin(float64(i*i))))
	}
	for _, c := range []struct {
		what     string
		values   []float64
		forecast forecast.Forecast
		limited  bool
	}{
		{"far", noise, wide(0, 10, 6), true},
		{"usual", noise, wide(0, .7, 6), false},
		{"short", noise[:15], wide(0, 10, 6), false},
		{"positive", positive, wide(1, .3, 6), false},
		{"constant", make([]float64, 60), wide(0, 1, 6), false},
	} {
		f := c.forecast
		before := make([][]float64, len(f.Q))
		for h := range f.Q {
			before[h] = slices.Clone(f.Q[h])
		}
		withinChanges(f, c.values)
		for h, q := range f.Q {
			last := len(q) - 1
			if limited := q[last] < before[h][last]; limited != c.limited || limited && (q[last] < 2 || q[last] > 5.5) {
				t.Errorf("%s, step %d: the last quantile %v became %v", c.what, h+1, before[h][last], q[last])
			}
			if !slices.IsSorted(q) || f.Median(h) != before[h][last/2] {
				t.Errorf("%s, step %d: %v became %v", c.what, h+1, before[h], q)
			}
		}
	}
}
