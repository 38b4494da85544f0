package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/seq/repro"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Forecast is the predictive distribution of one series, step by step. It holds the
// means and the quantiles at some probabilities; everything else derives from those.
type Forecast struct {
	ID    string
	Start time.Time // time of step 0 of the forecast; zero without times
	Freq  Freq
	Mean  []float64   // (H) expected value
	Probs []float64   // (Q) increasing probabilities
	Q     [][]float64 // (H,Q) quantiles at Probs, increasing
	Note  string      // a remark for people: what was changed because it was absurd, or why there are fewer steps; usually empty
	Err   error       // why Run has no forecast of this series of a panel; Mean and Q are then empty
}

// Horizon is the number of steps.
func (f Forecast) Horizon() int { return len(f.Mean) }

// Time is the time of step h, counted from 0.
func (f Forecast) Time(h int) time.Time { return f.Freq.Add(f.Start, h) }

// Head returns the first n steps.
func (f Forecast) Head(n int) Forecast {
	n = min(n, len(f.Mean))
	f.Mean, f.Q = f.Mean[:n:n], f.Q[:n:n]
	return f
}

// Quantile is the value that step h is below with probability p. Between the
// probabilities of the forecast it interpolates on the scale of the standard normal
// distribution, and beyond them it extrapolates on that scale.
func (f Forecast) Quantile(h int, p float64) float64 {
	q := f.Q[h]
	n := len(q)
	if n == 1 {
		return q[0]
	}
	i := 1
	for i < n-1 && f.Probs[i] < p {
		i++
	}
	z, z0, z1 := classic.Probit(p), classic.Probit(f.Probs[i-1]), classic.Probit(f.Probs[i])
	const same = 1e-9 // .5-.95/2 is not quite .025
	switch {
	case math.Abs(z-z1) < same:
		return q[i]
	case math.Abs(z-z0) < same:
		return q[i-1]
	}
	if q[i] == q[i-1] {
		return q[i]
	}
	return q[i-1] + (q[i]-q[i-1])*(z-z0)/(z1-z0)
}

// Median is the 50% quantile of step h.
func (f Forecast) Median(h int) float64 { return f.Quantile(h, .5) }

// Interval is the central prediction interval of step h at a level in percent.
func (f Forecast) Interval(h int, level float64) (lo, hi float64) {
	return f.Quantile(h, .5-level/200), f.Quantile(h, .5+level/200)
}

// NormalProbs are the probabilities of the quantiles of Normal forecasts.
var NormalProbs = []float64{.005, .025, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .975, .995}

// Normal makes a forecast of normal distributions from means and standard
// deviations.
func Normal(mean, sd []float64) Forecast {
	f := Forecast{Mean: mean, Probs: NormalProbs, Q: make([][]float64, len(mean))}
	for h := range mean {
		f.Q[h] = make([]float64, len(f.Probs))
		for i, p := range f.Probs {
			f.Q[h][i] = mean[h] + sd[h]*classic.Probit(p)
		}
	}
	return f
}

// Map applies an increasing function to the whole distribution.
func (f Forecast) Map(g func(float64) float64) Forecast {
	mean := make([]float64, len(f.Mean))
	q := make([][]float64, len(f.Q))
	for h := range f.Mean {
		mean[h] = g(f.Mean[h])
		q[h] = make([]float64, len(f.Q[h]))
		for i, v := range f.Q[h] {
			q[h][i] = g(v)
		}
	}
	f.Mean, f.Q = mean, q
	return f
}

// AtMedian is the forecast with the medians in the place of the means, for those who want
// them as the points of a forecast: the median has the least expected absolute error, the
// mean the least squared one.
func (f Forecast) AtMedian() Forecast {
	mean := make([]float64, len(f.Mean))
	for h := range mean {
		mean[h] = f.Median(h)
	}
	f.Mean = mean
	return f
}

