package classic

import (
	"context"
	"math"
)

// FitTheta is the standard Theta method (Assimakopoulos and Nikolopoulos 2000) as
// the M4 competition ran it: seasonal adjustment, then the average of the
// linear trend and simple exponential smoothing of the doubled curvature. It
// equals smoothing with half the trend's slope (Hyndman and Billah 2003).
func FitTheta(ctx context.Context, y []float64, m, horizon int) State {
	return adjusted(ctx, y, m, horizon, fitThetaLine)
}

type thetaLineState struct {
	Alpha float64 `json:"alpha"`
	At    float64 `json:"at"` // of the line, at step 0
	Slope float64 `json:"slope"`
	Level float64 `json:"level"` // of the doubled curvature
	Sum   float64 `json:"sum"`   // of squared errors
	N     int     `json:"n"`     // values
}

func fitThetaLine(ctx context.Context, y []float64, m, horizon int) State {
	n := len(y)
	if n < 3 {
		return FitNaive(ctx, y, m, horizon)
	}
	s := &thetaLineState{N: n}
	s.At, s.Slope = fitLine(y)
	line := make([]float64, n)
	for i, v := range y {
		line[i] = 2*v - (s.At + s.Slope*float64(i+1))
	}
	s.Alpha = minimise(1e-4, .9999, func(a float64) float64 {
		_, sse := smooth(line, a)
		return sse
	})
	s.Level, _ = smooth(line, s.Alpha)
	// residuals of the combination, for the standard deviation
	l := line[0]
	for i := 1; i < n; i++ {
		f := (l + s.At + s.Slope*float64(i+1)) / 2
		e := y[i] - f
		s.Sum += e * e
		l += s.Alpha * (line[i] - l)
	}
	return s
}

func (s *thetaLineState) sound() bool { return s.N > 0 }

func (s *thetaLineState) Forecast(horizon int) (mean, sd []float64) {
	one := math.Sqrt(s.Sum / max(1, float64(s.N)-3))
	for h := 1; h <= horizon; h++ {
		mean = append(mean, (s.Level+s.At+s.Slope*float64(s.N+h))/2)
		sd = append(sd, one*math.Sqrt(1+float64(h-1)*s.Alpha*s.Alpha))
	}
	return mean, sd
}

func (s *thetaLineState) After(values []float64) (State, bool) {
	out := *s
	for _, v := range values {
		out.N++
		trend := out.At + out.Slope*float64(out.N)
		e := v - (out.Level+trend)/2
		out.Sum += e * e
		out.Level += out.Alpha * (2*v - trend - out.Level)
	}
	return &out, true
}

// smooth is simple exponential smoothing from the first value: the last level
// and the sum of squared one-step errors.
func smooth(y []float64, alpha float64) (level, sse float64) {
	level = y[0]
	for _, v := range y[1:] {
		e := v - level
		sse += e * e
		level += alpha * e
	}
	return level, sse
}

// minimise finds a minimum of f on [a, b]: the best of a coarse grid, then
// golden-section search around it.
func minimise(a, b float64, f func(float64) float64) float64 {
	const grid = 16
	best, at := math.Inf(1), 0
	for i := range grid + 1 {
		if v := f(a + (b-a)*float64(i)/grid); v < best {
			best, at = v, i
		}
	}
	lo, hi := a+(b-a)*float64(max(at-1, 0))/grid, a+(b-a)*float64(min(at+1, grid))/grid
	const golden = .6180339887498949
	x1, x2 := hi-golden*(hi-lo), lo+golden*(hi-lo)
	f1, f2 := f(x1), f(x2)
	for hi-lo > 1e-5 {
		if f1 <= f2 {
			hi, x2, f2 = x2, x1, f1
			x1 = hi - golden*(hi-lo)
			f1 = f(x1)
		} else {
			lo, x1, f1 = x1, x2, f2
			x2 = lo + golden*(hi-lo)
			f2 = f(x2)
		}
	}
	return (lo + hi) / 2
}
