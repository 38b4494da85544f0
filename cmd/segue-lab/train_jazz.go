package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type trainJazzFlags struct {
	data, out     string
	steps, hidden int
	seed          uint64
}

// soloNets are the networks whose average plays solos, and bassNet the one that walks. An
// average gains from networks whose errors differ, so they are trained differently too.
// REPORT.md has what was tried.
var (
	soloNets = []music.TrainOptions{
		{Steps: 3500, Batch: 32, Dropout: .35, WeightDecay: .02},
		{Steps: 3000, Batch: 16, Dropout: .4, WeightDecay: .2},
	}
	bassNet = music.TrainOptions{Steps: 1400, Batch: 32, Dropout: .35, WeightDecay: .02}
)

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
	fl.IntVar(&f.steps, "steps", 0, "training steps of every network (those of what ships)")
	fl.IntVar(&f.hidden, "hidden", 256, "LSTM units of the networks for solos")
	fl.Uint64Var(&f.seed, "seed", 1, "random seed of the first network; each of the others has the next")
	return c
}

func (a *lab) trainJazz(ctx context.Context, f *trainJazzFlags) error {
	if f.out == "" {
		return cli.Usagef("say where to write with -o DIR")
	}
	if err := folder("--data", f.data, "the database is"); err != nil {
		return err
	}
	train, valid, err := readSolos(f.data)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.out, 0o755); err != nil { // before hours of work
		return cli.Plain(f.out, err)
	}
	a.Say("read %d solos to train on, %d to validate on", len(train), len(valid))
	solo, err := a.trainLine(ctx, "solo", train, valid, f.options(f.hidden, soloNets...))
	if err != nil {
		return err
	}
	// a bass walks: a third of the units do
	walk, err := a.trainLine(ctx, "bass", jazz.BassLines(train), jazz.BassLines(valid), f.options(f.hidden*3/8, bassNet))
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

// options are those of networks, completed with the flags.
func (f *trainJazzFlags) options(hidden int, nets ...music.TrainOptions) []music.TrainOptions {
	nets = slices.Clone(nets)
	for i := range nets {
		nets[i].Hidden, nets[i].Layers, nets[i].Seed = hidden, 1, f.seed+uint64(i)
		if f.steps > 0 {
			nets[i].Steps = f.steps
		}
	}
	return nets
}

// member is one network of an average.
type member struct {
	opt  music.TrainOptions
	rep  seq.Report
	loss jazz.Loss // on the valid part, alone, in float16
	took time.Duration
}

// trained is what plays one line, with what is said of it.
type trained struct {
	members []member
	file    []byte    // float16
	loss    jazz.Loss // on the valid part, as shipped
	own     jazz.Loss // the same with the solo's own motifs
}

// trainLine trains the networks for one line.
func (a *lab) trainLine(ctx context.Context, name string, train, valid []jazz.Solo, nets []music.TrainOptions) (trained, error) {
	var t trained
	var models []*jazz.Model
	for _, opt := range nets {
		b := a.Bar()
		start := time.Now()
		opt.Tier = a.Tier()
		opt.Progress = func(p seq.Progress) { b.Step(name, p) }
		m, rep, err := jazz.Train(ctx, train, valid, opt)
		b.Clear()
		if err != nil {
			return trained{}, err
		}
		if m, _, err = shipped(m); err != nil {
			return trained{}, err
		}
		models = append(models, m)
		t.members = append(t.members, member{opt, rep, m.Loss(valid), time.Since(start)})
		a.Say("%s", lineLoss(fmt.Sprintf("%s: best at step %d", name, rep.BestStep), t.members[len(t.members)-1].loss))
	}
	m, file, err := shipped(jazz.Average(models...))
	if err != nil {
		return t, err
	}
	t.file, t.loss, t.own = file, m.Loss(valid), m.LossRecalled(valid)
	if len(models) > 1 {
		a.Say("%s", lineLoss(name+": the average of the networks", t.loss))
	}
	return t, nil
}

func lineLoss(what string, l jazz.Loss) string {
	return fmt.Sprintf("%s; valid part: %.3f nats per note (onset %.3f, pitch %.3f, duration %.3f)", what, l.Joint(), l.Onset, l.Pitch, l.Duration)
}

