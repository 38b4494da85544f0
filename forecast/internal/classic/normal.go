package classic

import "gonum.org/v1/gonum/stat/distuv"

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
