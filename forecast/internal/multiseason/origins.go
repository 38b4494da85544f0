package multiseason

import (
	"math"

	"github.com/segue-go/segue/seq/repro"
)

// origins are where candidates are tried, ascending, and the longest lead. Where the
// first period is a day they lie whole days before the end.
func origins(n int, periods []float64) (at []int, lead int) {
	const (
		least  = 1.25  // longest seasons in the shortest history that is tried
		cycles = 8     // seasons in the longest lead
		share  = 6     // of the history in the longest lead, at most
		far    = 20000 // steps in it; more would cost memory and say little
	)
	season, step, most := 12, 1, 8
	if k := len(periods); k > 0 {
		season = max(int(math.Ceil(periods[k-1])), season)
		if daily(periods) {
			step = int(periods[0])
		}
	}
	first := int(math.Ceil(least * float64(season)))
	lead = max(season, min(cycles*season, n/share))
	if lead*most < n {
		most = 12
	}
	lead = min(lead, n-first, far)
	if lead < step {
		return nil, 0
	}
	first = max(first, n-max(2*lead, n/3))
	last := n - max(1, lead/most)
	for j := range most {
		o := first + (last-first)*j/(most-1)
		o = n - (n-o)/step*step
		if o < n && (len(at) == 0 || o > at[len(at)-1]) {
			at = append(at, o)
		}
	}
	return at, lead
}

// A trial is what candidates forecast at origins.
type trial struct {
	y     []float64
	at    []int
	lead  int
	means [][][]float64 // (origin, candidate, lead)
}

// try runs every candidate at every origin.
func try(y []float64, cs []candidate, at []int, lead int) *trial {
	t := &trial{y: y, at: at, lead: lead}
	for _, o := range at {
		var row [][]float64
		for _, c := range cs {
			row = append(row, c.run(o, min(lead, len(y)-o)))
		}
		t.means = append(t.means, row)
	}
	return t
}

// weights of the candidates: the eighth power of the mean absolute error up to a lead,
// inverted. On daily demand it did as well as the best candidate known afterwards; the
// fourth leaves the poor ones too much, the hundredth chooses by luck.
func (t *trial) weights(lead int) []float64 {
	const power = 8
	e := make([]float64, len(t.means[0]))
	for i, o := range t.at {
		h := min(lead, len(t.y)-o)
		late := float64(i + 1)
		for c, f := range t.means[i] {
			for k, v := range f[:h] {
				e[c] += late * math.Abs(t.y[o+k]-v) / float64(h)
			}
		}
	}
	least := math.Inf(1)
	for i, v := range e {
		if math.IsNaN(v) {
			e[i] = math.Inf(1)
		}
		least = min(least, e[i])
	}
	w := make([]float64, len(e))
	var total float64
	for i, v := range e {
		w[i] = repro.Pow((least+1e-300)/(v+1e-300), power)
		total += w[i]
	}
	for i := range w {
		w[i] /= total
	}
	return w
}

// A blend weighs the candidates by lead: near ones as they did in the first steps, far
// ones as they did in a whole season. It does not depend on the horizon that is asked.
type blend struct {
	near, far []float64
	fade      float64 // steps in which the near weights lose 1-1/e
}

func (t *trial) blend(periods []float64) blend {
	near := t.lead / 4
	if len(periods) > 0 {
		near = 2 * int(periods[0])
	}
	near = max(1, min(near, t.lead))
	return blend{t.weights(near), t.weights(t.lead), float64(near)}
}

// mix averages forecasts (candidate, step).
func (b blend) mix(fs [][]float64) []float64 {
	out := make([]float64, len(fs[0]))
	for c, f := range fs {
		if !b.counts(c) {
			continue
		}
		for h, v := range f {
			g := repro.Exp(-float64(h) / b.fade)
			out[h] += (g*b.near[c] + (1-g)*b.far[c]) * v
		}
	}
	return out
}

// counts reports whether a candidate has any weight to speak of.
func (b blend) counts(c int) bool { return b.near[c] > 1e-6 || b.far[c] > 1e-6 }

// ratio reports whether most of the weight is on candidates whose errors grow with the
// level.
func (b blend) ratio(cs []candidate) bool {
	var s, total float64
	for c := range cs {
		total += b.near[c] + b.far[c]
		if cs[c].ratio {
			s += b.near[c] + b.far[c]
		}
	}
	return s > total/2
}
