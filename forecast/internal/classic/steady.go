package classic

import "slices"

// Steady continues values that begin as those it was fitted to do: the parameters are
// kept, and the state follows the further values. Fitting anew at every step would
// take most methods minutes for a long series.
type Steady func(z []float64, horizon int) (mean, sd []float64)

// Steadily fits a method once; nil where it cannot be fitted to y.
type Steadily func(y []float64, m int) Steady

// SteadyETS is ETS with the form and the parameters of y.
func SteadyETS(y []float64, m int) Steady {
	if len(y) < 4 || scaleOf(y) < 1e-11 {
		return nil
	}
	e, ok := autoETS(y, m, false)
	if !ok {
		return nil
	}
	return e.steady(len(y), m)
}

// steady follows the values from n on.
func (e etsModel) steady(n, m int) Steady {
	return func(z []float64, horizon int) (mean, sd []float64) {
		s := e
		s.seasons = slices.Clone(e.seasons)
		s.run(z[n:])
		s.sigma2 = e.sigma2
		if s.lik-s.lik != 0 { // a multiplicative model has met what it does not allow
			return Naive(z, m, horizon)
		}
		return s.forecast(horizon)
	}
}

// SteadyARIMA is ARIMA with the orders and the coefficients of y.
func SteadyARIMA(y []float64, m int) Steady {
	y = y[max(0, len(y)-mostARIMA):]
	if len(y) < 4 || scaleOf(y) < 1e-11 {
		return nil
	}
	fit, ok := autoARIMA(y, m)
	if !ok {
		return nil
	}
	return func(z []float64, horizon int) (mean, sd []float64) {
		z = z[max(0, len(z)-mostARIMA):]
		f := fit
		n := len(f.difference(z))
		if f.factor = newFactor(fit.coef, n); f.factor == nil {
			return Naive(z, m, horizon)
		}
		for range n {
			f.factor.add()
		}
		return f.forecast(z, horizon)
	}
}

// SteadyCES is CES with the parameters of y.
func SteadyCES(y []float64, m int) Steady {
	if len(y) < 8 || scaleOf(y) < 1e-11 {
		return nil
	}
	c := chooseCES(y, m)
	return func(z []float64, horizon int) (mean, sd []float64) {
		s := c
		s.seasons = slices.Clone(c.seasons)
		for _, v := range z[len(y):] {
			s.update(v - s.predict())
		}
		return s.forecast(horizon)
	}
}

// SteadySTL is STL whose rest is continued with the form and the parameters of y's.
func SteadySTL(y []float64, m int) Steady {
	seasons := Seasons(y, m)
	if len(seasons) == 0 {
		return SteadyETS(y, 1)
	}
	p, log := decomposed(y, seasons)
	if scaleOf(p.Rest) < 1e-11 {
		return nil
	}
	e, ok := autoETS(p.Rest, 1, false)
	if !ok {
		return nil
	}
	rest := e.steady(len(y), 1)
	return func(z []float64, horizon int) (mean, sd []float64) {
		p, stillLog := decomposed(z, seasons)
		if stillLog != log {
			return STL(z, m, horizon)
		}
		mean, sd = rest(p.Rest, horizon)
		return p.join(len(z), mean, sd, log)
	}
}
