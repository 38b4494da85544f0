// Command segue continues time series and music. See `segue help`.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/spf13/cobra"
)

func main() { cli.Main(run) }

// app is what every command works with.
type app struct{ *cli.Shell }

// run executes a command line and returns the exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	if isData(args) {
		if beside, err := os.Executable(); err == nil {
			if status, ok := handOver(ctx, beside, args, in, out, errw); ok {
				return status
			}
		}
		if slices.Contains(dataCommands, args[0]) {
			fmt.Fprintf(errw, "error: segue %s is done by segue-data, which is not installed beside segue\n", args[0])
			return 2
		}
	}
	return cli.Run(ctx, args, in, out, errw, root)
}

// dataCommands are those of segue-data that segue has not.
var dataCommands = []string{"watch", "diary", "pull", "push", "mcp"}

// isData reports whether a command line is for segue-data: it names one of its commands,
// or a database or a server of metrics.
func isData(args []string) bool {
	if len(args) == 0 {
		return false
	}
	if slices.Contains(dataCommands, args[0]) {
		return true
	}
	return slices.Contains([]string{"forecast", "backtest", "anomalies"}, args[0]) && slices.ContainsFunc(args[1:], func(a string) bool {
		return strings.HasPrefix(a, "postgres:") || strings.HasPrefix(a, "postgresql://") || strings.HasPrefix(a, "http://") || strings.HasPrefix(a, "https://") || strings.HasPrefix(a, "--query")
	})
}

// handOver runs segue-data, if it is in the folder of this program.
func handOver(ctx context.Context, program string, args []string, in io.Reader, out, errw io.Writer) (status int, ok bool) {
	if target, err := filepath.EvalSymlinks(program); err == nil {
		program = target
	}
	c := exec.CommandContext(ctx, filepath.Join(filepath.Dir(program), "segue-data"+filepath.Ext(program)), args...)
	c.Stdin, c.Stdout, c.Stderr = in, out, errw
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) } // it ends as this program does
	if err := c.Start(); err != nil {
		return 0, false
	}
	if err := c.Wait(); err == nil {
		return 0, true
	}
	return max(1, c.ProcessState.ExitCode()), true // -1 after a signal
}

func root(s *cli.Shell) *cobra.Command {
	a := &app{s}
	s.Offer = a.offer
	root := &cobra.Command{
		Use:   "segue",
		Short: "Continue any sequence: time series and music",
		Long: `segue continues any sequence: give it a CSV file and it continues the time
series, give it a MIDI file and it continues the music.

Results go to standard output, everything else to standard error. The exit
status is 0, 1 for bad input, 2 for bad usage, 130 after Ctrl-C, or 143 after
SIGTERM.`,
	}
	root.AddCommand(a.forecastCommand(), a.fitCommand(), a.updateCommand(), a.scoreCommand(), a.backtestCommand(), a.anomaliesCommand(), a.imputeCommand(), a.methodsCommand(), a.trainCommand(), a.continueCommand(), a.composeCommand(), a.renderCommand(), a.playCommand(), a.serveCommand(), a.jamCommand(), a.exportCommand(), a.inspectCommand(), a.demoCommand(), cli.ManCommand())
	return root
}
