package main

import (
	"context"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/spf13/cobra"
)

func (a *app) continueCommand() *cobra.Command {
	s := job.NewContinue()
	c := &cobra.Command{
		Use:   "continue SEED.mid -o OUT.mid",
		Short: "Continue the music in a MIDI file",
		Long: `Continue the music in a MIDI file. The new bars begin on the bar line after the
seed and keep its tempo, meter, instruments and swing.

Two networks ship with the program, and the one that predicts the seed better plays.
Jazz solos are continued by a network that improvises over the seed's chords, which
are detected, or over those given with --chords, while the other parts repeat what
they played. Other music is continued in all its parts by a network that learned
keyboard music (baroque, classical, romantic), rags, chorales and songs; it is told
which of them the seed sounds like. --style overrides this choice, --adapt trains
the network on the seed first, and --model plays with a network that segue train
music made.`,
		Example: `  segue continue seed.mid -o out.mid
  segue continue seed.mid -o out.mid --bars 16 --creativity 0.8 --seed 7
  segue continue seed.mid -o out.mid --chords "Dm7 G7 | Cmaj7 | % | A7b9"
  segue continue seed.mid -o out.mid --prompt "busy bebop, high" --combo
  segue continue seed.mid -o out.mid --bars 32 --band "quartet,drums=0.7" --ending tag
  segue continue seed.mid -o out.mid --at 9 --bars 4
  segue continue --between a.mid b.mid -o whole.mid --bars 4
  segue continue seed.mid -o out.mid --no-seed --variations 3 --json
  segue continue waltz.mid -o out.mid --style romantic --adapt
  segue continue waltz.mid -o out.mid --model waltz.safetensors --part 1`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if s.Between != (len(args) == 2) {
				return cli.Usagef("one file is continued; two are joined with --between A.mid B.mid")
			}
			return a.continueScore(c.Context(), args, s)
		},
	}
	a.Flags(c, s.Fields())
	return c
}

func (a *app) continueScore(ctx context.Context, paths []string, s *job.ContinueSpec) error {
	if err := checkPlay(&s.PlaySpec); err != nil {
		return err
	}
	in := a.playInputs(&s.PlaySpec)
	in.Main = a.File(paths[0])
	if s.Between {
		in.Second = a.File(paths[1])
	}
	if s.Model != "" {
		in.Model = a.File(s.Model)
	}
	l, done := a.Listener()
	defer done()
	_, err := s.Run(ctx, in, l, func(t *job.Take) error {
		done()
		return a.take(ctx, &s.PlaySpec, t)
	})
	return err
}
