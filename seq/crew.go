package seq

import (
	"runtime"
	"sync"
)

// crew runs a function on several goroutines at once; the caller's is one of
// them, so that a crew of one costs nothing. The goroutines end when the crew
// is collected.
type crew struct{ *gang }

// gang is what the goroutines hold; it must not lead back to the crew.
type gang struct {
	n    int
	work chan int
	f    func(w int)
	wait sync.WaitGroup
}

func newCrew(n int) *crew {
	g := &gang{n: n, work: make(chan int)}
	for range n - 1 {
		go func() {
			for w := range g.work {
				g.f(w)
				g.wait.Done()
			}
		}()
	}
	c := &crew{g}
	runtime.AddCleanup(c, func(work chan int) { close(work) }, g.work)
	return c
}

// run calls f(0) .. f(n-1), one on each goroutine, and waits.
func (g *gang) run(f func(w int)) {
	g.f = f
	g.wait.Add(g.n - 1)
	for w := 1; w < g.n; w++ {
		g.work <- w
	}
	f(0)
	g.wait.Wait()
	g.f = nil
}
