// Package cli is the shell that the programs of this folder share: how a command
// line is run and what its exit status means, remarks, hints and progress for people,
// and how files are opened and written. A program makes its tree of commands from a
// [Shell] and hands it to [Run]; this package does not decide what a command does
// with its files.
//
// A Shell belongs to one command line. Its methods may be called by one goroutine at
// a time.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	exitOK          = 0
	exitInput       = 1   // bad input, or anything else that went wrong
	exitUsage       = 2   // bad flags or arguments
	exitInterrupted = 130 // Ctrl-C
	exitTerminated  = 143 // SIGTERM
)

// Shell is what every command works with.
type Shell struct {
	In    io.Reader // standard input
	Out   io.Writer // results
	Err   io.Writer // remarks, progress and errors
	Quiet bool      // no progress and no remarks

	// Deterministic makes networks compute in the portable tier.
	Deterministic bool

	// Offer lists values of a field for a shell that completes them; args are the
	// command's arguments so far. It is nil, or gives nil where it knows none.
	Offer func(name string, args []string) []string

	stop *stopper
}

// Tier is what networks compute with.
func (s *Shell) Tier() seq.Tier {
	if s.Deterministic {
		return seq.Portable
	}
	return ""
}

// UsageError is an error in the command line that the flag parser cannot detect; it
// ends the program with status 2.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *UsageError) Unwrap() error { return e.Err }

// Usagef makes a UsageError.
func Usagef(format string, args ...any) error {
	return &UsageError{fmt.Errorf(format, args...)}
}

// Run executes the command line args with the commands that root makes, and returns
// the exit status: 0, 1 for bad input, 2 for bad usage, 130 or 143 if ctx was cancelled.
// It adds what all programs share (--quiet, --deterministic, version) and reports an
// error on errw as "error:", perhaps followed by "hint:".
func Run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer, root func(*Shell) *cobra.Command) int {
	s := &Shell{In: in, Out: onScreen(out), Err: errw, stop: stopperOf(ctx)}
	c := root(s)
	s.prepare(c)
	c.SetArgs(args)
	if limit := memory(); limit > 0 {
		ctx = job.WithBudget(ctx, limit)
	}
	started := false
	for _, sub := range withChildren(c) {
		if f := sub.RunE; f != nil {
			sub.RunE = func(c *cobra.Command, args []string) error {
				started = true
				return f(c, args)
			}
		}
	}
	reached, err := c, unknownCommand(c, args)
	if err == nil {
		reached, err = c.ExecuteContextC(ctx)
	}
	if err == nil {
		return exitOK
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(errw, "error: interrupted")
		return stopStatus(ctx)
	}
	text := neutral(job.Message(err, job.Command))
	usage := (*UsageError)(nil)
	if started { // a file's name may have lines; what cobra says of a bad command has some, too
		text = strings.ReplaceAll(text, "\n", string(unicode.ReplacementChar))
	}
	fmt.Fprintln(errw, "error:", text)
	if !started || errors.As(err, &usage) || job.IsUsage(err) {
		fmt.Fprintln(errw, "hint:", usageHint(reached, args, err))
		return exitUsage
	}
	if h := job.Hint(err, job.Command); h != "" {
		fmt.Fprintln(errw, "hint:", h)
	}
	return exitInput
}

// prepare gives the root command what the root of every program has.
func (s *Shell) prepare(root *cobra.Command) {
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.DisableSuggestions = true // see usageHint
	root.Version = Version()
	root.AddCommand(s.versionCommand())
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { help(c.OutOrStdout(), c, s.Width()) })
	root.SetUsageFunc(func(c *cobra.Command) error {
		usage(c.OutOrStderr(), c, s.Width())
		return nil
	})
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		if fe := (*field.Error)(nil); errors.As(err, &fe) {
			return fe // it names the flag and what it takes
		}
		return err
	})
	root.PersistentFlags().BoolVarP(&s.Quiet, "quiet", "q", false, "no progress and no remarks")
	root.PersistentFlags().BoolVar(&s.Deterministic, "deterministic", false, "the same bits on every processor of one architecture; a little slower")
}

func withChildren(c *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{c}
	for _, sub := range c.Commands() {
		all = append(all, withChildren(sub)...)
	}
	return all
}

// Say writes a remark for people, unless the shell is quiet.
func (s *Shell) Say(format string, args ...any) {
	if !s.Quiet {
		fmt.Fprintln(s.Err, neutral(fmt.Sprintf(format, args...)))
	}
}

// WriteJSON prints a value for machines on standard output.
func (s *Shell) WriteJSON(v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return s.Write("", append(data, '\n'))
}
