package classic

import (
	"math"
	"slices"
)

// Fill returns the values with gaps closed, see FillAll; leading gaps are dropped.
// The result is the argument if nothing is missing.
func Fill(values []float64, m int) []float64 {
	if !slices.ContainsFunc(values, math.IsNaN) {
		return values
	}
	for len(values) > 0 && math.IsNaN(values[0]) {
		values = values[1:]
	}
	return FillAll(values, m)
}

// FillAll returns the values with all gaps closed, leading and trailing ones too; all
// NaN where nothing is known. With m of 1 a gap is a straight line between the known
// values, or the nearest one. With a season of m > 1 that the known values show, a gap
// has the usual season on a level that runs straight from the values before it to
// those after. Nothing is taken from a value that was filled in, so that long gaps do
// not compound, and nothing leaves the range of the known values.
func FillAll(values []float64, m int) []float64 {
	out := slices.Clone(values)
	var known []int
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, v := range values {
		if !math.IsNaN(v) {
			known = append(known, i)
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if len(known) == 0 || len(known) == len(values) {
		return out
	}
	season := usualSeason(values, known, m)
	level := func(i int) float64 { return values[i] - season[i%len(season)] }
	for k := range len(known) + 1 { // the gap before known value k
		a, b := -1, len(values)
		if k > 0 {
			a = known[k-1]
		}
		if k < len(known) {
			b = known[k]
		}
		if b-a < 2 {
			continue
		}
		near := 1
		if len(season) > 1 {
			near = max(3, (b-a)/2)
		}
		before, after := known[max(0, k-near):k], known[k:min(k+near, len(known))]
		x0, y0 := middle(before, level)
		x1, y1 := middle(after, level)
		for i := a + 1; i < b; i++ {
			v := y0
			switch {
			case a < 0:
				v = y1
			case b < len(values):
				v += (y1 - y0) * max(0, min(1, (float64(i)-x0)/(x1-x0)))
			}
			out[i] = max(lo, min(hi, v+season[i%len(season)]))
			// too little to tell a season from noise: what the task says goes on
			if b == len(values) && m > 1 && len(known) < 2*m {
				if j := i - (i-a+m-1)/m*m; j >= 0 && !math.IsNaN(values[j]) {
					out[i] = values[j]
				}
			}
		}
	}
	return out
}

// middle is the mean place and the median level of known values.
func middle(at []int, level func(int) float64) (x, y float64) {
	if len(at) == 0 {
		return 0, 0
	}
	levels := make([]float64, len(at))
	for i, t := range at {
		x += float64(t) / float64(len(at))
		levels[i] = level(t)
	}
	return x, median(levels)
}

// usualSeason is the median distance of the known values from the level around them,
// by the place in the season; one zero where there is no season that they show. Places
// that were never seen lie between their neighbours.
func usualSeason(values []float64, known []int, m int) []float64 {
	none := []float64{0}
	if m < 2 || len(known) < 2*m {
		return none
	}
	sum, count := make([]float64, len(values)+1), make([]float64, len(values)+1)
	for i, v := range values {
		sum[i+1], count[i+1] = sum[i], count[i]
		if !math.IsNaN(v) {
			sum[i+1] += v
			count[i+1]++
		}
	}
	apart, partly := make([][]float64, m), make([][]float64, m)
	for _, i := range known {
		a, b := i-m/2, i-m/2+m
		if a < 0 || b > len(values) {
			continue
		}
		n := count[b] - count[a]
		if d := values[i] - (sum[b]-sum[a])/n; n == float64(m) {
			apart[i%m] = append(apart[i%m], d)
		} else {
			partly[i%m] = append(partly[i%m], d)
		}
	}
	for p := range apart { // some are never seen within a whole season
		if len(apart[p]) == 0 {
			apart[p] = partly[p]
		}
	}
	season := make([]float64, m)
	var seen []int
	for p, d := range apart {
		season[p] = math.NaN()
		if len(d) > 0 {
			season[p] = median(d)
			seen = append(seen, p)
		}
	}
	if len(seen) < 2 || !helps(season, apart) {
		return none
	}
	for k, p := range seen {
		next := seen[(k+1)%len(seen)]
		length := (next-p+m-1)%m + 1
		for j := 1; j < length; j++ {
			w := float64(j) / float64(length)
			season[(p+j)%m] = (1-w)*season[p] + w*season[next]
		}
	}
	return season
}

// helps reports whether the distances are smaller from the season than from zero by
// more than the mean of k values always takes from their own distances, 1-√(1-1/k).
func helps(season []float64, apart [][]float64) bool {
	const clear = .9
	var with, without, seen float64
	for p, d := range apart {
		for _, v := range d {
			with += math.Abs(v - season[p])
			without += math.Abs(v)
			seen++
		}
	}
	k := max(1, seen/float64(len(apart)))
	return with < clear*math.Sqrt(1-1/k)*without
}

// median of x, which it sorts.
func median(x []float64) float64 {
	slices.Sort(x)
	n := len(x)
	return (x[(n-1)/2] + x[n/2]) / 2
}

// Extend fills the gaps of y and goes on for n more steps by Blend.
func Extend(y []float64, n, season int) []float64 {
	y = Fill(y, 1)
	if n <= 0 {
		return y
	}
	f := Blend
	if Constant(y) {
		f = Naive
	}
	mean, _ := f(y, season, n)
	return append(append([]float64(nil), y...), mean...)
}

// Constant reports whether all values are the same.
func Constant(z []float64) bool {
	for _, v := range z {
		if v != z[0] {
			return false
		}
	}
	return true
}
