package universal

import (
	"slices"

	"github.com/segue-go/segue/forecast/internal/ridge"
)

// linear is a draft that is fitted to the series itself: an autoregression on a few lags
// around one and two seasons and a week, of the values or of their changes over a season,
// by least squares with a small ridge on all values up to the origin. On the last
// horizon of M4's hourly training files the two of them were as good as the whole
// network that did not know them (scaled error .82), and the average .79.
type linear struct {
	lags  []int // ascending
	apart int   // steps of a change; 0 means that the values are regressed, with a constant
	sums  *ridge.Equations
	taken int // values that the sums hold
	mid   float64
	scale float64 // of mid and scale are the numbers that are regressed
	beta  []float64
	row   []float64
	path  []float64 // what follows the origin, as it is regressed
	low   float64   // bounds of the forecast
	high  float64
}

const (
	linearRidge = .003 // times the sum of a lag's squares; .001 and .01 were as good
	enoughRows  = 3    // times the coefficients
)

// lagsOf are the lags for a season and the season around it.
func lagsOf(season, week int) []int {
	const most = 12 // seasons that a week may have; a year of days is too far
	lags := []int{1, 2, 3, 4}
	if season > 1 {
		for _, l := range []int{6, 9, 15} {
			if l < 2*season {
				lags = append(lags, l)
			}
		}
		for l := max(1, season-3); l <= season+2; l++ {
			lags = append(lags, l)
		}
		lags = append(lags, 2*season-1, 2*season, 2*season+1)
		if week > 0 && week <= most*season {
			lags = append(lags, week-season, week-1, week, week+1)
		}
	}
	slices.Sort(lags)
	return slices.Compact(lags)
}

func newLinear(season, week, apart int) *linear {
	l := &linear{lags: lagsOf(season, week), apart: apart}
	n := len(l.lags)
	if apart == 0 {
		n++
	}
	l.row = make([]float64, n)
	l.row[n-1] = 1 // the constant, if there is one
	l.sums = ridge.New(n)
	return l
}

func (l *linear) clone() *linear {
	c := *l
	c.sums, c.row, c.path = l.sums.Clone(), slices.Clone(l.row), nil
	return &c
}

// first is the earliest value that can be regressed on those before it.
func (l *linear) first() int { return l.lags[len(l.lags)-1] + l.apart }

// number is value t as it is regressed.
func (l *linear) number(r *reader, t int) float64 {
	if l.apart > 0 {
		return (r.z[t] - r.z[t-l.apart]) / l.scale
	}
	return (r.z[t] - l.mid) / l.scale
}

// moveTo takes in the values up to origin o and fits the coefficients.
func (l *linear) moveTo(r *reader, o int) {
	l.path = l.path[:0]
	if o+1-l.first() < enoughRows*len(l.row) {
		return
	}
	if l.scale == 0 {
		if l.mid, l.scale = r.mean(o, o+1), r.move(o, o); l.scale == 0 {
			return
		}
		l.taken = l.first()
		l.low, l.high = r.z[0], r.z[0]
		for _, v := range r.z[:l.taken] {
			l.low, l.high = min(l.low, v), max(l.high, v)
		}
	}
	for t := l.taken; t <= o; t++ {
		l.low, l.high = min(l.low, r.z[t]), max(l.high, r.z[t])
		if r.known != nil && !r.known[t] {
			continue
		}
		for i, lag := range l.lags {
			l.row[i] = l.number(r, t-lag)
		}
		l.sums.Add(l.row, l.number(r, t), 1)
	}
	l.taken = o + 1
	penalty := make([]float64, len(l.row))
	for i := range l.lags {
		penalty[i] = linearRidge*l.sums.XX[i*len(l.row)+i] + 1
	}
	l.beta = l.sums.Factor(penalty).Solve(l.sums.XZ)
}

// ahead writes what follows origin o in block j; it reports false if there is no fit.
func (l *linear) ahead(r *reader, o, j int, out *[block]float64) bool {
	if l.beta == nil {
		return false
	}
	for h := len(l.path); h < (j+1)*block; h++ {
		v := 0.0
		for i, lag := range l.lags {
			if t := h - lag; t >= 0 {
				v += l.beta[i] * l.path[t]
			} else {
				v += l.beta[i] * l.number(r, o+1+t)
			}
		}
		if l.apart == 0 {
			v += l.beta[len(l.beta)-1]
		}
		l.path = append(l.path, l.bounded(v, l.before(r, o, h)))
	}
	for i := range out {
		h := j*block + i
		out[i] = l.before(r, o, h) + l.scale*l.path[h]
	}
	return true
}

// before is what l.path[h] is added to.
func (l *linear) before(r *reader, o, h int) float64 {
	if l.apart == 0 {
		return l.mid
	}
	v := 0.0
	for h -= l.apart; h >= 0; h -= l.apart {
		v += l.scale * l.path[h]
	}
	return v + r.z[o+1+h]
}

// bounded keeps the forecast within half of the range of the past around it.
func (l *linear) bounded(v, before float64) float64 {
	const room = .5
	wide := room * (l.high - l.low)
	return max(l.low-wide-before, min(l.high+wide-before, l.scale*v)) / l.scale
}
