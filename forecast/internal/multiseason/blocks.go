package multiseason

import (
	"math"

	"github.com/segue-go/segue/forecast/internal/ridge"
)

// blocks divides a history of hours or minutes into days: the means of the days are
// fitted like a series of days, and what each step of a day adds to its mean is
// regressed on the weekday and the time of the year.
type blocks struct {
	m     int // steps a day
	skip  int // steps before the first whole day, counted from the end
	z     []float64
	days  *past
	shape *design   // columns of the shape; its trend is a constant alone
	x     []float64 // (days, columns)
	means []float64 // of the days as they were, outliers too
	known map[shapeOf]*dayShape
}

// shapeOf says what a shape is fitted on.
type shapeOf struct {
	days int
	half float64
}

// newBlocks takes the periods in steps, the first of which is the day; origins lie
// whole days before the end.
func newBlocks(z []float64, periods []float64, at []int) *blocks {
	m := int(periods[0])
	b := &blocks{m: m, skip: len(z) % m, z: z}
	means := make([]float64, len(z)/m)
	b.means, b.known = means, map[shapeOf]*dayShape{}
	for i := range means {
		for _, v := range b.day(i) {
			means[i] += v / float64(m)
		}
	}
	var inDays []float64
	for _, p := range periods[1:] {
		inDays = append(inDays, p/float64(m))
	}
	var days []int
	for _, o := range at {
		days = append(days, (o-b.skip)/m)
	}
	b.days = newPast(inDays, means, days)
	b.shape = &design{season: 1, cols: 1}
	for _, p := range inDays {
		k := min(int(p/2), 3)
		if p > long {
			k = 2
		}
		b.shape.periods, b.shape.orders = append(b.shape.periods, p), append(b.shape.orders, k)
		b.shape.cols += 2 * k
	}
	b.x = make([]float64, len(means)*b.shape.cols)
	for i := range means {
		b.row(i)[0] = 1
		b.shape.seasonal(b.row(i)[1:], float64(i))
	}
	return b
}

func (b *blocks) day(i int) []float64 { return b.z[b.skip+i*b.m : b.skip+(i+1)*b.m] }

func (b *blocks) row(i int) []float64 { return b.x[i*b.shape.cols : (i+1)*b.shape.cols] }

// A dayShape is what each step adds to the mean of its day.
type dayShape struct {
	b    *blocks
	beta [][]float64 // (m, columns)
}

// fitShape regresses the first n days; a day half days back counts half.
func (b *blocks) fitShape(n int, half float64) *dayShape {
	const (
		week = .3 // penalties: how many days of one kind count as much as all days
		year = 3
	)
	if s := b.known[shapeOf{n, half}]; s != nil {
		return s
	}
	s := &dayShape{b: b, beta: make([][]float64, b.m)}
	b.known[shapeOf{n, half}] = s
	sums := ridge.New(b.shape.cols)
	xz := make([]float64, b.m*b.shape.cols)
	for i := range n {
		w := math.Exp2(-float64(n-1-i) / half)
		if w < 1e-6 {
			continue
		}
		x, z := b.row(i), b.day(i)
		sums.Add(x, 0, w)
		for j, v := range z {
			d := w * (v - b.means[i])
			for c, u := range x {
				xz[j*len(x)+c] += d * u
			}
		}
	}
	penalty := make([]float64, b.shape.cols)
	penalty[0] = 1e-9
	at := 1
	for i, p := range b.shape.periods {
		v := week
		if p > long {
			v = year
		}
		for range 2 * b.shape.orders[i] {
			penalty[at] = v
			at++
		}
	}
	l := sums.Factor(penalty)
	for j := range s.beta {
		s.beta[j] = l.Solve(xz[j*b.shape.cols : (j+1)*b.shape.cols])
	}
	return s
}

// add adds the shape of day i to dst.
func (s *dayShape) add(dst []float64, i int) {
	x := make([]float64, s.b.shape.cols)
	x[0] = 1
	s.b.shape.seasonal(x[1:], float64(i))
	for j := range dst {
		dst[j] += ridge.Dot(x, s.beta[j])
	}
}

// forecast continues the first n values for horizon steps.
func (b *blocks) forecast(s spec, half float64, n, horizon int) []float64 {
	const (
		window = 60 // days whose remainders are continued
		order  = 3
	)
	days := (n - b.skip) / b.m
	f := b.days.fit(s, days)
	shape := b.fitShape(days, half)
	from := max(0, days-window)
	rest := make([]float64, 0, (days-from)*b.m)
	for i := from; i < days; i++ {
		fit := make([]float64, b.m)
		shape.add(fit, i)
		for j, v := range b.day(i) {
			rest = append(rest, v-b.means[i]-fit[j])
		}
	}
	carried := carry(rest, autoregression(rest, order), min(horizon, 7*b.m))
	out := make([]float64, 0, horizon+b.m)
	for i, level := range f.forecast((horizon + b.m - 1) / b.m) {
		day := make([]float64, b.m)
		shape.add(day, days+i)
		for j := range day {
			day[j] += level
		}
		out = append(out, day...)
	}
	for h, v := range carried {
		out[h] += v
	}
	return out[:horizon]
}
