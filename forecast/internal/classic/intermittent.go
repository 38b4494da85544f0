package classic

import (
	"math"
	"slices"
)

// IsIntermittent reports whether a series is one for these methods: not negative, at
// least three in ten values are zero (Syntetos, Boylan and Croston 2005 draw the line
// at a mean interval of 1.32), and the zeros follow no rule. Nights of a solar panel,
// summers of a ski lift and days on which a shop is closed follow one, so that what
// knows seasons forecasts them; so do the zeros before a series begins.
func IsIntermittent(y []float64, season int) bool {
	y = begun(y, season)
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
	return zeros*10 >= known*3 && zeros < known && !regularZeros(y, season)
}

// begun is y from its first value that is not 0, if enough is left to know what it is
// like: a dozen values and two seasons, or a few without a zero, as of a product that is
// new.
func begun(y []float64, season int) []float64 {
	const least, few = 12, 4
	for i, v := range y {
		if v == v && v != 0 {
			left := len(y) - i
			if left >= max(least, 2*season) || left >= few && !slices.Contains(y[i:], 0) {
				return y[i:]
			}
			break
		}
	}
	return y
}

// regularZeros reports whether more than half of the variance of being zero is
// explained by the place in the season or the week around it, or zeros and other values
// come in long runs of which the last has not outlived all others.
func regularZeros(y []float64, season int) bool {
	const (
		explained = .5
		inRuns    = .8
	)
	for _, m := range []int{season, WeekOf(season)} {
		if m > 1 && len(y) >= 3*m && zerosByPhase(y, m) > explained {
			return true
		}
	}
	s := fitCroston(y, &crostonState{})
	return s.Longest > 2 && !s.ended() && zerosInARow(y) > inRuns
}

// zerosByPhase is the share of the variance of being zero that the place in a season of
// m steps explains, adjusted for its m means.
func zerosByPhase(y []float64, m int) float64 {
	count, zero := make([]float64, m), make([]float64, m)
	var n, all float64
	for i, v := range y {
		if v != v {
			continue
		}
		n++
		count[i%m]++
		if v == 0 {
			all++
			zero[i%m]++
		}
	}
	within := 0.0
	for i, c := range count {
		if c > 0 {
			within += zero[i] * (1 - zero[i]/c)
		}
	}
	total := all * (1 - all/n)
	if n <= float64(m) || total == 0 {
		return 0
	}
	return 1 - within/total*(n-1)/(n-float64(m))
}

// zerosInARow is the autocorrelation at lag one of being zero.
func zerosInARow(y []float64) float64 {
	var n, zeros, both, steps float64
	was := math.NaN()
	for _, v := range y {
		if v == v {
			n++
			if v == 0 {
				zeros++
			}
			if was == was {
				steps++
				if v == 0 && was == 0 {
					both++
				}
			}
		}
		was = v
	}
	p := zeros / n
	if steps == 0 || p == 0 || p == 1 {
		return 0
	}
	return (both/steps - p*p) / (p * (1 - p))
}

// Silent tells which of the next horizon values are surely 0: those at places in the
// season, or in the week around it, at which a series without negative values whose
// zeros follow a rule has had no other value for long. nil means none.
func Silent(y []float64, season, horizon int) []bool {
	const (
		least = 4  // cycles that are known
		most  = 28 // cycles that are asked
		moves = 20 // steps from which on the borders of a silent time may move, like sunrise
	)
	y = begun(y, season)
	if !slices.Contains(y, 0) || slices.ContainsFunc(y, func(v float64) bool { return v < 0 }) || !regularZeros(y, season) {
		return nil
	}
	var out []bool
	for _, m := range []int{season, WeekOf(season)} {
		if m < 2 || len(y) < least*m {
			continue
		}
		last := y[max(0, len(y)-most*m):]
		silent := silentPlaces(last, m, least)
		for h := range horizon {
			at := (len(last) + h) % m
			if !silent[at] || m >= moves && m == season && !(silent[(at+1)%m] && silent[(at+m-1)%m]) {
				continue
			}
			if out == nil {
				out = make([]bool, horizon)
			}
			out[h] = true
		}
	}
	return out
}

// silentPlaces tells at which places in a season of m steps at least so many values are
// known and all are 0.
func silentPlaces(y []float64, m, least int) []bool {
	out := make([]bool, m)
	for p := range out {
		n := 0
		for i := p; i < len(y); i += m {
			if y[i] == 0 {
				n++
			} else if y[i] == y[i] {
				n = -len(y)
			}
		}
		out[p] = n >= least
	}
	return out
}
