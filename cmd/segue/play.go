package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/music/roll"
	"github.com/spf13/pflag"
)

// playFlags are what continuing and composing have in common.
type playFlags struct {
	out                    string
	bars                   int
	temperature, topP      float64
	creativity             float64
	prompt, chords         string
	band                   job.BandSpec
	candidates, variations int
	seed                   uint64
	json                   bool
	plot                   string
	audio                  audioFlags
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
	registerBand(fl, &f.band)
	fl.IntVar(&f.candidates, "candidates", 4, "draw so many solos and keep the one that fits best")
	fl.IntVar(&f.variations, "variations", 1, "write several, as OUT-1.mid, OUT-2.mid, ...")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of everything random: the same gives the same file")
	fl.StringVar(&f.plot, "plot", "", "draw a piano roll to this .svg or .png file")
	f.audio.register(fl)
	fl.BoolVar(&f.json, "json", false, "print what was made as JSON on standard output")
}

func (f *playFlags) check() error {
	switch {
	case f.out == "":
		return cli.Usagef("say where to write the music with -o OUT.mid")
	case f.bars < 0 || f.bars > 1000 || f.bars == 0 && f.set.Changed("bars"):
		return cli.Usagef("--bars %d: want 1 to 1000", f.bars)
	case !(f.temperature > 0 && f.temperature <= 10):
		return cli.Usagef("--temperature %v: want more than 0, at most 10", f.temperature)
	case !(f.topP > 0 && f.topP <= 1):
		return cli.Usagef("--top-p %v: want more than 0, at most 1", f.topP)
	case !(f.creativity >= 0 && f.creativity <= 1):
		return cli.Usagef("--creativity %v: want 0 to 1", f.creativity)
	case f.variations < 1 || f.variations > 1000:
		return cli.Usagef("--variations %d: want 1 to 1000", f.variations)
	case f.candidates < 1 || f.candidates > 100:
		return cli.Usagef("--candidates %d: want 1 to 100", f.candidates)
	case f.variations > 1 && f.out == "-":
		return cli.Usagef("several variations need a file name with -o")
	case f.json && f.out == "-":
		return cli.Usagef("--json writes to standard output, so the music needs a file name with -o")
	}
	if ext := filepath.Ext(f.plot); f.plot != "" && ext != ".svg" && ext != ".png" {
		return cli.Usagef("--plot %s: the name must end in .svg or .png", f.plot)
	}
	if err := cli.CheckExtension("-o", f.out, "MIDI", ".mid", ".midi"); err != nil {
		return err
	}
	if err := f.audio.check(); err != nil {
		return err
	}
	if f.set.Changed("creativity") {
		if f.set.Changed("temperature") || f.set.Changed("top-p") {
			return cli.Usagef("--creativity stands for --temperature and --top-p: give one or the others")
		}
		f.temperature, f.topP = job.Bold(f.creativity)
	}
	return nil
}

// jazzOptions are the flags for the jazz network; beats is the length of a bar.
func (a *app) jazzOptions(f *playFlags, beats int) (jazz.Options, jazz.Prompt, error) {
	opt := jazz.Options{Bars: f.bars, Temperature: f.temperature, TopP: f.topP, Candidates: f.candidates, Seed: f.seed}
	p := jazz.ParsePrompt(f.prompt)
	if f.prompt != "" {
		a.Say("understood: %s", p.Describe())
		if len(p.Unknown) > 0 {
			a.Say("note: not understood: %s", strings.Join(p.Unknown, ", "))
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
	if err := f.band.Apply(&opt, a.Tier()); err != nil {
		return opt, p, &cli.UsageError{Err: err}
	}
	return opt, p, nil
}

// changes reads --chords: chord symbols, or the name of a chart in CSV.
func (a *app) changes(chords string, beats int) ([]harmony.Beat, error) {
	if strings.HasSuffix(strings.ToLower(chords), ".csv") {
		text, err := a.chart(chords)
		if err != nil {
			return nil, err
		}
		out, err := harmony.ParseChanges(text, beats)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", chords, err)
		}
		return out, nil
	}
	out, err := harmony.ParseChanges(chords, beats)
	if err != nil {
		return nil, &cli.UsageError{Err: fmt.Errorf("--chords: %w", err)}
	}
	return out, nil
}

// chart reads a chord chart: a column "chord" with the chords of a bar in every
// row or, with a column "bar", rows of one bar after each other.
func (a *app) chart(path string) (string, error) {
	data, err := a.Read(path, 1<<20)
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

// numbered is the name of a variation's file.
func (f *playFlags) numbered(path string, variation int) string {
	if f.variations == 1 || path == "" {
		return path
	}
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), variation+1, ext)
}

// report writes a result, its picture and its sound, and says so.
func (a *app) report(ctx context.Context, f *playFlags, variation int, score *music.Score, c *music.Continuation, bars int) error {
	var buf bytes.Buffer
	if err := music.WriteMIDI(&buf, score); err != nil {
		return err
	}
	out := f.numbered(f.out, variation)
	if err := a.Write(out, buf.Bytes()); err != nil {
		return err
	}
	view := roll.Options{Seed: c.From, To: c.To, Changes: c.Changes}
	if score != c.Score { // the continuation alone, moved to the start
		view.Seed, view.To = 0, 0
	}
	if f.plot != "" {
		path := f.numbered(f.plot, variation)
		if err := a.drawRoll(path, score, view); err != nil {
			return err
		}
	}
	if f.audio.path != "" {
		if err := a.render(ctx, f.numbered(f.audio.path, variation), score, &f.audio); err != nil {
			return err
		}
	}
	a.Say("wrote %s: %s, %d new notes, from %.1f s to %.1f s", out, count(bars, "bar"), c.Notes, c.Seconds(c.From), c.Seconds(c.To))
	if err := a.showRoll(c); err != nil {
		return err
	}
	if !f.json {
		return nil
	}
	doc := map[string]any{
		"file": out, "bars": bars, "notes": c.Notes, "from_seconds": c.Seconds(c.From), "to_seconds": c.Seconds(c.To), "tempo": c.TempoAt(c.From),
		"seed": f.seed + uint64(variation), "tier": a.Tier().Actual(), "changes": c.Changes,
	}
	if c.Measures != nil {
		m := c.Measures
		doc["measures"] = map[string]any{
			"notes_per_bar": job.Finite(m.NotesPerBar), "range": job.Finite(m.Range), "interval": job.Finite(m.Interval), "entropy": job.Finite(m.Entropy), "chord_tones": job.Finite(m.ChordTones),
			"empty_bars": job.Finite(m.EmptyBars), "duration": job.Finite(m.Duration), "ioi": job.Finite(m.IOI), "groove": job.Finite(m.Groove), "repeats": job.Finite(m.Repeats), "longest_cells": m.Cells,
		}
	}
	return a.WriteJSON(doc)
}
