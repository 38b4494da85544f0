package classic

import "math"

// Regression is a line and a mean for every step of the season (R's tslm with trend
// and season), fitted by least squares; without a season, or with less than two of
// them, the line alone. What follows a pure trend and season is continued exactly.
func Regression(y []float64, m, horizon int) (mean, sd []float64) {
	n := len(y)
	if m < 2 || n < 2*m {
		m = 1
	}
	season := make([]float64, m)
	var a, b float64
	rest := make([]float64, n)
	for range 20 { // alternating projections: a line and seasonal means are nearly orthogonal
		for t, v := range y {
			rest[t] = v - season[t%m]
		}
		a, b = fitLine(rest)
		a += b // fitLine counts from 1
		if m == 1 {
			break
		}
		sum, count := make([]float64, m), make([]float64, m)
		for t, v := range y {
			sum[t%m] += v - a - b*float64(t)
			count[t%m]++
		}
		var total float64
		for p := range season {
			season[p] = sum[p] / count[p]
			total += season[p] / float64(m)
		}
		for p := range season {
			season[p] -= total
		}
	}
	at := func(t int) float64 { return a + b*float64(t) + season[t%m] }
	var ss, st float64
	centre := float64(n-1) / 2
	for t, v := range y {
		e := v - at(t)
		ss += e * e
		st += (float64(t) - centre) * (float64(t) - centre)
	}
	free := float64(n - m - 1)
	for h := range horizon {
		t := n + h
		mean = append(mean, at(t))
		if free < 1 {
			sd = append(sd, math.Sqrt(ss))
			continue
		}
		d := float64(t) - centre
		lever := 1 + float64(m)/float64(n)
		if st > 0 {
			lever += d * d / st
		}
		sd = append(sd, math.Sqrt(ss/free*lever))
	}
	return mean, sd
}

// Mean is the mean of all values.
func Mean(y []float64, _, horizon int) (mean, sd []float64) {
	var m, ss float64
	for _, v := range y {
		m += v / float64(len(y))
	}
	for _, v := range y {
		ss += (v - m) * (v - m)
	}
	s := math.Sqrt(ss / float64(max(1, len(y)-1)) * (1 + 1/float64(len(y))))
	for range horizon {
		mean, sd = append(mean, m), append(sd, s)
	}
	return mean, sd
}
