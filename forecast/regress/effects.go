package regress

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
	"gonum.org/v1/gonum/mat"
)

// candidate is a regressor whose effect is to be estimated.
type candidate struct {
	regressorValues
	rest []float64 // without season and trend, at the steps that the series has
	mean float64
}

// effects estimates the coefficients for one series.
func (r Regressed) effects(ctx context.Context, s forecast.Series, task forecast.Task) (*effects, error) {
	n := len(s.Values)
	task.Horizon = r.ahead(s, task.Horizon)
	e := &effects{freq: s.Freq, start: s.Start, length: n, regressors: s.Regressors}
	cols, notes, err := r.columns(s, task)
	if e.notes = notes; err != nil || len(cols) == 0 {
		return e, err
	}
	y := classic.Fill(s.Values, task.Season)
	lead := n - len(y)
	z, log := classic.Logs(y)
	// the same season and trend are taken from the regressors, or the holidays of a
	// year would be taken for a season of their own
	seasons := seasonsOf(z, task.Season)
	target := remainder(ctx, z, seasons)
	// steps whose value is missing do not count
	var rows []int
	for i := range y {
		if !math.IsNaN(s.Values[lead+i]) {
			rows = append(rows, i)
		}
	}
	kept := noiseKept(ctx, len(z), seasons)
	left := e.strongest(s, candidates(ctx, cols, lead, n, seasons), target, rows)
	for len(left) > 0 && len(rows) > 2*len(left)+4 && ctx.Err() == nil {
		x := mat.NewDense(len(rows), len(left), nil)
		b := mat.NewVecDense(len(rows), nil)
		for i, row := range rows {
			b.SetVec(i, target[row])
			for j, c := range left {
				x.Set(i, j, c.rest[row])
			}
		}
		beta, se, shares, ok := leastSquares(x, b, kept)
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
		t95 := studentT(len(rows) - len(left))
		for j, c := range left {
			e.loads = append(e.loads, load{c.name, beta[j], c.mean})
			for i := range e.path {
				e.path[i] += beta[j] * (c.values[i] - c.mean)
			}
			e.list = append(e.list, Effect{
				Series: s.ID, Name: c.name, Reference: c.reference, Size: beta[j], Low: beta[j] - t95*se[j], High: beta[j] + t95*se[j],
				SD: math.Sqrt(classic.Variance(c.values[:n])), Relative: log, T: beta[j] / se[j], Importance: shares[j],
			})
		}
		break
	}
	return e, ctx.Err()
}

// candidates are the columns that say something about the steps from lead to n in
// addition to season and trend.
func candidates(ctx context.Context, cols []regressorValues, lead, n int, seasons []int) []candidate {
	var out []candidate
	for _, c := range cols {
		past := c.values[lead:n]
		if ctx.Err() != nil {
			return nil
		}
		rest := remainder(ctx, past, seasons)
		if v := classic.Variance(rest); v > 1e-12*(1+classic.Variance(past)) {
			var mean float64
			for _, x := range past {
				mean += x / float64(len(past))
			}
			out = append(out, candidate{c, rest, mean})
		}
	}
	return out
}

// strongest keeps as many candidates as the series can carry: those that explain most
// by themselves.
func (e *effects) strongest(s forecast.Series, cs []candidate, target []float64, rows []int) []candidate {
	most := max(0, (len(target)-8)/3)
	if len(cs) <= most {
		return cs
	}
	of := ""
	if s.ID != "" {
		of = fmt.Sprintf("series %q: ", s.ID)
	}
	e.notes = append(e.notes, fmt.Sprintf("%s%d values are too few for the effects of %d regressors: the %d strongest are tried", of, len(target), len(cs), most))
	explains := func(c candidate) float64 {
		var xx, xy float64
		for _, i := range rows {
			xx += c.rest[i] * c.rest[i]
			xy += c.rest[i] * target[i]
		}
		return xy * xy / (xx + 1e-300)
	}
	slices.SortStableFunc(cs, func(a, b candidate) int { return cmp.Compare(explains(b), explains(a)) })
	return cs[:most]
}

// studentT is the 97.5% quantile of Student's distribution (Abramowitz and Stegun 1964,
// 26.7.5), within .01 from four degrees of freedom on.
func studentT(freedom int) float64 {
	z, f := classic.Probit(.975), float64(freedom)
	z3, z5 := z*z*z, z*z*z*z*z
	z7 := z5 * z * z
	return z + (z3+z)/(4*f) + (5*z5+16*z3+3*z)/(96*f*f) + (3*z7+19*z5+17*z3-15*z)/(384*f*f*f)
}

// seasonsOf are the seasons that are removed; none if the series is too short for one.
// The year of daily values is not among them: it would take the holidays of every year
// for itself, and the trend, which follows a fortnight, takes what is slow in it.
func seasonsOf(y []float64, m int) []int {
	const year = 52 // times the season of m steps
	if m > 1 && len(y) > 3*m {
		return slices.DeleteFunc(classic.Seasons(y, m), func(s int) bool { return s > year*m })
	}
	return nil
}

// remainder is what is left of y after STL or, without a season, after a smooth trend
// is removed.
func remainder(ctx context.Context, y []float64, seasons []int) []float64 {
	out := make([]float64, len(y))
	if len(seasons) > 0 {
		parts, trend := classic.MSTL(ctx, y, seasons)
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

// noiseKept is the share of the variance of white noise that is left when season and
// trend are removed from n values. They follow the noise in part, so that what remains
// is calmer than the series, and standard errors from it would be too small.
func noiseKept(ctx context.Context, n int, seasons []int) float64 {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	noise := make([]float64, n)
	for i := range noise {
		noise[i] = r.NormFloat64()
	}
	return max(.2, min(1, classic.Variance(remainder(ctx, noise, seasons))/classic.Variance(noise)))
}

// leastSquares solves x·beta = b with a tiny ridge penalty, and gives standard errors
// and the share of the variance of b that each column explains. The variance of b is
// only the given share of that of the noise in the series.
func leastSquares(x *mat.Dense, b *mat.VecDense, kept float64) (beta, se, shares []float64, ok bool) {
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
	s2 := mat.Dot(&rest, &rest) / (float64(n-k) * kept)
	total := mat.Dot(b, b) + 1e-300
	for j := range k {
		beta = append(beta, sol.AtVec(j))
		se = append(se, math.Sqrt(max(s2*inv.At(j, j), 1e-300)))
		col := x.ColView(j)
		shares = append(shares, sol.AtVec(j)*mat.Dot(col, b)/total)
	}
	return beta, se, shares, true
}
