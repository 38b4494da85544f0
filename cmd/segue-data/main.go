// Command segue-data brings segue to where the data live: databases, metrics, agents. It
// is a program and a module of its own, so that segue stays small. See `segue-data help`.
package main

import (
	"context"
	"io"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/spf13/cobra"
)

func main() { cli.Main(run) }

// app is what every command works with.
type app struct{ *cli.Shell }

// run executes a command line and returns the exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	return cli.Run(ctx, args, in, out, errw, root)
}

func root(s *cli.Shell) *cobra.Command {
	a := &app{s}
	root := &cobra.Command{
		Use:   "segue-data",
		Short: "Continue the time series of databases and metrics; serve agents",
		Long: `segue-data does the jobs of segue where the data live. Results go to standard
output, everything else to standard error. The exit status is 0, 1 for bad input, 2
for bad usage, 130 after Ctrl-C, or 143 after SIGTERM.`,
	}
	root.AddCommand(a.forecastCommand(), a.backtestCommand(), a.anomaliesCommand(), a.pullCommand(), a.pushCommand(), a.watchCommand(), a.diaryCommand(), a.mcpCommand(), cli.ManCommand())
	return root
}
