package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

func (a *app) trainJazzCommand() *cobra.Command {
	var data, out, report string
	var opt music.TrainOptions
	c := &cobra.Command{
		Use:   "jazz --data DIR -o MODEL",
		Short: "Train the jazz network on the Weimar Jazz Database",
		Long: `Train the network for jazz solos on the Weimar Jazz Database in its CSV form:
DIR holds solos.csv, train/ and valid/, each with melody/ and beats/.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.trainJazz(c.Context(), data, out, report, opt) },
	}
	fl := c.Flags()
	fl.StringVar(&data, "data", "", "folder of the database (required)")
	fl.StringVarP(&out, "output", "o", "", "model file to write (required)")
	fl.StringVar(&report, "report", "", "write a report of the training to this file")
	fl.IntVar(&opt.Steps, "steps", 3000, "training steps")
	fl.IntVar(&opt.Hidden, "hidden", 256, "LSTM units")
	fl.IntVar(&opt.Layers, "layers", 1, "LSTM layers")
	fl.Float64Var(&opt.Dropout, "dropout", .35, "dropout")
	fl.StringVar(&opt.Checkpoint, "checkpoint", "", "file from which an interrupted training goes on")
	fl.Uint64Var(&opt.Seed, "seed", 1, "seed of everything random")
	return c
}

func (a *app) trainJazz(ctx context.Context, data, out, report string, opt music.TrainOptions) error {
	if data == "" || out == "" {
		return usagef("say where the database is with --data DIR and where to write the model with -o MODEL")
	}
	train, valid, err := readSolos(data)
	if err != nil {
		return err
	}
	a.say("read %d solos to train on, %d to validate on", len(train), len(valid))
	b := a.bar()
	start := time.Now()
	opt.Progress = func(p seq.Progress) { b.update("training", p.Step, p.Steps, p.Loss, p.GradNorm, p.Elapsed) }
	m, rep, err := music.TrainJazz(ctx, train, valid, opt)
	b.clear()
	if err != nil {
		return err
	}
	file, err := m.Encode(true)
	if err != nil {
		return err
	}
	if m, err = music.DecodeJazz(file); err != nil { // as it ships, in float16
		return err
	}
	l := m.Loss(valid)
	a.say("best at step %d; valid part: %.3f nats per note (onset %.3f, pitch %.3f, duration %.3f)", rep.BestStep, l.Joint(), l.Onset, l.Pitch, l.Duration)
	if report != "" {
		if err := a.write(report, jazzReport(opt, rep, l, len(train), len(file), time.Since(start))); err != nil {
			return err
		}
	}
	return a.saved(ctx, out, file)
}

func readSolos(data string) (train, valid []music.Solo, err error) {
	fsys := os.DirFS(data)
	if train, err = music.ReadWJD(fsys, "train"); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", data, err)
	}
	if valid, err = music.ReadWJD(fsys, "valid"); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", data, err)
	}
	return train, valid, nil
}

// jazzReport is the page that is committed beside the weights.
func jazzReport(opt music.TrainOptions, rep seq.Report, l music.JazzLoss, solos, size int, took time.Duration) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `# How solo.safetensors was made

Command: `+"`make train-jazz DATA=...`"+` (seed %d, %d steps of 32 windows of 96 notes, %d×LSTM of %d, dropout %g; weights
averaged with decay .998; the step with the best joint loss on the valid part is kept: step %d). It took %s on two cores
of tier %s.

Data: Weimar Jazz Database, %d solos of the train part; title split, valid part of %d notes. Copyright the Jazzomat
Research Project, Hochschule für Musik Franz Liszt Weimar; Open Database Licence 1.0 (jazzomat.hfm-weimar.de). No solo is
part of this repository.

Loss on the valid part, as shipped (float16), nats per note; the first note of a solo is given. The floor is a smoothed
3-gram; it was computed with another list of durations, so that the joint losses are comparable only roughly.

| | onset | pitch | duration | joint | pitch perplexity |
|---|---|---|---|---|---|
| 3-gram | 1.735 | 2.314 | 1.602 | 5.65 | 10.1 |
| this network | %.3f | %.3f | %.3f | %.3f | %.2f |

The duration factor has %d classes (1/12 to 8 quarter notes), the onset factor 97 (0 to 8 quarter notes in twelfths), the
pitch factor the intervals -36 to 36. Size: %d kB, of which about 340 are the fingerprints of all runs of twelve notes of
the training part, which the sampler refuses to complete.
`, opt.Seed, opt.Steps, opt.Layers, opt.Hidden, opt.Dropout, rep.BestStep, took.Round(time.Second), seq.Tier(), solos, l.Notes,
		l.Onset, l.Pitch, l.Duration, l.Joint(), math.Exp(l.Pitch), music.DurationClasses, (size+1023)/1024)
	return b.Bytes()
}

func (a *app) benchJazzCommand() *cobra.Command {
	var data, part, model string
	var asJSON bool
	c := &cobra.Command{
		Use:     "jazz --data DIR",
		Short:   "Score the jazz network on solos it has not seen",
		Example: "  segue bench jazz --data ~/data/wjd --part valid",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.benchJazz(data, part, model, asJSON) },
	}
	c.Flags().StringVar(&data, "data", "", "folder of the Weimar Jazz Database (required)")
	c.Flags().StringVar(&part, "part", "valid", "train, valid or any other folder of it")
	c.Flags().StringVar(&model, "model", "", "a model that `segue train jazz` made (the embedded one)")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON instead of a table")
	return c
}

func (a *app) benchJazz(data, part, model string, asJSON bool) error {
	if data == "" {
		return usagef("say where the database is with --data DIR")
	}
	m, err := a.jazzModel(model)
	if err != nil {
		return err
	}
	solos, err := music.ReadWJD(os.DirFS(data), part)
	if err != nil {
		return fmt.Errorf("%s: %w", data, err)
	}
	l := m.Loss(solos)
	if asJSON {
		doc, err := json.MarshalIndent(map[string]any{"part": part, "solos": len(solos), "loss": l, "joint": l.Joint(), "pitch_perplexity": math.Exp(l.Pitch)}, "", "  ")
		if err != nil {
			return err
		}
		return a.write("", append(doc, '\n'))
	}
	_, err = fmt.Fprintf(a.out, "%s: %d solos, %d notes\nnats per note  onset %.3f  pitch %.3f  duration %.3f  joint %.3f  (velocity %.3f)\nperplexity     onset %.2f  pitch %.2f  duration %.2f\n",
		part, len(solos), l.Notes, l.Onset, l.Pitch, l.Duration, l.Joint(), l.Velocity, math.Exp(l.Onset), math.Exp(l.Pitch), math.Exp(l.Duration))
	return err
}

// jazzModel reads a model, or takes the embedded one.
func (a *app) jazzModel(path string) (*music.JazzModel, error) {
	if path == "" {
		return jazz.Model()
	}
	data, err := a.read(path, 1<<30)
	if err != nil {
		return nil, err
	}
	m, err := music.DecodeJazz(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}
