package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type trainJazzFlags struct {
	data, groove, out string
	opt               music.TrainOptions
}

func (a *lab) trainJazzCommand() *cobra.Command {
	f := &trainJazzFlags{}
	c := &cobra.Command{
		Use:   "jazz --data DIR --groove DIR -o DIR",
		Short: "Train the jazz networks on the Weimar Jazz Database",
		Long: `Train the networks for jazz solos and walking basses on the Weimar Jazz Database
in its CSV form (--data holds solos.csv, train/ and valid/, each with melody/ and
beats/), pick drum grooves from the Groove MIDI Dataset, and write everything that
is embedded in the program, with a report, to a folder.`,
		Example: "  segue-lab train jazz --data ~/data/wjd --groove ~/data/groove -o music/jazz",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.trainJazz(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "folder of the Weimar Jazz Database (required)")
	fl.StringVar(&f.groove, "groove", "", "folder of the Groove MIDI Dataset; none: the drums stay as they are")
	fl.StringVarP(&f.out, "output", "o", "", "folder to write to (required)")
	fl.IntVar(&f.opt.Steps, "steps", 3500, "training steps")
	fl.IntVar(&f.opt.Hidden, "hidden", 256, "LSTM units")
	fl.IntVar(&f.opt.Layers, "layers", 1, "LSTM layers")
	fl.Float64Var(&f.opt.Dropout, "dropout", .35, "dropout")
	fl.StringVar(&f.opt.Checkpoint, "checkpoint", "", "file from which an interrupted training of the solo network goes on")
	fl.Uint64Var(&f.opt.Seed, "seed", 1, "seed of everything random")
	return c
}

func (a *lab) trainJazz(ctx context.Context, f *trainJazzFlags) error {
	if f.data == "" || f.out == "" {
		return cli.Usagef("say where the database is with --data DIR and where to write with -o DIR")
	}
	train, valid, err := readSolos(f.data)
	if err != nil {
		return err
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
	if f.groove != "" {
		if err := a.writeGrooves(f.groove, filepath.Join(f.out, "drums")); err != nil {
			return err
		}
	}
	return a.Write(filepath.Join(f.out, "REPORT.md"), jazzReport(f.opt, bass, solo, walk, len(train)))
}

// trained is a network with what is said of it.
type trained struct {
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
	t := trained{rep: rep, took: time.Since(start)}
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

// writeGrooves cuts the drums of a combo.
func (a *lab) writeGrooves(data, out string) error {
	grooves, err := band.PickGrooves(os.DirFS(data))
	if err != nil {
		return fmt.Errorf("%s: %w", data, err)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return cli.Plain(out, err)
	}
	for _, g := range grooves {
		var buf bytes.Buffer
		if err := music.WriteMIDI(&buf, g.Score); err != nil {
			return err
		}
		if err := a.Write(filepath.Join(out, jazz.GrooveName(g)), buf.Bytes()); err != nil {
			return err
		}
	}
	return nil
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

// jazzReport is the page that is committed beside the weights.
func jazzReport(opt, bass music.TrainOptions, solo, walk trained, solos int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `# How the jazz networks were made

Command: `+"`make train-jazz DATA=... GROOVE=...`"+` (seed %d). Each network learns from batches of 32 windows of 96 notes;
weights are averaged with decay .998, and the step with the best joint loss on the valid part is kept. Tier %s, two cores.

Data: Weimar Jazz Database, %d solos of the train part, titles apart from those of the valid part. Copyright the
Jazzomat Research Project, Hochschule für Musik Franz Liszt Weimar; Open Database Licence 1.0 (jazzomat.hfm-weimar.de).
No solo is part of this repository. drums/ holds bars of the Groove MIDI Dataset (Gillick, Roberts, Engel, Eck and
Bamman 2019; CC BY 4.0), cut by the same command.

| network | units | steps, kept | dropout | trained in | kB |
|---|---|---|---|---|---|
| solo | %d×%d | %d, %d | %g | %s | %d |
| bass | %d×%d | %d, %d | %g | %s | %d |

Loss on the valid part, as shipped (float16), nats per note. The first note of a solo is given; of the tags only those
are that are known without the notes. In solos with the feel "swing" a pair of onsets on the beat and on its last third is
two eighths, so that swing is not in the notes (about a fifth of the onsets); the 3-gram floor was computed without that
and with another list of durations, so that the figures compare only roughly.

| | onset | pitch | duration | joint | pitch perplexity |
|---|---|---|---|---|---|
| 3-gram | 1.735 | 2.314 | 1.602 | 5.65 | 10.1 |
| solo | %.3f | %.3f | %.3f | %.3f | %.2f |
| bass | %.3f | %.3f | %.3f | %.3f | %.2f |

The duration factor has %d classes (1/12 to 8 quarter notes), the onset factor 97 (0 to 8 quarter notes in twelfths), the
pitch factor the intervals -36 to 36. About 340 kB of a file are the fingerprints of all runs of twelve notes of the
training part, which the sampler refuses to complete. `+"`segue-lab bench jazz --data DIR`"+` compares what the network plays
with the solos of the valid part.
`, opt.Seed, seq.Tier(), solos,
		opt.Layers, opt.Hidden, opt.Steps, solo.rep.BestStep, opt.Dropout, solo.took.Round(time.Second), (len(solo.file)+1023)/1024,
		bass.Layers, bass.Hidden, bass.Steps, walk.rep.BestStep, bass.Dropout, walk.took.Round(time.Second), (len(walk.file)+1023)/1024,
		solo.loss.Onset, solo.loss.Pitch, solo.loss.Duration, solo.loss.Joint(), math.Exp(solo.loss.Pitch),
		walk.loss.Onset, walk.loss.Pitch, walk.loss.Duration, walk.loss.Joint(), math.Exp(walk.loss.Pitch), music.DurationClasses)
	return b.Bytes()
}
