package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// Main is the main function of a program whose command lines are executed by run: it
// runs the process's own and exits with its status. Ctrl-C or SIGTERM cancels the
// context; a second one ends the process at once.
func Main(run func(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int) {
	// a file of a million rows should fit a small machine: collect more often
	debug.SetGCPercent(50)
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		s := <-signals
		signal.Reset(os.Interrupt, syscall.SIGTERM)
		cancel(&stopped{s})
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// stopped is the cause of a context that a signal cancelled.
type stopped struct{ signal os.Signal }

func (s *stopped) Error() string { return "stopped by " + s.signal.String() }

// stopStatus is the exit status of a command line that was cancelled: 128 and the
// signal's number, as shells have it.
func stopStatus(ctx context.Context) int {
	if s := (*stopped)(nil); errors.As(context.Cause(ctx), &s) && s.signal == syscall.SIGTERM {
		return exitTerminated
	}
	return exitInterrupted
}
