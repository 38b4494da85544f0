package clock

import (
	"bytes"
	"sync"
	"sync/atomic"
	"time"
)

// Together is the sum of what so many threads reach that do the same at once: of a core with
// two threads, both have little more than one alone.
func Together(threads int, one func() float64) float64 {
	reached := make([]float64, threads)
	var wg sync.WaitGroup
	var busy atomic.Int32
	busy.Store(int32(threads))
	for i := range reached {
		wg.Go(func() {
			reached[i] = one()
			for busy.Add(-1); busy.Load() > 0; { // the others are not alone at their end
				one()
			}
		})
	}
	wg.Wait()
	var sum float64
	for _, v := range reached {
		sum += v
	}
	return sum
}

// Bandwidth is at how many bytes a second a thread reads so many again and again, from
// whichever cache holds them: the best of several runs of some milliseconds.
func Bandwidth(size int) float64 {
	half := max(size/2, 1)
	a, b := make([]byte, half), make([]byte, half)
	const run = 256 << 20 // bytes
	best := 0.0
	for range 7 {
		start, read := time.Now(), 0
		for read < run && bytes.Equal(a, b) {
			read += 2 * half
		}
		best = max(best, float64(read)/time.Since(start).Seconds())
	}
	return best
}
