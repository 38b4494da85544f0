package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/music"
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
	fmt.Fprintln(errw, "error:", message(err))
	usage := (*usageError)(nil)
	if !started || errors.As(err, &usage) {
		fmt.Fprintf(errw, "hint: %s\n", "run `segue help` or `segue COMMAND --help`")
		return exitUsage
	}
	if h := hint(err); h != "" {
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
	root.AddCommand(a.forecastCommand(), a.backtestCommand(), a.anomaliesCommand(), a.imputeCommand(), a.methodsCommand(), a.trainCommand(), a.continueCommand(), a.composeCommand(), a.renderCommand(), a.playCommand(), a.inspectCommand(), a.benchCommand(), a.demoCommand(), a.manCommand())
	return root
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

// message makes a library's error fit for a command: without the packages'
// prefixes and the sentinels at the end, which are for programs.
func message(err error) string {
	s := err.Error()
	for _, e := range []error{forecast.ErrInput, forecast.ErrTooShort, forecast.ErrUnknown, forecast.ErrNoModel, datasets.ErrInput, music.ErrModel, music.ErrMIDI, seq.ErrFormat, seq.ErrConfig} {
		s = strings.TrimSuffix(s, ": "+e.Error())
	}
	for _, p := range []string{"forecast: ", "datasets: ", "music: ", "seq: "} {
		s = strings.ReplaceAll(s, p, "")
	}
	return s
}

// hint says how to mend an error.
func hint(err error) string {
	s := err.Error()
	for _, h := range []struct{ part, hint string }{
		{"name the one to forecast, or take all", "choose a column with --value NAME, several with --value A,B, all with --wide"},
		{"name the one to forecast", "choose a column with --value NAME"},
		{"steps to forecast", "give the values in --future FILE, or name the column with --past-regressors"},
		{"there is no column", "names are matched without regard to case; see them with `segue inspect FILE`"},
		{"give the date format", "say it with --date-format, for example --date-format %d/%m/%Y"},
		{"does not match layout", "say how dates are written with --date-format, for example --date-format %Y-%m-%d"},
		{"is not a time that I know", "name the column with --time NAME, or say how it is written with --date-format"},
		{"stands on line", "name the column that tells series apart with --id NAME, or merge the rows with --duplicates mean"},
		{"too few to tell the frequency", "say the frequency with --freq, for example --freq M"},
		{"not evenly spaced", "say the frequency with --freq, for example --freq D"},
		{"is not on the grid", "say the frequency with --freq, for example --freq D"},
		{"is not a number", "mend the cell, or leave it empty if the value is missing"},
		{"too few values", "give more history, or a shorter --horizon"},
	} {
		if strings.Contains(s, h.part) {
			return h.hint
		}
	}
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "check the file name"
	case errors.Is(err, music.ErrMIDI):
		return "the file must be a standard MIDI file (.mid)"
	case errors.Is(err, forecast.ErrNoModel), errors.Is(err, music.ErrModel), errors.Is(err, seq.ErrFormat):
		return "make a model with `segue train`"
	}
	return ""
}
