// Package hierarchy makes forecasts of series and of their sums add up: [New] adds
// the sums to a panel, nested or crossed ([ParseStructure]); [Hierarchy.Reconcile]
// changes the forecasts of both, and [Hierarchy.Joint] draws futures that add up.
// [Temporal] does the same for sums over time, months and quarters and years.
package hierarchy

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
	"gonum.org/v1/gonum/mat"
)

// Hierarchy is a panel whose ids have the form a/b/c, together with the sums that the
// ids imply: nested, one series for every part before a slash, and the total; crossed,
// those of a Structure, in whose ids a * stands for all.
type Hierarchy struct {
	Panel  []forecast.Series // the sums, shortest ids first, and then the leaves
	leaves int
	under  [][]int // per sum: the leaves that it adds up
}

// Total is the id of the sum of all series.
const Total = "total"

// New adds the sums to a panel whose series end at the same time; the sums cover the
// times that all of them share. Gaps count as forecast.Impute fills them. Series of the
// panel that have the id of a sum are replaced. Regressors of a sum are the means of
// those of its parts. Errors wrap forecast.ErrInput.
func New(panel []forecast.Series) (*Hierarchy, error) { return NewWith(panel, Structure{}) }

// NewWith is New with the sums of a structure.
func NewWith(panel []forecast.Series, structure Structure) (*Hierarchy, error) {
	var sums []string
	var leaves []forecast.Series
	var under map[string][]int
	if structure.factors == nil {
		sums, leaves = split(panel)
		under = nested(sums, leaves)
	} else {
		var err error
		if sums, under, leaves, err = structure.sums(panel); err != nil {
			return nil, err
		}
	}
	if len(sums) == 0 || len(leaves) < 2 {
		return nil, fmt.Errorf("forecast: the ids do not have the form a/b, so there is nothing to add up: %w", forecast.ErrInput)
	}
	c, err := commonTimes(leaves)
	if err != nil {
		return nil, err
	}
	full := make([]forecast.Series, len(leaves))
	for i, l := range leaves {
		full[i], _ = forecast.Impute(l, 1)
	}
	h := &Hierarchy{leaves: len(leaves)}
	for _, id := range sums {
		s := forecast.Series{ID: id, Freq: leaves[0].Freq, Values: make([]float64, c.end-c.start)}
		if s.Freq.Unit != forecast.None {
			s.Start = s.Freq.Add(leaves[0].Start, c.start)
		}
		for _, i := range under[id] {
			for t := range s.Values {
				s.Values[t] += full[i].Values[c.start-c.offsets[i]+t]
			}
		}
		s.Regressors = c.regressors(leaves, under[id])
		h.Panel, h.under = append(h.Panel, s), append(h.under, under[id])
	}
	h.Panel = append(h.Panel, leaves...)
	return h, nil
}

// Leaves are the series of the panel that are no sums.
func (h *Hierarchy) Leaves() []forecast.Series { return h.Panel[len(h.under):] }

// nested are the leaves under the sums of nested ids.
func nested(sums []string, leaves []forecast.Series) map[string][]int {
	under := map[string][]int{}
	for i, l := range leaves {
		for _, id := range sums {
			if id == Total || strings.HasPrefix(l.ID, id+"/") {
				under[id] = append(under[id], i)
			}
		}
	}
	return under
}

// split gives the ids of the sums, the total first and then the shortest, and the
// series that are no sums.
func split(panel []forecast.Series) (sums []string, leaves []forecast.Series) {
	inner := map[string]bool{}
	for _, s := range panel {
		for i, c := range s.ID {
			if c == '/' {
				inner[s.ID[:i]] = true
			}
		}
	}
	roots := map[string]bool{}
	for _, s := range panel {
		if !inner[s.ID] && s.ID != Total {
			leaves = append(leaves, s)
			root, _, _ := strings.Cut(s.ID, "/")
			roots[root] = true
		}
	}
	for id := range inner {
		sums = append(sums, id)
	}
	slices.SortFunc(sums, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")), cmp.Compare(a, b))
	})
	if len(sums) > 0 && len(roots) > 1 {
		sums = append([]string{Total}, sums...)
	}
	return sums, leaves
}

// common is the range of steps that all leaves cover, counted from the start of the
// first leaf, and where each leaf starts.
type common struct {
	start, end int
	offsets    []int
}

func commonTimes(leaves []forecast.Series) (common, error) {
	first := leaves[0]
	c := common{end: len(first.Values), offsets: make([]int, len(leaves))}
	for i, s := range leaves {
		if first.Freq.Unit != forecast.None {
			at, ok := first.Freq.Steps(first.Start, s.Start)
			if !ok {
				return c, fmt.Errorf("forecast: series %q and %q are not on the same grid: %w", s.ID, first.ID, forecast.ErrInput)
			}
			c.offsets[i] = at
		} else {
			c.offsets[i] = len(first.Values) - len(s.Values) // aligned at the end
		}
		c.start, c.end = max(c.start, c.offsets[i]), min(c.end, c.offsets[i]+len(s.Values))
		if c.offsets[i]+len(s.Values) != len(first.Values) {
			return c, fmt.Errorf("forecast: series %q and %q do not end at the same time, so they cannot be added up: %w", s.ID, first.ID, forecast.ErrInput)
		}
	}
	if c.end-c.start < 3 {
		return c, fmt.Errorf("forecast: the series share %d times, too few to add them up: %w", max(0, c.end-c.start), forecast.ErrInput)
	}
	return c, nil
}

