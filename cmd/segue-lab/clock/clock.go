// Package clock measures what a piece of work costs: [Measure] gives seconds, processor
// time and memory, [Exponent] how a cost grows. [Pin] binds the program to cores.
package clock

import (
	"math"
	"runtime"
	"runtime/metrics"
	"slices"
	"sync"
	"time"
)

// Cost is what a piece of work took. Processor time is not that of other programs, but it
// does depend on them: they take cache and, of a core with two threads, half of its units.
type Cost struct {
	Seconds   float64 `json:"seconds"`
	Processor float64 `json:"processor_seconds"` // of all threads; 0 where the system does not tell
	Allocated int64   `json:"allocated_bytes"`   // over the whole work
	Peak      int64   `json:"peak_bytes"`        // most memory in objects at a time, garbage included, as seen every few milliseconds
}

// Measure does a piece of work several times, at least once and no more once it has
// taken limit, and returns the medians. The peak is the highest.
func Measure(rounds int, limit time.Duration, work func() error) (Cost, error) {
	var all []Cost
	begin := time.Now()
	for len(all) == 0 || len(all) < rounds && time.Since(begin) < limit {
		c, err := once(work)
		if err != nil {
			return Cost{}, err
		}
		all = append(all, c)
	}
	pick := func(of func(Cost) float64) float64 {
		var x []float64
		for _, c := range all {
			x = append(x, of(c))
		}
		return Median(x)
	}
	out := Cost{
		Seconds:   pick(func(c Cost) float64 { return c.Seconds }),
		Processor: pick(func(c Cost) float64 { return c.Processor }),
		Allocated: int64(pick(func(c Cost) float64 { return float64(c.Allocated) })),
	}
	for _, c := range all {
		out.Peak = max(out.Peak, c.Peak)
	}
	return out, nil
}

// once does the work with a heap that is swept before.
func once(work func() error) (Cost, error) {
	runtime.GC()
	w := watch()
	start, processor, allocated := time.Now(), processorTime(), heap("/gc/heap/allocs:bytes")
	err := work()
	c := Cost{Seconds: time.Since(start).Seconds(), Processor: processorTime() - processor, Allocated: heap("/gc/heap/allocs:bytes") - allocated}
	c.Peak = w.stop()
	return c, err
}

// watcher looks at the heap again and again.
type watcher struct {
	done chan struct{}
	wg   sync.WaitGroup
	base int64
	most int64
}

func watch() *watcher {
	w := &watcher{done: make(chan struct{}), base: heap(objects)}
	w.most = w.base
	w.wg.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-w.done:
				return
			case <-tick.C:
				w.most = max(w.most, heap(objects))
			}
		}
	})
	return w
}

// stop returns the most that was seen above what was there before.
func (w *watcher) stop() int64 {
	close(w.done)
	w.wg.Wait()
	return max(w.most, heap(objects)) - w.base
}

const objects = "/memory/classes/heap/objects:bytes"

func heap(name string) int64 {
	s := []metrics.Sample{{Name: name}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64())
}

// Exponent is the slope of the costs over the sizes, both in logarithms, by least squares:
// 1 where twice the size costs twice as much. It is NaN for fewer than two costs above 0.
func Exponent(sizes []int, costs []float64) float64 {
	var n, sx, sy, sxx, sxy float64
	for i, c := range costs {
		if c > 0 && sizes[i] > 0 {
			x, y := math.Log(float64(sizes[i])), math.Log(c)
			n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
		}
	}
	if n < 2 {
		return math.NaN()
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}

// Median is the upper one of an even number.
func Median(x []float64) float64 {
	x = slices.Clone(x)
	slices.Sort(x)
	return x[len(x)/2]
}
