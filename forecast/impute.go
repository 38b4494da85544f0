package forecast

import (
	"math"
	"slices"

	"github.com/segue-go/segue/forecast/internal/classic"
)

// Impute fills the gaps of a series and returns the steps that it filled. A gap inside
// the series gets the average of two forecasts: from the values before it and,
// backwards, from the values after it; the nearer end has more weight. At the ends of
// the series only one forecast exists. season is the steps in a season; 1 means none.
func Impute(s Series, season int) (Series, []int) {
	out := s
	out.Values = slices.Clone(s.Values)
	var steps []int
	n := len(out.Values)
	for a := 0; a < n; a++ {
		if !math.IsNaN(out.Values[a]) {
			continue
		}
		b := a
		for b < n && math.IsNaN(s.Values[b]) {
			b++
		}
		before := out.Values[:a] // its gaps are filled already
		after := classic.Fill(s.Values[b:], 1)
		var left, right []float64
		if len(before) > 0 {
			left = classic.Extend(before, b-a, season)[a:]
		}
		if len(after) > 0 {
			back := slices.Clone(after)
			slices.Reverse(back)
			right = classic.Extend(back, b-a, season)[len(back):]
			slices.Reverse(right)
		}
		for i := a; i < b; i++ {
			w := float64(i-a+1) / float64(b-a+1) // weight of the backward forecast
			switch {
			case left == nil && right == nil:
				continue
			case left == nil:
				w = 1
				out.Values[i] = right[i-a]
			case right == nil:
				out.Values[i] = left[i-a]
			default:
				out.Values[i] = (1-w)*left[i-a] + w*right[i-a]
			}
			steps = append(steps, i)
		}
		if b > a {
			a = b
		}
	}
	if s.NonNegative() {
		for _, i := range steps {
			out.Values[i] = max(out.Values[i], 0)
		}
	}
	return out, steps
}
