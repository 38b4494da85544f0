// Package hierarchy makes forecasts of series and of their sums add up: [New] adds
// the sums to a panel, [Hierarchy.Reconcile] changes the forecasts of both.
package hierarchy

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
	"gonum.org/v1/gonum/mat"
)

// A Hierarchy is a panel whose ids have the form a/b/c, with the sums that they
// imply: one series for every part of an id that several series share, and the
// total.
type Hierarchy struct {
	Panel  []forecast.Series // the sums, shortest ids first, and then the leaves
	leaves int
	under  [][]int // per sum: the leaves that it adds up
}

// Total is the id of the sum of all series.
const Total = "total"

// New adds the sums to a panel whose series cover the same times.
// Series of the panel whose ids are sums' themselves are replaced.
func New(panel []forecast.Series) (*Hierarchy, error) {
	inner := map[string]bool{}
	for _, s := range panel {
		for i, c := range s.ID {
			if c == '/' {
				inner[s.ID[:i]] = true
			}
		}
	}
	h := &Hierarchy{}
	var leaves []forecast.Series
	for _, s := range panel {
		if !inner[s.ID] && s.ID != Total {
			leaves = append(leaves, s)
		}
	}
	if len(inner) == 0 || len(leaves) < 2 {
		return nil, fmt.Errorf("forecast: the ids do not have the form a/b, so there is nothing to add up: %w", forecast.ErrInput)
	}
	// the times that all leaves cover
	freq, start, end := leaves[0].Freq, 0, len(leaves[0].Values)
	offsets := make([]int, len(leaves))
	for i, s := range leaves {
		if freq.Unit != forecast.None {
			at, ok := freq.Steps(leaves[0].Start, s.Start)
			if !ok {
				return nil, fmt.Errorf("forecast: series %q and %q are not on the same grid: %w", s.ID, leaves[0].ID, forecast.ErrInput)
			}
			offsets[i] = at
		} else {
			offsets[i] = len(leaves[0].Values) - len(s.Values) // aligned at the end
		}
		start, end = max(start, offsets[i]), min(end, offsets[i]+len(s.Values))
		if i > 0 && offsets[i]+len(s.Values) != offsets[0]+len(leaves[0].Values) {
			return nil, fmt.Errorf("forecast: series %q and %q do not end at the same time, so they cannot be added up: %w", s.ID, leaves[0].ID, forecast.ErrInput)
		}
	}
	if end-start < 3 {
		return nil, fmt.Errorf("forecast: the series share %d times, too few to add them up: %w", max(0, end-start), forecast.ErrInput)
	}
	var sums []string
	for id := range inner {
		sums = append(sums, id)
	}
	sort.Slice(sums, func(i, j int) bool {
		a, b := strings.Count(sums[i], "/"), strings.Count(sums[j], "/")
		if a != b {
			return a < b
		}
		return sums[i] < sums[j]
	})
	roots := map[string]bool{}
	for _, s := range leaves {
		root, _, _ := strings.Cut(s.ID, "/")
		roots[root] = true
	}
	if len(roots) > 1 {
		sums = append([]string{Total}, sums...)
	}
	for _, id := range sums {
		s := forecast.Series{ID: id, Freq: freq, Values: make([]float64, end-start)}
		if freq.Unit != forecast.None {
			s.Start = freq.Add(leaves[0].Start, start)
		}
		var under []int
		for i, l := range leaves {
			if id != Total && !strings.HasPrefix(l.ID, id+"/") {
				continue
			}
			under = append(under, i)
			y, _ := forecast.Impute(l, 1)
			for t := range s.Values {
				s.Values[t] += y.Values[start-offsets[i]+t]
			}
		}
		h.Panel, h.under = append(h.Panel, s), append(h.under, under)
	}
	h.leaves = len(leaves)
	h.Panel = append(h.Panel, leaves...)
	return h, nil
}

// Reconciliation names a way to make the forecasts of a hierarchy add up.
type Reconciliation string

const (
	BottomUp Reconciliation = "bottom-up" // the sums are those of the leaves' forecasts
	// MinT changes all forecasts as little as their error variances ask for
	// (Wickramasuriya, Athanasopoulos and Hyndman 2019), with the shrunk
	// covariance of the errors of seasonal naive.
	MinT Reconciliation = "mint"
)

const mostMinT = 1500 // series above which the covariance becomes diagonal

