package classic

import (
	"math"
	"math/rand/v2"
	"testing"
)

// With a clear trend Holt, damped trend and dynamic Theta follow it, and simple
// smoothing answers with a level between.
func TestSmoothingFollowsTrend(t *testing.T) {
	var y []float64
	r := rand.New(rand.NewPCG(8, 8))
	for i := range 60 {
		y = append(y, 50+2*float64(i)+r.NormFloat64())
	}
	for name, f := range map[string]Fit{
		"holt": FitHolt, "damped": FitDamped, "dotm": FitDynamicTheta,
	} {
		mean, sd := f(t.Context(), y, 1, 6).Forecast(6)
		for h, v := range mean {
			want := 50 + 2*float64(60+h)
			if math.Abs(v-want) > 4 {
				t.Errorf("%s: step %d is %.1f, the line is at %.1f", name, h+1, v, want)
			}
			if !(sd[h] > 0) || h > 0 && sd[h] < sd[h-1] {
				t.Errorf("%s: standard deviations %v", name, sd)
			}
		}
	}
	mean, _ := FitSES(t.Context(), []float64{5, 7, 5, 7, 5, 7, 5, 7, 5, 7, 5, 7}, 1, 3).Forecast(3)
	if math.Abs(mean[0]-6) > .6 || mean[0] != mean[2] {
		t.Errorf("simple smoothing of 5, 7, 5, 7 gives %v", mean)
	}
}
