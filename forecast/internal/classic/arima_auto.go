package classic

import (
	"context"
	"math"
	"slices"
)

// The automatic choice of Hyndman and Khandakar (2008), R's auto.arima:
// differences by a test, then a stepwise search over the orders by AICc.

const (
	mostAR       = 5 // of p and q
	mostSeasonal = 2 // of P and Q
	mostARIMA    = 400
)

// kpss reports whether the test of Kwiatkowski, Phillips, Schmidt and Shin
// (1992) rejects a stationary level at 5%.
func kpss(y []float64) bool {
	n := len(y)
	if n < 4 {
		return false
	}
	lags := int(3 * math.Sqrt(float64(n)) / 13)
	var mean float64
	for _, v := range y {
		mean += v / float64(n)
	}
	var sum, squares, s2 float64
	for _, v := range y {
		sum += v - mean
		squares += sum * sum
		s2 += (v - mean) * (v - mean)
	}
	for j := 1; j <= lags; j++ {
		var c float64
		for i := j; i < n; i++ {
			c += (y[i] - mean) * (y[i-j] - mean)
		}
		s2 += 2 * (1 - float64(j)/float64(lags+1)) * c
	}
	return s2 > 0 && squares/(s2*float64(n)) > .463
}

// differences chooses how often to difference.
func differences(y []float64, m int) (d, sd int) {
	if m > 1 && SeasonalStrength(y, m) > .64 {
		sd = 1
		y = differenced(y, m)
	}
	for d < 2 && !Constant(y) && kpss(y) {
		d++
		y = differenced(y, 1)
	}
	return d, sd
}

// autoARIMA chooses and fits a model; ok is false where none can be fitted.
func autoARIMA(ctx context.Context, y []float64, m int) (best arimaFit, ok bool) {
	if m > 24 || len(y) < 2*m+3 {
		m = 1
	}
	base := arimaOrder{m: m}
	base.d, base.sd = differences(y, m)
	w := base.difference(y)
	if len(w) < 3 || Constant(w) {
		return arimaFit{}, false
	}
	constants := []bool{false}
	if base.d+base.sd <= 1 {
		constants = []bool{true, false}
	}
	seasonal := 0
	if m > 1 {
		seasonal = 1
	}
	tried := map[arimaOrder]bool{}
	best.aicc = math.Inf(1)
	try := func(o arimaOrder) bool {
		if ctx.Err() != nil || tried[o] || o.p < 0 || o.q < 0 || o.sp < 0 || o.sq < 0 || o.p > mostAR || o.q > mostAR || o.sp > mostSeasonal*seasonal || o.sq > mostSeasonal*seasonal ||
			o.params() > len(w)/3 {
			return false
		}
		tried[o] = true
		fit, fine := o.fit(ctx, w)
		if !fine || !(fit.aicc < best.aicc) || fit.nearUnit() {
			return false
		}
		best, ok = fit, true
		return true
	}
	with := func(p, q, sp, sq int, constant bool) arimaOrder {
		o := base
		o.p, o.q, o.sp, o.sq, o.constant = p, q, sp*seasonal, sq*seasonal, constant
		return o
	}
	c := constants[0]
	try(with(2, 2, 1, 1, c))
	try(with(0, 0, 0, 0, c))
	try(with(1, 0, 1, 0, c))
	try(with(0, 1, 0, 1, c))
	try(with(0, 0, 0, 0, false))
	for better := ok; better; {
		better = false
		b := best.arimaOrder
		for _, s := range [][4]int{
			{0, 0, -1, 0}, {0, 0, 0, -1}, {0, 0, 1, 0}, {0, 0, 0, 1}, {0, 0, -1, -1}, {0, 0, -1, 1}, {0, 0, 1, -1}, {0, 0, 1, 1},
			{-1, 0, 0, 0}, {0, -1, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {-1, -1, 0, 0}, {-1, 1, 0, 0}, {1, -1, 0, 0}, {1, 1, 0, 0},
		} {
			o := b
			o.p, o.q, o.sp, o.sq = b.p+s[0], b.q+s[1], b.sp+s[2], b.sq+s[3]
			if try(o) {
				better = true
				break
			}
		}
		if !better && len(constants) > 1 {
			o := b
			o.constant = !o.constant
			better = try(o)
		}
	}
	return best, ok
}

// nearUnit reports whether a root lies so near the unit circle that the model
// says little about the future (auto.arima refuses such ones too): the weights
// of its errors have not died down after a long time.
func (a arimaFit) nearUnit() bool {
	const long = 600
	for _, c := range [][]float64{a.coef.phi, negated(append([]float64(nil), a.coef.theta...))} {
		if len(c) == 0 {
			continue
		}
		w := psi(c, nil, long)
		for _, v := range w[long-a.m-1:] {
			if math.Abs(v) > 2e-3 {
				return true
			}
		}
	}
	return false
}

// FitARIMA is the method: automatic choice, naive where the series is too short.
func FitARIMA(ctx context.Context, y []float64, m, horizon int) State {
	if len(y) > mostARIMA {
		y = y[len(y)-mostARIMA:]
	}
	if len(y) < 4 || scaleOf(y) < 1e-11 {
		return FitNaive(ctx, y, m, horizon)
	}
	fit, ok := autoARIMA(ctx, y, m)
	if !ok {
		return fitExact(ctx, y, m, horizon)
	}
	return fit.state(y)
}

// fitExact continues a series that leaves nothing to estimate: the season repeats,
// moved by a constant, if that is all there is, and a line otherwise.
func fitExact(ctx context.Context, y []float64, m, horizon int) State {
	w := differenced(y, m)
	if m < 2 || len(w) < m || !Constant(w) {
		return FitDrift(ctx, y, m, horizon)
	}
	return &exactState{slices.Clone(y[len(y)-m:]), w[0]}
}

// exactState is a season that repeats, each time moved by Step.
type exactState struct {
	Season []float64 `json:"season"` // the last one
	Step   float64   `json:"step"`
}

func (s *exactState) sound() bool { return oneSeason(s.Season) }

func (s *exactState) Forecast(horizon int) (mean, sd []float64) {
	m := len(s.Season)
	for h := range horizon {
		mean = append(mean, s.Season[h%m]+s.Step*float64(h/m+1))
	}
	return mean, make([]float64, horizon)
}

func (s *exactState) After(values []float64) (State, bool) {
	out := &exactState{slices.Clone(s.Season), s.Step}
	for i, v := range values {
		out.Season[i%len(s.Season)] = v
	}
	out.Season = turned(out.Season, len(values))
	return out, true
}
