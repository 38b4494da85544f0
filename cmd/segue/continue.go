package main

import (
	"context"
	"fmt"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/music/piano"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type continueFlags struct {
	playFlags
	part, at int
	model    string
	noSeed   bool
	between  bool
}

func (a *app) continueCommand() *cobra.Command {
	f := &continueFlags{}
	c := &cobra.Command{
		Use:   "continue SEED.mid -o OUT.mid",
		Short: "Continue the music in a MIDI file",
		Long: `Continue the music in a MIDI file. The new bars begin on the bar line after the
seed and keep its tempo, meter, instruments and swing.

A seed with a solo line (mostly one note at a time) is continued by the jazz
network that is part of the program: the line improvises over the seed's chords,
which are detected, or over those given with --chords, and the other parts repeat
what they played. Piano music for two hands is continued by a network that learned
from rags. Any other seed is continued by a network that is trained on the spot, on
the seed and on two rags; that takes some seconds. --model overrules: "jazz",
"piano", "spot", or a file that ` + "`segue train music`" + ` made.`,
		Example: `  segue continue seed.mid -o out.mid
  segue continue seed.mid -o out.mid --bars 16 --creativity 0.8 --seed 7
  segue continue seed.mid -o out.mid --chords "Dm7 G7 | Cmaj7 | % | A7b9"
  segue continue seed.mid -o out.mid --prompt "busy bebop, high" --combo
  segue continue seed.mid -o out.mid --bars 32 --band "quartet,drums=0.7" --ending tag
  segue continue seed.mid -o out.mid --at 9 --bars 4
  segue continue --between a.mid b.mid -o whole.mid --bars 4
  segue continue seed.mid -o out.mid --no-seed --variations 3 --json
  segue continue waltz.mid -o out.mid --model waltz.safetensors --part 1`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if f.between != (len(args) == 2) {
				return cli.Usagef("one file is continued; two are joined with --between A.mid B.mid")
			}
			return a.continueScore(c.Context(), args, f)
		},
	}
	fl := c.Flags()
	f.register(fl, 8, "length of the continuation")
	fl.IntVar(&f.part, "part", 0, "continue this part `NUMBER` only, as segue inspect counts them")
	fl.IntVar(&f.at, "at", 0, "go on from this bar, counted from 1, instead of the end")
	fl.BoolVar(&f.noSeed, "no-seed", false, "write the continuation without the seed")
	fl.BoolVar(&f.between, "between", false, "write the bars that lead from one file to another")
	fl.StringVar(&f.model, "model", "", "jazz, piano, spot, or a model file (chosen by the seed)")
	return c
}

