// Command segue-lab is the laboratory of segue: it measures speed, reproduces
// published tables, and trains the networks that ship with the program. See
// `segue-lab help` and the targets bench-* and train-* of the Makefile.
package main

import (
	"context"
	"io"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/spf13/cobra"
)

func main() { cli.Main(run) }

// lab is what every command works with.
type lab struct{ *cli.Shell }

// run executes a command line and returns the exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	return cli.Run(ctx, args, in, out, errw, root)
}

func root(s *cli.Shell) *cobra.Command {
	a := &lab{s}
	root := &cobra.Command{
		Use:   "segue-lab",
		Short: "Measure segue, and train the networks that ship with it",
		Long: `segue-lab measures speed, reproduces published tables, and trains the networks
that ship with segue. Data sets are folders on disk; none is downloaded.

Tables go to standard output, everything else to standard error. The exit
status is 0, or 1 for bad input, 2 for bad usage, 130 after Ctrl-C, 143 after
SIGTERM.`,
	}
	bench := &cobra.Command{Use: "bench", Short: "Measure speed and reproduce published tables"}
	bench.AddCommand(a.speedCommand(), a.benchJobsCommand(), a.peersCommand(), a.tableCommand("m4"), a.ettCommand(), a.giftCommand(), a.polyphonyCommand(), a.tableCommand("m3"), a.tableCommand("m1"), a.jazzCommand(), a.bandCommand(), a.drumsCommand(), a.keysCommand(), a.hearingCommand(), a.benchStyleCommand())
	train := &cobra.Command{Use: "train", Short: "Train the networks that ship with segue"}
	train.AddCommand(a.trainJazzCommand(), a.trainPretrainedCommand(), a.trainUniversalCommand(), a.trainHearingCommand(), a.trainStylesCommand())
	root.AddCommand(bench, train)
	return root
}
