package classic

import (
	"context"
	"math"
	"slices"
)

// Exponential smoothing as state space models (Hyndman, Koehler, Ord and Snyder
// 2008, tables 2.2 and 2.3), chosen by AICc as R's ets does: additive or
// multiplicative errors; no, additive or damped trend; no, additive or
// multiplicative season. Like R's, without multiplicative
// trends.

// etsForm is one model of the family.
type etsForm struct {
	mulError      bool
	trend, damped bool
	season        byte // 'N', 'A' or 'M'
}

// String names a form as R does: "MAdM".
func (f etsForm) String() string {
	s := "A"
	if f.mulError {
		s = "M"
	}
	switch {
	case f.damped:
		s += "Ad"
	case f.trend:
		s += "A"
	default:
		s += "N"
	}
	return s + string(f.season)
}

// etsForms are those that R tries for a series: positive ones may have
// multiplicative parts, and only with these errors a multiplicative season.
func etsForms(seasonal, positive bool) []etsForm {
	var out []etsForm
	for _, mul := range []bool{false, true} {
		if mul && !positive {
			continue
		}
		for _, season := range "NAM" {
			if season != 'N' && !seasonal || season == 'M' && !mul {
				continue
			}
			out = append(out, etsForm{mul, false, false, byte(season)}, etsForm{mul, true, false, byte(season)}, etsForm{mul, true, true, byte(season)})
		}
	}
	return out
}

// etsModel is a form with its parameters and state. season[0] belongs to the
// next value.
type etsModel struct {
	etsForm
	m                       int
	alpha, beta, gamma, phi float64
	level, slope            float64
	seasons                 []float64
	sigma2                  float64 // variance of the one-step errors
	lik                     float64 // -2 log likelihood but for a constant
	aicc                    float64
}

// params counts what is estimated, including the variance.
func (f etsForm) params(m int) int {
	n := 3 // alpha, level, variance
	if f.trend {
		n += 2
	}
	if f.damped {
		n++
	}
	if f.season != 'N' {
		n += m // gamma and m-1 seasons
	}
	return n
}

// run goes through y from the model's state, which it moves to the end, and
// sets lik and sigma2. It gives up (lik = +Inf) where a multiplicative model
// meets a state that is not positive.
func (e *etsModel) run(y []float64) {
	var sse, logs float64
	at := 0
	ratio := e.beta / e.alpha
	for _, v := range y {
		q := e.level + e.phi*e.slope
		f, p, s := q, v, 0.0
		switch e.season {
		case 'A':
			s = e.seasons[at]
			f, p = q+s, v-s
		case 'M':
			s = e.seasons[at]
			f, p = q*s, v/s
		}
		d := v - f
		if e.mulError {
			if f <= 1e-10 || e.season == 'M' && s <= 0 {
				e.lik = math.Inf(1)
				return
			}
			d /= f
			logs += math.Log(f)
		}
		sse += d * d
		old := e.level
		e.level = q + e.alpha*(p-q)
		if e.trend {
			e.slope = e.phi*e.slope + ratio*(e.level-old-e.phi*e.slope)
		}
		switch e.season {
		case 'A':
			e.seasons[at] = s + e.gamma*(v-q-s)
		case 'M':
			e.seasons[at] = s + e.gamma*(v/q-s)
		}
		if at++; at == e.m {
			at = 0
		}
	}
	n := float64(len(y))
	e.lik = n*math.Log(max(sse, 1e-300)) + 2*logs
	e.sigma2 = sse / max(1, n-float64(e.params(e.m)-1))
	if at > 0 && e.season != 'N' {
		slices.Reverse(e.seasons[:at])
		slices.Reverse(e.seasons[at:])
		slices.Reverse(e.seasons)
	}
}

// etsStart holds what the forms of one series start from.
type etsStart struct {
	m            int
	scale        float64
	add, mul     []float64 // seasons
	level, slope map[byte][2]float64
}

// newETSStart decomposes the first values as R's initstate does.
func newETSStart(y []float64, m int, positive bool) etsStart {
	s := etsStart{m: m, scale: scaleOf(y)}
	s.level, s.slope = map[byte][2]float64{}, map[byte][2]float64{}
	flat := slices.Clone(y)
	s.start('N', flat)
	if m > 1 {
		s.add = AdditiveIndices(y, m)
		for i, v := range y {
			flat[i] = v - s.add[i%m]
		}
		s.start('A', flat)
		if s.mul = multiplicativeIndices(y, m); positive && s.mul != nil {
			for i, v := range y {
				flat[i] = v / s.mul[i%m]
			}
			s.start('M', flat)
		}
	}
	return s
}

// start keeps the level of a model without trend and the line of one with it.
func (s *etsStart) start(season byte, flat []float64) {
	n := min(max(10, 2*s.m), len(flat))
	at, slope := fitLine(flat[:n])
	var mean float64
	for _, v := range flat[:n] {
		mean += v / float64(n)
	}
	s.level[season] = [2]float64{mean, at}
	s.slope[season] = [2]float64{0, slope}
}

// fitLine fits at + slope·t, t = 1..n, by least squares.
func fitLine(y []float64) (at, slope float64) {
	var sx, sy, sxx, sxy float64
	for i, v := range y {
		x := float64(i + 1)
		sx, sy, sxx, sxy = sx+x, sy+v, sxx+x*x, sxy+x*v
	}
	k := float64(len(y))
	if k < 2 {
		return sy / k, 0
	}
	slope = (k*sxy - sx*sy) / (k*sxx - sx*sx)
	return (sy - slope*sx) / k, slope
}

