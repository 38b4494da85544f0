package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type benchJazzFlags struct {
	data, part, model     string
	seedBars, bars, takes int
	opt                   jazz.Options
	json                  bool
}

func (a *lab) jazzCommand() *cobra.Command {
	f := &benchJazzFlags{}
	c := &cobra.Command{
		Use:   "jazz --data DIR",
		Short: "Score the jazz network on solos it has not seen",
		Long: `Score the jazz network on a part of the Weimar Jazz Database: the likelihood of
its solos, and what the network plays when it continues their first bars over
their changes, compared with what the players played: overlap of the distributions
of eight features over windows of eight bars (Yang and Lerch 2020), with that of
the training part for comparison, and the share of runs of n notes (intervals and
onsets) that occur in the training part.`,
		Example: "  segue-lab bench jazz --data ~/data/wjd --part valid",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.benchJazz(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "folder of the Weimar Jazz Database (required)")
	fl.StringVar(&f.part, "part", "valid", "train, valid or any other folder of it")
	fl.StringVar(&f.model, "model", "", "a model `FILE` that segue-lab train jazz made (the embedded one)")
	fl.IntVar(&f.seedBars, "seed-bars", 8, "bars of a solo that are given")
	fl.IntVar(&f.bars, "bars", 32, "bars that are played")
	fl.IntVar(&f.takes, "takes", 2, "continuations of each solo; 0 for the likelihood alone")
	fl.Float64Var(&f.opt.Temperature, "temperature", 1, "above 1 bolder, below 1 safer")
	fl.Float64Var(&f.opt.TopP, "top-p", .95, "draw from the most likely values with this probability; 1 for all")
	fl.IntVar(&f.opt.Candidates, "candidates", 4, "continuations from which one is chosen")
	fl.Uint64Var(&f.opt.Seed, "seed", 1, "random seed")
	fl.BoolVar(&f.json, "json", false, "print JSON instead of a table")
	return c
}

func (a *lab) benchJazz(ctx context.Context, f *benchJazzFlags) error {
	switch {
	case f.seedBars < 1 || f.bars < 1:
		return cli.Usagef("--seed-bars %d, --bars %d: want 1 or more", f.seedBars, f.bars)
	case f.takes < 0:
		return cli.Usagef("--takes %d: want 0 or more", f.takes)
	}
	if err := folder("--data", f.data, "the database is"); err != nil {
		return err
	}
	m, err := a.jazzModel(f.model)
	if err != nil {
		return err
	}
	solos, err := jazz.ReadWJD(os.DirFS(f.data), f.part)
	if err != nil {
		return fmt.Errorf("%s: %w", f.data, err)
	}
	l, recalled := m.Loss(solos), m.LossRecalled(solos)
	doc := map[string]any{"part": f.part, "solos": len(solos), "loss": l, "loss_recalled": recalled, "joint": l.Joint(), "pitch_perplexity": math.Exp(l.Pitch)}
	hits, told := styleHits(m, solos)
	doc["style_right"], doc["style_known"] = hits, told
	var played, real jazz.Comparison
	var playedHits, playedTold int
	if f.takes > 0 {
		train, err := jazz.ReadWJD(os.DirFS(f.data), "train")
		if err != nil {
			return fmt.Errorf("%s: %w", f.data, err)
		}
		made, err := a.improvise(ctx, m, solos, f)
		if err != nil {
			return err
		}
		played, real = jazz.Compare(made, train, train), jazz.Compare(solos, train, train)
		playedHits, playedTold = styleHits(m, made)
		doc["played_style_right"], doc["played_style_known"] = playedHits, playedTold
		doc["played"], doc["players"] = comparison(played), comparison(real)
	}
	if f.json {
		return a.WriteJSON(doc)
	}
	text := fmt.Sprintf("%s: %d solos, %d notes; the style is recognised in %d of %d, one of %d styles\n\n%s",
		f.part, len(solos), l.Notes, hits, told, len(jazz.Styles), lossSheet(l, recalled))
	if f.takes > 0 {
		text += fmt.Sprintf("\nthe style of their player is recognised in %d of %d continuations\n\n%s", playedHits, playedTold, comparisonSheet(played, real))
	}
	return a.Write("", []byte(text))
}

func lossSheet(l, recalled jazz.Loss) *sheet {
	s := newSheet("", "onset", "pitch", "duration", "joint", "velocity")
	s.add("nats per note", f3(l.Onset), f3(l.Pitch), f3(l.Duration), f3(l.Joint()), f3(l.Velocity))
	s.add("with the solo's own motifs", f3(recalled.Onset), f3(recalled.Pitch), f3(recalled.Duration), f3(recalled.Joint()), f3(recalled.Velocity))
	s.add("perplexity", f2(math.Exp(l.Onset)), f2(math.Exp(l.Pitch)), f2(math.Exp(l.Duration)), "", "")
	return s
}

// styleHits counts the solos whose style the network tells rightly, and those
// whose style is known.
func styleHits(m *jazz.Model, solos []jazz.Solo) (right, known int) {
	for _, s := range solos {
		if s.Tags.Style < 0 || len(s.Notes) < 2 {
			continue
		}
		known++
		p := m.Styles(s)
		if p[s.Tags.Style] == slices.Max(p) {
			right++
		}
	}
	return right, known
}

// improvise continues every solo that is long enough.
func (a *lab) improvise(ctx context.Context, m *jazz.Model, solos []jazz.Solo, f *benchJazzFlags) ([]jazz.Solo, error) {
	var out []jazz.Solo
	for take := range f.takes {
		for i, s := range solos {
			if len(s.Notes) < 40 {
				continue
			}
			opt := f.opt
			opt.Seed = f.opt.Seed*1000 + uint64(take*len(solos)+i)
			more, err := m.Improvise(ctx, s, f.seedBars, f.bars, opt)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.ID, err)
			}
			out = append(out, more)
		}
	}
	return out, nil
}

