package seq_test

import (
	"slices"
	"testing"
)

// Results are the same bit for bit for any number of threads.
func TestThreadsDoNotChangeResults(t *testing.T) {
	for name, c := range configs() {
		c.Dropout, c.HeadDropout, c.InputDropout = .3, .2, .1
		t.Run(name, func(t *testing.T) {
			n := network(t, c)
			b := randomBatch(n, 9, 7, 5)
			var want []float32
			var wantLoss float64
			for _, threads := range []int{1, 2, 3, 8} {
				g := make([]float32, len(n.Flat()))
				st := n.NewState(7)
				loss := n.NewPass(threads).Gradient(b, st, g, 99)
				if want == nil {
					want, wantLoss = g, loss
				}
				if loss != wantLoss || !slices.Equal(g, want) {
					t.Errorf("%d threads give another result", threads)
				}
			}
		})
	}
}
