package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// playFlags are what continuing and composing have in common.
type playFlags struct {
	out                    string
	bars                   int
	temperature, topP      float64
	creativity             float64
	prompt, chords         string
	combo                  bool
	candidates, variations int
	seed                   uint64
	json                   bool
	set                    *pflag.FlagSet
}

func (f *playFlags) register(fl *pflag.FlagSet, bars int, length string) {
	f.set = fl
	fl.StringVarP(&f.out, "output", "o", "", "MIDI file to write (required; - is standard output)")
	fl.IntVar(&f.bars, "bars", bars, length)
	fl.Float64Var(&f.temperature, "temperature", 1, "above 1 bolder, below 1 safer")
	fl.Float64Var(&f.topP, "top-p", .95, "draw from the most likely values with this probability; 1 for all")
	fl.Float64Var(&f.creativity, "creativity", .5, "from 0, safe, to 1, daring, instead of --temperature and --top-p")
	fl.StringVar(&f.prompt, "prompt", "", `words: "melodic jazz, slow, F major" (also in Portuguese and Spanish)`)
	fl.StringVar(&f.chords, "chords", "", `chords: "Dm7 G7 | Cmaj7", bars divided by |, or a CSV file with a column chord`)
	fl.BoolVar(&f.combo, "combo", false, "add walking bass, piano chords and drums where the seed has none")
	fl.IntVar(&f.candidates, "candidates", 4, "draw so many solos and keep the one that fits best")
	fl.IntVar(&f.variations, "variations", 1, "write several, as OUT-1.mid, OUT-2.mid, ...")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of everything random: the same gives the same file")
	fl.BoolVar(&f.json, "json", false, "print what was made as JSON on standard output")
}

func (f *playFlags) check() error {
	switch {
	case f.out == "":
		return usagef("say where to write the music with -o OUT.mid")
	case f.bars < 0 || f.bars > 1000 || f.bars == 0 && f.set.Changed("bars"):
		return usagef("--bars %d: want 1 to 1000", f.bars)
	case !(f.temperature > 0 && f.temperature <= 10):
		return usagef("--temperature %v: want more than 0, at most 10", f.temperature)
	case !(f.topP > 0 && f.topP <= 1):
		return usagef("--top-p %v: want more than 0, at most 1", f.topP)
	case !(f.creativity >= 0 && f.creativity <= 1):
		return usagef("--creativity %v: want 0 to 1", f.creativity)
	case f.variations < 1 || f.variations > 1000:
		return usagef("--variations %d: want 1 to 1000", f.variations)
	case f.candidates < 1 || f.candidates > 100:
		return usagef("--candidates %d: want 1 to 100", f.candidates)
	case f.variations > 1 && f.out == "-":
		return usagef("several variations need a file name with -o")
	case f.json && f.out == "-":
		return usagef("--json writes to standard output, so the music needs a file name with -o")
	}
	if f.set.Changed("creativity") {
		if f.set.Changed("temperature") || f.set.Changed("top-p") {
			return usagef("--creativity stands for --temperature and --top-p: give one or the others")
		}
		f.temperature = .6 + .7*f.creativity
		f.topP = .85 + .14*f.creativity
	}
	return nil
}

// jazzOptions are the flags for the jazz network; beats is the length of a bar.
func (a *app) jazzOptions(f *playFlags, beats int) (music.JazzOptions, music.Prompt, error) {
	opt := music.JazzOptions{Bars: f.bars, Temperature: f.temperature, TopP: f.topP, Candidates: f.candidates, Seed: f.seed}
	p := music.ParsePrompt(f.prompt)
	if f.prompt != "" {
		a.say("understood: %s", p.Describe())
		if len(p.Unknown) > 0 {
			a.say("note: not understood: %s", strings.Join(p.Unknown, ", "))
		}
		opt.Tags = &p.Tags
		if p.Bars > 0 && !f.set.Changed("bars") {
			opt.Bars = min(p.Bars, 1000)
		}
	}
	changes, err := a.changes(f.chords, beats)
	if err != nil {
		return opt, p, err
	}
	opt.Changes = changes
	if f.combo {
		if opt.Combo, err = jazz.Combo(); err != nil {
			return opt, p, err
		}
	}
	return opt, p, nil
}

