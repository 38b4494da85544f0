package classic

import (
	"context"
	"math"
	"slices"
)

// The states of the two families that choose a model: exponential smoothing and ARIMA.

// etsState is an etsModel after N values.
type etsState struct {
	Form     string    `json:"form"` // as R writes it
	Alpha    float64   `json:"alpha"`
	Beta     float64   `json:"beta"`
	Gamma    float64   `json:"gamma"`
	Phi      float64   `json:"phi"`
	Level    float64   `json:"level"`
	Slope    float64   `json:"slope"`
	Season   []float64 `json:"season,omitempty"` // from the next value on
	Variance float64   `json:"variance"`         // of the one-step errors
	N        int       `json:"n"`
}

// state is the model as a State; n is the number of values that it was fitted to.
func (e *etsModel) state(n int) State {
	return &etsState{e.String(), e.alpha, e.beta, e.gamma, e.phi, e.level, e.slope, e.seasons, e.sigma2, n}
}

// form finds the form by its name.
func (s *etsState) form() (f etsForm, ok bool) {
	forms := etsForms(true, true)
	i := slices.IndexFunc(forms, func(f etsForm) bool { return f.String() == s.Form })
	if i < 0 {
		return f, false
	}
	return forms[i], true
}

func (s *etsState) sound() bool {
	f, ok := s.form()
	return ok && s.Alpha > 0 && s.N > 0 && s.Variance >= 0 && (f.season == 'N') == (len(s.Season) == 0) && len(s.Season) <= mostState
}

func (s *etsState) model() etsModel {
	f, _ := s.form()
	return etsModel{f, max(len(s.Season), 1), s.Alpha, s.Beta, s.Gamma, s.Phi, s.Level, s.Slope, slices.Clone(s.Season), s.Variance, 0, 0}
}

func (s *etsState) Forecast(horizon int) (mean, sd []float64) {
	e := s.model()
	return e.forecast(horizon)
}

// After runs the filter on. The variance of the errors goes on as their mean square.
func (s *etsState) After(values []float64) (State, bool) {
	e := s.model()
	k := float64(e.params(e.m) - 1)
	was := s.Variance * max(1, float64(s.N)-k)
	if e.run(values); math.IsInf(e.lik, 0) {
		return nil, false
	}
	now := e.sigma2 * max(1, float64(len(values))-k)
	e.sigma2 = (was + now) / max(1, float64(s.N+len(values))-k)
	return e.state(s.N + len(values)), true
}

// FitETS is the method: automatic choice, naive where the series is too short.
func FitETS(ctx context.Context, y []float64, m, horizon int) State {
	return etsOf(ctx, y, m, horizon, false)
}

func etsOf(ctx context.Context, y []float64, m, horizon int, steady bool) State {
	if len(y) < 4 || scaleOf(y) < 1e-11 {
		return FitNaive(ctx, y, m, horizon)
	}
	e, ok := autoETS(ctx, y, m, steady)
	if !ok {
		return FitNaive(ctx, y, m, horizon)
	}
	return e.state(min(len(y), mostETS))
}

// arimaState is an estimated model and the values that its predictions need.
type arimaState struct {
	Order    [7]int    `json:"order"` // p, d, q, P, D, Q and the season
	Phi      []float64 `json:"phi"`   // of the differenced series, multiplied out
	Theta    []float64 `json:"theta"`
	Mean     float64   `json:"mean"`     // of the differenced series
	Variance float64   `json:"variance"` // of the errors
	Last     []float64 `json:"last"`     // the end of the series
}

// state is the fit as a State; y is what it was fitted to.
func (a arimaFit) state(y []float64) State {
	n := float64(len(y) - a.d - a.sd*a.m)
	free := n / max(1, n-float64(a.params()))
	return &arimaState{[7]int{a.p, a.d, a.q, a.sp, a.sd, a.sq, a.m}, a.coef.phi, a.coef.theta, a.mean, a.sigma2 * free, slices.Clone(y)}
}

func (s *arimaState) order() arimaOrder {
	o := s.Order
	return arimaOrder{p: o[0], d: o[1], q: o[2], sp: o[3], sd: o[4], sq: o[5], m: o[6]}
}

func (s *arimaState) sound() bool {
	o := s.order()
	most := ARIMAOrder{P: o.p, D: o.d, Q: o.q, SP: o.sp, SD: o.sd, SQ: o.sq}
	return most.Valid() && o.m >= 1 && o.m <= mostARIMA && s.Variance >= 0 && len(s.Last) <= mostARIMA &&
		len(s.Last) > o.d+o.sd*o.m && len(s.Phi) == o.p+o.m*o.sp && len(s.Theta) == o.q+o.m*o.sq && len(s.Phi)+len(s.Theta) <= 4*mostARIMA
}

// After keeps the parameters, the variance among them.
func (s *arimaState) After(values []float64) (State, bool) {
	out := *s
	out.Last = slices.Concat(s.Last, values)
	out.Last = out.Last[max(0, len(out.Last)-mostARIMA):]
	return &out, true
}

// Forecast gives the exact finite-sample predictions.
func (s *arimaState) Forecast(horizon int) (mean, sd []float64) {
	o, y := s.order(), s.Last
	w := o.difference(y)
	for i := range w {
		w[i] -= s.Mean
	}
	n := len(w)
	w = append(w, s.predict(w, horizon)...)
	// undo the differences: y_t = w_t + Σ c_i y_{t-i}
	phi, integral := s.Phi, []float64{}
	for range o.d {
		integral = multiply(integral, []float64{1}, 1, -1)
	}
	for range o.sd {
		integral = multiply(integral, []float64{1}, o.m, -1)
	}
	for range o.d {
		phi = multiply(phi, []float64{1}, 1, -1)
	}
	for range o.sd {
		phi = multiply(phi, []float64{1}, o.m, -1)
	}
	path := append([]float64(nil), y...)
	variance := 0.0
	weights := psi(phi, s.Theta, horizon)
	for h := range horizon {
		v := w[n+h] + s.Mean
		for i, c := range integral {
			v += c * path[len(path)-1-i]
		}
		path = append(path, v)
		variance += weights[h] * weights[h]
		sd = append(sd, math.Sqrt(s.Variance*variance))
	}
	return path[len(y):], sd
}

// predict continues the differenced series w, whose mean is 0; where the coefficients
// are not those of a stationary series (a file can hold any), it gives zeros.
func (s *arimaState) predict(w []float64, horizon int) []float64 {
	n := len(w)
	out := make([]float64, horizon)
	f := newFactor(arma{s.Phi, s.Theta}, n)
	if f == nil {
		return out
	}
	for range w {
		if !f.add() {
			return out
		}
	}
	e := f.whiten(w)
	all := slices.Concat(w, out)
	for h := range horizon {
		var z float64
		if !f.add() {
			break
		}
		row, lo := f.row(n + h)
		for j := lo; j < n; j++ {
			z += row[j-lo] * e[j]
		}
		for i, p := range s.Phi {
			if n+h-1-i >= 0 {
				z += p * all[n+h-1-i]
			}
		}
		all[n+h] = z
	}
	return all[n:]
}