// For gives the forecast the id, frequency and start that follow from the series which
// it continues.
func (f Forecast) For(s Series) Forecast {
	f.ID, f.Freq = s.ID, s.Freq
	if s.Freq.Unit != None {
		f.Start = s.Time(len(s.Values))
	}
	return f
}

// copied is a copy that shares no memory with f.
func (f Forecast) copied() Forecast { return f.Map(func(v float64) float64 { return v }) }

// Shift moves step h of the distribution by v or, if ratio is true, multiplies it
// by exp(v). It changes f's own memory.
func (f Forecast) Shift(h int, v float64, ratio bool) {
	put := func(x float64) float64 { return x + v }
	if ratio {
		k := repro.Exp(v)
		put = func(x float64) float64 { return x * k }
	}
	f.Mean[h] = put(f.Mean[h])
	for i, x := range f.Q[h] {
		f.Q[h][i] = put(x)
	}
}

// Finite reports whether every number of the forecast is finite.
func (f Forecast) Finite() bool {
	ok := func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
	for h, v := range f.Mean {
		if !ok(v) {
			return false
		}
		for _, q := range f.Q[h] {
			if !ok(q) {
				return false
			}
		}
	}
	return true
}

// Paths draws n possible futures (n,H) from the forecast. Every step follows its
// distribution; the normal scores of neighbouring steps have the given correlation, 0
// to 1, which PathCorrelation estimates.
func (f Forecast) Paths(n int, correlation float64, seed uint64) [][]float64 {
	r := rand.New(rand.NewPCG(seed, 0x9a7))
	rest := math.Sqrt(max(0, 1-correlation*correlation))
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, f.Horizon())
		z := r.NormFloat64()
		for h := range out[i] {
			if h > 0 {
				z = correlation*z + rest*r.NormFloat64()
			}
			out[i][h] = f.Quantile(h, distuv.UnitNormal.CDF(max(-6, min(6, z))))
		}
	}
	return out
}

// Total is the distribution of the sum of all steps, as a forecast of one step that starts
// where f does: its quantiles are those of the sums of possible futures, see Paths. Errors
// of neighbouring steps add up or cancel as their correlation says, so that its interval
// is not the sum of theirs.
func (f Forecast) Total(correlation float64, seed uint64) Forecast {
	const draws = 5000
	out := f.Head(0)
	if f.Horizon() == 0 {
		return out
	}
	sums := make([]float64, draws)
	for i, path := range f.Paths(draws, correlation, seed) {
		for _, v := range path {
			sums[i] += v
		}
	}
	slices.Sort(sums)
	mean, q := 0.0, make([]float64, len(NormalProbs))
	for _, v := range f.Mean {
		mean += v
	}
	for i, p := range NormalProbs {
		q[i] = stat.Quantile(p, stat.LinInterp, sums, nil)
	}
	out.Mean, out.Probs, out.Q = []float64{mean}, NormalProbs, [][]float64{q}
	return out
}

// PathCorrelation estimates the correlation of the errors of neighbouring steps within
// one forecast, from forecasts of Blend at past origins.
func PathCorrelation(s Series, season, horizon int) float64 {
	y := classic.Fill(s.Values, season)
	var ab, aa, bb float64
	for k := 1; k <= mostOrigins; k++ {
		n := len(y) - k*max(1, horizon/2) - horizon/2
		if horizon < 2 || n < max(8, 2*season) {
			break
		}
		h := min(horizon, len(y)-n)
		mean, sd := classic.Blend(y[:n], season, h)
		for t := 1; t < h; t++ {
			a, b := (y[n+t-1]-mean[t-1])/max(sd[t-1], 1e-300), (y[n+t]-mean[t])/max(sd[t], 1e-300)
			ab, aa, bb = ab+a*b, aa+a*a, bb+b*b
		}
	}
	if aa <= 0 || bb <= 0 {
		return .7 // nothing to estimate from: forecast errors mostly accumulate; not tuned
	}
	return max(0, min(.98, ab/math.Sqrt(aa*bb)))
}
