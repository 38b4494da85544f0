package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type trainJazzFlags struct {
	data, out string
	opt       music.TrainOptions
}

func (a *lab) trainJazzCommand() *cobra.Command {
	f := &trainJazzFlags{}
	c := &cobra.Command{
		Use:   "jazz --data DIR -o DIR",
		Short: "Train the jazz networks on the Weimar Jazz Database",
		Long: `Train the networks for jazz solos and walking basses on the Weimar Jazz Database
in its CSV form (--data holds solos.csv, train/ and valid/, each with melody/ and
beats/), and write everything that is embedded in the program, with a report, to a
folder.`,
		Example: "  segue-lab train jazz --data ~/data/wjd -o music/jazz",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.trainJazz(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "folder of the Weimar Jazz Database (required)")
	fl.StringVarP(&f.out, "output", "o", "", "folder to write to (required)")
	fl.IntVar(&f.opt.Steps, "steps", 3500, "training steps")
	fl.IntVar(&f.opt.Hidden, "hidden", 256, "LSTM units")
	fl.IntVar(&f.opt.Layers, "layers", 1, "LSTM layers")
	fl.Float64Var(&f.opt.Dropout, "dropout", .35, "dropout")
	fl.StringVar(&f.opt.Checkpoint, "checkpoint", "", "file from which an interrupted training of the solo network goes on")
	fl.Uint64Var(&f.opt.Seed, "seed", 1, "random seed")
	return c
}

func (a *lab) trainJazz(ctx context.Context, f *trainJazzFlags) error {
	if f.out == "" {
		return cli.Usagef("say where to write with -o DIR")
	}
	if err := folder("--data", f.data, "the database is"); err != nil {
		return err
	}
	f.opt.Tier = a.Tier()
	train, valid, err := readSolos(f.data)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.out, 0o755); err != nil { // before hours of work
		return cli.Plain(f.out, err)
	}
	a.Say("read %d solos to train on, %d to validate on", len(train), len(valid))
	solo, err := a.trainLine(ctx, "solo", train, valid, f.opt)
	if err != nil {
		return err
	}
	// a bass walks: a third of the units and steps do
	bass := f.opt
	bass.Hidden, bass.Steps, bass.Checkpoint = f.opt.Hidden*3/8, f.opt.Steps*2/5, ""
	walk, err := a.trainLine(ctx, "bass", jazz.BassLines(train), jazz.BassLines(valid), bass)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err // half-trained networks do not ship
	}
	if err := a.Write(filepath.Join(f.out, "solo.safetensors"), solo.file); err != nil {
		return err
	}
	if err := a.Write(filepath.Join(f.out, "bass.safetensors"), walk.file); err != nil {
		return err
	}
	return a.Write(filepath.Join(f.out, "REPORT.md"), jazzReport(solo, walk, len(train)))
}

// trained is a network with what is said of it.
type trained struct {
	opt  music.TrainOptions
	file []byte // float16
	rep  seq.Report
	loss jazz.Loss // on the valid part, as shipped
	took time.Duration
}

// trainLine trains one network.
func (a *lab) trainLine(ctx context.Context, name string, train, valid []jazz.Solo, opt music.TrainOptions) (trained, error) {
	b := a.Bar()
	start := time.Now()
	opt.Progress = func(p seq.Progress) { b.Step(name, p) }
	m, rep, err := jazz.Train(ctx, train, valid, opt)
	b.Clear()
	if err != nil {
		return trained{}, err
	}
	t := trained{opt: opt, rep: rep, took: time.Since(start)}
	if t.file, err = m.Encode(true); err != nil {
		return t, err
	}
	if m, err = jazz.Decode(t.file); err != nil { // as it ships, in float16
		return t, err
	}
	t.loss = m.Loss(valid)
	a.Say("%s: best at step %d; valid part: %.3f nats per note (onset %.3f, pitch %.3f, duration %.3f)", name, rep.BestStep, t.loss.Joint(), t.loss.Onset, t.loss.Pitch, t.loss.Duration)
	return t, nil
}

func readSolos(data string) (train, valid []jazz.Solo, err error) {
	fsys := os.DirFS(data)
	if train, err = jazz.ReadWJD(fsys, "train"); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", data, err)
	}
	if valid, err = jazz.ReadWJD(fsys, "valid"); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", data, err)
	}
	return train, valid, nil
}
