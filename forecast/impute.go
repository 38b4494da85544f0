package forecast

import (
	"math"
	"slices"

	"github.com/segue-go/segue/forecast/internal/classic"
)

// Impute fills the gaps of a series and returns the steps that it filled. A gap has the
// usual season, where the known values show one, on a level that runs straight from
// the values before it to those after; nothing leaves the range of the known values.
// season is the steps in a season; 1 means none. Methods fill gaps in the same way
// before they forecast.
func Impute(s Series, season int) (Series, []int) {
	out := s
	out.Values = classic.FillAll(slices.Clone(s.Values), season)
	var steps []int
	for i, v := range s.Values {
		if math.IsNaN(v) && !math.IsNaN(out.Values[i]) {
			steps = append(steps, i)
		}
	}
	return out, steps
}
