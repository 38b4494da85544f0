package classic

import (
	"math"

	"github.com/segue-go/segue/seq/repro"
)

// autocorrelation is R's biased acf at lags 1..k.
func autocorrelation(y []float64, k int) []float64 {
	var mean float64
	for _, v := range y {
		mean += v
	}
	mean /= float64(len(y))
	var c0 float64
	for _, v := range y {
		c0 += (v - mean) * (v - mean)
	}
	r := make([]float64, k)
	for l := 1; l <= k && l < len(y); l++ {
		var c float64
		for i := l; i < len(y); i++ {
			c += (y[i] - mean) * (y[i-l] - mean)
		}
		if c0 > 0 {
			r[l-1] = c / c0
		}
	}
	return r
}

// IsSeasonal is the seasonality test of the M4 competition: the
// autocorrelation at lag m lies beyond the 90% limits.
func IsSeasonal(y []float64, m int) bool {
	if m <= 1 || len(y) < 3*m {
		return false
	}
	r := autocorrelation(y, m)
	s := 1.0
	for _, v := range r[:m-1] {
		s += 2 * v * v
	}
	return math.Abs(r[m-1]) > 1.645*math.Sqrt(s/float64(len(y)))
}

// movingAverage is the centred average over m values (2×m for even m); the
// ends, where it is not defined, are NaN.
func movingAverage(y []float64, m int) []float64 {
	out := make([]float64, len(y))
	for i := range out {
		out[i] = math.NaN()
	}
	half := m / 2
	for i := half; i+half < len(y); i++ {
		var s float64
		for j := i - half; j <= i+half; j++ {
			w := 1.0
			if m%2 == 0 && (j == i-half || j == i+half) {
				w = .5
			}
			s += w * y[j]
		}
		out[i] = s / float64(m)
	}
	return out
}

// seasonalIndices is classical decomposition (R's decompose): index i belongs to
// positions t with t%m == i. remove takes the trend from a value; join puts the
// mean of all indices on one of them.
func seasonalIndices(y []float64, m int, remove, join func(a, b float64) float64) []float64 {
	sum, n := make([]float64, m), make([]float64, m)
	for i, t := range movingAverage(y, m) {
		if !math.IsNaN(t) {
			sum[i%m] += remove(y[i], t)
			n[i%m]++
		}
	}
	var mean float64
	for i := range sum {
		sum[i] /= max(n[i], 1)
		mean += sum[i] / float64(m)
	}
	for i := range sum {
		sum[i] = join(sum[i], mean)
	}
	return sum
}

// multiplicativeIndices average to 1; nil if one would not be positive and
// finite.
func multiplicativeIndices(y []float64, m int) []float64 {
	ratio := func(a, b float64) float64 { return a / b }
	index := seasonalIndices(y, m, ratio, ratio)
	for _, v := range index {
		if !(v > 1e-6) || math.IsInf(v, 0) {
			return nil
		}
	}
	return index
}

// AdditiveIndices average to 0.
func AdditiveIndices(y []float64, m int) []float64 {
	difference := func(a, b float64) float64 { return a - b }
	return seasonalIndices(y, m, difference, difference)
}

// SeasonIndex gives multiplicative seasonal indices; nil where a series has no
// such season.
func SeasonIndex(y []float64, m int) []float64 {
	if !IsSeasonal(y, m) {
		return nil
	}
	return multiplicativeIndices(y, m)
}

// Deseasonalised is a series with its seasons removed.
type Deseasonalised struct {
	Rest    []float64   // (n) on the scale of the series
	Parts   [][]float64 // one component of n values per season; logarithms if Log
	Seasons []int       // steps in each season
	Log     bool        // the series is the product of its parts, not the sum
}

// RemoveSeason removes the season of m steps, and those that Seasons adds, by STL; on
// the logarithmic scale if the series is positive. A series that does not show the
// season stays as it is.
func RemoveSeason(y []float64, m int) *Deseasonalised {
	s := &Deseasonalised{Rest: y}
	if m < 2 || len(y) < 2*m+1 {
		return s
	}
	// the strength above which a season is removed was chosen on the last window
	// before the test part of M4 weekly and hourly (segue-lab bench m4)
	const clear = .5
	z, log := Logs(y)
	if SeasonalStrength(z, m) < clear {
		return s
	}
	s.Log, s.Seasons = log, Seasons(y, m)
	s.Parts, _ = MSTL(z, s.Seasons)
	s.Rest = make([]float64, len(y))
	for i := range y {
		s.Rest[i] = z[i] - s.At(i)
		if log {
			s.Rest[i] = repro.Exp(s.Rest[i])
		}
	}
	return s
}

// At is the sum of the seasons at step i; after the end their last cycles repeat.
func (s *Deseasonalised) At(i int) float64 {
	var v float64
	for k, p := range s.Parts {
		m := s.Seasons[k]
		j := i
		if n := len(p); i >= n {
			j = n - m + (i-n)%m
		}
		v += p[j]
	}
	return v
}
