package neural

import (
	"math"
	"slices"

	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/seq/repro"
)

// view is a series as a network sees it: gaps filled; logarithms where all values
// are positive, otherwise divided by the mean absolute value; and without its season
// where the spec asks for that.
type view struct {
	z      []float64 // values
	known  []bool    // false where a gap was filled; nil if nothing was
	season []float64 // season[t%len(season)] was subtracted at position t; nil = nothing
	log    bool
	scale  float64      // divisor of a linear view
	sigma  []float64    // (n) mean absolute change up to t
	mase   float64      // MASE's denominator on the original scale; NaN if none
	ema    [3][]float64 // (n) moving averages up to t
}

// newView is nil for a series without values.
func newView(values []float64, spec netSpec) *view {
	lead := 0
	for lead < len(values) && math.IsNaN(values[lead]) {
		lead++
	}
	values = values[lead:]
	if len(values) == 0 {
		return nil
	}
	v := &view{z: slices.Clone(classic.Fill(values, spec.Season)), log: true, scale: 1}
	low, sum := math.Inf(1), 0.0
	for i, x := range values {
		if math.IsNaN(x) {
			if v.known == nil {
				v.known = make([]bool, len(values))
				for j := range v.known {
					v.known[j] = !math.IsNaN(values[j])
				}
			}
			x = v.z[i]
		}
		low = min(low, x)
		sum += math.Abs(x)
	}
	v.mase = classic.MASEScale(v.z, max(1, spec.Season))
	v.log = low > 0
	if !v.log {
		if mean := sum / float64(len(values)); mean > 0 {
			v.scale = mean
		}
	}
	for i, x := range v.z {
		if v.log {
			v.z[i] = math.Log(x)
		} else {
			v.z[i] = x / v.scale
		}
	}
	if spec.Adjust && classic.IsSeasonal(v.z, spec.Season) {
		v.season = classic.AdditiveIndices(v.z, spec.Season)
		for i := range v.z {
			v.z[i] -= v.season[i%spec.Season]
		}
	}
	return v
}

// back gives a value of the view on the original scale.
func (v *view) back(z float64) float64 {
	if v.log {
		return repro.Exp(min(z, 700))
	}
	return z * v.scale
}

// seasonal is the season that was subtracted at position t.
func (v *view) seasonal(t int) float64 {
	if v.season == nil {
		return 0
	}
	return v.season[t%len(v.season)]
}

// base is the value that the forecast of step t+1+h is relative to.
func (v *view) base(t, h int, spec netSpec) float64 {
	if m := spec.Lag; m > 0 && t+1 >= m {
		return v.z[t+1-m+h%m]
	}
	return v.z[t]
}

// Not tuned.
const (
	priorWeight = 4  // pseudo-observations of the panel's sigma
	priorReach  = 20 // the prior is at most so many times the series' own mean change
	ownChanges  = 6  // changes from which on a series has one
	clipInput   = 20 // largest input in units of sigma
)

// emaAlphas are the rates of the moving averages; not tuned.
var emaAlphas = [3]float64{.1, .3, .6}

// measure computes the running statistics sigma and ema. The panel's sigma stands in
// for changes that were not seen yet. Where the changes that were seen are far smaller,
// it says nothing: those of a series around a million, in logarithms, are a thousandth
// of those that the networks were trained on, and must not drown.
func (v *view) measure(spec netSpec) {
	resize := func(s []float64) []float64 {
		if cap(s) < len(v.z) {
			return make([]float64, len(v.z))
		}
		return s[:len(v.z)]
	}
	v.sigma = resize(v.sigma)
	for k := range v.ema {
		v.ema[k] = resize(v.ema[k])
	}
	sum := 0.0
	for i, z := range v.z {
		if i > 0 {
			sum += math.Abs(z - v.z[i-1])
		}
		prior := spec.Sigma
		if i >= ownChanges && sum > 0 {
			prior = min(prior, priorReach*sum/float64(i))
		}
		v.sigma[i] = max((priorWeight*prior+sum)/float64(priorWeight+i), 1e-12)
		for k, a := range emaAlphas {
			if i == 0 {
				v.ema[k][i] = z
			} else {
				v.ema[k][i] = v.ema[k][i-1] + a*(z-v.ema[k][i-1])
			}
		}
	}
}

// panelSigma is the median over series of the mean absolute change.
func panelSigma(views []*view) float64 {
	var all []float64
	for _, v := range views {
		var s float64
		for i := 1; i < len(v.z); i++ {
			s += math.Abs(v.z[i] - v.z[i-1])
		}
		all = append(all, s/float64(len(v.z)-1))
	}
	slices.Sort(all)
	return max(all[len(all)/2], 1e-6)
}

// inputs writes the features of origin t.
func (v *view) inputs(x []float32, t int, spec netSpec) {
	last, sigma := v.z[t], v.sigma[t]
	clip := func(d float64) float32 {
		return float32(max(-clipInput, min(clipInput, d/sigma)))
	}
	w := spec.Window
	for k := range w {
		i := t - w + 1 + k
		if i < 0 {
			x[k] = 0
			continue
		}
		x[k] = clip(v.z[i] - last)
	}
	for k := range v.ema {
		x[w+k] = clip(v.ema[k][t] - last)
	}
	x[w+3] = float32(max(-5, min(5, math.Log(sigma/spec.Sigma))))
	x[w+4] = float32(math.Log1p(float64(t)) / 4)
	x[w+5], x[w+6] = 0, 0
	if v.season != nil {
		x[w+5] = 1
	}
	if v.log {
		x[w+6] = 1
	}
}
