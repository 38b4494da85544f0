package classic

import (
	"math"

	"github.com/segue-go/segue/seq/repro"
)

// The exponential smoothing benchmarks of the M competitions, each on the
// seasonally adjusted series; state equations as in Hyndman, Koehler, Ord and
// Snyder (2008), table 2.1, additive errors.

// trendModel is damped-trend smoothing (Gardner and McKenzie 1985); with phi =
// 1 it is Holt's method, with beta = 0 and slope 0 simple smoothing.
type trendModel struct{ alpha, beta, phi, level, slope float64 }

// run goes through y and returns the last state and the sum of squared errors.
func (t trendModel) run(y []float64) (end trendModel, sse float64) {
	for _, v := range y {
		f := t.level + t.phi*t.slope
		e := v - f
		sse += e * e
		t.level = f + t.alpha*e
		t.slope = t.phi*t.slope + t.alpha*t.beta*e
	}
	return t, sse
}

// forecast continues from the state t reached after n values with error sse.
func (t trendModel) forecast(horizon, n int, sse float64, params int) (mean, sd []float64) {
	s := math.Sqrt(sse / math.Max(1, float64(n-params)))
	sum, damp, variance := 0.0, 1.0, 1.0
	for range horizon {
		damp *= t.phi
		sum += damp
		mean = append(mean, t.level+sum*t.slope)
		sd = append(sd, s*math.Sqrt(variance))
		c := t.alpha * (1 + t.beta*sum) // effect of an error on the next steps
		variance += c * c
	}
	return mean, sd
}

// squash maps the real line to (lo, hi).
func squash(x, lo, hi float64) float64 { return lo + (hi-lo)/(1+repro.Exp(-x)) }

// fitTrend finds parameters by least squares: alpha always, beta and phi where
// asked for, and the initial state.
func fitTrend(y []float64, trend, damped bool) (trendModel, float64) {
	n := min(len(y), 10)
	var slope float64
	if trend && n > 1 {
		slope = (y[n-1] - y[0]) / float64(n-1)
	}
	decode := func(x []float64) trendModel {
		t := trendModel{alpha: squash(x[0], .01, .99), phi: 1, level: y[0] + x[1]*scaleOf(y)}
		if trend {
			t.beta = squash(x[2], .001, .99)
			t.slope = slope + x[3]*scaleOf(y)*.1
		}
		if damped {
			t.phi = squash(x[4], .8, .98)
		}
		return t
	}
	dim := 2
	if trend {
		dim = 4
	}
	if damped {
		dim = 5
	}
	start := []float64{-.5, 0, -2, 0, 1}[:dim]
	best := Search(start, func(x []float64) float64 {
		_, sse := decode(x).run(y)
		return sse
	})
	end, sse := decode(best).run(y)
	return end, sse
}

// scaleOf is the mean absolute change of a series.
func scaleOf(y []float64) float64 {
	var s float64
	for i := 1; i < len(y); i++ {
		s += math.Abs(y[i] - y[i-1])
	}
	return s/float64(len(y)) + 1e-12
}

// logUnit is what a change of units by scale adds to -2 log likelihood of n values. An
// optimiser works without it: its tolerance is relative, and the units of a series must
// not decide when the search ends.
func logUnit(scale float64, n int) float64 {
	if !(scale > 0) {
		return 0
	}
	return 2 * float64(n) * math.Log(scale)
}

// trendMethod makes a method of fitTrend on the adjusted series.
func trendMethod(trend, damped bool) Func {
	return func(y []float64, m, horizon int) (mean, sd []float64) {
		return adjusted(y, m, horizon, func(y []float64, m, horizon int) (mean, sd []float64) {
			if len(y) < 4 || scaleOf(y) < 1e-11 {
				return Naive(y, m, horizon)
			}
			end, sse := fitTrend(y, trend, damped)
			return end.forecast(horizon, len(y), sse, 3)
		})
	}
}

// DynamicTheta is the dynamic optimised Theta method (Fiorucci, Pellegrini,
// Louzada, Petropoulos and Koehler 2016, section 2.2) on the adjusted series:
// the trend line is refitted with every value, and theta is estimated.
func DynamicTheta(y []float64, m, horizon int) (mean, sd []float64) {
	return adjusted(y, m, horizon, func(y []float64, m, horizon int) (mean, sd []float64) {
		if len(y) < 5 || scaleOf(y) < 1e-11 {
			return Naive(y, m, horizon)
		}
		loss := func(x []float64) float64 {
			_, sse := thetaState(x, y)
			return sse
		}
		// twice: the first simplex may collapse in the valley where theta hardly counts
		best := Search(Search([]float64{0, 0, 0}, loss), loss)
		t, sse := thetaState(best, y)
		s := math.Sqrt(sse / math.Max(1, float64(len(y)-3)))
		alpha := t.alpha
		for h := range horizon {
			f := t.predict()
			mean = append(mean, f)
			sd = append(sd, s*math.Sqrt(1+float64(h)*alpha*alpha))
			t.update(f)
		}
		return mean, sd
	})
}

// thetaModel is the state of the dynamic Theta model after t values.
type thetaModel struct {
	alpha, theta       float64
	level, mean, at, b float64
	t                  float64
	decay              float64 // (1-alpha)^t
}

// thetaState runs the model with parameters x through y.
func thetaState(x, y []float64) (*thetaModel, float64) {
	m := &thetaModel{alpha: squash(x[0], .1, .99), theta: 1 + repro.Exp(x[1]+.7), decay: 1}
	m.level = y[0] + x[2]*scaleOf(y)
	m.level = m.alpha*y[0] + (1-m.alpha)*m.level
	m.mean, m.at, m.t, m.decay = y[0], y[0], 1, 1-m.alpha
	var sse float64
	for i, v := range y[1:] {
		e := v - m.predict()
		if i > 1 { // the line through two points fits anything
			sse += e * e
		}
		m.update(v)
	}
	return m, sse
}

// predict is the forecast of the next value.
func (m *thetaModel) predict() float64 {
	return m.level + (1-1/m.theta)*(m.decay*m.at+(1-m.decay*(1-m.alpha))/m.alpha*m.b)
}

func (m *thetaModel) update(v float64) {
	m.t++
	t := m.t
	m.level = m.alpha*v + (1-m.alpha)*m.level
	m.b = ((t-2)*m.b + 6*(v-m.mean)/t) / (t + 1)
	m.mean = ((t-1)*m.mean + v) / t
	m.at = m.mean - m.b*(t+1)/2
	m.decay *= 1 - m.alpha
}
