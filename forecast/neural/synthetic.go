package neural

import (
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
)

// Synthetic makes n series of the given season (1 for none) and of least to most
// values, to train on in addition to real ones: trends, seasons of several shapes,
// level shifts, outliers and smooth paths drawn from Gaussian processes. The same
// seed gives the same series. The shares and sizes of the parts were not tuned.
func Synthetic(n, season, least, most int, seed uint64) []forecast.Series {
	r := rand.New(rand.NewPCG(seed, 0x5e6e5e6e))
	out := make([]forecast.Series, n)
	for i := range out {
		length := least + r.IntN(most-least+1)
		out[i] = forecast.Series{ID: "synthetic", Values: synthetic(r, length, season)}
	}
	return out
}

// synthetic draws one series. Its parts are in units of the noise.
func synthetic(r *rand.Rand, n, season int) []float64 {
	z := make([]float64, n)
	noise := math.Exp(.5 * r.NormFloat64())
	addTrend(r, z)
	if r.Float64() < .5 {
		addSmooth(r, z, math.Exp(r.NormFloat64()), float64(n)*(.05+.3*r.Float64()))
	}
	if season > 1 && r.Float64() < .9 {
		addSeason(r, z, season, math.Exp(1+.8*r.NormFloat64()))
		if week := classic.WeekOf(season); week > 0 && r.Float64() < .7 {
			addSeason(r, z, week, math.Exp(.5+.8*r.NormFloat64()))
		}
	}
	if r.Float64() < .15 { // a break
		at, size := r.IntN(n), 4*r.NormFloat64()
		for i := at; i < n; i++ {
			z[i] += size
		}
	}
	// noise, with or without autocorrelation
	ar, e := r.Float64()*.9, 0.0
	if r.Float64() < .5 {
		ar = 0
	}
	for i := range z {
		e = ar*e + noise*r.NormFloat64()
		z[i] += e
		if r.Float64() < .003 {
			z[i] += 6 * noise * r.NormFloat64()
		}
	}
	// on a positive scale: most series are positive and vary in proportion to their
	// level
	share := math.Exp(-3.5 + .8*r.NormFloat64())
	level := math.Exp(6 + 2*r.NormFloat64())
	for i, v := range z {
		z[i] = level * math.Exp(max(-20, min(20, share*v)))
	}
	return z
}

// addTrend adds one of: a line, a damped line, a random walk with drift, or
// nothing.
func addTrend(r *rand.Rand, z []float64) {
	slope := .3 * r.NormFloat64()
	switch r.IntN(4) {
	case 0:
		for i := range z {
			z[i] += slope * float64(i)
		}
	case 1:
		damp, step, v := .85+.14*r.Float64(), 2*slope, 0.0
		for i := range z {
			v += step
			step *= damp
			z[i] += v
		}
	case 2:
		v, sd := 0.0, math.Exp(.7*r.NormFloat64()-.5)
		for i := range z {
			v += slope*.3 + sd*r.NormFloat64()
			z[i] += v
		}
	}
}

// addSmooth adds a draw from a Gaussian process with a squared-exponential
// kernel of the given length, by random Fourier features (Rahimi and Recht
// 2007).
func addSmooth(r *rand.Rand, z []float64, size, length float64) {
	const features = 12
	for range features {
		w, p := r.NormFloat64()/length, 2*math.Pi*r.Float64()
		a := size * math.Sqrt(2./features) * 2
		for i := range z {
			z[i] += a * math.Cos(w*float64(i)+p)
		}
	}
}

// addSeason adds a periodic pattern: a few harmonics, or a level for each
// place in the season, or, for a week of days, one for each day.
func addSeason(r *rand.Rand, z []float64, m int, size float64) {
	pattern := make([]float64, m)
	day := m / 7
	switch kind := r.IntN(3); {
	case kind == 0 || m > 24 && classic.WeekOf(day) != m:
		for k := 1; k <= min(4, m/2); k++ {
			a, p := size*r.NormFloat64()/float64(k), 2*math.Pi*r.Float64()
			for i := range pattern {
				pattern[i] += a * math.Cos(2*math.Pi*float64(k*i)/float64(m)+p)
			}
		}
	case m > 24: // a week: its days differ
		for d := range 7 {
			v := size * r.NormFloat64()
			for i := range day {
				pattern[d*day+i] = v
			}
		}
	default:
		for i := range pattern {
			pattern[i] = size * r.NormFloat64()
		}
	}
	grow := 0.0
	if r.Float64() < .3 {
		grow = .5 * r.NormFloat64()
	}
	shift := r.IntN(m)
	for i := range z {
		z[i] += pattern[(i+shift)%m] * (1 + grow*float64(i)/float64(len(z)))
	}
}
