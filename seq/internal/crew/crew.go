// Package crew runs a function on several goroutines at once, many times in close
// succession, at little cost.
package crew

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Crew runs a function on several goroutines at once; the caller's is one of
// them, so that a crew of one costs nothing. Between jobs that follow closely
// the goroutines spin instead of sleeping, because waking one takes longer than
// a small network's step. They end when the crew is collected.
type Crew struct{ *gang }

// gang is what the goroutines hold; it must not lead back to the crew.
type gang struct {
	n    int
	f    func(w int)
	job  atomic.Uint32 // number of the current job
	left atomic.Int32  // goroutines that have not finished it
	stop atomic.Bool

	sleepers sync.Mutex // guards changes of job and stop for those who sleep
	wake     sync.Cond
}

// spins is how often a goroutine looks for a new job before it sleeps, some
// hundred microseconds in all.
const spins = 1 << 17

// New returns a crew of n, of which the caller is one.
func New(n int) *Crew {
	g := &gang{n: n}
	g.wake.L = &g.sleepers
	for w := 1; w < n; w++ {
		go g.work(w)
	}
	c := &Crew{g}
	runtime.AddCleanup(c, func(g *gang) {
		g.sleepers.Lock()
		g.stop.Store(true)
		g.sleepers.Unlock()
		g.wake.Broadcast()
	}, g)
	return c
}

// Size is the number of goroutines, the caller's included.
func (g *gang) Size() int { return g.n }

// work does share w of every job.
func (g *gang) work(w int) {
	var done uint32
	for {
		for i := 0; g.job.Load() == done; i++ {
			if i < spins {
				if i%128 == 127 {
					runtime.Gosched()
				}
				continue
			}
			g.sleepers.Lock()
			for g.job.Load() == done && !g.stop.Load() {
				g.wake.Wait()
			}
			g.sleepers.Unlock()
			if g.stop.Load() {
				return
			}
		}
		done++
		g.f(w)
		g.left.Add(-1)
	}
}

// Run calls f(0) .. f(n-1), one on each goroutine, and waits.
func (g *gang) Run(f func(w int)) {
	if g.n == 1 {
		f(0)
		return
	}
	g.f = f
	g.left.Store(int32(g.n - 1))
	g.sleepers.Lock()
	g.job.Add(1)
	g.sleepers.Unlock()
	g.wake.Broadcast()
	f(0)
	for i := 0; g.left.Load() > 0; i++ {
		if i%128 == 127 {
			runtime.Gosched()
		}
	}
	g.f = nil
}
