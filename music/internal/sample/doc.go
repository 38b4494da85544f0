// Package sample holds what the networks of music and of music/jazz share: the
// classes that they sort notes into, drawing from them, and the memory of runs that
// must not be quoted.
package sample

import (
	"math/rand/v2"
	"slices"
)

// Pick draws an index by cumulative shares.
func Pick(cum []float64, r *rand.Rand) int {
	k, _ := slices.BinarySearch(cum, r.Float64())
	return min(k, len(cum)-1)
}
