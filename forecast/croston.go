package forecast

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Methods for intermittent demand: most values are zero, and sizes and
// intervals of the others are smoothed apart.

const crostonAlpha = .1 // Croston's (1972) own constant, R's default

// crostonMethod smooths sizes and intervals; factor corrects the bias.
func crostonMethod(factor float64) func(y []float64, m, horizon int) (mean, sd []float64) {
	return func(y []float64, _, horizon int) (mean, sd []float64) {
		var sizes, gaps []float64
		gap := 1.0
		for _, v := range y {
			if v == 0 {
				gap++
				continue
			}
			sizes, gaps = append(sizes, v), append(gaps, gap)
			gap = 1
		}
		if len(sizes) == 0 {
			return level(y, 0, horizon)
		}
		size, _ := smooth(sizes, crostonAlpha)
		every, _ := smooth(gaps, crostonAlpha)
		return level(y, factor*size/every, horizon)
	}
}

// croston is Croston's method (1972), sba that of Syntetos and Boylan (2005),
// which corrects its bias.
var (
	croston = crostonMethod(1)
	sba     = crostonMethod(1 - crostonAlpha/2)
)

// tsb smooths the probability of a demand with every value, so that it fades
// when demand stops (Teunter, Syntetos and Babai 2011).
func tsb(y []float64, _, horizon int) (mean, sd []float64) {
	var size, probability, n float64
	for _, v := range y {
		if v != 0 {
			n++
			size += v
		}
	}
	if n == 0 {
		return level(y, 0, horizon)
	}
	size, probability = size/n, n/float64(len(y))
	for _, v := range y {
		if v == 0 {
			probability -= crostonAlpha * probability
			continue
		}
		size += crostonAlpha * (v - size)
		probability += crostonAlpha * (1 - probability)
	}
	return level(y, size*probability, horizon)
}

// level forecasts one value for every step; the spread is that of the history
// around it.
func level(y []float64, at float64, horizon int) (mean, sd []float64) {
	var s float64
	for _, v := range y {
		s += (v - at) * (v - at)
	}
	s = math.Sqrt(s / float64(len(y)))
	for range horizon {
		mean, sd = append(mean, at), append(sd, s)
	}
	return mean, sd
}

// intermittent reports whether a series is one for these methods: not negative,
// and at least three in ten values are zero (Syntetos, Boylan and Croston 2005
// draw the line at a mean interval of 1.32).
func intermittent(y []float64) bool {
	zeros, known := 0, 0
	for _, v := range y {
		if v < 0 {
			return false
		}
		if v == 0 {
			zeros++
		}
		if v == v {
			known++
		}
	}
	return zeros*10 >= known*3 && zeros < known
}

// empirical replaces the quantiles of a forecast by those of the last values of
// the history, in proportion to the mean.
func empirical(f Forecast, y []float64) Forecast {
	const most = 200
	var last []float64
	for _, v := range y[max(0, len(y)-most):] {
		if v == v {
			last = append(last, v)
		}
	}
	mean := stat.Mean(last, nil)
	if mean <= 0 {
		return f
	}
	slices.Sort(last)
	for h := range f.Mean {
		for i, p := range f.Probs {
			f.Q[h][i] = stat.Quantile(p, stat.LinInterp, last, nil) * f.Mean[h] / mean
		}
	}
	return f
}
