package forecast

import (
	"math"
	"sort"

	"github.com/segue-go/segue/forecast/internal/conformal"
)

// stretch multiplies the distance of the quantiles from the median, one factor
// per pair of probabilities from the outside in.
func (f Forecast) stretch(widths []float64) Forecast {
	if len(widths) == 0 {
		return f
	}
	n := len(f.Probs)
	for h := range f.Q {
		q := f.Q[h]
		mid := q[n/2]
		for i := range q {
			if pair := min(i, n-1-i); pair < len(widths) {
				q[i] = mid + (q[i]-mid)*widths[pair]
			}
		}
		sort.Float64s(q)
	}
	return f
}

// calibrate returns stretch factors under which the forecasts would have
// covered what came true (split conformal prediction, Lei et al. 2018). The
// errors of one forecast hang together: few forecasts say little, however many
// steps they have. narrow is the number of them that speak against narrowing.
func calibrate(fs []Forecast, actual [][]float64, narrow int) []float64 {
	n := len(fs[0].Probs)
	ratios := make([][]float64, n/2)
	for i, f := range fs {
		for h, y := range actual[i] {
			if math.IsNaN(y) {
				continue
			}
			q := f.Q[h]
			e := y - q[n/2]
			for k := range ratios {
				w := q[n-1-k] - q[n/2]
				if e < 0 {
					w = q[k] - q[n/2]
				}
				if w != 0 {
					ratios[k] = append(ratios[k], e/w)
				}
			}
		}
	}
	widths := make([]float64, len(ratios))
	for k, r := range ratios {
		widths[k] = conformal.Factor(r, 1-2*fs[0].Probs[k], 3*fs[0].Horizon(), narrow*fs[0].Horizon())
	}
	return widths
}
