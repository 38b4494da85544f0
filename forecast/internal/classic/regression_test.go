package classic

import (
	"math"
	"testing"
)

// A line with a season is continued exactly, a wave without a trend too.
func TestRegressionContinuesExactly(t *testing.T) {
	for what, f := range map[string]func(t float64) float64{
		"constant":        func(float64) float64 { return 7 },
		"line":            func(t float64) float64 { return 3 + .5*t },
		"wave":            func(t float64) float64 { return 10 * math.Sin(t*math.Pi/6) },
		"line and season": func(t float64) float64 { return 100 - t + 5*float64(int(t)%12) },
	} {
		var y []float64
		for i := range 40 {
			y = append(y, f(float64(i)))
		}
		mean, sd := FitRegression(t.Context(), y, 12, 15).Forecast(15)
		for h := range mean {
			if want := f(float64(40 + h)); math.Abs(mean[h]-want) > 1e-3 {
				t.Errorf("%s: step %d is %v, want %v", what, h+1, mean[h], want)
			}
			if !(sd[h] >= 0 && sd[h] < 1e-2) {
				t.Errorf("%s: step %d has the deviation %v", what, h+1, sd[h])
			}
		}
	}
}
