package classic

import "math"

// Fill returns the values with gaps closed: between two known values by a
// straight line (or, with a season of m > 1 and a known value m steps before,
// by that value moved with the level), at the ends by the nearest known value.
// Leading gaps are dropped. The result is the argument if nothing is missing.
func Fill(values []float64, m int) []float64 {
	missing := false
	for _, v := range values {
		if math.IsNaN(v) {
			missing = true
			break
		}
	}
	if !missing {
		return values
	}
	for len(values) > 0 && math.IsNaN(values[0]) {
		values = values[1:]
	}
	out := append([]float64(nil), values...)
	last := -1
	for i, v := range values {
		if math.IsNaN(v) {
			continue
		}
		if last >= 0 && i-last > 1 {
			for j := last + 1; j < i; j++ {
				w := float64(j-last) / float64(i-last)
				out[j] = values[last] + w*(v-values[last])
			}
			if m > 1 {
				seasonalGap(out, values, last, i, m)
			}
		}
		last = i
	}
	for j := last + 1; j < len(out); j++ {
		out[j] = out[last]
		if m > 1 && j >= m {
			out[j] = out[j-m]
		}
	}
	return out
}

// seasonalGap redraws the gap between known values at a and b. A gap of at most a
// season is the season before, moved so that it meets both ends. A longer one is
// the usual season between the level before and the level behind: values that were
// filled are never what others are made of, so that nothing adds up.
func seasonalGap(out, values []float64, a, b, m int) {
	if a < m || b-a <= 2 {
		return
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	near := func(from, to int) (known int) {
		for _, v := range values[max(0, from):min(to, len(values))] {
			if !math.IsNaN(v) {
				lo, hi = min(lo, v), max(hi, v)
				known++
			}
		}
		return known
	}
	const seasons = 4 // on either side
	if b-a-1 > m {
		before, after := near(a-seasons*m+1, a+1), near(b, b+seasons*m)
		if before+after < 2*m {
			return // too little is known of the season: the straight line stays
		}
		levels, season := profile(values, a, b, m, seasons)
		for j := a + 1; j < b; j++ {
			w := float64(j-a) / float64(b-a)
			out[j] = max(lo, min((1-w)*levels[0]+w*levels[1]+season[j%m], hi))
		}
		return
	}
	if near(a-m, b-m+1)*2 < b-a {
		return
	}
	near(a-m, b+1)
	da, db := values[a]-out[a-m], values[b]-out[b-m]
	for j := a + 1; j < b; j++ {
		w := float64(j-a) / float64(b-a)
		v := out[j-m] + (1-w)*da + w*db
		margin := math.Abs(values[b]-values[a]) + (hi-lo)/2
		out[j] = max(lo-margin, min(v, hi+margin))
	}
}

// profile fits a level on either side of a gap and the deviations of the season
// from it, by the known values up to some seasons away.
func profile(values []float64, a, b, m, seasons int) (levels [2]float64, season []float64) {
	season = make([]float64, m)
	sides := [2][2]int{{max(0, a-seasons*m+1), a + 1}, {b, min(len(values), b+seasons*m)}}
	for range 5 { // alternating means converge fast
		for k, side := range sides {
			sum, n := 0.0, 0
			for j := side[0]; j < side[1]; j++ {
				if v := values[j]; !math.IsNaN(v) {
					sum, n = sum+v-season[j%m], n+1
				}
			}
			if n > 0 {
				levels[k] = sum / float64(n)
			} else {
				levels[k] = levels[1-k]
			}
		}
		sum, n := make([]float64, m), make([]int, m)
		for k, side := range sides {
			for j := side[0]; j < side[1]; j++ {
				if v := values[j]; !math.IsNaN(v) {
					sum[j%m] += v - levels[k]
					n[j%m]++
				}
			}
		}
		for p := range season {
			season[p] = sum[p] / float64(max(n[p], 1))
		}
	}
	return levels, season
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
