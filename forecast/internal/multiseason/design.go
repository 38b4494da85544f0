package multiseason

import "math"

// A design is the regression of a series on its level, its trend and its seasons:
// the columns of row t are
//
//	1, t/year, ramps, jumps, and for each season pairs cos, sin of 2πkt/period
//
// followed, where a short season changes in the course of a long one, by their
// products. A ramp rises from 0 to 1 within one spacing and stays: its coefficient
// is how far the level moved in that time, so that a penalty on it makes the level a
// random walk (the trend of Taylor and Letham 2018, with steps in place of kinks).
type design struct {
	periods []float64 // ascending
	orders  []int     // pairs of each period
	cross   bool      // products of the first period's pairs and the last one's first pair
	unit    float64   // steps in which the slope is counted
	first   float64   // where the first ramp begins
	spacing float64   // of the ramps, in steps
	ramps   int
	steps   []int // values at which the level jumps for good
	season  int   // index of the first seasonal column
	cols    int
}

// long is the number of steps from which a season is smooth: a year of days or
// weeks, where one of months or a week of days has a value of its own for each step.
const long = 24

// newDesign chooses the columns for n values whose level jumps at the given steps.
func newDesign(periods []float64, n int, steps []int) *design {
	const (
		most     = 24  // ramps
		detail   = 10  // pairs of a long season
		quarters = 4.0 // ramps in the longest season
	)
	d := &design{periods: periods, steps: steps, unit: float64(n), spacing: float64(n) / most}
	if k := len(periods); k > 0 {
		d.unit = periods[k-1]
		d.spacing = max(d.spacing, periods[k-1]/quarters)
		d.cross = k > 1 && periods[0] <= 12
	}
	d.spacing = max(d.spacing, 3)
	d.ramps = max(0, int(float64(n)/d.spacing)-1)
	d.first = float64(n) - d.spacing*float64(d.ramps)
	d.season = 2 + d.ramps + len(steps)
	d.cols = d.season
	for _, p := range periods {
		k := int(p / 2)
		if p > long {
			k = min(k, detail)
		}
		d.orders = append(d.orders, k)
		d.cols += 2 * k
	}
	if d.cross {
		d.cols += 4 * d.orders[0]
	}
	return d
}

// trend writes the first columns of row t.
func (d *design) trend(dst []float64, t float64) {
	dst[0], dst[1] = 1, t/d.unit
	for j := range d.ramps {
		dst[2+j] = max(0, min(1, (t-d.first-float64(j)*d.spacing)/d.spacing))
	}
	for j, s := range d.steps {
		dst[2+d.ramps+j] = 0
		if t >= float64(s) {
			dst[2+d.ramps+j] = 1
		}
	}
}

// seasonal writes the other columns of row t.
func (d *design) seasonal(dst []float64, t float64) {
	at := 0
	for i, p := range d.periods {
		s, c := math.Sincos(2 * math.Pi * math.Mod(t, p) / p)
		a, b := 1.0, 0.0
		for range d.orders[i] {
			a, b = a*c-b*s, b*c+a*s
			dst[at], dst[at+1] = a, b
			at += 2
		}
	}
	if d.cross {
		last := 2 * (sum(d.orders) - d.orders[len(d.orders)-1])
		a, b := dst[last], dst[last+1]
		for _, v := range dst[:2*d.orders[0]] {
			dst[at], dst[at+1] = v*a, v*b
			at += 2
		}
	}
}

// penalty is the ridge of each column under a spec. That of a long season grows with
// the square of the order; a product's is ten times that of a first pair.
func (d *design) penalty(s spec) []float64 {
	const (
		light = 1e-9
		never = 1e12
		short = .03 // of rough, for a season of which the history holds many
	)
	out := make([]float64, d.cols)
	out[0], out[1] = light, never
	if s.slope {
		out[1] = light
	}
	for j := range d.ramps {
		out[2+j] = s.level
	}
	for j := range d.steps {
		out[2+d.ramps+j] = light + 1
	}
	at := d.season
	for i, p := range d.periods {
		for k := range d.orders[i] {
			v := short * s.rough
			if p > long {
				v = s.rough * float64((k+1)*(k+1))
			}
			if i >= len(d.periods)-s.without || s.pairs > 0 && k >= s.pairs {
				v = never
			}
			out[at], out[at+1] = v, v
			at += 2
		}
	}
	for ; at < d.cols; at++ {
		out[at] = 10 * s.rough
		if s.without > 0 {
			out[at] = never
		}
	}
	return out
}

func sum(x []int) int {
	s := 0
	for _, v := range x {
		s += v
	}
	return s
}
