package multiseason

import (
	"math"
	"slices"

	"github.com/segue-go/segue/forecast/internal/classic"
)

// A climate is what is usual at each time of the long season: quantiles of all values
// of the past near that time, and how long a rank among them lasts. A river in flood
// falls back to what the month has seen before; nothing leaves what was seen, however
// skewed. The ranks are normal scores continued by an autoregression (a Gaussian
// copula, as in Matheson and Winkler's and later hydrologists' normal quantile
// transform).
type climate struct {
	period float64
	table  [][]float64 // (times of the season, climateProbs) quantiles
	scores []float64   // the last normal scores
	phi    []float64
	memory []float64 // variance of the score after 1, 2, ... steps, 1 in the end
}

// climateGrid are the normal scores of the quantiles in a table: 3 is once in 740.
var climateGrid = func() []float64 {
	var z []float64
	for v := -3.0; v < 3.01; v += .1 {
		z = append(z, v)
	}
	return z
}()

// newClimate fits on y, with the longest season given; 0 for none.
func newClimate(y []float64, period float64) *climate {
	const (
		times  = 48   // of a season
		width  = 24   // a season divided by it reaches to either side
		cycles = 30   // seasons remembered
		window = 3000 // scores that the autoregression is fitted on
		order  = 8
	)
	c := &climate{period: period}
	n := len(y)
	first := 0
	if period > 0 {
		first = max(0, n-int(cycles*period))
	}
	cells := 1
	if period > long {
		cells = times
	} else if period > 1 {
		cells = int(period)
	}
	pools := make([][]float64, cells)
	reach := 0
	if period > long {
		reach = times / width
	}
	for t := first; t < n; t++ {
		at := c.cell(t, cells)
		for k := -reach; k <= reach; k++ {
			i := (at + k + cells) % cells
			pools[i] = append(pools[i], y[t])
		}
	}
	for _, p := range pools {
		slices.Sort(p)
		row := make([]float64, len(climateGrid))
		for i, z := range climateGrid {
			row[i] = quantile(p, normalCDF(z))
		}
		c.table = append(c.table, row)
	}
	for t := max(first, n-window); t < n; t++ {
		c.scores = append(c.scores, c.score(t, y[t]))
	}
	c.phi = autoregression(c.scores, order)
	c.memory = spreading(c.phi)
	return c
}

func (c *climate) cell(t, cells int) int {
	if cells == 1 {
		return 0
	}
	return int(math.Mod(float64(t), c.period)/c.period*float64(cells)+1e-9) % cells
}

// score is the normal score of a value at step t among what is usual then.
func (c *climate) score(t int, v float64) float64 {
	row := c.table[c.cell(t, len(c.table))]
	lo, _ := slices.BinarySearch(row, v)
	hi := lo
	for hi < len(row) && row[hi] == v {
		hi++
	}
	switch {
	case hi > lo: // among equal quantiles: their middle
		return (climateGrid[lo] + climateGrid[hi-1]) / 2
	case lo == 0:
		return climateGrid[0]
	case lo == len(row):
		return climateGrid[lo-1]
	}
	return climateGrid[lo-1] + (climateGrid[lo]-climateGrid[lo-1])*(v-row[lo-1])/(row[lo]-row[lo-1])
}

// value is the inverse of score.
func (c *climate) value(t int, z float64) float64 {
	row := c.table[c.cell(t, len(c.table))]
	x := (z - climateGrid[0]) / (climateGrid[1] - climateGrid[0])
	i := max(0, min(int(x), len(row)-2))
	f := max(0, min(1, x-float64(i)))
	return row[i] + f*(row[i+1]-row[i])
}

// forecast is the distribution of the horizon steps after n.
func (c *climate) forecast(n, horizon int, probs []float64) (mean []float64, q [][]float64) {
	center := carry(c.scores, c.phi, horizon)
	z := make([]float64, len(probs))
	for i, p := range probs {
		z[i] = classic.Probit(p)
	}
	for h := range horizon {
		sd := math.Sqrt(c.memory[min(h, len(c.memory)-1)])
		row := make([]float64, len(z))
		for i, v := range z {
			row[i] = c.value(n+h, center[h]+sd*v)
		}
		var m float64
		const parts = 25
		for i := range parts {
			m += c.value(n+h, center[h]+sd*evenScores[i]) / parts
		}
		mean, q = append(mean, m), append(q, row)
	}
	return mean, q
}

// evenScores are the normal scores of 25 equally probable parts.
var evenScores = func() (z [25]float64) {
	for i := range z {
		z[i] = classic.Probit((float64(i) + .5) / 25)
	}
	return z
}()

// spreading is the variance of an autoregression's forecast error by lead, relative to
// what it is in the end.
func spreading(phi []float64) []float64 {
	const most = 400
	if len(phi) == 0 {
		return []float64{1}
	}
	psi, out := make([]float64, most), make([]float64, most)
	var s float64
	for h := range psi {
		if h == 0 {
			psi[0] = 1
		}
		for k, f := range phi {
			if j := h - 1 - k; j >= 0 {
				psi[h] += f * psi[j]
			}
		}
		s += psi[h] * psi[h]
		out[h] = s
	}
	for h := range out {
		out[h] /= s
	}
	return out
}

func normalCDF(z float64) float64 { return .5 * math.Erfc(-z/math.Sqrt2) }

// quantile of sorted values, between the order statistics.
func quantile(sorted []float64, p float64) float64 {
	x := p * float64(len(sorted)-1)
	i := min(int(x), len(sorted)-1)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (x-float64(i))*(sorted[i+1]-sorted[i])
}
