package cli

import (
	"context"
	"io"
	"os"
	"runtime/debug"
)

// Main is the main function of a program whose command lines are executed by run: it
// runs the process's own and exits with its status. Ctrl-C or SIGTERM cancels the
// context and ends the process soon; a second one ends it at once.
func Main(run func(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int) {
	// a file of a million rows should fit a small machine: collect more often
	debug.SetGCPercent(50)
	stop := &stopper{}
	ctx, cancel := context.WithCancelCause(context.WithValue(context.Background(), stopperKey{}, stop))
	go stop.watch(cancel)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
