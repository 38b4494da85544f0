package classic

import (
	"context"
	"math"

	"github.com/segue-go/segue/seq/repro"
)

// The exponential smoothing benchmarks of the M competitions, each on the
// seasonally adjusted series; state equations as in Hyndman, Koehler, Ord and
// Snyder (2008), table 2.1, additive errors.

// trendModel is damped-trend smoothing (Gardner and McKenzie 1985); with phi =
// 1 it is Holt's method, with beta = 0 and slope 0 simple smoothing.
type trendModel struct {
	Alpha float64 `json:"alpha"`
	Beta  float64 `json:"beta"`
	Phi   float64 `json:"phi"`
	Level float64 `json:"level"`
	Slope float64 `json:"slope"`
}

// run goes through y and returns the last state and the sum of squared errors.
func (t trendModel) run(y []float64) (end trendModel, sse float64) {
	for _, v := range y {
		f := t.Level + t.Phi*t.Slope
		e := v - f
		sse += e * e
		t.Level = f + t.Alpha*e
		t.Slope = t.Phi*t.Slope + t.Alpha*t.Beta*e
	}
	return t, sse
}

// trendState is a trendModel after n values.
type trendState struct {
	trendModel
	squares // of the errors
}

func (s *trendState) sound() bool { return true }

func (s *trendState) Forecast(horizon int) (mean, sd []float64) {
	const params = 3
	one := math.Sqrt(s.Sum / math.Max(1, float64(s.N-params)))
	sum, damp, variance := 0.0, 1.0, 1.0
	for range horizon {
		damp *= s.Phi
		sum += damp
		mean = append(mean, s.Level+sum*s.Slope)
		sd = append(sd, one*math.Sqrt(variance))
		c := s.Alpha * (1 + s.Beta*sum) // effect of an error on the next steps
		variance += c * c
	}
	return mean, sd
}

func (s *trendState) After(values []float64) (State, bool) {
	end, sse := s.run(values)
	return &trendState{end, squares{s.Sum + sse, s.N + len(values)}}, true
}

// squash maps the real line to (lo, hi).
func squash(x, lo, hi float64) float64 { return lo + (hi-lo)/(1+repro.Exp(-x)) }

