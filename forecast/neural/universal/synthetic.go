package universal

import (
	"math"
	"math/rand/v2"
)

// Seasons of synthetic series and their second ones.
var syntheticSeasons = [][2]int{{1, 0}, {1, 0}, {4, 0}, {7, 0}, {7, 364}, {7, 364}, {12, 0}, {12, 84}, {24, 168}, {24, 168}, {24, 0}, {48, 336}, {52, 0}, {96, 672}, {144, 0}}

// syntheticItem draws a series with a future of h values: a sum or product of
// trends, seasons and noise of many kinds, at last distorted. Shares and sizes were
// not tuned.
func syntheticItem(r *rand.Rand, h int) Item {
	s := syntheticSeasons[r.IntN(len(syntheticSeasons))]
	if r.IntN(5) == 0 {
		s = [2]int{2 + r.IntN(80), 0}
	}
	least := max(40, 3*s[0])
	n := int(float64(least)*math.Pow(float64(max(1500, 6*s[0], 3*s[1]))/float64(least), r.Float64())) + h
	y := make([]float64, n)
	addTrend(r, y)
	if s[0] > 1 && r.Float64() < .9 {
		addSeason(r, y, float64(s[0]))
		if s[1] > 0 && r.Float64() < .6 {
			addSeason(r, y, float64(s[1]))
		}
		if s[0] >= 24 && s[1] > 0 && r.Float64() < .3 {
			addClosedDays(r, y, s[0])
		}
	}
	if r.Float64() < .3 { // a cycle that the network is not told of
		addSeason(r, y, math.Exp(1.6+3.5*r.Float64()))
	}
	if r.Float64() < .4 {
		addSmooth(r, y, math.Exp(r.NormFloat64()), float64(n)*(.01+.3*r.Float64()*r.Float64()))
	}
	addNoise(r, y)
	addEvents(r, y)
	return Item{Values: distort(r, y), Season: s[0], Week: s[1]}
}

// addTrend adds a line, a damped line, a random walk, a walk with a wandering slope,
// or nothing.
func addTrend(r *rand.Rand, y []float64) {
	n := float64(len(y))
	size := math.Exp(r.NormFloat64())
	switch r.IntN(6) {
	case 0:
		slope := size * 3 * r.NormFloat64() / n
		for i := range y {
			y[i] += slope * float64(i)
		}
	case 1:
		span := n * (.05 + .5*r.Float64())
		for i := range y {
			y[i] += size * 2 * (1 - math.Exp(-float64(i)/span))
		}
	case 2, 3:
		v, drift := 0.0, .1*r.NormFloat64()
		for i := range y {
			v += size * .3 * (drift + r.NormFloat64())
			y[i] += v
		}
	case 4:
		v, slope := 0.0, 0.0
		damp := .9 + .1*r.Float64()
		for i := range y {
			slope = damp*slope + .05*size*r.NormFloat64()
			v += slope + .1*size*r.NormFloat64()
			y[i] += v
		}
	}
}

// addSeason adds a periodic pattern of any period; its size may grow, wander, or be
// stretched in time.
func addSeason(r *rand.Rand, y []float64, period float64) {
	size := math.Exp(.6 + .8*r.NormFloat64())
	pattern := periodic(r)
	grow := 0.0
	if r.Float64() < .3 {
		grow = .7 * r.NormFloat64()
	}
	wander, sd := 0.0, 0.0
	if r.Float64() < .3 {
		sd = .5 / math.Sqrt(float64(len(y)))
	}
	warp, bend := 0.0, 0.0
	if r.Float64() < .1 {
		warp, bend = period*.3, 2*math.Pi/(float64(len(y))*(.1+r.Float64()))
	}
	phase := r.Float64()
	for i := range y {
		wander += sd * r.NormFloat64()
		x := (float64(i)+warp*math.Sin(bend*float64(i)))/period + phase
		y[i] += size * pattern(x-math.Floor(x)) * (1 + grow*float64(i)/float64(len(y))) * math.Exp(wander)
	}
}

