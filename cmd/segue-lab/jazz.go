package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/jazz"
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
	var kin, kinReal float64
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
		seeds, next := f.parts(solos, len(made))
		kin, kinReal = jazz.Kinship(seeds, made), jazz.Kinship(seeds, next)
		playedHits, playedTold = styleHits(m, made)
		doc["played_style_right"], doc["played_style_known"] = playedHits, playedTold
		doc["played"], doc["players"] = comparison(played), comparison(real)
		doc["played_kinship"], doc["players_kinship"] = job.Finite(kin), job.Finite(kinReal)
	}
	if f.json {
		return a.WriteJSON(doc)
	}
	text := fmt.Sprintf("%s: %d solos, %d notes; the style is recognised in %d of %d, one of %d styles\n\n%s",
		f.part, len(solos), l.Notes, hits, told, len(jazz.Styles), lossSheet(l, recalled))
	if f.takes > 0 {
		text += fmt.Sprintf("\nthe style of their player is recognised in %d of %d continuations\n\n%s", playedHits, playedTold, comparisonSheet(played, real, kin, kinReal))
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

// leastNotes is how many notes a solo must have to be continued.
const leastNotes = 40

// parts are the seeds of n continuations, as improvise makes them, and what their players
// played after them.
func (f *benchJazzFlags) parts(solos []jazz.Solo, n int) (seeds, next []jazz.Solo) {
	const bar = 4 * music.Grid
	for len(seeds) < n {
		for _, s := range solos {
			if len(s.Notes) < leastNotes {
				continue
			}
			from := s.Notes[0].At/bar*bar + f.seedBars*bar
			k, _ := slices.BinarySearchFunc(s.Notes, from, func(x music.LineNote, at int) int { return x.At - at })
			end, _ := slices.BinarySearchFunc(s.Notes, from+f.bars*bar, func(x music.LineNote, at int) int { return x.At - at })
			seed, rest := s, s
			seed.Notes, rest.Notes = s.Notes[:k], s.Notes[k:end]
			seeds, next = append(seeds, seed), append(next, rest)
		}
	}
	return seeds, next
}

// improvise continues every solo that is long enough.
func (a *lab) improvise(ctx context.Context, m *jazz.Model, solos []jazz.Solo, f *benchJazzFlags) ([]jazz.Solo, error) {
	var out []jazz.Solo
	for take := range f.takes {
		for i, s := range solos {
			if len(s.Notes) < leastNotes {
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
	return map[string]any{"windows": c.Windows, "overlap": overlap, "overlap_mean": job.Finite(c.Mean), "measures": c.Measures, "copied": byLength(c.Copied), "reused": byLength(c.Reused), "phrases": job.Finite(c.Phrases), "short_phrases": job.Finite(c.Short)}
}

func comparisonSheet(played, real jazz.Comparison, kin, kinReal float64) *sheet {
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
	row("phrases in eight bars", played.Phrases, real.Phrases)
	row("phrases of one or two notes", played.Short, real.Short)
	row("nearer to its own seed than to another", kin, kinReal)
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
