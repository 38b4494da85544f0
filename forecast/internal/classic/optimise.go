package classic

import (
	"context"
	"math"
	"slices"
)

// Two small optimisers for the statistical methods. gonum's run the function in other
// goroutines, which took two thirds of a method's time here: one evaluation costs
// about a microsecond.

// descend minimises a smooth function from x by BFGS (Nocedal and Wright 2006,
// algorithm 6.1) with forward differences and a backtracking line search. Values that
// are not finite are treated as high. The end of ctx ends the search where it is.
func descend(ctx context.Context, x []float64, f func([]float64) float64) []float64 {
	n := len(x)
	buf := make([]float64, 5*n+n*n)
	b := &bfgs{
		ctx: ctx, f: f, x: slices.Clone(x),
		g: buf[:n], step: buf[n : 2*n], next: buf[2*n : 3*n], change: buf[3*n : 4*n], hy: buf[4*n : 5*n], inverse: buf[5*n:],
	}
	b.reset()
	b.at = b.value(b.x)
	b.gradient(b.x)
	idle := 0
	for k := 0; k < 20+5*n && ctx.Err() == nil; k++ {
		down := 0.0
		slope, size := b.direction()
		if slope < 0 {
			down = b.line(slope, size)
		}
		if !(down > 0) { // no way down: try the steepest descent once
			if b.fresh {
				break
			}
			b.reset()
			continue
		}
		copy(b.change, b.g)
		b.gradient(b.next)
		for i := range n {
			b.step[i] = b.next[i] - b.x[i]
			b.change[i] = b.g[i] - b.change[i]
		}
		copy(b.x, b.next)
		if down >= enoughDown*max(1, math.Abs(b.at)) {
			idle = 0
		} else if idle++; idle == 2 {
			break
		}
		b.update()
	}
	return b.x
}

const (
	highValue  = 1e15
	armijo     = 1e-4 // share of the predicted decrease that a step must reach
	enoughDown = 1e-7 // a decrease below this, twice in a row, ends the search
)

// bfgs is the state of descend, for n variables.
type bfgs struct {
	ctx     context.Context
	f       func([]float64) float64
	x       []float64 // (n) the best point
	at      float64   // f(x)
	g       []float64 // (n) gradient at x
	step    []float64 // (n) the direction, and then the step that was taken
	next    []float64 // (n) the point after the step
	change  []float64 // (n) of the gradient
	hy      []float64 // (n) scratch: inverse times change
	inverse []float64 // (n,n) of the Hessian, approximately
	fresh   bool      // inverse is the identity
}

func (b *bfgs) value(x []float64) float64 {
	if v := b.f(x); v < highValue { // false for NaN too
		return v
	}
	return highValue
}

// gradient computes g at x, where f is at.
func (b *bfgs) gradient(x []float64) {
	for i, v := range x {
		h := 1e-6 * max(1, math.Abs(v))
		x[i] = v + h
		b.g[i] = (b.value(x) - b.at) / h
		x[i] = v
	}
}

func (b *bfgs) reset() {
	clear(b.inverse)
	for i := range b.x {
		b.inverse[i*len(b.x)+i] = 1
	}
	b.fresh = true
}

// direction sets step to the quasi-Newton direction; slope is the derivative along it
// and size its largest component.
func (b *bfgs) direction() (slope, size float64) {
	n := len(b.x)
	for i := range n {
		b.step[i] = 0
		for j := range n {
			b.step[i] -= b.inverse[i*n+j] * b.g[j]
		}
		slope += b.step[i] * b.g[i]
		size = max(size, math.Abs(b.step[i]))
	}
	return slope, size
}

// line searches along step and sets next; down is the decrease, 0 if there is none.
func (b *bfgs) line(slope, size float64) (down float64) {
	t := 1.0
	if size > 2 {
		t = 2 / size // the variables are logits: steps beyond 2 leave their range
	}
	for ; t > 1e-8 && b.ctx.Err() == nil; t /= 2 {
		for i, v := range b.x {
			b.next[i] = v + t*b.step[i]
		}
		if v := b.value(b.next); v <= b.at+armijo*t*slope {
			down, b.at = b.at-v, v
			return down
		}
	}
	return 0
}

// update improves inverse by the step that was taken and the change of the gradient.
func (b *bfgs) update() {
	n := len(b.x)
	var sy, yhy float64
	for i := range n {
		sy += b.step[i] * b.change[i]
	}
	if sy <= 1e-12 {
		b.reset()
		return
	}
	b.fresh = false
	for i := range n {
		b.hy[i] = 0
		for j := range n {
			b.hy[i] += b.inverse[i*n+j] * b.change[j]
		}
		yhy += b.change[i] * b.hy[i]
	}
	for i := range n {
		for j := range n {
			b.inverse[i*n+j] += (1+yhy/sy)*b.step[i]*b.step[j]/sy - (b.hy[i]*b.step[j]+b.step[i]*b.hy[j])/sy
		}
	}
}

// Search minimises f by the simplex method of Nelder and Mead (1965) from x. The end of
// ctx ends the search where it is.
func Search(ctx context.Context, x []float64, f func([]float64) float64) []float64 {
	n := len(x)
	value := func(x []float64) float64 {
		if v := f(x); !math.IsNaN(v) {
			return v
		}
		return math.Inf(1)
	}
	points, values := make([][]float64, n+1), make([]float64, n+1)
	for i := range points {
		points[i] = slices.Clone(x)
		if i > 0 {
			points[i][i-1] += .5
		}
		values[i] = value(points[i])
	}
	centre, try, far := make([]float64, n), make([]float64, n), make([]float64, n)
	move := func(dst []float64, t float64) float64 {
		for j := range n {
			dst[j] = centre[j] + t*(points[n][j]-centre[j])
		}
		return value(dst)
	}
	for k := 0; k < 30*n && ctx.Err() == nil; k++ {
		for i := 1; i <= n; i++ { // insertion sort: nearly sorted already
			for j := i; j > 0 && values[j] < values[j-1]; j-- {
				values[j], values[j-1] = values[j-1], values[j]
				points[j], points[j-1] = points[j-1], points[j]
			}
		}
		if values[n]-values[0] <= 1e-7*math.Abs(values[0]) {
			break
		}
		clear(centre)
		for _, p := range points[:n] {
			for j, v := range p {
				centre[j] += v / float64(n)
			}
		}
		v := move(try, -1)
		switch {
		case v < values[0]:
			if w := move(far, -2); w < v {
				try, far, v = far, try, w
			}
		case v >= values[n-1]:
			t := .5
			if v < values[n] {
				t = -.5
			}
			if w := move(far, t); w < min(v, values[n]) {
				try, far, v = far, try, w
			} else if v >= values[n] {
				for i := 1; i <= n; i++ { // shrink
					for j := range n {
						points[i][j] = (points[i][j] + points[0][j]) / 2
					}
					values[i] = value(points[i])
				}
				continue
			}
		}
		points[n], try = try, points[n]
		values[n] = v
	}
	best := 0
	for i, v := range values {
		if v < values[best] {
			best = i
		}
	}
	return points[best]
}
