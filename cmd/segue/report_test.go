package main

import (
	"math"
	"testing"
)

// A report's numbers have the digits that mean something, and no exponents.
func TestRounded(t *testing.T) {
	for _, c := range []struct {
		v      float64
		digits int
		of     float64
		want   string
	}{
		{446.9364044, 2, 38.2, "447"}, {.0123456, 2, .0031, "0.0123"}, {61.6389, 4, 61.6389, "61.64"}, {1234567.8, 4, 1234567.8, "1234568"},
		{0, 4, 0, "0"}, {-2.33456, 4, -2.33456, "-2.335"}, {1e-30, 4, 1e-30, "1e-30"}, {5, 2, math.Inf(1), "5"},
	} {
		if got := rounded(c.v, places(c.digits, c.of)); got != c.want {
			t.Errorf("%v with %d digits of %v: %s, want %s", c.v, c.digits, c.of, got, c.want)
		}
	}
}
