// Package regress takes the effects of regressors, holidays and the calendar out
// of series before a method of package forecast sees them: see [Regressed].
package regress

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
	"gonum.org/v1/gonum/mat"
)

// Regressed removes the effects of regressors, holidays and the calendar from the
// series before another method sees them, and adds their future effects to its
// forecasts. Season and trend are removed from both sides first, so that an effect is
// what a regressor explains in addition to them (Frisch and Waugh 1933). Effects with a
// t value below 2 are dropped. Positive series have multiplicative effects.
//
// Regressors that are known for the past only are forecast themselves, by
// forecast.Blend.
type Regressed struct {
	forecast.Method
	Holidays Holidays // nil means none; package holidays has those of countries
	Calendar bool     // month starts, middles and ends for days; the number of weekend days for months
}

// Effect is the estimated effect of one regressor on a series.
type Effect struct {
	Series     string  `json:"series"`
	Name       string  `json:"name"`
	Size       float64 `json:"size"`       // per unit: added, or a share of the value if Relative
	SD         float64 `json:"sd"`         // standard deviation of the regressor
	Relative   bool    `json:"relative"`   // a size of .1 means that one more unit makes the value about 10% larger
	T          float64 `json:"t"`          // size in units of its standard error
	Importance float64 `json:"importance"` // share of the variance without season and trend that it explains
}

// Trains reports whether the method trains.
func (r Regressed) Trains(panel []forecast.Series) bool {
	t, ok := r.Method.(forecast.Trainer)
	return ok && t.Trains(panel)
}

// Fit estimates the effects and fits the method to what remains.
func (r Regressed) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	out := &regressedModel{Regressed: r, task: task, fits: map[string]*effects{}}
	rest := make([]forecast.Series, len(panel))
	for i, s := range panel {
		e, err := r.effects(s, task)
		if err != nil {
			return nil, err
		}
		out.fits[s.ID] = e
		rest[i] = e.remove(s)
	}
	model, err := r.Method.Fit(ctx, rest, task)
	if err != nil {
		return nil, err
	}
	out.inner = model
	return out, nil
}

type regressedModel struct {
	Regressed
	task  forecast.Task
	inner forecast.Model
	fits  map[string]*effects
}

// Affected is a model that estimated effects of regressors.
type Affected interface {
	Effects() []Effect
}

