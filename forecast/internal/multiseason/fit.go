package multiseason

import (
	"math"
	"slices"

	"github.com/segue-go/segue/forecast/internal/ridge"
)

// past is a history on the scale that it is fitted on, with its regression.
type past struct {
	d       *design
	z       []float64                // (n)
	rows    []float64                // (n, cols)
	normals map[int]*ridge.Equations // by origin
	raw     []float64                // what a first fit leaves, (n)
}

// newPast builds the rows and the normal equations at each origin (ascending). Values
// far from a first fit are drawn to it, so that a strike or a closed day bends no
// season, and a level that jumped gets a column for it.
func newPast(periods, values []float64, origins []int) *past {
	const (
		far   = 5 // standard deviations by the median
		jumps = 3
	)
	p := rows(newDesign(periods, len(values), nil), values)
	rest, at := p.roughly()
	for at > 0 && len(p.d.steps) < jumps {
		p = rows(newDesign(periods, len(values), append(p.d.steps, at)), values)
		rest, at = p.roughly()
	}
	limit := far * deviation(rest)
	p.z = make([]float64, len(values))
	p.raw = rest
	m := ridge.New(p.d.cols)
	for t, v := range values {
		if len(origins) > 0 && origins[0] == t {
			p.normals[t] = m.Clone()
			origins = origins[1:]
		}
		p.z[t] = v
		if limit > 0 {
			p.z[t] += max(-limit, min(limit, rest[t])) - rest[t]
		}
		m.Add(p.row(t), p.z[t], 1)
	}
	p.normals[len(values)] = m
	return p
}

// rows builds those of a design.
func rows(d *design, values []float64) *past {
	p := &past{d: d, z: values, rows: make([]float64, len(values)*d.cols), normals: map[int]*ridge.Equations{}}
	for t := range values {
		x := p.row(t)
		d.trend(x, float64(t))
		d.seasonal(x[d.season:], float64(t))
	}
	return p
}

// roughly is what a first fit leaves, and where one more jump of the level would help
// most; 0 where it would not help much.
func (p *past) roughly() (rest []float64, at int) {
	const much = .3 // of the squared residuals
	n, d := len(p.z), p.d
	m := ridge.New(d.cols)
	for t, v := range p.z {
		m.Add(p.row(t), v, 1)
	}
	l := m.Factor(d.penalty(spec{level: 30, rough: 10}))
	beta := l.Solve(m.XZ)
	rest = make([]float64, n)
	var total float64
	for t, v := range p.z {
		rest[t] = v - ridge.Dot(p.row(t), beta)
		total += rest[t] * rest[t]
	}
	// what a column that is 1 from t on would take from the squares
	edge := max(4, int(d.spacing/4))
	x, sum, top := make([]float64, d.cols), 0.0, 0.0
	for t := n - 1; t >= edge; t-- {
		sum += rest[t]
		for i, v := range p.row(t) {
			x[i] += v
		}
		if n-t < edge {
			continue
		}
		if gain := sum * sum / max(float64(n-t)-l.Norm(x), 1e-9); gain > top {
			top, at = gain, t
		}
	}
	if top < much*total {
		return rest, 0
	}
	return rest, at
}

// deviation is the standard deviation of x around zero by the median.
func deviation(x []float64) float64 {
	size := make([]float64, len(x))
	for i, v := range x {
		size[i] = math.Abs(v)
	}
	slices.Sort(size)
	return 1.4826 * size[len(size)/2]
}

func (p *past) row(t int) []float64 { return p.rows[t*p.d.cols : (t+1)*p.d.cols] }

// A spec is one way to fit.
type spec struct {
	level   float64 // penalty on the moves of the level
	rough   float64 // penalty on the first pair of a long season
	slope   bool    // a trend for the whole history
	without int     // number of the longest seasons that are left out
	pairs   int     // of each season; 0 for all
	dates   bool    // with what the same date of the past years left over
	memory  float64 // units in which the trend loses 1-1/e of its slope after the end; 0 never
}

// fitted is a spec at an origin.
type fitted struct {
	p     *past
	n     int // the origin
	beta  []float64
	rest  []float64 // the last residuals
	phi   []float64 // their autoregression
	end   float64   // the trend at the last value
	slope float64   // per step
	fade  float64   // steps in which the slope loses 1-1/e; 0 never
	dates bool
}

// fit fits on the first n values.
func (p *past) fit(s spec, n int) *fitted {
	const (
		window = 1000 // residuals that the autoregression is fitted on
		order  = 8    // the largest that it may have
	)
	m := p.normals[n]
	f := &fitted{p: p, n: n, dates: s.dates, fade: s.memory * p.d.unit, beta: m.Factor(p.d.penalty(s)).Solve(m.XZ)}
	f.rest = make([]float64, min(n, window))
	for i := range f.rest {
		t := n - len(f.rest) + i
		f.rest[i] = p.z[t] - ridge.Dot(p.row(t), f.beta)
	}
	f.phi = autoregression(f.rest, order)
	f.end = ridge.Dot(p.row(n - 1)[:p.d.season], f.beta[:p.d.season])
	f.slope = f.beta[1] / p.d.unit
	if back := n - 1 - int(p.d.unit); s.memory > 0 && back > 0 {
		last := (f.end - ridge.Dot(p.row(back)[:p.d.season], f.beta[:p.d.season])) / p.d.unit
		f.slope = lesser(f.slope, last)
	}
	return f
}

// forecast continues the fit for n steps.
func (f *fitted) forecast(n int) []float64 {
	out := f.seasonal(f.n, n)
	rest := carry(f.rest, f.phi, n)
	for h := range out {
		ahead := float64(h + 1)
		if f.fade > 0 {
			ahead = f.fade * -math.Expm1(-ahead/f.fade)
		}
		out[h] += f.end + f.slope*ahead + rest[h]
		if f.dates {
			out[h] += f.p.date(f.n, f.n+h)
		}
	}
	return out
}

// seasonal is the sum of the seasons in n steps from t.
func (f *fitted) seasonal(t, n int) []float64 {
	d := f.p.d
	beta := f.beta[d.season:]
	out := make([]float64, n)
	x := make([]float64, d.cols-d.season)
	for i := range out {
		if t+i < len(f.p.z) {
			out[i] = ridge.Dot(f.p.row(t + i)[d.season:], beta)
			continue
		}
		d.seasonal(x, float64(t+i))
		out[i] = ridge.Dot(x, beta)
	}
	return out
}

// lesser is the one nearer to zero, and zero where the signs differ.
func lesser(a, b float64) float64 {
	switch {
	case a*b <= 0:
		return 0
	case math.Abs(a) < math.Abs(b):
		return a
	}
	return b
}

// date is what the first fit left over, the same number of days into each of the
// longest seasons before n, at step t: a feast, say. It counts where all agree, and the
// more of them the more.
func (p *past) date(n, t int) float64 {
	period := p.d.unit
	var sum, k, sign float64
	for j := 1; ; j++ {
		i := t - int(math.Round(float64(j)*period))
		if i < 0 {
			break
		}
		if i >= n {
			continue
		}
		if v := p.raw[i]; sign == 0 || v*sign > 0 {
			sign = v
			sum += v
			k++
			continue
		}
		return 0
	}
	if k == 0 {
		return 0
	}
	const doubt = 1.0
	return sum / (k + doubt)
}
