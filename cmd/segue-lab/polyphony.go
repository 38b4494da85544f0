package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/music/polyphony"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type polyphonyFlags struct {
	data        string
	only, kinds []string
	opt         polyphony.Options
	json        bool
}

func (a *lab) polyphonyCommand() *cobra.Command {
	f := &polyphonyFlags{}
	c := &cobra.Command{
		Use:   "polyphony --data DIR",
		Short: "Score networks on the four piano-roll benchmarks",
		Long: `Train networks on the piano rolls of JSB Chorales, Nottingham, MuseData and
Piano-midi.de (MATLAB files with traindata, validdata and testdata) and print the
negative log likelihood of the test parts in nats per frame: every key by itself
("keys"), or the keys of a frame one after the other ("frame"). The two are classes
of their own. The step with the best validation loss is kept, and settings that
flags leave open are those that did best on the file's valid part.`,
		Example: "  segue-lab bench polyphony --data ~/data/polyphony --only JSB_Chorales --kinds keys",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.benchPolyphony(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "folder of the files (required)")
	fl.StringSliceVar(&f.only, "only", []string{"JSB_Chorales", "Nottingham", "MuseData", "Piano_midi"}, "files")
	fl.StringSliceVar(&f.kinds, "kinds", []string{"keys", "frame"}, "keys, frame")
	fl.IntVar(&f.opt.Hidden, "hidden", 0, "LSTM units (by the file, mostly 256)")
	fl.IntVar(&f.opt.Layers, "layers", 0, "LSTM layers (1)")
	fl.IntVar(&f.opt.Steps, "steps", 0, "training steps of eight windows (by the file)")
	fl.Float64Var(&f.opt.Dropout, "dropout", 0, "dropout (by the file, mostly .4; negative for none)")
	fl.Float64Var(&f.opt.LearningRate, "rate", 0, "learning rate at its peak (.01 for keys, .004 for frame)")
	fl.IntVar(&f.opt.Shift, "shift", 0, "transpose by at most this many keys in training (depends on the file)")
	fl.IntSliceVar(&f.opt.Lags, "lags", nil, "a step sees the frames that lie so far back (by the file)")
	fl.IntSliceVar(&f.opt.Clocks, "clocks", nil, "a step knows the number of frames passed modulo these (by the file)")
	fl.IntVar(&f.opt.Views, "views", 0, "average a network's predictions over transpositions by up to this many keys (depends on the file)")
	fl.IntVar(&f.opt.Nets, "nets", 1, "average this many networks")
	fl.Uint64Var(&f.opt.Seed, "seed", 1, "random seed")
	fl.BoolVar(&f.json, "json", false, "print JSON instead of a table")
	return c
}

// polyphonySettings are what did best on the valid parts, for what the flags leave
// open. Nottingham's tunes repeat their bars, and the pieces of Piano-midi.de and
// JSB Chorales are few.
var polyphonySettings = map[string]polyphony.Options{
	"JSB_Chorales, keys":  {Steps: 4800, Shift: 2, Views: 2},
	"JSB_Chorales, frame": {Steps: 2000, Shift: 6, Views: 3},
	"Nottingham, keys":    {Steps: 3000, Dropout: .2, Lags: []int{1, 4, 8, 16, 32, 64}, Clocks: []int{64, 48}},
	"Nottingham, frame":   {Steps: 3000, Dropout: .2, Lags: []int{1, 4, 8, 16, 32, 64}, Clocks: []int{64, 48}},
	"MuseData, keys":      {Steps: 4000},
	"MuseData, frame":     {Steps: 3000},
	"Piano_midi, keys":    {Steps: 3000, Shift: 6, Views: 3},
	"Piano_midi, frame":   {Steps: 2000, Shift: 6, Views: 3, Hidden: 384, Lags: []int{1, 2, 4, 8, 16}, Clocks: []int{16, 12}},
}

// orSettings takes from the settings of a file what the flags leave open.
func orSettings(opt, set polyphony.Options) polyphony.Options {
	opt.Steps, opt.Hidden = cmp.Or(opt.Steps, set.Steps), cmp.Or(opt.Hidden, set.Hidden)
	opt.Dropout = cmp.Or(opt.Dropout, set.Dropout)
	opt.Shift, opt.Views = cmp.Or(opt.Shift, set.Shift), cmp.Or(opt.Views, set.Views)
	if opt.Lags == nil {
		opt.Lags = set.Lags
	}
	if opt.Clocks == nil {
		opt.Clocks = set.Clocks
	}
	return opt
}

type polyphonyLine struct {
	File       string         `json:"file"`
	Kind       polyphony.Kind `json:"kind"`
	Valid      polyphony.Loss `json:"valid"`
	Test       polyphony.Loss `json:"test"`
	Parameters int            `json:"parameters"`
	Seconds    float64        `json:"seconds"`
}

// polyphonyKinds are the kinds of network by the names that --kinds takes.
var polyphonyKinds = map[string]polyphony.Kind{"keys": polyphony.IndependentKeys, "frame": polyphony.InFrame}

func (a *lab) benchPolyphony(ctx context.Context, f *polyphonyFlags) error {
	if err := among("--kinds", f.kinds, slices.Sorted(maps.Keys(polyphonyKinds))); err != nil {
		return err
	}
	if err := folder("--data", f.data, "the files are"); err != nil {
		return err
	}
	var lines []polyphonyLine
	for _, name := range f.only {
		parts, err := readRolls(filepath.Join(f.data, name+".mat"))
		if err != nil {
			return err
		}
		for _, kind := range f.kinds {
			opt := orSettings(f.opt, polyphonySettings[name+", "+kind])
			opt.Kind = polyphonyKinds[kind]
			opt.Tier = a.Tier()
			start := time.Now()
			b := a.Bar()
			opt.Progress = func(p seq.Progress) { b.Step(name+", "+kind, p) }
			m, err := polyphony.Train(ctx, parts["traindata"], parts["validdata"], opt)
			b.Clear()
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			secs := time.Since(start).Seconds()
			lines = append(lines, polyphonyLine{name, opt.Kind, m.Loss(parts["validdata"]), m.Loss(parts["testdata"]), m.Parameters(), secs})
		}
	}
	if f.json {
		return a.WriteJSON(lines)
	}
	s := newSheet("data", "kind", "valid", "test, pooled", "per sequence", "first frame scored", "parameters", "seconds")
	for _, l := range lines {
		s.add(l.File, l.Kind, f3(l.Valid.Pooled), f3(l.Test.Pooled), f3(l.Test.PerSequence), f3(l.Test.WithFirst), l.Parameters, f0(l.Seconds))
	}
	return a.Write("", []byte(s.String()))
}

// readRolls reads the parts of a benchmark file.
func readRolls(path string) (map[string][]polyphony.Roll, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, cli.Plain(path, err)
	}
	defer f.Close()
	vars, err := datasets.ReadMatlab(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	out := map[string][]polyphony.Roll{}
	for _, part := range []string{"traindata", "validdata", "testdata"} {
		for i, m := range vars[part] {
			if m.Cols != 88 {
				return nil, fmt.Errorf("%s: %s, matrix %d has %d columns, want 88 keys", path, part, i+1, m.Cols)
			}
			roll := make(polyphony.Roll, m.Rows)
			for t := range roll {
				for k, v := range m.Data[t*88 : (t+1)*88] {
					if v > 0 {
						roll[t] = append(roll[t], uint8(k))
					}
				}
			}
			out[part] = append(out[part], roll)
		}
		if len(out[part]) == 0 {
			return nil, fmt.Errorf("%s: there is no variable %q", path, part)
		}
	}
	return out, nil
}