// changes reads --chords: chord symbols, or the name of a chart in CSV.
func (a *app) changes(chords string, beats int) ([]music.Beat, error) {
	if strings.HasSuffix(strings.ToLower(chords), ".csv") {
		text, err := a.chart(chords)
		if err != nil {
			return nil, err
		}
		out, err := music.ParseChanges(text, beats)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", chords, err)
		}
		return out, nil
	}
	out, err := music.ParseChanges(chords, beats)
	if err != nil {
		return nil, &usageError{fmt.Errorf("--chords: %w", err)}
	}
	return out, nil
}

// chart reads a chord chart: a column "chord" with the chords of a bar in every
// row or, with a column "bar", rows of one bar after each other.
func (a *app) chart(path string) (string, error) {
	data, err := a.read(path, 1<<20)
	if err != nil {
		return "", err
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		var pe *csv.ParseError
		if errors.As(err, &pe) {
			return "", fmt.Errorf("%s: line %d: %w", path, pe.Line, pe.Err)
		}
		return "", fmt.Errorf("%s: %w", path, err)
	}
	chord, bar := -1, -1
	if len(rows) > 0 {
		for i, h := range rows[0] {
			switch strings.ToLower(strings.TrimSpace(h)) {
			case "chord", "chords", "symbol":
				chord = i
			case "bar", "measure":
				bar = i
			}
		}
	}
	if chord < 0 {
		return "", fmt.Errorf("%s: line 1: there is no column \"chord\"", path)
	}
	var text strings.Builder
	last := ""
	for _, row := range rows[1:] {
		if chord >= len(row) {
			continue
		}
		now := fmt.Sprint(text.Len()) // without bars every row is one
		if bar >= 0 && bar < len(row) {
			now = row[bar]
		}
		if last != "" && now != last {
			text.WriteString(" |")
		}
		text.WriteString(" " + row[chord])
		last = now
	}
	return text.String(), nil
}

