package forecast

import (
	"math"
	"sort"

	"github.com/segue-go/segue/forecast/internal/conformal"
)

// How far stretch factors are shrunk towards 1, in pseudo-forecasts of a whole
// horizon (the errors within one forecast are correlated, so that a forecast
// counts like few errors). Narrowing is the worse mistake and takes more evidence:
// the origins of one series overlap, those of many series do not. The numbers are
// a judgement, not tuned; on M4 they give a difference of coverage from 95% of
// .000 to .020 (forecast/BENCHMARKS.md, column ACD; segue-lab bench m4).
const (
	resistWiden       = 3
	resistNarrow      = 24
	resistNarrowLarge = 3 // where the histories belong to series of a large panel
)

// stretch multiplies the distance of the quantiles from the median, by one factor
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

// calibrate returns the stretch factors under which the forecasts would have
// covered the actual values, shrunk towards 1. large means that every forecast
// belongs to a series of its own.
func calibrate(fs []Forecast, actual [][]float64, large bool) []float64 {
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
	narrow := resistNarrow
	if large {
		narrow = resistNarrowLarge
	}
	horizon := fs[0].Horizon()
	widths := make([]float64, len(ratios))
	for k, r := range ratios {
		widths[k] = conformal.Factor(r, 1-2*fs[0].Probs[k], resistWiden*horizon, narrow*horizon)
	}
	return widths
}
