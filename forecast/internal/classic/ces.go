package classic

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Complex exponential smoothing (Svetunkov, Kourentzes and Ord 2022): level and
// its information potential are the two parts of a complex state, so that trend
// and level need not be separated. With a season there is an additive seasonal
// component too (the partial model of the paper).

type cesModel struct {
	a0, a1, beta    float64
	level, pot      float64
	seasons         []float64 // nil without season; [0] belongs to the next value
	at              int
	sigma2, lik, ic float64
}

// run goes through y and sets sigma2 and lik.
func (c *cesModel) run(y []float64) {
	var sse float64
	for _, v := range y {
		f := c.predict()
		e := v - f
		sse += e * e
		c.update(e)
	}
	n := float64(len(y))
	c.sigma2 = sse / max(1, n-4)
	c.lik = n * math.Log(max(sse, 1e-300))
}

// stable reports whether the effect of old values on the errors dies down: both
// eigenvalues of the matrix that carries level and potential on lie well inside the unit
// circle. Beyond, a likelihood depends on the last digits of the values.
func (c *cesModel) stable() bool {
	const radius = .98
	// of [1-a0+a1, a1-1; 1-a0-a1, 1-a0], in units of radius
	trace := (2 - 2*c.a0 + c.a1) / radius
	det := ((1-c.a0+c.a1)*(1-c.a0) + (1-c.a1)*(1-c.a0-c.a1)) / (radius * radius)
	return det < 1 && math.Abs(trace) < 1+det
}

// errors puts those of one step into dst, from the state of c and a season.
func (c cesModel) errors(dst, y, index []float64) {
	if len(index) > 0 {
		c.seasons = slices.Clone(index)
	}
	for i, v := range y {
		dst[i] = v - c.predict()
		c.update(dst[i])
	}
}

func (c *cesModel) predict() float64 {
	if c.seasons == nil {
		return c.level
	}
	return c.level + c.seasons[c.at]
}

func (c *cesModel) update(e float64) {
	l := c.level
	c.level = l - (1-c.a1)*c.pot + (c.a0-c.a1)*e
	c.pot = l + (1-c.a0)*c.pot + (c.a0+c.a1)*e
	if c.seasons != nil {
		c.seasons[c.at] += c.beta * e
		c.at = (c.at + 1) % len(c.seasons)
	}
}

// fitCES estimates the model; index holds the initial season, nil for none. The errors
// are linear in the initial level and potential, which least squares therefore gives for
// any smoothing parameters: a search over them as well ends early in a narrow valley.
func fitCES(ctx context.Context, y, index []float64) cesModel {
	zeros := make([]float64, len(y))
	buf := make([]float64, 3*len(y))
	e, u, v := buf[:len(y)], buf[len(y):2*len(y)], buf[2*len(y):]
	decode := func(x []float64) cesModel {
		c := cesModel{a0: squash(x[0], .5, 2.2), a1: squash(x[1], .6, 1.4)}
		if index != nil {
			c.beta = squash(x[2], 1e-4, .7)
		}
		c.errors(e, y, index)
		unit := c
		unit.level = 1
		unit.errors(u, zeros, make([]float64, len(index)))
		unit.level, unit.pot = 0, 1
		unit.errors(v, zeros, make([]float64, len(index)))
		uu, uv, vv, ue, ve := floats.Dot(u, u), floats.Dot(u, v), floats.Dot(v, v), floats.Dot(u, e), floats.Dot(v, e)
		if d := uu*vv - uv*uv; d > 1e-12*uu*vv {
			c.level, c.pot = (uv*ve-vv*ue)/d, (uv*ue-uu*ve)/d
		} else {
			c.level = -ue / uu
		}
		if index != nil {
			c.seasons = slices.Clone(index)
		}
		return c
	}
	x := []float64{0, 0, -2}
	if index == nil {
		x = x[:2]
	}
	unit := logUnit(scaleOf(y), len(y))
	value := func(x []float64) float64 {
		c := decode(x)
		if !c.stable() {
			return math.Inf(1)
		}
		c.run(y)
		return c.lik - unit
	}
	x = Search(ctx, descend(ctx, x, value), value)
	c := decode(x)
	c.run(y)
	k := float64(len(x) + 3)
	if index != nil {
		k += float64(len(index))
	}
	if c.ic = math.Inf(1); float64(len(y)) > k+1 {
		c.ic = c.lik + 2*k + 2*k*(k+1)/(float64(len(y))-k-1)
	}
	return c
}

// FitCES is the method: with and without season, by AICc, on the last mostETS values or a
// few seasons.
func FitCES(ctx context.Context, y []float64, m, horizon int) State {
	y = y[max(0, len(y)-max(mostETS, 10*m)):]
	if len(y) < 8 || scaleOf(y) < 1e-11 {
		return FitNaive(ctx, y, m, horizon)
	}
	c := fitCES(ctx, y, nil)
	if m > 1 && len(y) >= 2*m+6 {
		if s := fitCES(ctx, y, AdditiveIndices(y, m)); s.ic < c.ic {
			c = s
		}
	}
	s := &cesState{A0: c.a0, A1: c.a1, Beta: c.beta, Level: c.level, Potential: c.pot, Variance: c.sigma2, N: len(y)}
	if c.seasons != nil {
		s.Season = turned(c.seasons, c.at)
	}
	return s
}

// cesState is a cesModel after N values.
type cesState struct {
	A0        float64   `json:"a0"`
	A1        float64   `json:"a1"`
	Beta      float64   `json:"beta"`
	Level     float64   `json:"level"`
	Potential float64   `json:"potential"`
	Season    []float64 `json:"season,omitempty"` // from the next value on
	Variance  float64   `json:"variance"`         // of the one-step errors
	N         int       `json:"n"`
}

func (s *cesState) sound() bool { return s.Variance >= 0 && s.N > 0 && len(s.Season) <= mostState }

func (s *cesState) model() cesModel {
	return cesModel{a0: s.A0, a1: s.A1, beta: s.Beta, level: s.Level, pot: s.Potential, seasons: slices.Clone(s.Season)}
}

func (s *cesState) Forecast(horizon int) (mean, sd []float64) {
	c := s.model()
	// the effect of one error on the steps after it
	pulse := cesModel{a0: c.a0, a1: c.a1, beta: c.beta}
	if c.seasons != nil {
		pulse.seasons = make([]float64, len(c.seasons))
	}
	pulse.update(1)
	variance := 1.0
	for range horizon {
		mean = append(mean, c.predict())
		sd = append(sd, math.Sqrt(s.Variance*variance))
		variance += pulse.predict() * pulse.predict()
		c.update(0)
		pulse.update(0)
	}
	return mean, sd
}

func (s *cesState) After(values []float64) (State, bool) {
	c := s.model()
	sse := s.Variance * max(1, float64(s.N-4))
	for _, v := range values {
		e := v - c.predict()
		sse += e * e
		c.update(e)
	}
	out := *s
	out.Level, out.Potential, out.N = c.level, c.pot, s.N+len(values)
	out.Variance = sse / max(1, float64(out.N-4))
	if c.seasons != nil {
		out.Season = turned(c.seasons, c.at)
	}
	return &out, true
}
