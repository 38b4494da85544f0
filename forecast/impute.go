package forecast

import (
	"math"
	"slices"

	"github.com/segue-go/segue/forecast/internal/classic"
)

// Impute fills the gaps of a series and returns the steps that it filled. Inside
// the series a gap gets the average of a forecast from the values before it and
// one, backwards, from those after it, each with the more weight the nearer; at
// the ends one of them must do. The season is the task's or 1.
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
		before := out.Values[:a] // without gaps by now
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
			w := float64(i-a+1) / float64(b-a+1) // weight of the value from behind
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