// report writes a result and says so.
func (a *app) report(f *playFlags, variation int, score *music.Score, c *music.Continuation, bars int) error {
	var buf bytes.Buffer
	if err := music.WriteMIDI(&buf, score); err != nil {
		return err
	}
	out := f.out
	if f.variations > 1 {
		ext := filepath.Ext(out)
		out = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(out, ext), variation+1, ext)
	}
	if err := a.write(out, buf.Bytes()); err != nil {
		return err
	}
	a.say("wrote %s: %s, %d new notes, from %.1f s to %.1f s", out, count(bars, "bar"), c.Notes, c.Seconds(c.From), c.Seconds(c.To))
	if !f.json {
		return nil
	}
	doc := map[string]any{
		"file": out, "bars": bars, "notes": c.Notes, "from_seconds": c.Seconds(c.From), "to_seconds": c.Seconds(c.To), "tempo": c.TempoAt(c.From),
		"seed": f.seed + uint64(variation), "tier": seq.Tier(), "changes": c.Changes,
	}
	if c.Measures != nil {
		m := c.Measures
		doc["measures"] = map[string]any{
			"notes_per_bar": nan(m.NotesPerBar), "range": nan(m.Range), "interval": nan(m.Interval), "entropy": nan(m.Entropy), "chord_tones": nan(m.ChordTones),
			"empty_bars": nan(m.EmptyBars), "duration": nan(m.Duration), "ioi": nan(m.IOI), "groove": nan(m.Groove), "repeats": nan(m.Repeats), "longest_cells": m.Cells,
		}
	}
	return a.writeJSON(doc)
}

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
what they played. Any other seed is continued by a network that is trained on the
spot, on the seed and on two rags; that takes some seconds. --model overrules:
"jazz", "spot", or a file that ` + "`segue train music`" + ` made.`,
		Example: `  segue continue seed.mid -o out.mid
  segue continue seed.mid -o out.mid --bars 16 --creativity 0.8 --seed 7
  segue continue seed.mid -o out.mid --chords "Dm7 G7 | Cmaj7 | % | A7b9"
  segue continue seed.mid -o out.mid --prompt "busy bebop, high" --combo
  segue continue seed.mid -o out.mid --at 9 --bars 4
  segue continue --between a.mid b.mid -o whole.mid --bars 4
  segue continue seed.mid -o out.mid --no-seed --variations 3 --json
  segue continue waltz.mid -o out.mid --model waltz.safetensors --part 1`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			if f.between != (len(args) == 2) {
				return usagef("one file is continued; two are joined with --between A.mid B.mid")
			}
			return a.continueScore(c.Context(), args, f)
		},
	}
	fl := c.Flags()
	f.register(fl, 8, "length of the continuation")
	fl.IntVar(&f.part, "part", 0, "continue this part only, as `segue inspect` numbers them")
	fl.IntVar(&f.at, "at", 0, "go on from this bar, counted from 1, instead of the end")
	fl.BoolVar(&f.noSeed, "no-seed", false, "write the continuation without the seed")
	fl.BoolVar(&f.between, "between", false, "write the bars that lead from one file to another")
	fl.StringVar(&f.model, "model", "", "jazz, spot, or a model file (chosen by the seed)")
	return c
}

func (a *app) continueScore(ctx context.Context, paths []string, f *continueFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	switch {
	case f.part < 0:
		return usagef("--part %d: want 1 or more", f.part)
	case f.at < 0 || f.at == 1:
		return usagef("--at %d: want 2 or more, so that there is something to continue", f.at)
	case f.noSeed && f.between:
		return usagef("--no-seed and --between contradict each other")
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
		if err := a.report(&f.playFlags, v, result, c, bars); err != nil {
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
	m, err := a.jazzModel("")
	if err != nil {
		return nil, err
	}
	opt, _, err := a.jazzOptions(&f.playFlags, beatsOf(first))
	if err != nil {
		return nil, err
	}
	opt.Part = f.part
	return func(seed uint64) (*music.Continuation, int, error) {
		opt.Seed = seed
		c, err := m.Between(ctx, first, second, opt)
		return c, opt.Bars, err
	}, nil
}

// beatsOf is the number of quarter notes in the last bar.
func beatsOf(s *music.Score) int {
	meter := s.MeterAt(s.End())
	return max(1, 4*meter.Num/meter.Den)
}

// continuer chooses the network that continues the seed.
func (a *app) continuer(ctx context.Context, f *continueFlags, seed *music.Score) (continuer, error) {
	solo := f.part
	if solo == 0 {
		solo = music.SoloPart(seed)
	}
	if f.model != "jazz" && (f.model != "" || music.SoloPart(seed) == 0) {
		if f.chords != "" || f.prompt != "" || f.combo {
			return nil, usagef("--chords, --prompt and --combo need the jazz network: a seed with a solo line, or --model jazz")
		}
		path := f.model
		if path == "spot" {
			path = ""
		}
		m, err := a.musicModel(ctx, path, seed, f.seed)
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
	m, err := a.jazzModel("")
	if err != nil {
		return nil, err
	}
	opt, _, err := a.jazzOptions(&f.playFlags, beatsOf(seed))
	if err != nil {
		return nil, err
	}
	opt.Part = solo
	return func(s uint64) (*music.Continuation, int, error) {
		opt.Seed = s
		c, err := m.Continue(ctx, seed, opt)
		return c, opt.Bars, err
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
		return usagef("say what to play with --prompt or --chords")
	}
	f.combo = !solo
	opt, p, err := a.jazzOptions(f, 4)
	if err != nil {
		return err
	}
	m, err := a.jazzModel("")
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
		if err := a.report(f, v, c.Score, c, bars); err != nil {
			return err
		}
	}
	return nil
}
