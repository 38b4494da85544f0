package cli

import (
	"context"
	"io"
	"os"
	"runtime"
	"runtime/debug"
)

// Main is the main function of a program whose command lines are executed by run: it
// runs the process's own and exits with its status. Ctrl-C or SIGTERM cancels the
// context and ends the process soon; a second one ends it at once.
func Main(run func(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int) {
	collectLate()
	stop := &stopper{}
	ctx, cancel := context.WithCancelCause(context.WithValue(context.Background(), stopperKey{}, stop))
	go stop.watch(cancel)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// collectLate lets a small job end before its first collection, which would cost it a
// third of its time: this waits for a heap of 32 MB (eight times the runtime's minimum).
// From then on collections come more often than by default, since a file of a million
// rows should fit a small machine.
func collectLate() {
	debug.SetGCPercent(800)
	canary := new([16]byte)
	runtime.AddCleanup(canary, func(percent int) { debug.SetGCPercent(percent) }, 50)
}
