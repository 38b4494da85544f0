package classic

import "math"

// Methods for intermittent demand: most values are zero, and the sizes of the others
// and the intervals between them are smoothed separately.

const crostonAlpha = .1 // Croston's (1972) own constant, R's default

// crostonMethod smooths sizes and intervals; factor corrects the bias.
func crostonMethod(factor float64) Func {
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

// Croston is Croston's method (1972): the mean size of a demand divided by the
// mean interval between two.
func Croston(y []float64, m, horizon int) (mean, sd []float64) {
	return crostonMethod(1)(y, m, horizon)
}

// SBA is Croston's method with the bias correction of Syntetos and Boylan (2005).
func SBA(y []float64, m, horizon int) (mean, sd []float64) {
	return crostonMethod(1-crostonAlpha/2)(y, m, horizon)
}

// TSB smooths the probability of a demand with every value, so that it fades
// when demand stops (Teunter, Syntetos and Babai 2011).
func TSB(y []float64, _, horizon int) (mean, sd []float64) {
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

// IsIntermittent reports whether a series is one for these methods: not negative,
// and at least three in ten values are zero (Syntetos, Boylan and Croston 2005
// draw the line at a mean interval of 1.32).
func IsIntermittent(y []float64) bool {
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
