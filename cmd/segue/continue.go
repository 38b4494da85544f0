package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type continueFlags struct {
	opt        music.Options
	out, model string
	chords     string
	noSeed     bool
	variations int
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
what they played. Any other seed is continued by a network that is trained on the
spot, on the seed and on two rags; that takes some seconds. --model overrules:
"jazz", "spot", or a file that ` + "`segue train music`" + ` made.`,
		Example: `  segue continue seed.mid -o out.mid
  segue continue seed.mid -o out.mid --bars 16 --temperature 1.1 --seed 7
  segue continue seed.mid -o out.mid --chords "Dm7 G7 | Cmaj7 | % | A7b9"
  segue continue seed.mid -o out.mid --no-seed --variations 3
  segue continue waltz.mid -o out.mid --model waltz.safetensors --part 1`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.continueScore(c.Context(), args[0], f) },
	}
	fl := c.Flags()
	fl.StringVarP(&f.out, "output", "o", "", "MIDI file to write (required; - is standard output)")
	fl.IntVar(&f.opt.Bars, "bars", 8, "length of the continuation")
	fl.Float64Var(&f.opt.Temperature, "temperature", .95, "above 1 bolder, below 1 safer")
	fl.Float64Var(&f.opt.TopP, "top-p", .95, "draw from the most likely values with this probability; 1 for all")
	fl.IntVar(&f.opt.Part, "part", 0, "continue this part only, as `segue inspect` numbers them")
	fl.Uint64Var(&f.opt.Seed, "seed", 1, "seed of everything random: the same gives the same file")
	fl.BoolVar(&f.noSeed, "no-seed", false, "write the continuation without the seed")
	fl.IntVar(&f.variations, "variations", 1, "write several continuations, as OUT-1.mid, OUT-2.mid, ...")
	fl.StringVar(&f.model, "model", "", "jazz, spot, or a model file (chosen by the seed)")
	fl.StringVar(&f.chords, "chords", "", "chords of the continuation: bars divided by |, chords by spaces")
	return c
}

func (f *continueFlags) check() error {
	switch {
	case f.out == "":
		return usagef("say where to write the music with -o OUT.mid")
	case f.opt.Bars < 1 || f.opt.Bars > 1000:
		return usagef("--bars %d: want 1 to 1000", f.opt.Bars)
	case !(f.opt.Temperature > 0 && f.opt.Temperature <= 10):
		return usagef("--temperature %v: want more than 0, at most 10", f.opt.Temperature)
	case !(f.opt.TopP > 0 && f.opt.TopP <= 1):
		return usagef("--top-p %v: want more than 0, at most 1", f.opt.TopP)
	case f.variations < 1 || f.variations > 1000:
		return usagef("--variations %d: want 1 to 1000", f.variations)
	case f.variations > 1 && f.out == "-":
		return usagef("several variations need a file name with -o")
	case f.opt.Part < 0:
		return usagef("--part %d: want 1 or more", f.opt.Part)
	}
	return nil
}

func (a *app) continueScore(ctx context.Context, path string, f *continueFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	seed, err := a.score(path)
	if err != nil {
		return err
	}
	if seed.Notes() == 0 {
		return fmt.Errorf("%s: there is no note to continue", path)
	}
	if n := len(seed.Parts()); f.opt.Part > n {
		return fmt.Errorf("%s: there is no part %d, the file has %d", path, f.opt.Part, n)
	}
	more, err := a.continuer(ctx, f, seed)
	if err != nil {
		return err
	}
	first := f.opt.Seed
	for v := range f.variations {
		f.opt.Seed = first + uint64(v)
		c, err := more(f.opt)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		result := c.Score
		if f.noSeed {
			result = c.Only()
		}
		var buf bytes.Buffer
		if err := music.WriteMIDI(&buf, result); err != nil {
			return err
		}
		out := f.out
		if f.variations > 1 {
			ext := filepath.Ext(out)
			out = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(out, ext), v+1, ext)
		}
		if err := a.write(out, buf.Bytes()); err != nil {
			return err
		}
		a.say("wrote %s: %d bars, %d new notes, from %.1f s to %.1f s of the seed's time", out, f.opt.Bars, c.Notes, seed.Seconds(c.From), seed.Seconds(c.To))
	}
	return nil
}

// continuer chooses the network that continues the seed.
func (a *app) continuer(ctx context.Context, f *continueFlags, seed *music.Score) (func(music.Options) (*music.Continuation, error), error) {
	solo := f.opt.Part
	if solo == 0 {
		solo = music.SoloPart(seed)
	}
	if f.model != "jazz" && (f.model != "" || music.SoloPart(seed) == 0) {
		if f.chords != "" {
			return nil, usagef("--chords needs the jazz network: a seed with a solo line, or --model jazz")
		}
		path := f.model
		if path == "spot" {
			path = ""
		}
		m, err := a.musicModel(ctx, path, seed, f.opt.Seed)
		if err != nil {
			return nil, err
		}
		return func(o music.Options) (*music.Continuation, error) { return m.Continue(ctx, seed, o) }, nil
	}
	m, err := a.jazzModel("")
	if err != nil {
		return nil, err
	}
	meter := seed.MeterAt(seed.End())
	changes, err := music.ParseChanges(f.chords, max(1, 4*meter.Num/meter.Den))
	if err != nil {
		return nil, &usageError{fmt.Errorf("--chords: %w", err)}
	}
	return func(o music.Options) (*music.Continuation, error) {
		return m.Continue(ctx, seed, music.JazzOptions{
			Bars: o.Bars, Temperature: o.Temperature, TopP: o.TopP, Part: solo, Changes: changes, Seed: o.Seed,
		})
	}, nil
}

// musicModel reads a model, or trains one on the seed and the embedded rags.
func (a *app) musicModel(ctx context.Context, path string, seed *music.Score, random uint64) (*music.Model, error) {
	if path != "" {
		data, err := a.read(path, 1<<30)
		if err != nil {
			return nil, err
		}
		m, err := music.DecodeModel(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return m, nil
	}
	scores, weights := []*music.Score{seed}, []float64{2}
	for _, name := range []string{"midi/pineapple_rag.mid", "midi/something_doing.mid"} {
		s, _, err := music.ReadMIDI(datasets.MustFile(name))
		if err != nil {
			return nil, err
		}
		scores, weights = append(scores, s), append(weights, 1)
	}
	a.say("training a network on the seed and two rags")
	b := a.bar()
	m, _, err := music.Train(ctx, scores, music.TrainOptions{
		Steps: 600, Weights: weights, Seed: random,
		Progress: func(p seq.Progress) { b.update("training", p.Step, p.Steps, p.Loss, p.GradNorm, p.Elapsed) },
	})
	b.clear()
	if err == nil {
		err = ctx.Err()
	}
	return m, err
}
