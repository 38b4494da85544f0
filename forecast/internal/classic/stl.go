package classic

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// STL, the seasonal-trend decomposition by loess of Cleveland, Cleveland, McRae
// and Terpenning (1990), without robustness weights, and MSTL, which repeats it
// for several seasons (Bandara, Hyndman and Bergmeir 2021). Windows and jumps
// are those of R's stl and mstl.

// loess is the local fit at position x (counted from 1) to y[left..right].
func loess(y []float64, x float64, left, right, window, degree int) (float64, bool) {
	n := len(y)
	h := max(x-float64(left), float64(right)-x)
	if window > n {
		h += float64((window - n) / 2)
	}
	var sum, wx float64
	weight := func(j int) float64 {
		r := math.Abs(float64(j) - x)
		switch {
		case r > .999*h:
			return 0
		case r <= .001*h:
			return 1
		}
		q := r / h
		q = 1 - q*q*q
		return q * q * q
	}
	for j := left; j <= right; j++ {
		w := weight(j)
		sum += w
		wx += w * float64(j)
	}
	if sum <= 0 {
		return 0, false
	}
	tilt, mid := 0.0, wx/sum
	if h > 0 && degree > 0 {
		var c float64
		for j := left; j <= right; j++ {
			d := float64(j) - mid
			c += weight(j) / sum * d * d
		}
		if math.Sqrt(c) > .001*float64(n-1) {
			tilt = (x - mid) / c
		}
	}
	var v float64
	for j := left; j <= right; j++ {
		v += weight(j) / sum * (1 + tilt*(float64(j)-mid)) * y[j-1]
	}
	return v, true
}

// LoessSmooth is loess at every position; all but every jump-th are interpolated.
func LoessSmooth(y []float64, window, degree, jump int) []float64 {
	n := len(y)
	out := make([]float64, n)
	if n < 2 {
		copy(out, y)
		return out
	}
	jump = min(jump, n-1)
	half := (window + 1) / 2
	at := func(i int) float64 {
		left, right := i-half+1, i-half+window
		switch {
		case window >= n:
			left, right = 1, n
		case i < half:
			left, right = 1, window
		case i >= n-half+1:
			left, right = n-window+1, n
		}
		if v, ok := loess(y, float64(i), left, right, window, degree); ok {
			return v
		}
		return y[i-1]
	}
	last := 1
	out[0] = at(1)
	for last < n {
		next := min(last+jump, n)
		out[next-1] = at(next)
		slope := (out[next-1] - out[last-1]) / float64(next-last)
		for j := last + 1; j < next; j++ {
			out[j-1] = out[last-1] + slope*float64(j-last)
		}
		last = next
	}
	return out
}

// cycles smooths every cycle-subseries and extends it by one period at both ends:
// len(y)+2m values.
func cycles(y []float64, m, window, jump int) []float64 {
	out := make([]float64, len(y)+2*m)
	for c := range m {
		var sub []float64
		for i := c; i < len(y); i += m {
			sub = append(sub, y[i])
		}
		k := len(sub)
		for i, v := range LoessSmooth(sub, window, 0, jump) {
			out[m+c+i*m] = v
		}
		before, ok := loess(sub, 0, 1, min(window, k), window, 0)
		if !ok {
			before = out[m+c]
		}
		after, ok := loess(sub, float64(k+1), max(1, k-window+1), k, window, 0)
		if !ok {
			after = out[m+c+(k-1)*m]
		}
		out[c], out[m+c+k*m] = before, after
	}
	return out
}

// runningMean averages n neighbours.
func runningMean(y []float64, n int) []float64 {
	out := make([]float64, len(y)-n+1)
	var s float64
	for i, v := range y {
		s += v
		if i >= n {
			s -= y[i-n]
		}
		if i >= n-1 {
			out[i-n+1] = s / float64(n)
		}
	}
	return out
}

// stl decomposes y, which must hold at least two periods.
func stl(y []float64, m, window int) (seasonal, trend []float64) {
	odd := func(x float64) int { return int(math.Ceil(x)) | 1 }
	tenth := func(w int) int { return (w + 9) / 10 }
	trendWindow := odd(1.5 * float64(m) / (1 - 1.5/float64(window)))
	low := m | 1
	trend, seasonal = make([]float64, len(y)), make([]float64, len(y))
	rest := make([]float64, len(y))
	for range 2 {
		for i := range y {
			rest[i] = y[i] - trend[i]
		}
		c := cycles(rest, m, window, tenth(window))
		level := LoessSmooth(runningMean(runningMean(runningMean(c, m), m), 3), low, 1, tenth(low))
		for i := range y {
			seasonal[i] = c[m+i] - level[i]
			rest[i] = y[i] - seasonal[i]
		}
		trend = LoessSmooth(rest, trendWindow, 1, tenth(trendWindow))
	}
	return seasonal, trend
}

// MSTL decomposes y by several seasons, in ascending order, each of which fits
// at least twice: one seasonal component each, and the trend. The end of ctx ends it early,
// with parts that are of no use.
func MSTL(ctx context.Context, y []float64, seasons []int) (parts [][]float64, trend []float64) {
	parts = make([][]float64, len(seasons))
	for k := range parts {
		parts[k] = make([]float64, len(y))
	}
	trend, rest := make([]float64, len(y)), slices.Clone(y)
	for round := range 2 {
		for k, m := range seasons {
			if ctx.Err() != nil {
				return parts, trend
			}
			if round > 0 {
				for i := range rest {
					rest[i] += parts[k][i]
				}
			}
			parts[k], trend = stl(rest, m, 7+4*(k+1))
			for i := range rest {
				rest[i] -= parts[k][i]
			}
		}
	}
	return parts, trend
}

// SeasonalStrength is the share of the detrended variance that the season
// explains (Wang, Smith and Hyndman 2006).
func SeasonalStrength(y []float64, m int) float64 {
	if m < 2 || len(y) < 2*m+1 {
		return 0
	}
	seasonal, trend := stl(y, m, 11)
	rest, both := make([]float64, len(y)), make([]float64, len(y))
	for i := range y {
		both[i] = y[i] - trend[i]
		rest[i] = both[i] - seasonal[i]
	}
	v := Variance(both)
	if v < 1e-300 {
		return 0
	}
	return max(0, min(1, 1-Variance(rest)/v))
}

// Variance is the sample variance; 0 for fewer than two values.
func Variance(y []float64) float64 {
	if len(y) < 2 {
		return 0
	}
	return stat.Variance(y, nil)
}
