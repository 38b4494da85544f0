package classic

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"
)

// MASEScale is the mean absolute difference between values m steps apart; NaN
// where there is none or it is zero.
func MASEScale(train []float64, m int) float64 {
	var s float64
	n := 0
	for i := m; i < len(train); i++ {
		if d := math.Abs(train[i] - train[i-m]); !math.IsNaN(d) {
			s += d
			n++
		}
	}
	if n == 0 || s == 0 {
		return math.NaN()
	}
	return s / float64(n)
}

// Probit is the quantile function of the standard normal distribution.
func Probit(p float64) float64 {
	const steps = 200
	if i := math.Round(p * steps); i > 0 && i < steps && p == i/steps {
		return usualProbits()[int(i)]
	}
	return distuv.UnitNormal.Quantile(p)
}

// usualProbits are those of the multiples of 1/200, which most questions are about.
var usualProbits = sync.OnceValue(func() []float64 {
	z := make([]float64, 200)
	for i := 1; i < len(z); i++ {
		z[i] = distuv.UnitNormal.Quantile(float64(i) / float64(len(z)))
	}
	return z
})

// Shuffled is an order of n series, by their indices, that depends on what the series
// hold and not on where they stand. What is drawn from a panel, or held out of it, is
// taken in this order, so that sorting a table does not change its forecasts. Gaps before
// the first value do not count.
func Shuffled(n int, values func(i int) []float64) []int {
	all, order := make([][]float64, n), make([]int, n)
	for i := range all {
		y := values(i)
		for len(y) > 0 && math.IsNaN(y[0]) {
			y = y[1:]
		}
		all[i], order[i] = y, i
	}
	slices.SortStableFunc(order, func(a, b int) int { return slices.CompareFunc(all[a], all[b], cmp.Compare[float64]) })
	r := rand.New(rand.NewPCG(uint64(n), 0))
	r.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	return order
}
