package forecast

import (
	"math"
	"time"

	"github.com/segue-go/segue/forecast/internal/classic"
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
	Note  string      // what was changed since the numbers were absurd; usually empty
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
	if z == z1 {
		return q[i]
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
		k := math.Exp(v)
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
