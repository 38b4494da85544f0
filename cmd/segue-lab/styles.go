package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/music/style"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type trainStylesFlags struct {
	data, out string
	opt       music.TrainOptions
}

func (a *lab) trainStylesCommand() *cobra.Command {
	f := &trainStylesFlags{}
	c := &cobra.Command{
		Use:   "styles --data DIR -o DIR",
		Short: "Train the network of styles on keyboard music, chorales, rags and songs",
		Long: `Train the network for music of several styles on Mutopia's keyboard, choir and
solo music, rags and the melodies of lead sheets (--data holds mutopia, ragtime and
ewld), and write what is embedded in the program, with a report, to a folder.`,
		Example: "  segue-lab train styles --data ~/data/music -o music/style",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.trainStyles(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "folder of the corpora (required)")
	fl.StringVarP(&f.out, "output", "o", "", "folder to write to (required)")
	fl.IntVar(&f.opt.Steps, "steps", 6000, "training steps")
	fl.IntVar(&f.opt.Hidden, "hidden", 384, "LSTM units")
	fl.IntVar(&f.opt.Layers, "layers", 1, "LSTM layers")
	fl.IntVar(&f.opt.Window, "window", 128, "notes in a training window")
	fl.IntVar(&f.opt.Batch, "batch", 16, "windows in a batch")
	fl.IntVar(&f.opt.EvalEvery, "every", 300, "steps between validations")
	fl.Float64Var(&f.opt.Dropout, "dropout", .3, "dropout")
	fl.Float64Var(&f.opt.LearningRate, "rate", 2e-3, "highest learning rate")
	fl.DurationVar(&f.opt.Limit, "limit", 0, "stop after this time and keep the best weights so far")
	fl.IntVar(&f.opt.Threads, "threads", 1, "threads; do not change the result")
	fl.StringVar(&f.opt.Checkpoint, "checkpoint", "", "file from which an interrupted training goes on")
	fl.Uint64Var(&f.opt.Seed, "seed", 1, "random seed")
	return c
}

// trainStyles trains, and prints the loss on the pieces for validation by corpus.
func (a *lab) trainStyles(ctx context.Context, f *trainStylesFlags) error {
	if f.out == "" {
		return cli.Usagef("say where to write with -o DIR")
	}
	if err := folder("--data", f.data, "the corpora are"); err != nil {
		return err
	}
	f.opt.Tier = a.Tier()
	all, err := style.ReadCorpus(os.DirFS(f.data))
	if err != nil {
		return fmt.Errorf("%s: %w", f.data, err)
	}
	if err := os.MkdirAll(f.out, 0o755); err != nil { // before the work
		return cli.Plain(f.out, err)
	}
	var train, valid []music.Piece
	for _, p := range all {
		switch p.Fold {
		case style.Train:
			train = append(train, p.Piece)
		case style.Valid:
			valid = append(valid, p.Piece)
		}
	}
	a.Say("read %d pieces to train on, %d to validate on", len(train), len(valid))
	b := a.Bar()
	start := time.Now()
	f.opt.Progress = func(p seq.Progress) {
		b.Step("styles", p)
		if p.Step%500 == 0 {
			a.Say("step %d after %v: training loss %.3f, best validation %.4f", p.Step, time.Since(start).Round(time.Second), p.Loss, p.Best)
		}
	}
	m, rep, err := music.TrainPieces(ctx, train, valid, f.opt)
	b.Clear()
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err // half-trained networks do not ship
	}
	took := time.Since(start).Round(time.Second)
	file, err := m.Encode(true)
	if err != nil {
		return err
	}
	if err := a.Write(filepath.Join(f.out, "styles.safetensors"), file); err != nil {
		return err
	}
	a.Say("best %.4f at step %d, after %v, %d kB", rep.Best, rep.BestStep, took, kilobytes(file))
	if m, err = music.DecodeModel(file); err != nil { // as it ships, in float16
		return err
	}
	for _, corpus := range style.Corpora {
		sum, n := music.Losses{}, 0.
		for _, p := range all {
			if p.Corpus != corpus || p.Fold != style.Valid {
				continue
			}
			l, err := m.Loss(p.Score, p.Style)
			if err != nil {
				return err
			}
			w := float64(l.Notes)
			n += w
			sum.Onset += w * l.Onset
			sum.Voice += w * l.Voice
			sum.Pitch += w * l.Pitch
			sum.Duration += w * l.Duration
			sum.Velocity += w * l.Velocity
		}
		a.Say("%-9s %.3f nats per note: onset %.3f, voice %.3f, pitch %.3f, duration %.3f, velocity %.3f", corpus, sum.Joint()/n, sum.Onset/n, sum.Voice/n, sum.Pitch/n, sum.Duration/n, sum.Velocity/n)
	}
	return nil
}

