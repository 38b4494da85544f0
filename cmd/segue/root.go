package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

// version is set by the linker in release builds.
var version = "0.1.0-dev"

// exit statuses
const (
	exitOK    = 0
	exitInput = 1 // bad input, or anything else that went wrong
	exitUsage = 2 // bad flags or arguments
)

// app is what every command works with.
type app struct {
	in       io.Reader
	out, err io.Writer
	quiet    bool

	// deterministic makes everything compute in plain Go.
	deterministic bool
}

// run executes a command line and returns the exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	a := &app{in: in, out: out, err: errw}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errw)
	started := false
	for _, c := range allCommands(root) {
		if f := c.RunE; f != nil {
			c.RunE = func(c *cobra.Command, args []string) error {
				started = true
				return f(c, args)
			}
		}
	}
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(errw, "error: interrupted")
		return exitInput
	}
	fmt.Fprintln(errw, "error:", job.Message(err))
	usage := (*usageError)(nil)
	if !started || errors.As(err, &usage) {
		fmt.Fprintf(errw, "hint: %s\n", "run `segue help` or `segue COMMAND --help`")
		return exitUsage
	}
	if h := job.Hint(err); h != "" {
		fmt.Fprintln(errw, "hint:", h)
	}
	return exitInput
}

func allCommands(c *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{c}
	for _, s := range c.Commands() {
		all = append(all, allCommands(s)...)
	}
	return all
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "segue",
		Short: "Continue any sequence: time series and music",
		Long: `segue goes on without a pause: give it a CSV file and it continues the series,
give it a MIDI file and it continues the music.

Results go to standard output, everything else to standard error. The exit
status is 0, or 1 for bad input, or 2 for bad usage.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version,
	}
	root.PersistentFlags().BoolVarP(&a.quiet, "quiet", "q", false, "no progress and no remarks")
	root.PersistentFlags().BoolVar(&a.deterministic, "deterministic", false, "compute in plain Go: slower, and the same on every processor of one architecture")
	root.AddCommand(a.forecastCommand(), a.backtestCommand(), a.anomaliesCommand(), a.imputeCommand(), a.methodsCommand(), a.trainCommand(), a.continueCommand(), a.composeCommand(), a.renderCommand(), a.playCommand(), a.serveCommand(), a.jamCommand(), a.exportCommand(), a.inspectCommand(), a.benchCommand(), a.demoCommand(), a.manCommand())
	return root
}

// tier is what networks compute with.
func (a *app) tier() seq.Tier {
	if a.deterministic {
		return seq.Portable
	}
	return ""
}

// usageError is a fault in the command line that cobra does not see.
type usageError struct{ error }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// say writes a remark for people.
func (a *app) say(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintf(a.err, format+"\n", args...)
	}
}