// periodic draws a pattern on [0,1): harmonics, steps, a saw, pulses, or a bump.
func periodic(r *rand.Rand) func(x float64) float64 {
	switch r.IntN(6) {
	case 0, 1:
		n := 1 + r.IntN(5)
		a, p := make([]float64, n), make([]float64, n)
		for k := range a {
			a[k], p[k] = r.NormFloat64()/math.Sqrt(float64(k+1)), 2*math.Pi*r.Float64()
		}
		return func(x float64) (v float64) {
			for k := range a {
				v += a[k] * math.Cos(2*math.Pi*float64(k+1)*x+p[k])
			}
			return v
		}
	case 2: // a level for each place
		places := make([]float64, 3+r.IntN(25))
		for i := range places {
			places[i] = r.NormFloat64()
		}
		return func(x float64) float64 { return places[int(x*float64(len(places)))%len(places)] }
	case 3:
		return func(x float64) float64 { return 2*x - 1 }
	case 4:
		width := .02 + .3*r.Float64()
		return func(x float64) float64 {
			if x < width {
				return 2
			}
			return -2 * width
		}
	}
	width, sharp := .1+.3*r.Float64(), 1+2*r.Float64()
	return func(x float64) float64 {
		return 2*math.Exp(-math.Pow(math.Abs(x-.5)/width, sharp)) - 2*width
	}
}

// addClosedDays lowers some days of each week of days of m steps.
func addClosedDays(r *rand.Rand, y []float64, m int) {
	var low [7]float64
	for range 1 + r.IntN(2) {
		low[r.IntN(7)] = -2 * r.Float64()
	}
	for i := range y {
		y[i] += low[i/m%7]
	}
}

// addSmooth adds a draw from a Gaussian process with a squared-exponential kernel of
// the given length, by random Fourier features (Rahimi and Recht 2007).
func addSmooth(r *rand.Rand, y []float64, size, length float64) {
	const features = 10
	for range features {
		w, p := r.NormFloat64()/length, 2*math.Pi*r.Float64()
		a := size * math.Sqrt(2./features)
		for i := range y {
			y[i] += a * math.Cos(w*float64(i)+p)
		}
	}
}

// addNoise adds white noise, an Ornstein-Uhlenbeck process, one that switches between
// two regimes, or noise that is larger at times; sometimes with heavy tails.
func addNoise(r *rand.Rand, y []float64) {
	size := math.Exp(.8*r.NormFloat64() - .8)
	heavy := r.Float64() < .2
	draw := func() float64 {
		if heavy {
			return r.NormFloat64() / math.Sqrt(.5*(r.ExpFloat64()+.3)) / 1.5
		}
		return r.NormFloat64()
	}
	ar, e := 1-math.Exp(-4*r.Float64()), 0.0
	kind := r.IntN(5)
	switched, other := false, [2]float64{2 * r.NormFloat64(), math.Exp(r.NormFloat64())}
	stay := math.Exp(-1 / (5 + 100*r.Float64()))
	for i := range y {
		v := size * draw()
		switch kind {
		case 1, 2:
			e = ar*e + math.Sqrt(1-ar*ar)*2*v
			v = e
		case 3:
			if r.Float64() > stay {
				switched = !switched
			}
			if switched {
				v = other[0] + v*other[1]
			}
		case 4:
			v *= math.Exp(math.Sin(6 * math.Pi * float64(i) / float64(len(y))))
		}
		y[i] += v
	}
}

// addEvents adds steps, outliers and stretches that are off.
func addEvents(r *rand.Rand, y []float64) {
	if r.Float64() < .2 {
		for range 1 + r.IntN(3) {
			v := 3 * r.NormFloat64()
			for i := r.IntN(len(y)); i < len(y); i++ {
				y[i] += v
			}
		}
	}
	if r.Float64() < .2 {
		for range 1 + len(y)/200 {
			y[r.IntN(len(y))] += 8 * r.NormFloat64()
		}
	}
}

// distort puts the series on a scale: as it is, positive and growing in proportion,
// censored, rounded, or mostly zero.
func distort(r *rand.Rand, y []float64) []float64 {
	share := math.Exp(-1.5 + .9*r.NormFloat64())
	switch p := r.Float64(); {
	case p < .45:
		for i, v := range y {
			y[i] = math.Exp(max(-12, min(12, share*v)))
		}
	case p < .55: // not below zero
		mean, sd := moments(y)
		shift := mean + sd*(r.Float64()-.8)
		for i, v := range y {
			y[i] = max(0, v-shift)
		}
	case p < .62: // counts
		mean, sd := moments(y)
		size := math.Exp(2 * r.Float64())
		for i, v := range y {
			y[i] = math.Round(max(0, size*((v-mean)/(sd+1e-9)+1)))
		}
	case p < .66: // not above a limit
		mean, sd := moments(y)
		for i, v := range y {
			y[i] = min(v, mean+sd)
		}
	}
	return y
}
