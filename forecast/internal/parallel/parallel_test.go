package parallel

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
)

// Every job runs once, for any number of goroutines.
func TestEachRunsAll(t *testing.T) {
	for _, threads := range []int{-1, 0, 1, 3, 100} {
		counts := make([]atomic.Int32, 50)
		if err := Each(context.Background(), len(counts), threads, func(i int) error { counts[i].Add(1); return nil }); err != nil {
			t.Fatal(err)
		}
		for i := range counts {
			if n := counts[i].Load(); n != 1 {
				t.Errorf("%d threads: job %d ran %d times", threads, i, n)
			}
		}
	}
	if err := Each(context.Background(), 0, 4, func(int) error { return errors.New("no job") }); err != nil {
		t.Error(err)
	}
}

// Of several errors the one of the first job is returned, so that the result does not
// depend on the threads; a cancelled context ends the work.
func TestEachFails(t *testing.T) {
	for _, threads := range []int{1, 2, 7} {
		err := Each(context.Background(), 40, threads, func(i int) error {
			if i >= 11 {
				return fmt.Errorf("job %d", i)
			}
			return nil
		})
		if err == nil || err.Error() != "job 11" {
			t.Errorf("%d threads: %v", threads, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var ran atomic.Int32
	err := Each(ctx, 1000, 2, func(int) error {
		if ran.Add(1) == 10 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || ran.Load() > 20 {
		t.Errorf("after cancelling %d jobs ran: %v", ran.Load(), err)
	}
}
