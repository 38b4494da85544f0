// Package parallel runs independent jobs on several goroutines.
package parallel

import (
	"context"
	"sync"
)

// Each calls f(0..n-1) on several goroutines and returns the error of the lowest index, or
// else that of ctx: what f does may end early with it and say nothing.
func Each(ctx context.Context, n, threads int, f func(i int) error) error {
	threads = max(1, min(threads, n))
	errs := make([]error, threads)
	at := make([]int, threads)
	var wg sync.WaitGroup
	for w := range threads {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w; i < n; i += threads {
				if err := ctx.Err(); err != nil {
					errs[w], at[w] = err, i
					return
				}
				if err := f(i); err != nil {
					errs[w], at[w] = err, i
					return
				}
			}
		}()
	}
	wg.Wait()
	var first error
	low := n
	for w, err := range errs {
		if err != nil && at[w] < low {
			first, low = err, at[w]
		}
	}
	if first == nil {
		first = ctx.Err()
	}
	return first
}
