package cli

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// Main is the main function of a program whose command lines are executed by run: it
// runs the process's own, stops it on an interrupt, and exits with its status.
func Main(run func(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int) {
	// a file of a million rows should fit a small machine: collect more often
	debug.SetGCPercent(50)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
