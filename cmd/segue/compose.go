package main

import (
	"context"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/music/jazz"
	"github.com/spf13/cobra"
)

func (a *app) composeCommand() *cobra.Command {
	f := &playFlags{}
	var solo bool
	c := &cobra.Command{
		Use:   "compose --prompt WORDS -o OUT.mid",
		Short: "Make music from words",
		Long: `Make a jazz solo from words alone, over the chords of --chords or over a usual
form (a blues, a modal tune, a standard's turn of chords) in the key that the words
name, with walking bass, piano chords and drums.`,
		Example: `  segue compose --prompt "melodic jazz, slow, F major" -o ballad.mid
  segue compose --prompt "blues rápido en la menor con trompeta" -o blues.mid --bars 24
  segue compose --prompt "bossa nova suave em ré menor" -o bossa.mid --chords "Dm7 | Em7b5 A7" --solo`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.compose(c.Context(), f, solo) },
	}
	f.register(c.Flags(), 0, "length (that of the form, or what the prompt says)")
	c.Flags().BoolVar(&solo, "solo", false, "the solo alone, without the combo")
	_ = c.Flags().MarkHidden("combo")
	return c
}

func (a *app) compose(ctx context.Context, f *playFlags, solo bool) error {
	if err := f.check(); err != nil {
		return err
	}
	if f.prompt == "" && f.chords == "" {
		return cli.Usagef("say what to play with --prompt or --chords")
	}
	if solo && f.band.Plays() {
		return cli.Usagef("--solo and a band contradict each other")
	}
	f.band.Combo = !solo
	opt, p, err := a.jazzOptions(f, 4)
	if err != nil {
		return err
	}
	m, err := jazz.Pretrained()
	if err != nil {
		return err
	}
	for v := range f.variations {
		opt.Seed = f.seed + uint64(v)
		c, err := m.Compose(ctx, p, opt)
		if err != nil {
			return err
		}
		bars := int(c.To / c.BarLength(c.MeterAt(0)))
		if err := a.report(ctx, f, v, c.Score, c, bars); err != nil {
			return err
		}
	}
	return nil
}
