package forecast

import (
	"math"
	"sort"

	"github.com/segue-go/segue/forecast/internal/conformal"
	"github.com/segue-go/segue/seq/repro"
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

// Errors need not grow with the horizon as a method says: the near steps of hours were
// covered by too few intervals and the far ones by too many. In a small panel the widths
// of the first, the middle and the last third of the horizon therefore differ by factors,
// shrunk towards 1 with this many pseudo-forecasts. On single series (36 synthetic ones
// each of hours, days, weeks and months, 124 ends of the training parts of M3 and M4) it
// takes 7% of the mean distance from 80% coverage of the thirds, 3% from 95%, and .1% of
// the quantile loss. In large panels, whose errors are correlated across series, it did
// not help.
const resistTilt = 4

const thirds = 3

// calibration is how the intervals of an ensemble are stretched.
type calibration struct {
	widths []float64 // factors, one per pair of NormalProbs from the outside in
	tilt   []float64 // more factors, one per third of the horizon; nil: none
}

// calibrated finds the factors for forecasts by what came.
func calibrated(fs []Forecast, actual [][]float64, large bool) calibration {
	c := calibration{widths: calibrate(fs, actual, large)}
	if !large && fs[0].Horizon() >= 2*thirds {
		c.tilt = tilt(fs, actual, c.widths)
	}
	return c
}

// tilt finds the factors of the thirds: the geometric means of those that their quantiles
// want beyond the widths, divided by their own mean.
func tilt(fs []Forecast, actual [][]float64, widths []float64) []float64 {
	horizon := fs[0].Horizon()
	out := make([]float64, thirds)
	mean := 0.0
	for b := range out {
		from, to := (b*horizon+thirds-1)/thirds, ((b+1)*horizon+thirds-1)/thirds
		for k, r := range ratios(fs, actual, from, to) {
			for i := range r {
				r[i] /= widths[k]
			}
			pseudo := resistTilt * (to - from)
			out[b] += math.Log(conformal.Factor(r, 1-2*fs[0].Probs[k], pseudo, pseudo)) / float64(len(widths))
		}
		mean += out[b] / thirds
	}
	for b := range out {
		out[b] = repro.Exp(out[b] - mean)
	}
	return out
}

// apply stretches a forecast; horizon is that of the calibration. Between the middles of
// the thirds the factors of those are interpolated.
func (c calibration) apply(f Forecast, horizon int) Forecast {
	f = f.stretch(c.widths)
	if len(c.tilt) < thirds {
		return f
	}
	n := len(f.Probs)
	for h, q := range f.Q {
		at := max(0, min((float64(h)+.5)*thirds/float64(horizon)-.5, thirds-1))
		i := min(int(at), thirds-2)
		factor := c.tilt[i] + (at-float64(i))*(c.tilt[i+1]-c.tilt[i])
		mid := q[n/2]
		for k := range q {
			q[k] = mid + (q[k]-mid)*factor
		}
	}
	return f
}

// calibrate returns the stretch factors under which the forecasts would have
// covered the actual values, shrunk towards 1. large means that every forecast
// belongs to a series of its own.
func calibrate(fs []Forecast, actual [][]float64, large bool) []float64 {
	narrow := resistNarrow
	if large {
		narrow = resistNarrowLarge
	}
	horizon := fs[0].Horizon()
	all := ratios(fs, actual, 0, horizon)
	widths := make([]float64, len(all))
	for k, r := range all {
		widths[k] = conformal.Factor(r, 1-2*fs[0].Probs[k], resistWiden*horizon, narrow*horizon)
	}
	return widths
}

// ratios are the errors of the steps from one to another, in units of the half widths on
// their side, for each pair of probabilities from the outside in.
func ratios(fs []Forecast, actual [][]float64, from, to int) [][]float64 {
	n := len(fs[0].Probs)
	out := make([][]float64, n/2)
	for i, f := range fs {
		for h := from; h < to; h++ {
			y := actual[i][h]
			if math.IsNaN(y) {
				continue
			}
			q := f.Q[h]
			e := y - q[n/2]
			for k := range out {
				w := q[n-1-k] - q[n/2]
				if e < 0 {
					w = q[k] - q[n/2]
				}
				if w != 0 {
					out[k] = append(out[k], e/w)
				}
			}
		}
	}
	return out
}
