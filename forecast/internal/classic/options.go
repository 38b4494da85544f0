package classic

import (
	"context"
	"math"
	"slices"
)

// Models of the automatic families that the caller fixes. A series that does not
// allow the fixed model gets the one that the family chooses for it.

// ETSForm gives exponential smoothing of one form, written as R writes it: error,
// trend and season, as in "MAdM". ok is false if there is no such form.
func ETSForm(name string) (f Fit, ok bool) {
	i := slices.IndexFunc(etsForms(true, true), func(f etsForm) bool { return f.String() == name })
	if i < 0 {
		return nil, false
	}
	form := etsForms(true, true)[i]
	return func(ctx context.Context, y []float64, m, horizon int) State {
		if len(y) < 4 || scaleOf(y) < 1e-11 {
			return FitNaive(ctx, y, m, horizon)
		}
		last, season := etsHistory(y, m)
		allowed := etsForms(season > 1, slices.Min(last) > 0)
		start := newETSStart(last, season, slices.Min(last) > 0)
		if !slices.Contains(allowed, form) || form.season == 'M' && start.mul == nil {
			return FitETS(ctx, y, m, horizon)
		}
		e := fitETS(ctx, last, form, start)
		if math.IsInf(e.lik, 0) || math.IsNaN(e.lik) {
			return FitETS(ctx, y, m, horizon)
		}
		return e.state(len(last))
	}, true
}

// ARIMAOrder is ARIMA(P,D,Q)(SP,SD,SQ); Constant adds a mean where nothing is
// differenced, a drift with one difference.
type ARIMAOrder struct {
	P, D, Q, SP, SD, SQ int
	Constant            bool
}

// Valid reports whether the orders are within what can be estimated.
func (o ARIMAOrder) Valid() bool {
	in := func(x, most int) bool { return x >= 0 && x <= most }
	return in(o.P, mostAR) && in(o.Q, mostAR) && in(o.D, 2) && in(o.SP, mostSeasonal) && in(o.SQ, mostSeasonal) && in(o.SD, mostSeasonal)
}

// Fit fits the orders to y.
func (o ARIMAOrder) Fit(ctx context.Context, y []float64, m, horizon int) State {
	last := y[max(0, len(y)-mostARIMA):]
	order := arimaOrder{p: o.P, d: o.D, q: o.Q, sp: o.SP, sd: o.SD, sq: o.SQ, m: max(m, 1), constant: o.Constant && o.D+o.SD < 2}
	if seasonal := o.SP+o.SD+o.SQ > 0; seasonal && (m < 2 || len(last) < 2*m+3) {
		return FitARIMA(ctx, y, m, horizon)
	}
	w := order.difference(last)
	if len(w) < order.params()+3 || Constant(w) {
		return FitARIMA(ctx, y, m, horizon)
	}
	fit, ok := order.fit(ctx, w)
	if !ok {
		return FitARIMA(ctx, y, m, horizon)
	}
	return fit.state(last)
}