// shipped is a model as it is read from the file that ships, in float16, and that file.
func shipped(m *jazz.Model) (*jazz.Model, []byte, error) {
	file, err := m.Encode(true)
	if err != nil {
		return nil, nil, err
	}
	m, err = jazz.Decode(file)
	return m, file, err
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

// jazzReport is the page that is committed beside the weights; solos is the number of
// solos that they were trained on.
func jazzReport(solo, walk trained, solos int) []byte {
	nets := newSheet("network", "units", "steps, kept", "windows", "dropout", "decay", "trained in")
	losses := newSheet("", "onset", "pitch", "duration", "joint", "pitch perplexity")
	losses.add("3-gram", "1.735", "2.314", "1.602", "5.65", "10.1")
	lossRow := func(name string, l jazz.Loss) {
		losses.add(name, f3(l.Onset), f3(l.Pitch), f3(l.Duration), f3(l.Joint()), f2(math.Exp(l.Pitch)))
	}
	for _, line := range []struct {
		name string
		trained
	}{{"solo", solo}, {"bass", walk}} {
		for i, n := range line.members {
			name := line.name
			if len(line.members) > 1 {
				name += fmt.Sprint(" ", i+1)
				lossRow(name, n.loss)
			}
			nets.add(name, fmt.Sprintf("%d×%d", n.opt.Layers, n.opt.Hidden), fmt.Sprintf("%d, %d", n.opt.Steps, n.rep.BestStep), n.opt.Batch, n.opt.Dropout, n.opt.WeightDecay, n.took.Round(time.Second))
		}
		lossRow(line.name, line.loss)
		if line.name == "solo" {
			lossRow("solo, with its own motifs", line.own)
		}
	}
	return fmt.Appendf(nil, `# How the jazz networks were made

Command: `+"`make train-jazz DATA=...`"+` (seed %d). Each network learns from batches of windows of 96 notes;
weights are averaged with decay .998, and the step with the best joint loss on the valid part is kept. Tier %s, two cores.

Data: Weimar Jazz Database, %d solos of the train part, titles apart from those of the valid part. Copyright the
Jazzomat Research Project, Hochschule für Musik Franz Liszt Weimar; Open Database Licence 1.0 (jazzomat.hfm-weimar.de).
No solo is part of this repository.

%s
Loss on the valid part, as shipped (float16), nats per note. The first note of a solo is given; of the tags only those
are that are known without the notes. In solos with the feel "swing" a pair of onsets on the beat and on its last third is
two eighths, so that swing is not in the notes (about a fifth of the onsets); the 3-gram floor was computed without that
and with another list of durations, so that the figures compare only roughly.

%s
The duration factor has %d classes (1/12 to 8 quarter notes), the onset factor 97 (0 to 8 quarter notes in twelfths), the
pitch factor the intervals -36 to 36. Solos are drawn from the geometric mean of the networks' probabilities (the mean of
their logits). The files have %d and %d kB; about 340 kB of each are the fingerprints of all runs of twelve notes of the
training part, which the sampler refuses to complete. `+"`segue-lab bench jazz --data DIR`"+` compares what the network plays
with the solos of the valid part.

**Two networks.** They learned with other seeds, batches, dropout and weight decay. Their average is .028 nats better
than the better of them, for a second megabyte. Seeds are judged (jazz or not, which style) by the first alone.

**Held out.** The part of the database that is in neither train nor valid (34 solos) was not at hand: no network has been scored
on it. The 3-gram loses 5.43 there for 5.65 on the valid part. Chosen on the valid part were: the steps at which two trainings
stopped, the weights below, and three constants of playing, which change no likelihood.

**Motifs.** A solo remembers what followed in each of eleven contexts so far: the last two or three pitches, the chord, the
last intervals and onsets, the pitch classes; older notes count less (a half after 300). Each adds its shares, weighted, to
the logits of the pitch, as the cache of Grave, Joulin and Usunier (2017) does with similar states. The weights maximise the
likelihood of the valid part with the first network alone; fitted on every other solo and measured on the rest they gave
1.881 nats per pitch for its 1.973, fitted on all 1.877, so the row above is hardly flattered. The same for onsets gained
.001 nats, for durations .002, and is left out. Drawn notes are remembered too, so a memory at full weight feeds itself (runs
of four notes came back in .087 of all places and .110 of the pitches were repeated); improvising takes .4 of the weights of
pitches and 1.5 of those of intervals (1.15 with one network, whose pitches are surer). A rest that would leave a phrase of
one or two notes has .6 less in its logit.

`+"`"+`segue-lab bench jazz`+"`"+`, 60 continuations of 32 bars, the best of four, after eight bars of solos of the valid part:

| | one network | two, as they were | two, as they ship | players |
|---|---|---|---|---|
| own runs of four notes again | .044 | .031 | .041 | .048 |
| phrases of one or two notes | | .265 | .177 | .193 |
| phrases in eight bars | | 5.5 | 4.8 | 5.0 |
| nearer to its own seed than to another's (chance .5) | | .807 | .801 | .750 |
| overlap of eight features, mean | .865 | .856 | .866 | .884 |
| repeated pitches | .056 | .043 | .045 | .052 |
| chord tones | .537 | .530 | .537 | .544 |
| copied runs of eight | .008 | .005 | .009 | .012 |

A phrase ends with a rest of an eighth. Whose seed a solo is nearer to is decided by the same eight features.
`, solo.members[0].opt.Seed, solo.members[0].opt.Tier.Actual(), solos, nets, losses, music.DurationClasses, kilobytes(solo.file), kilobytes(walk.file))
}
