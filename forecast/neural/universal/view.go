package universal

import (
	"math"

	"github.com/segue-go/segue/seq/repro"
)

// view is a series on the network's scale: logarithms if all values are positive and
// not too far apart, with gaps closed from the past only.
type view struct {
	z     []float64
	known []bool // nil: all
	log   bool
}

// farApart is the ratio of the mean to a value from which on logarithms say more
// about small numbers than about the series. Not tuned.
const farApart = 1000

func viewOf(values []float64, season int) view {
	for len(values) > 0 && math.IsNaN(values[0]) {
		values = values[1:]
	}
	least, sum, n := math.Inf(1), 0.0, 0
	for _, v := range values {
		if v == v {
			least, sum, n = min(least, v), sum+v, n+1
		}
	}
	w := view{z: make([]float64, len(values))}
	w.log = n > 0 && least > 0 && sum/float64(n) < farApart*least
	if n < len(values) {
		w.known = make([]bool, len(values))
	}
	for i, v := range values {
		if w.known != nil {
			w.known[i] = v == v
		}
		switch {
		case v != v:
			w.z[i] = closed(w.z[:i], season)
		case w.log:
			w.z[i] = math.Log(v)
		default:
			w.z[i] = v
		}
	}
	return w
}

// closed is what stands for a missing value after z: the value of that place in the last
// season, else the last one.
func closed(z []float64, season int) float64 {
	if len(z) >= season {
		return z[len(z)-season]
	}
	return z[len(z)-1]
}

// back returns from the network's scale.
func (w view) back(z float64) float64 {
	const most = 700 // larger exponentials are not finite
	if w.log {
		return repro.Exp(min(z, most))
	}
	return z
}
