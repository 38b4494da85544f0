package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// A signal cancels the context, and most commands then end by themselves. A command
// that does not check, since it waits for a pipe or computes, is ended a moment later: results
// are written whole or not at all, so nothing is lost. A second signal ends every
// command at once.

// promptness is the time that a command has to end by itself.
const promptness = 700 * time.Millisecond

// stopper ends the process after a signal.
type stopper struct {
	mu     sync.Mutex
	linger time.Duration       // instead of promptness, if longer
	unborn map[string]struct{} // temporary files, to be removed
}

type stopperKey struct{}

// stopperOf returns the stopper that Main put into a context, or nil.
func stopperOf(ctx context.Context) *stopper {
	s, _ := ctx.Value(stopperKey{}).(*stopper)
	return s
}

// Linger gives the command the time d to end by itself after a signal, since it has
// something to save or others to serve.
func (s *Shell) Linger(d time.Duration) {
	if s.stop == nil {
		return
	}
	s.stop.mu.Lock()
	defer s.stop.mu.Unlock()
	s.stop.linger = max(s.stop.linger, d)
}

// add remembers a temporary file.
func (s *stopper) add(path string) {
	if s == nil { // a shell that Run did not make
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unborn == nil {
		s.unborn = map[string]struct{}{}
	}
	s.unborn[path] = struct{}{}
}

// forget forgets a temporary file that is gone.
func (s *stopper) forget(path string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.unborn, path)
}

// watch waits for signals.
func (s *stopper) watch(cancel context.CancelCauseFunc) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	first := <-signals
	cancel(&stopped{first})
	s.mu.Lock()
	wait := max(promptness, s.linger)
	s.mu.Unlock()
	select {
	case <-signals:
	case <-time.After(wait):
	}
	s.mu.Lock() // and keep it: no file is made any more
	for path := range s.unborn {
		_ = os.Remove(path)
	}
	go fmt.Fprintln(os.Stderr, "error: interrupted") // a full pipe must not hold the process
	time.Sleep(20 * time.Millisecond)
	os.Exit(statusOf(first))
}

// stopped is the cause of a context that a signal cancelled.
type stopped struct{ signal os.Signal }

func (s *stopped) Error() string { return "stopped by " + s.signal.String() }

// stopStatus is the exit status of a command line that was cancelled.
func stopStatus(ctx context.Context) int {
	if s := (*stopped)(nil); errors.As(context.Cause(ctx), &s) {
		return statusOf(s.signal)
	}
	return exitInterrupted
}

// statusOf is 128 and the signal's number, as in shells.
func statusOf(s os.Signal) int {
	if s == syscall.SIGTERM {
		return exitTerminated
	}
	return exitInterrupted
}