// Reconcile changes forecasts of h.Panel, in its order, so that they add up. The
// distributions move with their means and keep their widths.
func (h *Hierarchy) Reconcile(fs []forecast.Forecast, how Reconciliation, season int) ([]forecast.Forecast, error) {
	if len(fs) != len(h.Panel) {
		return nil, fmt.Errorf("forecast: %d forecasts for a hierarchy of %d series: %w", len(fs), len(h.Panel), forecast.ErrInput)
	}
	sums := len(h.under)
	var adjust func(base []float64) []float64 // all nodes to leaves
	switch how {
	case BottomUp:
		adjust = func(base []float64) []float64 { return base[sums:] }
	case MinT:
		var err error
		if adjust, err = h.minT(season); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("forecast: reconciliation %q is neither %q nor %q: %w", how, MinT, BottomUp, forecast.ErrUnknown)
	}
	out := make([]forecast.Forecast, len(fs))
	for i, f := range fs {
		out[i] = f
		out[i].Mean = slices.Clone(f.Mean)
		out[i].Q = make([][]float64, len(f.Q))
	}
	base := make([]float64, len(fs))
	for t := range fs[0].Mean {
		for i, f := range fs {
			base[i] = f.Mean[t]
		}
		leaves := slices.Clone(adjust(base))
		for i := range leaves {
			if h.Panel[sums+i].NonNegative() {
				leaves[i] = max(leaves[i], 0)
			}
		}
		for i := range out {
			v := 0.0
			if i >= sums {
				v = leaves[i-sums]
			} else {
				for _, k := range h.under[i] {
					v += leaves[k]
				}
			}
			d := v - base[i]
			out[i].Mean[t] = v
			out[i].Q[t] = slices.Clone(fs[i].Q[t])
			for k := range out[i].Q[t] {
				out[i].Q[t][k] += d
				if h.Panel[i].NonNegative() {
					out[i].Q[t][k] = max(out[i].Q[t][k], 0)
				}
			}
		}
	}
	return out, nil
}

// minT returns the projection: leaves = P·base with P = J - J·W·C'(C·W·C')⁻¹·C,
// C the constraints sum - its leaves = 0 (the same as equation 9 of the paper,
// with a matrix of the size of the sums only).
func (h *Hierarchy) minT(season int) (func(base []float64) []float64, error) {
	n, sums := len(h.Panel), len(h.under)
	w := h.covariance(season)
	// C·x for a vector over all nodes
	constrain := func(x func(i int) float64) []float64 {
		out := make([]float64, sums)
		for k, under := range h.under {
			out[k] = x(k)
			for _, l := range under {
				out[k] -= x(sums + l)
			}
		}
		return out
	}
	wc := mat.NewDense(n, sums, nil) // W·C'
	for i := range n {
		wc.SetRow(i, constrain(func(j int) float64 { return w(i, j) }))
	}
	cwc := mat.NewSymDense(sums, nil)
	for k := range sums {
		col := constrain(func(i int) float64 { return wc.At(i, k) })
		for j := range col {
			if j <= k {
				cwc.SetSym(j, k, col[j])
			}
		}
	}
	for k := range sums {
		cwc.SetSym(k, k, cwc.At(k, k)*(1+1e-9)+1e-12)
	}
	var chol mat.Cholesky
	if !chol.Factorize(cwc) {
		return nil, fmt.Errorf("forecast: the error covariance of the hierarchy is singular; take %q: %w", BottomUp, forecast.ErrInput)
	}
	return func(base []float64) []float64 {
		gap := mat.NewVecDense(sums, constrain(func(i int) float64 { return base[i] }))
		var x, change mat.VecDense
		if err := chol.SolveVecTo(&x, gap); err != nil {
			return base[sums:]
		}
		change.MulVec(wc, &x)
		out := make([]float64, n-sums)
		for i := range out {
			out[i] = base[sums+i] - change.AtVec(sums+i)
		}
		return out
	}, nil
}

// covariance of the errors of seasonal naive, off the diagonal shrunk towards
// zero (Schäfer and Strimmer 2005).
func (h *Hierarchy) covariance(season int) func(i, j int) float64 {
	n := len(h.Panel)
	errs := make([][]float64, n)
	sd := make([]float64, n)
	shortest := math.MaxInt
	for i, s := range h.Panel {
		y := classic.Fill(s.Values, 1)
		lag := season
		if len(y) < 2*lag+3 {
			lag = 1
		}
		for t := lag; t < len(y); t++ {
			errs[i] = append(errs[i], y[t]-y[t-lag])
		}
		var v float64
		for _, e := range errs[i] {
			v += e * e / float64(len(errs[i]))
		}
		sd[i] = math.Sqrt(v) + 1e-9
		shortest = min(shortest, len(errs[i]))
	}
	if n > mostMinT || shortest < 4 {
		return func(i, j int) float64 {
			if i == j {
				return sd[i] * sd[i]
			}
			return 0
		}
	}
	for i := range errs { // standardised, aligned at the end
		errs[i] = errs[i][len(errs[i])-shortest:]
		for t := range errs[i] {
			errs[i][t] /= sd[i]
		}
	}
	k := float64(shortest)
	r := mat.NewSymDense(n, nil)
	var doubt, size float64
	for i := range n {
		for j := range i {
			var m, v float64
			for t := range shortest {
				m += errs[i][t] * errs[j][t] / k
			}
			for t := range shortest {
				d := errs[i][t]*errs[j][t] - m
				v += d * d
			}
			r.SetSym(i, j, m)
			doubt += v / (k * (k - 1))
			size += m * m
		}
	}
	shrink := 1.0
	if size > 0 {
		shrink = max(0, min(1, doubt/size))
	}
	return func(i, j int) float64 {
		if i == j {
			return sd[i] * sd[i]
		}
		return (1 - shrink) * r.At(i, j) * sd[i] * sd[j]
	}
}