// fitTrend finds parameters by least squares: alpha always, beta and phi where
// asked for, and the initial state.
func fitTrend(ctx context.Context, y []float64, trend, damped bool) (trendModel, float64) {
	n := min(len(y), 10)
	var slope float64
	if trend && n > 1 {
		slope = (y[n-1] - y[0]) / float64(n-1)
	}
	decode := func(x []float64) trendModel {
		t := trendModel{Alpha: squash(x[0], .01, .99), Phi: 1, Level: y[0] + x[1]*scaleOf(y)}
		if trend {
			t.Beta = squash(x[2], .001, .99)
			t.Slope = slope + x[3]*scaleOf(y)*.1
		}
		if damped {
			t.Phi = squash(x[4], .8, .98)
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
	best := Search(ctx, start, func(x []float64) float64 {
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
func trendMethod(trend, damped bool) Fit {
	return func(ctx context.Context, y []float64, m, horizon int) State {
		return adjusted(ctx, y, m, horizon, func(ctx context.Context, y []float64, m, horizon int) State {
			if len(y) < 4 || scaleOf(y) < 1e-11 {
				return FitNaive(ctx, y, m, horizon)
			}
			end, sse := fitTrend(ctx, y, trend, damped)
			return &trendState{end, squares{sse, len(y)}}
		})
	}
}

// FitDynamicTheta is the dynamic optimised Theta method (Fiorucci, Pellegrini,
// Louzada, Petropoulos and Koehler 2016, section 2.2) on the adjusted series:
// the trend line is refitted with every value, and theta is estimated.
func FitDynamicTheta(ctx context.Context, y []float64, m, horizon int) State {
	return adjusted(ctx, y, m, horizon, func(ctx context.Context, y []float64, m, horizon int) State {
		if len(y) < 5 || scaleOf(y) < 1e-11 {
			return FitNaive(ctx, y, m, horizon)
		}
		loss := func(x []float64) float64 {
			_, sse := thetaState(x, y)
			return sse
		}
		// twice: the first simplex may collapse in the valley where theta hardly counts
		best := Search(ctx, Search(ctx, []float64{0, 0, 0}, loss), loss)
		t, sse := thetaState(best, y)
		return &dynamicThetaState{*t, squares{sse, len(y)}}
	})
}

// dynamicThetaState is a thetaModel after n values.
type dynamicThetaState struct {
	thetaModel
	squares // of the errors
}

func (s *dynamicThetaState) sound() bool { return s.Alpha > 0 && s.Theta > 0 && s.T >= 1 }

func (s *dynamicThetaState) Forecast(horizon int) (mean, sd []float64) {
	one := math.Sqrt(s.Sum / math.Max(1, float64(s.N-3)))
	t := s.thetaModel
	for h := range horizon {
		f := t.predict()
		mean = append(mean, f)
		sd = append(sd, one*math.Sqrt(1+float64(h)*t.Alpha*t.Alpha))
		t.update(f)
	}
	return mean, sd
}

func (s *dynamicThetaState) After(values []float64) (State, bool) {
	out := *s
	for _, v := range values {
		out.add(v - out.predict())
		out.update(v)
	}
	return &out, true
}

// thetaModel is the state of the dynamic Theta model after t values.
type thetaModel struct {
	Alpha float64 `json:"alpha"`
	Theta float64 `json:"theta"`
	Level float64 `json:"level"`
	Mean  float64 `json:"mean"`
	At    float64 `json:"at"`
	B     float64 `json:"b"`
	T     float64 `json:"t"`
	Decay float64 `json:"decay"` // (1-alpha)^t
}

// thetaState runs the model with parameters x through y.
func thetaState(x, y []float64) (*thetaModel, float64) {
	m := &thetaModel{Alpha: squash(x[0], .1, .99), Theta: 1 + repro.Exp(x[1]+.7), Decay: 1}
	m.Level = y[0] + x[2]*scaleOf(y)
	m.Level = m.Alpha*y[0] + (1-m.Alpha)*m.Level
	m.Mean, m.At, m.T, m.Decay = y[0], y[0], 1, 1-m.Alpha
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
	return m.Level + (1-1/m.Theta)*(m.Decay*m.At+(1-m.Decay*(1-m.Alpha))/m.Alpha*m.B)
}

func (m *thetaModel) update(v float64) {
	m.T++
	t := m.T
	m.Level = m.Alpha*v + (1-m.Alpha)*m.Level
	m.B = ((t-2)*m.B + 6*(v-m.Mean)/t) / (t + 1)
	m.Mean = ((t-1)*m.Mean + v) / t
	m.At = m.Mean - m.B*(t+1)/2
	m.Decay *= 1 - m.Alpha
}

// average is a method that averages the means and standard deviations of
// others.
func average(parts ...Fit) Fit {
	return func(ctx context.Context, y []float64, m, horizon int) State {
		s := &averageState{}
		for _, f := range parts {
			s.Parts = append(s.Parts, Box{f(ctx, y, m, horizon)})
		}
		return s
	}
}

// Exponential smoothing of the seasonally adjusted series, and averages of methods.
var (
	FitSES    = trendMethod(false, false) // simple
	FitHolt   = trendMethod(true, false)  // with a linear trend
	FitDamped = trendMethod(true, true)   // with a damped trend

	FitComb         = average(FitSES, FitHolt, FitDamped) // the benchmark Comb of the M competitions
	FitBlend        = average(FitTheta, FitDynamicTheta, FitDamped)
	FitIntermittent = average(fitEnding, FitTSB) // for demand that is mostly zero
)

// Blend is the average of Theta, DynamicTheta and damped-trend smoothing on the last
// values, a thousand or ten seasons: for what is estimated by the way, quickly.
func Blend(y []float64, m, horizon int) (mean, sd []float64) {
	y = y[max(0, len(y)-max(1000, 10*m)):]
	return FitBlend(context.Background(), y, m, horizon).Forecast(horizon)
}