type benchStyleFlags struct {
	data, wjd, fold string
	pieces          int
}

func (a *lab) benchStyleCommand() *cobra.Command {
	f := &benchStyleFlags{}
	c := &cobra.Command{
		Use:   "style --data DIR",
		Short: "Compare continuations in every style with the bars that follow in the score",
		Long: `Continue sixteen bars of pieces that the network of styles has not learned from, and
compare eight new bars with the eight that follow in the score: notes per bar within a
factor of 1.5, median pitch within a fifth, share of notes in the key at most .05 lower,
no larger share of chords wider than a tenth, mean velocity within 10. With --wjd, solos of the Weimar
Jazz Database tell how well jazz is told from other lines.`,
		Example: "  segue-lab bench style --data ~/data/music --wjd ~/data/wjd",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.benchStyle(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "folder of the corpora (required)")
	fl.StringVar(&f.wjd, "wjd", "", "folder of the Weimar Jazz Database")
	fl.StringVar(&f.fold, "fold", "valid", "pieces to look at: valid or test")
	fl.IntVar(&f.pieces, "pieces", 30, "most pieces of a corpus")
	return c
}

// bars that are given and that are compared.
const (
	givenBars = 16
	newBars   = 8
)

// styleTally counts what holds for the pieces of a corpus.
type styleTally struct {
	pieces                                      int
	density, register, inKey, reach, loud, jazz int
	choirs                                      int
	made, real                                  music.Voices // sums over choirs
	notes, given, key                           float64      // sums of logarithms of ratios of notes (new and given), of differences of the share in key
}

func (a *lab) benchStyle(ctx context.Context, f *benchStyleFlags) error {
	if err := folder("--data", f.data, "the corpora are"); err != nil {
		return err
	}
	fold, ok := map[string]style.Fold{"valid": style.Valid, "test": style.Test}[f.fold]
	if !ok {
		return cli.Usagef("--fold %s: want valid or test", f.fold)
	}
	all, err := style.ReadCorpus(os.DirFS(f.data))
	if err != nil {
		return fmt.Errorf("%s: %w", f.data, err)
	}
	out := newSheet("corpus", "pieces", "notes per bar", "median pitch", "in key", "reach", "velocity", "taken for jazz", "notes, made / real", "notes, seed / real", "in key, made - real")
	sung := ""
	for _, corpus := range style.Corpora {
		var t styleTally
		for _, p := range all {
			if p.Corpus != corpus || p.Fold != fold || t.pieces >= f.pieces {
				continue
			}
			if err := t.add(ctx, a, p); err != nil {
				return fmt.Errorf("%s: %w", p.Name, err)
			}
		}
		n := max(t.pieces, 1)
		share := func(k int) f2 { return f2(float64(k) / float64(n)) }
		out.add(corpus, t.pieces, share(t.density), share(t.register), share(t.inKey), share(t.reach), share(t.loud), share(t.jazz), f2(math.Exp(t.notes/float64(n))), f2(math.Exp(t.given/float64(n))), f3(t.key/float64(n)))
		if corpus == "choir" {
			sung = t.voices()
		}
	}
	text := out.String() + sung
	if f.wjd != "" {
		right, solos, err := a.jazzTold(f)
		if err != nil {
			return err
		}
		text += fmt.Sprintf("\n%d of %d jazz solos of the valid part are taken for jazz.\n", right, solos)
	}
	return a.Write("", []byte(text))
}

// add continues a piece, if it is long enough.
func (t *styleTally) add(ctx context.Context, a *lab, p style.Piece) error {
	bar := p.BarLength(p.MeterAt(0))
	if p.End() < (givenBars+newBars)*bar {
		return nil
	}
	seed, real := p.Cut(0, givenBars*bar), p.Cut(givenBars*bar, (givenBars+newBars)*bar)
	if seed.Notes() < 32 || real.Notes() < 8 {
		return nil
	}
	c, err := style.Choose(seed, 0)
	if err != nil {
		return err
	}
	if c.Style == style.Jazz {
		t.jazz++
		c.Style = ""
	}
	m, err := style.Model()
	if err != nil {
		return err
	}
	made, err := m.On(a.Tier()).Continue(ctx, seed, music.Options{Bars: newBars, Style: c.Style, Seed: 1})
	if err != nil {
		return err
	}
	l := music.Compare(made.Only(), real)
	t.pieces++
	for _, x := range []struct {
		count *int
		holds bool
	}{
		{&t.density, l.Density > 1/1.5 && l.Density < 1.5}, {&t.register, l.Register >= -7 && l.Register <= 7}, {&t.inKey, l.InKey >= -.05},
		{&t.reach, l.Reach <= 0}, {&t.loud, l.Velocity >= -10 && l.Velocity <= 10},
	} {
		if x.holds {
			*x.count++
		}
	}
	t.notes += math.Log(l.Density)
	t.given += math.Log(float64(seed.Notes()) * newBars / givenBars / float64(real.Notes()))
	t.key += l.InKey
	return t.sing(made.Only(), real)
}

// sing adds what the voices of a choir do.
func (t *styleTally) sing(made, real *music.Score) error {
	if len(real.Parts()) < 3 || len(real.Parts()) != len(made.Parts()) {
		return nil
	}
	a, err := made.Voices()
	if err != nil {
		return err
	}
	b, err := real.Voices()
	if err != nil {
		return err
	}
	t.choirs++
	for _, x := range []struct {
		sum *music.Voices
		by  music.Voices
	}{{&t.made, a}, {&t.real, b}} {
		x.sum.Parallel += x.by.Parallel
		x.sum.Crossed += x.by.Crossed
		x.sum.Range += x.by.Range
	}
	return nil
}

// voices tells what the voices of the choirs do, by comparison with the scores.
func (t *styleTally) voices() string {
	if t.choirs == 0 {
		return ""
	}
	s := newSheet(fmt.Sprintf("voices of %d pieces", t.choirs), "made", "real")
	n := float64(t.choirs)
	s.add("parallel fifths and octaves", f3(t.made.Parallel/n), f3(t.real.Parallel/n))
	s.add("crossed", f3(t.made.Crossed/n), f3(t.real.Crossed/n))
	s.add("range, semitones", f2(t.made.Range/n), f2(t.real.Range/n))
	return "\n" + s.String()
}

// jazzTold counts the solos that are taken for jazz.
func (a *lab) jazzTold(f *benchStyleFlags) (right, solos int, err error) {
	all, err := jazz.ReadWJD(os.DirFS(f.wjd), "valid")
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w", f.wjd, err)
	}
	for _, s := range all {
		if len(s.Notes) < 64 {
			continue
		}
		solos++
		c, err := style.Choose(s.Score(givenBars), 0)
		if err != nil {
			return 0, 0, err
		}
		if c.Style == style.Jazz {
			right++
		}
	}
	return right, solos, nil
}