// decode turns a point of the real space into a model at its start; seasons is
// scratch of m values.
func (s etsStart) decode(f etsForm, x, seasons []float64) etsModel {
	e := etsModel{etsForm: f, m: s.m, phi: 1}
	e.alpha = squash(x[0], 1e-4, .9999)
	t := 0
	if f.trend {
		t = 1
	}
	e.level = s.level[f.season][t] + x[1]*s.scale
	x = x[2:]
	if f.trend {
		e.beta = e.alpha * squash(x[0], 1e-4, .9999)
		e.slope = s.slope[f.season][1] + x[1]*s.scale*.1
		x = x[2:]
	}
	if f.damped {
		e.phi = squash(x[0], .8, .98)
		x = x[1:]
	}
	if f.season == 'N' {
		return e
	}
	e.gamma = (1 - e.alpha) * squash(x[0], 1e-4, .9999)
	x = x[1:]
	// the last season follows from the others: they add up to 0, or to m
	unit, from, total := s.scale*.3, s.add, 0.0
	if f.season == 'M' {
		unit, from, total = .05, s.mul, float64(s.m)
	}
	e.seasons = seasons[:s.m]
	for i := range s.m - 1 {
		e.seasons[i] = from[i] + x[i]*unit
		total -= e.seasons[i]
	}
	e.seasons[s.m-1] = total
	return e
}

// fitETS estimates one form by maximum likelihood.
func fitETS(ctx context.Context, y []float64, f etsForm, s etsStart) etsModel {
	dim := f.params(s.m) - 1
	seasons := make([]float64, s.m)
	unit := logUnit(s.scale, len(y))
	value := func(x []float64) float64 {
		e := s.decode(f, x, seasons)
		e.run(y)
		return e.lik - unit
	}
	x, best := make([]float64, dim), math.Inf(1)
	probe := make([]float64, dim)
	for _, alpha := range []float64{.05, .2, .5, .9} {
		for _, gamma := range []float64{-3, -1} {
			for _, beta := range []float64{-3, -1} {
				clear(probe)
				probe[0] = math.Log(alpha / (1 - alpha))
				i := 2
				if f.trend {
					probe[2] = beta
					i = 4
				} else if beta == -1 {
					continue
				}
				if f.damped {
					probe[i] = 1.5
					i++
				}
				if f.season != 'N' {
					probe[i] = gamma
				} else if gamma == -1 {
					continue
				}
				if v := value(probe); v < best {
					best = v
					copy(x, probe)
				}
			}
		}
	}
	x = descend(ctx, x, value)
	e := s.decode(f, x, make([]float64, s.m))
	e.run(y)
	k, n := float64(f.params(s.m)), float64(len(y))
	e.aicc = math.Inf(1)
	if n > k+1 {
		e.aicc = e.lik + 2*k + 2*k*(k+1)/(n-k-1)
	}
	return e
}

// mostETS bounds the history: older values hardly influence the state, and cost time.
const mostETS = 1000

// etsHistory gives the values that a model is fitted to and the season that it may
// have: 1 if the season is too long or the history too short for it.
func etsHistory(y []float64, m int) (last []float64, season int) {
	last = y[max(0, len(y)-mostETS):]
	if m > 24 || len(last) < 2*m+4 {
		m = 1
	}
	return last, max(m, 1)
}

// autoETS fits every form that suits the series and keeps the best by AICc; ok is
// false if the series is too short for any. steady leaves out trends that do not
// fade.
func autoETS(ctx context.Context, y []float64, m int, steady bool) (best etsModel, ok bool) {
	y, m = etsHistory(y, m)
	positive := slices.Min(y) > 0
	s := newETSStart(y, m, positive)
	best.aicc = math.Inf(1)
	for _, f := range etsForms(m > 1, positive) {
		if f.season == 'M' && s.mul == nil || steady && f.trend && !f.damped {
			continue
		}
		if ctx.Err() != nil {
			break
		}
		if e := fitETS(ctx, y, f, s); e.aicc < best.aicc {
			best, ok = e, true
		}
	}
	return best, ok
}

// forecast gives means and standard deviations; those of multiplicative errors
// follow Hyndman et al. (2008), sections 6.3 (class 2) and 6.4 (class 3).
func (e *etsModel) forecast(horizon int) (mean, sd []float64) {
	damp, sum := 1.0, 0.0
	theta := make([]float64, 0, horizon)
	c := make([]float64, 0, horizon)
	variance := 1.0
	for h := 1; h <= horizon; h++ {
		damp *= e.phi
		sum += damp
		mu, s := e.level+sum*e.slope, 0.0
		if !e.trend {
			mu = e.level
		}
		if e.season != 'N' {
			s = e.seasons[(h-1)%e.m]
		}
		cj := e.alpha + e.beta*sum
		if e.season == 'A' {
			mu += s
			if h%e.m == 0 {
				cj += e.gamma
			}
		}
		if !e.mulError {
			mean = append(mean, mu)
			sd = append(sd, math.Sqrt(e.sigma2*variance))
			variance += cj * cj
			continue
		}
		t := mu * mu
		for j, cj := range c {
			t += e.sigma2 * cj * cj * theta[h-2-j]
		}
		theta, c = append(theta, t), append(c, cj)
		v := (1+e.sigma2)*t - mu*mu
		if e.season == 'M' {
			k := float64((h - 1) / e.m)
			v = s * s * (t*(1+e.sigma2)*math.Pow(1+e.gamma*e.gamma*e.sigma2, k) - mu*mu)
			mu *= s
		}
		mean, sd = append(mean, mu), append(sd, math.Sqrt(max(v, 0)))
	}
	return mean, sd
}
