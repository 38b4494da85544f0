// Package conformal calibrates intervals on what came true (split conformal
// prediction, Lei et al. 2018).
package conformal

import (
	"math"
	"slices"
)

// Factor is the quantile of |error| / half width at the nominal
// coverage, drawn towards 1 as if so many errors had said so: more of them where
// it would narrow the interval, since that is the worse mistake. It sorts r.
func Factor(r []float64, coverage float64, widen, narrow int) float64 {
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
