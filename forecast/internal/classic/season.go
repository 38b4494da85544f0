package classic

import (
	"context"
	"math"
	"slices"

	"github.com/segue-go/segue/seq/repro"
	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/stat"
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
func IsSeasonal(y []float64, m int) bool { return math.Abs(excess(y, m)) > 1 }

// Repeats is IsSeasonal for a series that goes on as it did m steps before, and not the
// other way round, as one with a season of another length may do.
func Repeats(y []float64, m int) bool { return excess(y, m) > 1 }

// excess is the autocorrelation at lag m in units of its 90% limit; 0 for a series that is
// too short.
func excess(y []float64, m int) float64 {
	if m <= 1 || len(y) < 3*m {
		return 0
	}
	r := autocorrelation(y, m)
	s := 1.0
	for _, v := range r[:m-1] {
		s += 2 * v * v
	}
	return r[m-1] / (1.645 * math.Sqrt(s/float64(len(y))))
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
	s.Parts, _ = MSTL(context.Background(), z, s.Seasons)
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

// mostPeriodValues bounds the values, at the end of a series, that Period looks at.
const mostPeriodValues = 20000

// Period finds the season of a series by tests, and 1 if it shows none: a wrong season is
// worse than none. chance is the probability with which noise of any colour is taken for
// a season, about.
//
// A season must pass three tests. Its frequency, or one of its harmonics, stands out of
// the periodogram: the power is compared with that of an AR(1) process and with the median
// power around it, so that a random walk, whose power is all at low frequencies, shows
// none (Torrence and Compo 1998, section 4; Schulz and Mudelsee 2002). The
// autocorrelation has a peak there, beyond Bartlett's limits and with a valley before it
// (as in Vlachos, Yu and Castelli 2005). And where there are six seasons, both halves of
// the series have it. Seasons that occur less than three times are not looked for. Of
// several the shortest is taken, unless a longer one explains clearly more; a day within
// a week counts as a day, see WeekOf.
func Period(y []float64, chance float64) int {
	const least = 12 // values
	if len(y) > mostPeriodValues {
		y = y[len(y)-mostPeriodValues:]
	}
	n := len(y)
	if n < least {
		return 1
	}
	if m := exactPeriod(y); m > 1 {
		return m
	}
	z := flattened(y)
	if z == nil {
		return 1
	}
	r := correlations(z)
	var sums []float64 // of squared autocorrelations before a lag
	total := 1.0
	for _, v := range r {
		sums = append(sums, total)
		total += 2 * v * v
	}
	early, late := correlations(z[:n/2]), correlations(z[n/2:])
	shows := func(m int) bool {
		const weak, limit, valley = .2, 1.645, .1 // not tuned; the limit is IsSeasonal's
		peak := r[m]
		if peak < weak || bumps(r, m) < max(valley/2, bumps(r, m-1), bumps(r, m+1)) || peak < limit*math.Sqrt(sums[m]/float64(n)) || peak-slices.Min(r[1:m]) < valley {
			return false
		}
		return n < 6*m || min(early[m], late[m]) > weak/2
	}
	best, top := 1, 0.0
	for _, m := range candidatePeriods(z, r, chance) {
		if week := WeekOf(best); !shows(m) || week > 0 && max(m-week, week-m) <= week/50 {
			continue
		}
		const clearly = .05 // not tuned
		if best == 1 || r[m] > top+clearly {
			best, top = m, r[m]
		}
	}
	return best
}

// exactPeriod is the shortest season that all values repeat, at least three times; 1 if
// there is none, or if all values are the same.
func exactPeriod(y []float64) int {
	if Constant(y) {
		return 1
	}
	for m := 2; 3*m <= len(y); m++ {
		if slices.Equal(y[m:], y[:len(y)-m]) {
			return m
		}
	}
	return 1
}

// flattened is a series without its trend, and without outliers, which would hide a
// season; on the logarithmic scale if it is positive and not close to zero anywhere. Nil if nothing is left.
func flattened(y []float64) []float64 {
	const close = 20 // mean over smallest value; not tuned
	z := slices.Clone(y)
	if mean := stat.Mean(y, nil); slices.Min(y) > mean/close {
		z, _ = Logs(y)
	}
	removeLine(z)
	sizes := slices.Sorted(slices.Values(z))
	middle := stat.Quantile(.5, stat.Empirical, sizes, nil)
	for i, v := range z {
		z[i] -= middle
		sizes[i] = math.Abs(v - middle)
	}
	slices.Sort(sizes)
	const far = 6 // times the median distance from the trend; not tuned
	limit := far * stat.Quantile(.5, stat.Empirical, sizes, nil)
	if limit == 0 { // mostly on the line
		limit = sizes[len(sizes)-1]
	}
	scale, size := 0.0, 0.0
	for i, v := range y {
		z[i] = max(-limit, min(limit, z[i]))
		scale, size = max(scale, math.Abs(z[i])), max(size, math.Abs(v))
	}
	removeLine(z) // outliers tilt the first
	if scale <= 1e-12*(1+math.Log1p(size)) {
		return nil
	}
	return z
}

// removeLine takes the trend from z.
func removeLine(z []float64) {
	_, slope := fitLine(z)
	mean, middle := stat.Mean(z, nil), float64(len(z)-1)/2
	for i := range z {
		z[i] -= mean + slope*(float64(i)-middle)
	}
}

// correlations are the autocorrelations of z at all lags from 0 on.
func correlations(z []float64) []float64 {
	n := len(z)
	size := 1 // a power of two is quickest
	for size < 2*n {
		size *= 2
	}
	padded, mean := make([]float64, size), stat.Mean(z, nil)
	for i, v := range z {
		padded[i] = v - mean
	}
	f := fourier.NewFFT(size)
	c := f.Coefficients(nil, padded)
	for i, v := range c {
		c[i] = complex(real(v)*real(v)+imag(v)*imag(v), 0)
	}
	r := f.Sequence(nil, c)[:n]
	if first := r[0]; first > 0 {
		for i := range r {
			r[i] /= first
		}
	}
	return r
}

// bumps is how far the autocorrelation at a lag, and at its multiples, which tell close
// lags apart, is above that around it; a longer season, which tilts it, does not move the
// peak.
func bumps(r []float64, m int) float64 {
	const most = 4
	sum, n, h := 0.0, 0, max(1, m/4)
	for k := m; n < most && k+h < len(r) && (n == 0 || k < len(r)/2); k += m {
		sum, n = sum+r[k]-(r[k-h]+r[k+h])/2, n+1
	}
	return sum / float64(n)
}

// candidatePeriods are the periods at which the periodogram of z stands out, and their
// multiples, whose harmonics it may be, in increasing order; each is moved to the peak of
// the autocorrelation r that is near.
func candidatePeriods(z, r []float64, chance float64) []int {
	const most, multiples, cycles = 12, 4, 3
	n := len(z)
	power := whitened(z, r[1])
	limit := -math.Log(-math.Expm1(math.Log1p(-chance) / float64(len(power)-1)))
	var peaks []int
	for k := 2; k < len(power); k++ {
		if power[k] > limit {
			peaks = append(peaks, k)
		}
	}
	slices.SortFunc(peaks, func(a, b int) int {
		if power[a] > power[b] {
			return -1
		}
		return 1
	})
	var out []int
	for _, k := range peaks[:min(most, len(peaks))] {
		for j := 1; j <= multiples; j++ {
			lo, hi := int(float64(j*n)/(float64(k)+.5)), int(math.Ceil(float64(j*n)/(float64(k)-.5)))
			lo, hi = max(2, lo), min(hi, n/cycles, n-2)
			best, highest := 0, 0.0
			for m := lo; m <= hi; m++ {
				if b := bumps(r, m); best == 0 || b > highest {
					best, highest = m, b
				}
			}
			if best > 0 && !slices.Contains(out, best) {
				out = append(out, best)
			}
		}
	}
	slices.Sort(out)
	return out
}

// whitened is the periodogram of z at k/n, k from 0 to n/2, relative to what noise of its
// colour would have: 1 on average, exponentially distributed. ar is the correlation of
// neighbouring values.
func whitened(z []float64, ar float64) []float64 {
	n := len(z)
	c := fourier.NewFFT(n).Coefficients(nil, z)
	ar = max(-.99, min(.99, ar))
	raw := make([]float64, len(c))
	for k, v := range c {
		red := 1 + ar*ar - 2*ar*math.Cos(2*math.Pi*float64(k)/float64(n))
		raw[k] = (real(v)*real(v) + imag(v)*imag(v)) * red
	}
	if n%2 == 0 { // one degree of freedom: the other frequencies have two
		raw[n/2] /= 2
	}
	out := make([]float64, len(raw))
	usual, until := 0.0, 0
	for k := 1; k < len(raw); k++ {
		if k >= until { // the median moves slowly
			reach := max(8, k/3) // frequencies on either side; not tuned
			around := slices.Sorted(slices.Values(raw[max(1, k-reach):min(len(raw), k+reach+1)]))
			usual, until = around[len(around)/2], k+reach/4
		}
		if usual > 0 {
			out[k] = raw[k] * math.Ln2 / usual
		} else if raw[k] > 0 {
			out[k] = math.Inf(1)
		}
	}
	return out
}
