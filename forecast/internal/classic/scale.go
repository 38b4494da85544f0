package classic

import (
	"math"

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
	switch p { // the probabilities in daily use, without the series expansion
	case .5:
		return 0
	case .025:
		return -1.959963984540054
	case .975:
		return 1.959963984540054
	case .1:
		return -1.2815515655446004
	case .9:
		return 1.2815515655446004
	}
	return distuv.UnitNormal.Quantile(p)
}
