// Package conformal calibrates intervals on past errors (split conformal
// prediction, Lei et al. 2018).
package conformal

import (
	"math"
	"slices"

	"github.com/segue-go/segue/seq/repro"
)

const (
	fewest   = 8  // errors below which nothing is changed
	smallest = .2 // stretch factors: a bound against accidents, not tuned
	largest  = 5
)

// Factor gives the factor by which the half widths of intervals must be stretched
// to cover the nominal share of past errors. r holds the errors in units of the
// half width on their side (so they are positive); it is sorted in place. The
// factor is shrunk towards 1 with widen pseudo-errors, or with narrow of them
// where it is below 1.
func Factor(r []float64, coverage float64, widen, narrow int) float64 {
	if len(r) < fewest {
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
	f = min(max(f, smallest), largest)
	pseudo := widen
	if f < 1 {
		pseudo = narrow
	}
	return repro.Exp(math.Log(f) * n / (n + float64(pseudo)))
}
