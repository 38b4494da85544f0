package hierarchy

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/forecast"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// JointOptions say how futures of a hierarchy are drawn. The zero value of a field is
// its default.
type JointOptions struct {
	How    Reconciliation // "" means MinT
	Season int            // steps in a season, as in forecast.Task; 0 and 1 mean none
	Draws  int            // futures from which the quantiles are taken; 0 means 1000
	Paths  int            // futures to keep, at most Draws
	Whole  bool           // the futures are whole numbers
	Seed   uint64         // the same seed gives the same futures

	// Correlation of neighbouring steps of a future, 0 to 1; 0 means that
	// forecast.PathCorrelation estimates it.
	Correlation float64
}

// Joint are reconciled forecasts and futures that add up.
type Joint struct {
	Forecasts []forecast.Forecast // of the panel: means of Reconcile, quantiles of the futures
	Paths     [][][]float64       // per series and kept future: a value per step
}

// Joint reconciles whole distributions: it draws futures of all series together from
// their forecasts, projects each of them so that it adds up, as Reconcile does with the
// means, and takes the quantiles of what comes out (Panagiotelis, Gamakumara,
// Athanasopoulos and Hyndman 2023, section 4.1). The futures of the series are
// correlated as the errors of seasonal naive were, from one series to another, and as
// forecast.PathCorrelation says from one step to the next.
func (h *Hierarchy) Joint(ctx context.Context, fs []forecast.Forecast, opt JointOptions) (*Joint, error) {
	if opt.How == "" {
		opt.How = MinT
	}
	if opt.Draws == 0 {
		opt.Draws = 1000
	}
	opt.Draws = max(opt.Draws, opt.Paths)
	out, err := h.Reconcile(ctx, fs, opt.How, opt.Season)
	if err != nil {
		return nil, err
	}
	adjust, err := h.adjuster(ctx, opt.How, opt.Season)
	if err != nil {
		return nil, err
	}
	d := h.newDrawer(ctx, opt, len(fs[0].Mean))
	j := &Joint{Forecasts: out, Paths: make([][][]float64, len(fs))}
	for i := range j.Paths {
		for range opt.Paths {
			j.Paths[i] = append(j.Paths[i], make([]float64, len(fs[0].Mean)))
		}
	}
	base, leaves := make([]float64, len(fs)), make([]float64, len(fs)-len(h.under))
	values := make([][]float64, len(fs)) // per series: of the draws at a step
	for i := range values {
		values[i] = make([]float64, opt.Draws)
	}
	for t := range fs[0].Mean {
		for k := range opt.Draws {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			for i, p := range d.next(k, t) {
				base[i] = fs[i].Quantile(t, p)
			}
			copy(leaves, adjust(base))
			h.settle(leaves, base[0])
			if opt.Whole {
				for i := range leaves {
					leaves[i] = math.Round(leaves[i])
				}
			}
			for i := range values {
				values[i][k] = h.value(i, leaves)
			}
		}
		for i := range values {
			for p := range j.Paths[i] {
				j.Paths[i][p][t] = values[i][p]
			}
			slices.Sort(values[i])
			for q, p := range out[i].Probs {
				out[i].Q[t][q] = quantile(values[i], p)
			}
		}
	}
	return j, nil
}

// quantile is a quantile of sorted values.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := min(int(at), len(sorted)-2)
	if i < 0 {
		return sorted[0]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// drawer draws the probabilities at which the futures lie in the forecasts of all
// series, step by step.
type drawer struct {
	r      *rand.Rand
	mix    mat.TriDense // of independent draws to those of the series; empty if they are independent
	step   float64      // correlation of neighbouring steps
	scores [][]float64  // per draw and series: the last normal score
	fresh  []float64
	probs  []float64
}

func (h *Hierarchy) newDrawer(ctx context.Context, opt JointOptions, horizon int) *drawer {
	n := len(h.Panel)
	d := &drawer{r: rand.New(rand.NewPCG(opt.Seed, 0x9a7)), fresh: make([]float64, n), probs: make([]float64, n)}
	d.step = opt.Correlation
	const asked = 8 // series, evenly over the panel: the estimate takes time, and they are alike
	for k := 0; opt.Correlation == 0 && k < min(asked, n) && ctx.Err() == nil; k++ {
		d.step += forecast.PathCorrelation(h.Panel[k*n/min(asked, n)], opt.Season, horizon) / float64(min(asked, n))
	}
	for range opt.Draws {
		d.scores = append(d.scores, make([]float64, n))
	}
	if n <= mostMinT {
		cov := h.covariance(ctx, opt.Season)
		r := mat.NewSymDense(n, nil)
		for i := range n {
			for j := range i + 1 {
				r.SetSym(i, j, cov(i, j)/math.Sqrt(cov(i, i)*cov(j, j)))
			}
			r.SetSym(i, i, 1+1e-6)
		}
		var chol mat.Cholesky
		if chol.Factorize(r) {
			chol.LTo(&d.mix)
		}
	}
	return d
}

// next are the probabilities of draw k at step t, which follows step t-1 of it.
func (d *drawer) next(k, t int) []float64 {
	for i := range d.fresh {
		d.fresh[i] = d.r.NormFloat64()
	}
	z := mat.NewVecDense(len(d.fresh), d.fresh)
	if !d.mix.IsEmpty() {
		var mixed mat.VecDense
		mixed.MulVec(&d.mix, z)
		z = &mixed
	}
	for i, score := range d.scores[k] {
		if t == 0 {
			score = z.AtVec(i)
		} else {
			score = d.step*score + math.Sqrt(max(0, 1-d.step*d.step))*z.AtVec(i)
		}
		d.scores[k][i] = score
		d.probs[i] = distuv.UnitNormal.CDF(max(-6, min(6, score)))
	}
	return d.probs
}