func comparison(c jazz.Comparison) map[string]any {
	overlap := map[string]any{}
	for k, v := range c.Overlap {
		overlap[k] = job.Finite(v)
	}
	byLength := func(m map[int]float64) map[string]float64 {
		out := map[string]float64{}
		for n, v := range m {
			out[fmt.Sprint(n)] = v
		}
		return out
	}
	return map[string]any{"windows": c.Windows, "overlap": overlap, "overlap_mean": job.Finite(c.Mean), "measures": c.Measures, "copied": byLength(c.Copied), "reused": byLength(c.Reused)}
}

func comparisonSheet(played, real jazz.Comparison) *sheet {
	s := newSheet("windows of eight bars", "network", "players")
	row := func(name string, a, b float64) { s.add(name, f3(a), f3(b)) }
	s.add("windows", played.Windows, real.Windows)
	for _, name := range slices.Sorted(maps.Keys(real.Overlap)) {
		row("overlap, "+name, played.Overlap[name], real.Overlap[name])
	}
	row("overlap, mean", played.Mean, real.Mean)
	p, r := played.Measures, real.Measures
	row("notes per bar", p.NotesPerBar, r.NotesPerBar)
	row("chord tones", p.ChordTones, r.ChordTones)
	row("entropy, bits a bar", p.Entropy, r.Entropy)
	row("groove similarity", p.Groove, r.Groove)
	row("repeated pitches", p.Repeats, r.Repeats)
	s.add("longest run of cells", p.Cells, r.Cells)
	for _, n := range slices.Sorted(maps.Keys(real.Reused)) {
		row(fmt.Sprintf("own runs of %d again", n), played.Reused[n], real.Reused[n])
	}
	for _, n := range slices.Sorted(maps.Keys(real.Copied)) {
		row(fmt.Sprintf("copied runs of %d", n), played.Copied[n], real.Copied[n])
	}
	return s
}

// jazzModel reads a model, or takes the embedded one.
func (a *lab) jazzModel(path string) (*jazz.Model, error) {
	if path == "" {
		m, err := jazz.Pretrained()
		if err != nil {
			return nil, err
		}
		return m.On(a.Tier()), nil
	}
	data, err := a.Read(path, 1<<30)
	if err != nil {
		return nil, err
	}
	m, err := jazz.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m.On(a.Tier()), nil
}

