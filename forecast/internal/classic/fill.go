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

// seasonalGap redraws the gap between known values at a and b: the values of
// one season before, moved so that they meet both ends.
func seasonalGap(out, values []float64, a, b, m int) {
	if a < m || b-a <= 2 {
		return
	}
	da, db := values[a]-out[a-m], values[b]-out[b-m]
	for j := a + 1; j < b; j++ {
		w := float64(j-a) / float64(b-a)
		out[j] = out[j-m] + (1-w)*da + w*db
	}
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