func (a *app) continueScore(ctx context.Context, paths []string, f *continueFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	switch {
	case f.part < 0:
		return cli.Usagef("--part %d: want 1 or more", f.part)
	case f.at < 0 || f.at == 1:
		return cli.Usagef("--at %d: want 2 or more, so that there is something to continue", f.at)
	case f.noSeed && f.between:
		return cli.Usagef("--no-seed and --between contradict each other")
	}
	path := paths[0]
	seed, err := a.score(path)
	if err != nil {
		return err
	}
	if f.at > 0 {
		if seed, err = upTo(seed, f.at); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if seed.Notes() == 0 {
		return fmt.Errorf("%s: there is no note to continue", path)
	}
	if n := len(seed.Parts()); f.part > n {
		return fmt.Errorf("%s: there is no part %d, the file has %d", path, f.part, n)
	}
	var more continuer
	if f.between {
		more, err = a.joiner(ctx, f, seed, paths[1])
	} else {
		more, err = a.continuer(ctx, f, seed)
	}
	if err != nil {
		return err
	}
	for v := range f.variations {
		c, bars, err := more(f.seed + uint64(v))
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		result := c.Score
		if f.noSeed {
			result = c.Only()
		}
		if err := a.report(ctx, &f.playFlags, v, result, c, bars); err != nil {
			return err
		}
	}
	return nil
}

// upTo keeps the bars before bar n.
func upTo(s *music.Score, n int) (*music.Score, error) {
	at := music.Tick(0)
	for range n - 1 {
		if at >= s.End() {
			return nil, fmt.Errorf("there is no bar %d", n)
		}
		at += s.BarLength(s.MeterAt(at))
	}
	return s.Cut(0, at), nil
}

// continuer makes a continuation from a random seed.
type continuer func(seed uint64) (c *music.Continuation, bars int, err error)

// joiner writes what comes between two files.
func (a *app) joiner(ctx context.Context, f *continueFlags, first *music.Score, path string) (continuer, error) {
	second, err := a.score(path)
	if err != nil {
		return nil, err
	}
	if music.SoloPart(second) == 0 || f.part == 0 && music.SoloPart(first) == 0 {
		return nil, fmt.Errorf("%s: both files need a solo line to be joined", path)
	}
	m, err := jazz.Pretrained()
	if err != nil {
		return nil, err
	}
	opt, _, err := a.jazzOptions(&f.playFlags, job.BeatsOf(first))
	if err != nil {
		return nil, err
	}
	opt.Part = f.part
	return func(seed uint64) (*music.Continuation, int, error) {
		opt.Seed = seed
		c, err := m.Infill(ctx, first, second, opt)
		return c, opt.Bars, err
	}, nil
}

// continuer chooses the network that continues the seed.
func (a *app) continuer(ctx context.Context, f *continueFlags, seed *music.Score) (continuer, error) {
	solo := f.part
	if solo == 0 {
		solo = music.SoloPart(seed)
	}
	if f.model != "jazz" && (f.model != "" || music.SoloPart(seed) == 0) {
		if f.chords != "" || f.prompt != "" || f.band != (job.BandSpec{}) {
			return nil, cli.Usagef("--chords, --prompt, --combo, --band and --ending need the jazz network: a seed with a solo line, or --model jazz")
		}
		m, err := a.anyModel(ctx, f, seed)
		if err != nil {
			return nil, err
		}
		opt := music.Options{Bars: f.bars, Temperature: f.temperature, TopP: f.topP, Part: f.part}
		return func(s uint64) (*music.Continuation, int, error) {
			opt.Seed = s
			c, err := m.Continue(ctx, seed, opt)
			return c, opt.Bars, err
		}, nil
	}
	m, err := jazz.Pretrained()
	if err != nil {
		return nil, err
	}
	opt, _, err := a.jazzOptions(&f.playFlags, job.BeatsOf(seed))
	if err != nil {
		return nil, err
	}
	opt.Part = solo
	return func(s uint64) (*music.Continuation, int, error) {
		opt.Seed = s
		c, err := m.Continue(ctx, seed, opt)
		if err != nil {
			return nil, 0, err
		}
		return c, int((c.To - c.From) / c.BarLength(c.MeterAt(c.From))), nil
	}, nil
}

// anyModel is the network for a seed that is not a solo: the one for two-handed
// piano where only keyboards play, a file, or one trained on the spot.
func (a *app) anyModel(ctx context.Context, f *continueFlags, seed *music.Score) (*music.Model, error) {
	switch f.model {
	case "piano":
		return a.pianoModel()
	case "":
		if job.Keyboards(seed) {
			return a.pianoModel()
		}
	case "spot":
		return a.musicModel(ctx, "", seed, f.seed)
	}
	return a.musicModel(ctx, f.model, seed, f.seed)
}

func (a *app) pianoModel() (*music.Model, error) {
	m, err := piano.Model()
	if err != nil {
		return nil, err
	}
	return m.On(a.Tier()), nil
}

// musicModel reads a model, or trains one on the seed and the embedded rags.
func (a *app) musicModel(ctx context.Context, path string, seed *music.Score, random uint64) (*music.Model, error) {
	if path != "" {
		data, err := a.Read(path, 1<<30)
		if err != nil {
			return nil, err
		}
		m, err := music.DecodeModel(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return m.On(a.Tier()), nil
	}
	a.Say("training a network on the seed and two rags")
	b := a.Bar()
	defer b.Clear()
	return job.Spot(ctx, seed, random, a.Tier(), func(p seq.Progress) { b.Step("training", p) })
}
