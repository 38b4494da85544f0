package classic

import "math"

// The benchmark methods of Hyndman and Athanasopoulos, Forecasting: Principles
// and Practice (2021), sections 5.2 and 5.5, with their standard deviations.

// residualSD is the root mean square of y_t - y_{t-lag}; lost is the number of
// parameters.
func residualSD(y []float64, lag, lost int) float64 {
	var s float64
	n := 0
	for i := lag; i < len(y); i++ {
		e := y[i] - y[i-lag]
		s += e * e
		n++
	}
	if n -= lost; n < 1 {
		return 0
	}
	return math.Sqrt(s / float64(n))
}

// Naive repeats the last value.
func Naive(y []float64, _, horizon int) (mean, sd []float64) {
	s := residualSD(y, 1, 0)
	for h := 1; h <= horizon; h++ {
		mean = append(mean, y[len(y)-1])
		sd = append(sd, s*math.Sqrt(float64(h)))
	}
	return mean, sd
}

// SeasonalNaive repeats the last season.
func SeasonalNaive(y []float64, m, horizon int) (mean, sd []float64) {
	if m <= 1 || len(y) < m {
		return Naive(y, m, horizon)
	}
	s := residualSD(y, m, 0)
	if len(y) == m {
		s = residualSD(y, 1, 0)
	}
	for h := range horizon {
		mean = append(mean, y[len(y)-m+h%m])
		sd = append(sd, s*math.Sqrt(float64(h/m+1)))
	}
	return mean, sd
}

// Drift extends the line from the first to the last value.
func Drift(y []float64, m, horizon int) (mean, sd []float64) {
	n := len(y)
	if n < 3 {
		return Naive(y, m, horizon)
	}
	slope := (y[n-1] - y[0]) / float64(n-1)
	var s float64
	for i := 1; i < n; i++ {
		e := y[i] - y[i-1] - slope
		s += e * e
	}
	s = math.Sqrt(s / float64(n-2))
	for h := 1; h <= horizon; h++ {
		k := float64(h)
		mean = append(mean, y[n-1]+k*slope)
		sd = append(sd, s*math.Sqrt(k*(1+k/float64(n-1))))
	}
	return mean, sd
}

// Naive2 is naive on the seasonally adjusted series: the benchmark of the M4
// competition (Makridakis, Spiliotis and Assimakopoulos 2020).
func Naive2(y []float64, m, horizon int) (mean, sd []float64) {
	return adjusted(y, m, horizon, Naive)
}

// adjusted removes multiplicative seasonality if there is any, applies f, and
// restores the seasonality.
func adjusted(y []float64, m, horizon int, f Func) (mean, sd []float64) {
	index := SeasonIndex(y, m)
	if index == nil {
		return f(y, 1, horizon)
	}
	flat := make([]float64, len(y))
	for i, v := range y {
		flat[i] = v / index[i%m]
	}
	mean, sd = f(flat, 1, horizon)
	for h := range mean {
		k := index[(len(y)+h)%m]
		mean[h] *= k
		sd[h] *= math.Abs(k)
	}
	return mean, sd
}
