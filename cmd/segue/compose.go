package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/spf13/cobra"
)

func (a *app) composeCommand() *cobra.Command {
	s := job.NewCompose()
	c := &cobra.Command{
		Use:   "compose --prompt WORDS -o OUT.mid",
		Short: "Compose a jazz solo from words",
		Long: `Compose a jazz solo from words alone, over the chords of --chords or over a common
form (a blues, a modal tune, the changes of a standard) in the key that the words
name, with walking bass, piano chords and drums.`,
		Example: `  segue compose --prompt "melodic jazz, slow, F major" -o ballad.mid
  segue compose --prompt "blues rápido en la menor con trompeta" -o blues.mid --bars 24
  segue compose --prompt "bossa nova suave em ré menor" -o bossa.mid --chords "Dm7 | Em7b5 A7" --solo`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("words are given as --prompt %q", strings.Join(args, " "))
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return a.compose(c.Context(), s) },
	}
	a.Flags(c, s.Fields())
	return c
}

func (a *app) compose(ctx context.Context, s *job.ComposeSpec) error {
	if err := checkPlay(&s.PlaySpec); err != nil {
		return err
	}
	l, done := a.Listener()
	defer done()
	_, err := s.Run(ctx, a.playInputs(&s.PlaySpec), l, func(t *job.Take) error { return a.take(ctx, &s.PlaySpec, t) })
	return err
}
