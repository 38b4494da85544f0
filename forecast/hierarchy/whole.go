package hierarchy

import (
	"math"
	"slices"

	"github.com/segue-go/segue/forecast"
)

// Whole rounds reconciled forecasts of h.Panel, in its order, to whole numbers that
// still add up: the leaves are rounded so that all of them together give the rounded
// total (largest remainders go up), and the sums are made of them. Quantiles are
// rounded by themselves.
func (h *Hierarchy) Whole(fs []forecast.Forecast) []forecast.Forecast {
	sums := len(h.under)
	out := make([]forecast.Forecast, len(fs))
	for i, f := range fs {
		out[i] = f.Map(math.Round)
	}
	leaves := fs[sums:]
	order := make([]int, len(leaves))
	for t := range fs[0].Mean {
		total, down := 0.0, 0.0
		rest := make([]float64, len(leaves))
		for i, f := range leaves {
			low := math.Floor(f.Mean[t])
			out[sums+i].Mean[t], rest[i] = low, f.Mean[t]-low
			total, down, order[i] = total+f.Mean[t], down+low, i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			switch {
			case rest[a] > rest[b]:
				return -1
			case rest[a] < rest[b]:
				return 1
			}
			return 0
		})
		for _, i := range order[:min(int(math.Round(total)-down), len(order))] {
			out[sums+i].Mean[t]++
		}
		for i, under := range h.under {
			v := 0.0
			for _, k := range under {
				v += out[sums+k].Mean[t]
			}
			out[i].Mean[t] = v
		}
	}
	return out
}
