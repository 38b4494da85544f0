package classic

import (
	"math"
	"slices"
)

// Two small optimisers for the statistical methods. gonum's, which run the
// function in goroutines of their own, took two thirds of a method's time here:
// one evaluation costs about a microsecond.

// descend minimises a smooth function from x by BFGS (Nocedal and Wright 2006,
// algorithm 6.1) with forward differences and a backtracking line search.
// Values that are not finite are treated as high.
func descend(x []float64, f func([]float64) float64) []float64 {
	const (
		high  = 1e15
		armed = 1e-4 // share of the predicted decrease that a step must reach
		small = 1e-7 // decrease that ends the search when it happens twice
	)
	value := func(x []float64) float64 {
		if v := f(x); v < high { // false for NaN too
			return v
		}
		return high
	}
	n := len(x)
	x = slices.Clone(x)
	buf := make([]float64, 4*n+n*n)
	g, step, next, change, inverse := buf[:n], buf[n:2*n], buf[2*n:3*n], buf[3*n:4*n], buf[4*n:]
	gradient := func(g, x []float64, at float64) {
		for i, v := range x {
			h := 1e-6 * max(1, math.Abs(v))
			x[i] = v + h
			g[i] = (value(x) - at) / h
			x[i] = v
		}
	}
	reset := func() {
		clear(inverse)
		for i := range n {
			inverse[i*n+i] = 1
		}
	}
	reset()
	at := value(x)
	gradient(g, x, at)
	fresh, idle := true, 0
	for range 20 + 5*n {
		slope, size := 0.0, 0.0
		for i := range n {
			step[i] = 0
			for j := range n {
				step[i] -= inverse[i*n+j] * g[j]
			}
			slope += step[i] * g[i]
			size = max(size, math.Abs(step[i]))
		}
		if slope >= 0 || math.IsNaN(slope) {
			if fresh {
				break
			}
			reset()
			fresh = true
			continue
		}
		t := 1.0
		if size > 2 {
			t = 2 / size // the space is made of logits: steps beyond 2 leave it
		}
		var down float64
		for ; t > 1e-8; t /= 2 {
			for i := range n {
				next[i] = x[i] + t*step[i]
			}
			if v := value(next); v <= at+armed*t*slope {
				down, at = at-v, v
				break
			}
		}
		if down <= 0 {
			if fresh {
				break
			}
			reset()
			fresh = true
			continue
		}
		copy(change, g)
		gradient(g, next, at)
		var sy, yhy float64
		for i := range n {
			step[i] = next[i] - x[i] // now s
			change[i] = g[i] - change[i]
			sy += step[i] * change[i]
		}
		copy(x, next)
		if down < small*max(1, math.Abs(at)) {
			if idle++; idle == 2 {
				break
			}
		} else {
			idle = 0
		}
		if sy <= 1e-12 {
			reset()
			fresh = true
			continue
		}
		fresh = false
		hy := next // scratch from here on
		for i := range n {
			hy[i] = 0
			for j := range n {
				hy[i] += inverse[i*n+j] * change[j]
			}
			yhy += change[i] * hy[i]
		}
		for i := range n {
			for j := range n {
				inverse[i*n+j] += (1+yhy/sy)*step[i]*step[j]/sy - (hy[i]*step[j]+step[i]*hy[j])/sy
			}
		}
	}
	return x
}

// Search minimises f by the simplex method of Nelder and Mead (1965) from x.
func Search(x []float64, f func([]float64) float64) []float64 {
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
	for range 30 * n {
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
