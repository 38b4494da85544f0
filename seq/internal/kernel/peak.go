package kernel

import "time"

// Peak measures the multiply-adds that one core does when nothing else holds
// it back, in GFLOP/s: the best of several runs of some milliseconds.
func (t Target) Peak() float64 {
	const rounds = 1 << 20
	best := 0.0
	for range 15 {
		start := time.Now()
		per := t.fma(rounds)
		best = max(best, float64(rounds*per)/time.Since(start).Seconds()/1e9)
	}
	return best
}

// fmaLoop is the portable version of fma: four sums.
func fmaLoop(n int) int {
	var a, b, c, d float32
	x := float32(n)
	for range n {
		a, b, c, d = a*x+x, b*x+x, c*x+x, d*x+x
	}
	if a+b+c+d < 0 { // never; it keeps the loop from being optimised away
		return 0
	}
	return 8
}