// Reconciliation names a way to make the forecasts of a hierarchy add up.
type Reconciliation string

const (
	BottomUp Reconciliation = "bottom-up" // the sums are those of the leaves' forecasts
	// MinT changes all forecasts, those with large error variances most
	// (Wickramasuriya, Athanasopoulos and Hyndman 2019). It uses the shrunk covariance
	// of the errors of seasonal naive.
	MinT Reconciliation = "mint"
)

// tiny is the share of the total under which a forecast is nothing.
const tiny = 1e-12

const mostMinT = 1500 // series above which the covariance is taken as diagonal: its time grows with the square

// Reconcile changes forecasts of h.Panel, in its order, so that they add up. The
// distributions move with their means and keep their widths; Joint reconciles them too.
// season is that of the task, in steps, for the errors of seasonal naive. Errors wrap
// forecast.ErrInput, or forecast.ErrUnknown for a reconciliation of another name.
func (h *Hierarchy) Reconcile(ctx context.Context, fs []forecast.Forecast, how Reconciliation, season int) ([]forecast.Forecast, error) {
	if err := h.check(fs); err != nil {
		return nil, err
	}
	adjust, err := h.adjuster(ctx, how, season)
	if err != nil {
		return nil, err
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
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		leaves := slices.Clone(adjust(base))
		h.settle(leaves, base[0])
		for i := range out {
			v := h.value(i, leaves)
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

// Numbers is how many numbers Reconcile holds at a time, which is most of its memory.
func (h *Hierarchy) Numbers(how Reconciliation) int64 {
	if how != MinT {
		return 0
	}
	n, sums := int64(len(h.Panel)), int64(len(h.under))
	out := n*sums + 2*sums*sums
	if n <= mostMinT {
		out += 2 * n * n
	}
	return out
}

// check refuses what are not forecasts of the panel for the same steps.
func (h *Hierarchy) check(fs []forecast.Forecast) error {
	if len(fs) != len(h.Panel) {
		return fmt.Errorf("forecast: %d forecasts for a hierarchy of %d series: %w", len(fs), len(h.Panel), forecast.ErrInput)
	}
	for i, f := range fs {
		if f.Err != nil {
			return fmt.Errorf("forecast: series %q of the hierarchy has no forecast: %w", h.Panel[i].ID, f.Err)
		}
		if len(f.Mean) != len(fs[0].Mean) {
			return fmt.Errorf("forecast: series %q of the hierarchy has %d steps, %q has %d: %w", h.Panel[i].ID, len(f.Mean), h.Panel[0].ID, len(fs[0].Mean), forecast.ErrInput)
		}
	}
	return nil
}

// adjuster turns the forecasts of all series at a step into those of the leaves.
func (h *Hierarchy) adjuster(ctx context.Context, how Reconciliation, season int) (func(base []float64) []float64, error) {
	switch how {
	case BottomUp:
		return func(base []float64) []float64 { return base[len(h.under):] }, nil
	case MinT:
		return h.minT(ctx, season)
	}
	return nil, fmt.Errorf("forecast: reconciliation %q is neither %q nor %q: %w", how, MinT, BottomUp, forecast.ErrUnknown)
}

// settle makes leaves that cannot be negative zero at least, and what is left of nothing
// after adding and subtracting zero; total says what is little.
func (h *Hierarchy) settle(leaves []float64, total float64) {
	for i := range leaves {
		if h.Panel[len(h.under)+i].NonNegative() {
			leaves[i] = max(leaves[i], 0)
		}
		if math.Abs(leaves[i]) < tiny*math.Abs(total) {
			leaves[i] = 0
		}
	}
}

// value is that of series i of the panel, by those of the leaves.
func (h *Hierarchy) value(i int, leaves []float64) float64 {
	if i >= len(h.under) {
		return leaves[i-len(h.under)]
	}
	v := 0.0
	for _, k := range h.under[i] {
		v += leaves[k]
	}
	return v
}

// minT returns the projection: leaves = P·base with P = J - J·W·C'(C·W·C')⁻¹·C,
// C the constraints sum - its leaves = 0 (the same as equation 9 of the paper,
// with a matrix of the size of the sums only).
func (h *Hierarchy) minT(ctx context.Context, season int) (func(base []float64) []float64, error) {
	n, sums := len(h.Panel), len(h.under)
	w := h.covariance(ctx, season)
	// C·x for a vector x over all series
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
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		wc.SetRow(i, constrain(func(j int) float64 { return w(i, j) }))
	}
	cwc := mat.NewSymDense(sums, nil)
	for k := range sums {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
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

// covariance of the errors of seasonal naive, shrunk towards its diagonal (Schäfer
// and Strimmer 2005). It is of no use if ctx ends.
func (h *Hierarchy) covariance(ctx context.Context, season int) func(i, j int) float64 {
	n := len(h.Panel)
	errs := make([][]float64, n)
	sd := make([]float64, n)
	shortest := math.MaxInt
	for i, s := range h.Panel {
		y := classic.Fill(s.Values, 1)
		lag := max(1, season)
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
	for i := 0; i < n && ctx.Err() == nil; i++ {
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
