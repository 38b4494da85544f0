package classic

import "math"

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