// Effects lists the effects by series and then by importance, the largest first.
func (m *regressedModel) Effects() []Effect {
	var out []Effect
	for _, e := range m.fits {
		out = append(out, e.list...)
	}
	slices.SortFunc(out, func(a, b Effect) int {
		return cmp.Or(cmp.Compare(a.Series, b.Series), cmp.Compare(b.Importance, a.Importance), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// Weights are those of the method's model; nil if it has none.
func (m *regressedModel) Weights() []forecast.Weight {
	if w, ok := m.inner.(forecast.Weighted); ok {
		return w.Weights()
	}
	return nil
}

// Check is that of the method's model, which does not know the effects; nil if it made
// none.
func (m *regressedModel) Check() *forecast.Check {
	if c, ok := m.inner.(forecast.Checked); ok {
		return c.Check()
	}
	return nil
}

func (m *regressedModel) Forecast(s forecast.Series) (forecast.Forecast, error) {
	return forecast.Single(m, s)
}

func (m *regressedModel) ForecastAll(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	rest := make([]forecast.Series, len(panel))
	all := make([]*effects, len(panel))
	for i, s := range panel {
		e, ok := m.fits[s.ID]
		if !ok || e.length != len(s.Values) { // not the history that was fitted to
			var err error
			if e, err = m.effects(s, m.task); err != nil {
				return nil, err
			}
		}
		all[i], rest[i] = e, e.remove(s)
	}
	fs, err := forecast.ForecastAll(ctx, m.inner, rest, m.task.Threads)
	if err != nil {
		return nil, err
	}
	for i, f := range fs {
		fs[i] = all[i].restore(f).For(panel[i])
	}
	return fs, nil
}

// effects are the coefficients of one series.
type effects struct {
	length int
	log    bool
	path   []float64 // sum of all effects at every step, past and future
	list   []Effect
}

// remove takes the effects from a series.
func (e *effects) remove(s forecast.Series) forecast.Series {
	s.Regressors = nil
	if e.list == nil {
		return s
	}
	values := make([]float64, len(s.Values))
	for i, v := range s.Values {
		values[i] = v - e.path[i]
		if e.log {
			values[i] = v * math.Exp(-e.path[i])
		}
	}
	s.Values = values
	return s
}

// restore adds the future effects to a forecast.
func (e *effects) restore(f forecast.Forecast) forecast.Forecast {
	if e.list == nil {
		return f
	}
	for h := range f.Mean {
		f.Shift(h, e.path[e.length+h], e.log)
	}
	return f
}

// regressorValues hold a regressor at the steps of history and horizon, without gaps.
type regressorValues struct {
	name   string
	values []float64
}

// columns collects the regressors of a series, with gaps filled, its holidays and its
// calendar.
func (r Regressed) columns(s forecast.Series, task forecast.Task) ([]regressorValues, error) {
	n, h := len(s.Values), task.Horizon
	var out []regressorValues
	for _, x := range s.Regressors {
		known := x.Values
		if !x.Known {
			known = known[:min(n, len(known))]
		}
		last := len(known)
		for last > 0 && math.IsNaN(known[last-1]) {
			last--
		}
		known = known[:last]
		if len(known) == 0 {
			return nil, fmt.Errorf("forecast: series %q: regressor %q has no value: %w", s.ID, x.Name, forecast.ErrInput)
		}
		if x.Known && len(known) < n+h {
			return nil, &forecast.Problem{
				Place: fmt.Sprintf("series %q", s.ID), What: fmt.Sprintf("regressor %q is known for %d of the %d steps to forecast", x.Name, max(0, len(known)-n), h),
				Remedies: []forecast.Remedy{{Do: "give the values in a file", Option: "future", Suggest: "FILE"}, {Do: "name the column as one that is known for the past only", Option: "past-regressors", Suggest: x.Name}},
			}
		}
		values := classic.Extend(known, n+h-len(known), task.Season)
		lead := len(known) - len(classic.Fill(known, 1)) // leading gaps: the first value
		full := make([]float64, 0, n+h)
		for range lead {
			full = append(full, values[0])
		}
		full = append(full, values...)
		out = append(out, regressorValues{x.Name, full[:n+h]})
	}
	if r.Holidays != nil && s.Freq.Unit != forecast.None {
		out = append(out, holidayColumns(r.Holidays, s, n+h)...)
	}
	if r.Calendar && s.Freq.Unit != forecast.None {
		out = append(out, calendarColumns(s, n+h)...)
	}
	return out, nil
}

// effects estimates the coefficients for one series.
func (r Regressed) effects(s forecast.Series, task forecast.Task) (*effects, error) {
	n := len(s.Values)
	e := &effects{length: n}
	cols, err := r.columns(s, task)
	if err != nil || len(cols) == 0 {
		return e, err
	}
	y := classic.Fill(s.Values, task.Season)
	lead := n - len(y)
	z, log := classic.Logs(y)
	if len(y) < 3*len(cols)+8 {
		return e, nil // too short to estimate anything
	}
	target := remainder(z, task.Season)
	// steps whose value is missing do not count
	var rows []int
	for i := range y {
		if !math.IsNaN(s.Values[lead+i]) {
			rows = append(rows, i)
		}
	}
	type candidate struct {
		regressorValues
		rest []float64
		mean float64
	}
	var left []candidate
	for _, c := range cols {
		past := c.values[lead:n]
		rest := remainder(past, task.Season)
		if v := classic.Variance(rest); v > 1e-12*(1+classic.Variance(past)) {
			var mean float64
			for _, x := range past {
				mean += x / float64(len(past))
			}
			left = append(left, candidate{c, rest, mean})
		}
	}
	for len(left) > 0 && len(rows) > 2*len(left)+4 {
		x := mat.NewDense(len(rows), len(left), nil)
		b := mat.NewVecDense(len(rows), nil)
		for i, row := range rows {
			b.SetVec(i, target[row])
			for j, c := range left {
				x.Set(i, j, c.rest[row])
			}
		}
		beta, se, shares, ok := leastSquares(x, b)
		weakest := 0
		for j := range left {
			if !ok || math.Abs(beta[j]/se[j]) < math.Abs(beta[weakest]/se[weakest]) {
				weakest = j
			}
		}
		const enough = 2 // t value: 95%; not tuned
		if !ok || !(math.Abs(beta[weakest]/se[weakest]) >= enough) {
			left = append(left[:weakest], left[weakest+1:]...)
			continue
		}
		e.log = log
		e.path = make([]float64, n+task.Horizon)
		for j, c := range left {
			for i := range e.path {
				e.path[i] += beta[j] * (c.values[i] - c.mean)
			}
			e.list = append(e.list, Effect{Series: s.ID, Name: c.name, Size: beta[j], SD: math.Sqrt(classic.Variance(c.values[:n])), Relative: log, T: beta[j] / se[j], Importance: shares[j]})
		}
		break
	}
	return e, nil
}

// remainder is what is left of y after STL or, without a season, after a smooth trend
// is removed.
func remainder(y []float64, m int) []float64 {
	out := make([]float64, len(y))
	if m > 1 && len(y) > 3*m {
		seasons := classic.Seasons(y, m)
		parts, trend := classic.MSTL(y, seasons)
		for i := range y {
			out[i] = y[i] - trend[i]
			for _, p := range parts {
				out[i] -= p[i]
			}
		}
		return out
	}
	window := max(7, len(y)/8) | 1
	trend := classic.LoessSmooth(y, window, 1, 1+window/10)
	for i := range y {
		out[i] = y[i] - trend[i]
	}
	return out
}

// leastSquares solves x·beta = b with a tiny ridge penalty, and gives standard errors
// and the share of the variance of b that each column explains.
func leastSquares(x *mat.Dense, b *mat.VecDense) (beta, se, shares []float64, ok bool) {
	n, k := x.Dims()
	var a mat.SymDense
	a.SymOuterK(1, x.T())
	for j := range k {
		a.SetSym(j, j, a.At(j, j)*(1+1e-6)+1e-12)
	}
	var chol mat.Cholesky
	if !chol.Factorize(&a) {
		return nil, nil, nil, false
	}
	var xb, sol mat.VecDense
	xb.MulVec(x.T(), b)
	if err := chol.SolveVecTo(&sol, &xb); err != nil {
		return nil, nil, nil, false
	}
	var inv mat.SymDense
	if err := chol.InverseTo(&inv); err != nil {
		return nil, nil, nil, false
	}
	var fit, rest mat.VecDense
	fit.MulVec(x, &sol)
	rest.SubVec(b, &fit)
	s2 := mat.Dot(&rest, &rest) / float64(n-k)
	total := mat.Dot(b, b) + 1e-300
	for j := range k {
		beta = append(beta, sol.AtVec(j))
		se = append(se, math.Sqrt(max(s2*inv.At(j, j), 1e-300)))
		col := x.ColView(j)
		shares = append(shares, sol.AtVec(j)*mat.Dot(col, b)/total)
	}
	return beta, se, shares, true
}
