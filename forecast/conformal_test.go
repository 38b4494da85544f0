package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Where errors grow with the horizon and the intervals do not, near ones become narrower
// and far ones wider, without a change of the whole; with few forecasts of the past little
// changes, and in a large panel nothing.
func TestIntervalsNearAndFar(t *testing.T) {
	const horizon = 24
	r := rand.New(rand.NewPCG(2, 2))
	past := func(n int) (fs []Forecast, actual [][]float64) {
		for range n {
			sd, y := make([]float64, horizon), make([]float64, horizon)
			for h := range y {
				sd[h] = 1
				y[h] = r.NormFloat64() * (.5 + float64(h)/horizon)
			}
			fs, actual = append(fs, Normal(make([]float64, horizon), sd)), append(actual, y)
		}
		return fs, actual
	}
	fs, actual := past(400)
	c := calibrated(fs, actual, false)
	inside, n := make([]float64, thirds), float64(len(fs)*horizon/thirds)
	for i, f := range fs {
		f = c.apply(f.copied(), horizon)
		for h, y := range actual[i] {
			if lo, hi := f.Interval(h, 80); lo <= y && y <= hi {
				inside[h*thirds/horizon] += 1 / n
			}
		}
	}
	for b, share := range inside {
		if math.Abs(share-.8) > .05 {
			t.Errorf("third %d is covered by %.3f of the 80%% intervals", b+1, share)
		}
	}
	if c.tilt[0] > .8 || c.tilt[2] < 1.2 {
		t.Errorf("factors %v", c.tilt)
	}
	fs, actual = past(2)
	if few := calibrated(fs, actual, false).tilt; slices.Min(few) < .7 || slices.Max(few) > 1.4 {
		t.Errorf("two forecasts of the past give the factors %v", few)
	}
	if calibrated(fs, actual, true).tilt != nil {
		t.Error("a large panel is calibrated by thirds")
	}
}
