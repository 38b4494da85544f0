package neural

import (
	"math/rand/v2"

	"github.com/segue-go/segue/seq"
	"github.com/segue-go/segue/seq/repro"
)

// windowSource draws training batches: for every sequence a series (or a convex
// mixture of two), a last origin, and the origins before it.
type windowSource struct {
	views []*view
	spec  netSpec
	head  *panelHead
	net   *seq.Net
	plan  netPlan
	seed  uint64
	mixed view // scratch
}

// Batch fills b for a training step. What it draws depends on the step alone.
func (s *windowSource) Batch(step int, b *seq.Batch) error {
	r := rand.New(rand.NewPCG(s.seed, uint64(step)))
	spec := s.spec
	b.Resize(s.net, spec.Origins, s.plan.batch)
	in, d := spec.Window+extraInputs, s.head.Targets()
	for i := range s.plan.batch {
		v := s.views[r.IntN(len(s.views))]
		if r.Float64() < s.plan.mix && len(s.views) > 1 {
			v = s.mix(v, s.views[r.IntN(len(s.views))], r)
		}
		last := len(v.z) - 1 - spec.Horizon
		if last < 1 || r.Float64() < s.plan.crop {
			last = r.IntN(len(v.z) - 1)
		}
		for t := range spec.Origins {
			o := last - (spec.Origins-1-t)*spec.Stride
			if o < 0 {
				continue
			}
			row := t*b.B + i
			v.inputs(b.X[row*in:(row+1)*in], o, spec)
			s.head.fill(b.Target[row*d:(row+1)*d], v, o, spec)
			b.Weight[row] = 1
		}
	}
	return nil
}

// mix averages two views, aligned at their ends, with a random weight. Views of
// different scales and short ones are not mixed: it returns a.
func (s *windowSource) mix(a, b *view, r *rand.Rand) *view {
	w := r.Float64()
	n := min(len(a.z), len(b.z))
	if a.log != b.log || a == b || n < 4 {
		return a
	}
	// enough history for the origins, their window and the running statistics
	n = min(n, s.spec.Origins*s.spec.Stride+s.spec.Window+s.spec.Horizon+2*s.spec.Season+50)
	m := &s.mixed
	oa, ob := len(a.z)-n, len(b.z)-n
	m.z = m.z[:0]
	for i := range n {
		m.z = append(m.z, w*a.z[oa+i]+(1-w)*b.z[ob+i])
	}
	m.known = nil
	m.log, m.scale = a.log, 1
	m.season = nil
	if a.season != nil || b.season != nil {
		k := s.spec.Season
		m.season = make([]float64, k)
		for i := range k {
			m.season[i] = w*a.seasonal(oa+i) + (1-w)*b.seasonal(ob+i)
		}
	}
	// the denominator of MASE, mixed relative to the levels
	la, lb := a.scale, b.scale
	if a.log {
		la, lb = repro.Exp(a.z[len(a.z)-1]), repro.Exp(b.z[len(b.z)-1])
	}
	lm := 1.0
	if a.log {
		lm = repro.Exp(m.z[n-1])
	}
	m.mase = lm * repro.Pow(a.mase/la, w) * repro.Pow(b.mase/lb, 1-w)
	m.measure(s.spec)
	return m
}