func (a *lab) keysCommand() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "keys --data DIR",
		Short: "Find the keys of solos, and fit the weights of what speaks for a key",
		Long: `Find the keys of the solos in the Weimar Jazz Database from their chords and notes, with
the weights in music/jazz and with weights fitted to the part train by maximum
likelihood.`,
		Example: "  segue-lab bench keys --data ~/data/wjd",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := folder("--data", data, "the database is"); err != nil {
				return err
			}
			var parts [2][]jazz.Solo
			for i, part := range []string{"train", "valid"} {
				var err error
				if parts[i], err = jazz.ReadWJD(os.DirFS(data), part); err != nil {
					return fmt.Errorf("%s: %w", data, err)
				}
			}
			k := jazz.StudyKeys(parts[0], parts[1])
			s := newSheet("weight", "shipped", "fitted")
			for i, name := range k.Evidence {
				s.add(name, f2(k.Shipped[i]), f2(k.Fitted[i]))
			}
			s.add(fmt.Sprintf("found in train (%d)", k.Cases[0]), f3(k.Train[0]), f3(k.Train[1]))
			s.add(fmt.Sprintf("found in valid (%d)", k.Cases[1]), f3(k.Valid[0]), f3(k.Valid[1]))
			return a.Write("", []byte(s.String()))
		},
	}
	c.Flags().StringVar(&data, "data", "", "folder of the Weimar Jazz Database (required)")
	return c
}

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
	own  jazz.Loss // the same with the solo's own motifs
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
	t.loss, t.own = m.Loss(valid), m.LossRecalled(valid)
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

// jazzReport is the page that is committed beside the weights; solos is the number of
// solos that they were trained on.
func jazzReport(solo, walk trained, solos int) []byte {
	nets := newSheet("network", "units", "steps, kept", "dropout", "trained in", "kB")
	losses := newSheet("", "onset", "pitch", "duration", "joint", "pitch perplexity")
	losses.add("3-gram", "1.735", "2.314", "1.602", "5.65", "10.1")
	lossRow := func(name string, l jazz.Loss) {
		losses.add(name, f3(l.Onset), f3(l.Pitch), f3(l.Duration), f3(l.Joint()), f2(math.Exp(l.Pitch)))
	}
	for _, n := range []struct {
		name string
		trained
	}{{"solo", solo}, {"bass", walk}} {
		nets.add(n.name, fmt.Sprintf("%d×%d", n.opt.Layers, n.opt.Hidden), fmt.Sprintf("%d, %d", n.opt.Steps, n.rep.BestStep), n.opt.Dropout, n.took.Round(time.Second), kilobytes(n.file))
		lossRow(n.name, n.loss)
		if n.name == "solo" {
			lossRow("solo, with its own motifs", n.own)
		}
	}
	return fmt.Appendf(nil, `# How the jazz networks were made

Command: `+"`make train-jazz DATA=...`"+` (seed %d). Each network learns from batches of 32 windows of 96 notes;
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
pitch factor the intervals -36 to 36. About 340 kB of a file are the fingerprints of all runs of twelve notes of the
training part, which the sampler refuses to complete. `+"`segue-lab bench jazz --data DIR`"+` compares what the network plays
with the solos of the valid part.

**Motifs** (figures of the network that was best at step 2100). A solo remembers what followed in each of eleven contexts so far: the last two or three pitches, the chord,
the last intervals and onsets, the pitch classes; older notes count less (a half after 300). Each adds its shares, weighted, to
the logits of the network's pitch, as the cache of Grave, Joulin and Usunier (2017) does with similar states. The weights
maximise the likelihood of the valid part; fitted on every other solo and measured on the rest they give 1.881 nats per
pitch for 1.973, so the row above is hardly flattered. The same for onsets gained .001 nats, for durations .002, and is
left out. Drawn notes are remembered too, so a memory at full weight feeds itself (runs of four notes came back in .087
of all places and .110 of the pitches were repeated); improvising takes .4 of the weights of pitches and 1.15 of those of
intervals. Of 60 continuations of 32 bars (`+"`"+`segue-lab bench jazz`+"`"+`), without / with memory / players: own
runs of four notes again .020 / .044 / .048, of five .003 / .013 / .015; repeated pitches .069 / .056 / .052; overlap of
the features, mean .858 / .865 / .884; chord tones .534 / .537 / .544; copied runs of eight .004 / .008 / .012.
`, solo.opt.Seed, solo.opt.Tier.Actual(), solos, nets, losses, music.DurationClasses)
}
