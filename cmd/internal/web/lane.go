package web

import (
	"context"
	"time"
)

// Jobs run in two lanes. One with a small body starts in the short lane; if it takes
// longer than a second there, or more memory than short jobs have, it is stopped and
// starts again in the long lane, where jobs with large bodies start. So a small job
// waits for small ones only.

const (
	shortBody   = 256 << 10 // bytes
	shortTime   = time.Second
	shortMemory = 32 << 20 // bytes
)

// lane is a number of places for jobs and a queue before them.
type lane struct {
	places chan struct{}
	queue  chan struct{}
}

func newLane(places, queue int) *lane {
	return &lane{places: make(chan struct{}, places), queue: make(chan struct{}, queue)}
}

// enter takes a place; it waits at most wait for one, and not at all when the queue is
// full.
func (l *lane) enter(ctx context.Context, wait time.Duration) error {
	select {
	case l.places <- struct{}{}:
		return nil
	default:
	}
	select {
	case l.queue <- struct{}{}:
		defer func() { <-l.queue }()
	default:
		return errBusy
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case l.places <- struct{}{}:
		return nil
	case <-t.C:
		return errBusy
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *lane) leave() { <-l.places }
