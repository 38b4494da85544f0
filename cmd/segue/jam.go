package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/jam"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type jamFlags struct {
	in, out        string
	list           bool
	tempo          float64
	bars, beats    int
	chords, prompt string
	creativity     float64
	program        int
	seed           uint64
}

func (a *app) jamCommand() *cobra.Command {
	f := &jamFlags{}
	c := &cobra.Command{
		Use:   "jam --in PORT --out PORT",
		Short: "Trade phrases with a player over MIDI ports",
		Long: `Listen on a MIDI port for some bars and answer on another port with as many, on the
beat, until Ctrl-C. Your first note is beat one. Without --tempo the tempo follows
MIDI clock or, if there is none, a count-in of four notes. After a silent phrase the
next note starts again at beat one.

MIDI ports need a driver written in C, which default builds do not have:
go build -tags rtmidi ./cmd/segue`,
		Example: `  segue jam --list
  segue jam --in "Keystation" --out "FluidSynth" --tempo 140 --bars 4
  segue jam --in Keystation --out FluidSynth --chords "Dm7 | G7 | Cmaj7 | A7"`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.jam(c.Context(), f) },
	}
	var set field.Set
	set.Bool(&f.list, field.Field{Name: "list", Help: "list the ports"})
	set.Text(&f.in, "", field.Field{Name: "in", Help: "`PORT` to hear: part of its name"})
	set.Text(&f.out, "", field.Field{Name: "out", Help: "`PORT` to play on: part of its name"})
	set.Number(&f.tempo, 0, field.Field{Name: "tempo", Help: "quarter notes a minute", Unset: "by clock or count-in", Min: 20, Max: 400})
	set.Whole(&f.bars, 4, field.Field{Name: "bars", Help: "length of a phrase", Min: 1, Max: 32})
	set.Whole(&f.beats, 4, field.Field{Name: "beats", Help: "quarter notes in a bar", Min: 1, Max: 12})
	set.Text(&f.chords, "", field.Field{Name: "chords", Help: `chords of the answers: "Dm7 G7 | Cmaj7"`, Unset: "heard"})
	set.Text(&f.prompt, "", field.Field{Name: "prompt", Help: "words that the answers are to be like"})
	job.BindCreativity(&set, &f.creativity)
	set.Whole(&f.program, 0, field.Field{Name: "program", Help: "General MIDI program of the answers", Unset: "the instrument's", Min: 1, Max: 128})
	set.Seed(&f.seed, 1, field.Field{Name: "seed", Help: "random seed"})
	a.Flags(c, &set)
	return c
}

func (a *app) jam(ctx context.Context, f *jamFlags) error {
	in, out, err := jam.Ports()
	if errors.Is(err, jam.ErrNoDriver) {
		return fmt.Errorf("%w: go build -tags rtmidi ./cmd/segue makes one with (needs a C compiler)", err)
	}
	if err != nil {
		return err
	}
	if f.list {
		return a.Write("", []byte("to hear:\n  "+strings.Join(in, "\n  ")+"\nto play on:\n  "+strings.Join(out, "\n  ")+"\n"))
	}
	opt, err := f.options(a.Tier())
	if err != nil {
		return err
	}
	var answers int
	var late, worst time.Duration
	opt.Answered = func(x jam.Answer) {
		answers++
		late, worst = late+x.Late, max(worst, x.Late)
		a.Say("heard %d notes, answered with %d; made in %d ms, %.1f ms late", x.Heard, x.Played, x.Thought.Milliseconds(), float64(x.Late.Microseconds())/1000)
	}
	a.Say("listening; Ctrl-C ends it")
	if err := jam.New(opt).Play(ctx, f.in, f.out); err != nil {
		return err
	}
	if answers > 0 {
		a.Say("%d answers, %.1f ms late on average, %.1f at most", answers, float64(late.Microseconds())/1000/float64(answers), float64(worst.Microseconds())/1000)
	}
	return nil
}

func (f *jamFlags) options(tier seq.Tier) (jam.Options, error) {
	if f.in == "" || f.out == "" {
		return jam.Options{}, cli.Usagef("say which ports with --in and --out; --list shows them")
	}
	changes, err := harmony.ParseChanges(f.chords, music.Meter{Num: f.beats, Den: 4})
	if err != nil {
		return jam.Options{}, &cli.UsageError{Err: fmt.Errorf("--chords: %w", err)}
	}
	m, err := jazz.Pretrained()
	if err != nil {
		return jam.Options{}, err
	}
	opt := jam.Options{Model: m.On(tier), Tempo: f.tempo, Bars: f.bars, Beats: f.beats, Program: f.program - 1}
	opt.Jazz = jazz.Options{Changes: changes, Candidates: 2, Seed: f.seed}
	opt.Jazz.Temperature, opt.Jazz.TopP = job.Bold(f.creativity)
	if f.prompt != "" {
		p := jazz.ParsePrompt(f.prompt)
		opt.Jazz.Tags = &p.Tags
	}
	return opt, nil
}
