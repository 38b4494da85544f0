// Command segue continues time series and music. See `segue help`.
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
