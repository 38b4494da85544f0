package forecast

import (
	"math"
	"slices"
	"sort"
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

// conformal returns stretch factors under which the forecasts would have
// covered what came true (split conformal prediction, Lei et al. 2018). The
// errors of one forecast hang together: few forecasts say little, however many
// steps they have. narrow is the number of them that speak against narrowing.
func conformal(fs []Forecast, actual [][]float64, narrow int) []float64 {
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
		widths[k] = stretchFactor(r, 1-2*fs[0].Probs[k], 3*fs[0].Horizon(), narrow*fs[0].Horizon())
	}
	return widths
}

// stretchFactor is the quantile of |error| / half width at the nominal
// coverage, drawn towards 1 as if so many errors had said so: more of them where
// it would narrow the interval, since that is the worse mistake. It sorts r.
func stretchFactor(r []float64, coverage float64, widen, narrow int) float64 {
	if len(r) < 8 {
		return 1
	}
	slices.Sort(r)
	n := float64(len(r))
	at := max(0, min((n+1)*coverage, n)-1)
	i := int(at)
	f := r[i]
	if i+1 < len(r) {
		f += (at - float64(i)) * (r[i+1] - r[i])
	}
	f = min(max(f, .2), 5)
	prior := widen
	if f < 1 {
		prior = narrow
	}
	return math.Exp(math.Log(f) * n / (n + float64(prior)))
}
