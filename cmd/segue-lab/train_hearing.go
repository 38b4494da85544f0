package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/hear"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

// hearingCorpus is what chords are heard in: jazz solos and lead sheets. Tuning is done
// on the parts dev, which are part of what the databases call train; the parts held are
// looked at rarely.
type hearingCorpus struct {
	solos, sheets hearingParts
	raw           []jazz.Solo // those of solos.train
}

type hearingParts struct{ train, dev, held []hear.Piece }

// plainTitle is a title without what may be written in several ways.
func plainTitle(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// readHearing reads and divides the corpora, by title: an eighth of the solos of train and
// a seventh of the sheets are dev, another seventh of the sheets is held. Sheets with the
// title of a solo are trained on.
func readHearing(data string) (*hearingCorpus, error) {
	c := &hearingCorpus{}
	played := map[string]bool{}
	wjd := filepath.Join(data, "wjd")
	for _, part := range []string{"train", "valid"} {
		solos, err := jazz.ReadWJD(os.DirFS(wjd), part)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", wjd, err)
		}
		for _, s := range solos {
			p := hear.NewPiece(s.ID, s.Notes, s.Beats, s.Key)
			_, name, _ := strings.Cut(s.ID, "_")
			p.Title = plainTitle(name)
			p.Blues = s.Tags.Tonality >= 0 && jazz.Tonalities[s.Tags.Tonality] == "BLUES"
			played[p.Title] = true
			h := fnv.New32a()
			h.Write([]byte(p.Title))
			switch {
			case part == "valid":
				c.solos.held = append(c.solos.held, p)
			case h.Sum32()%8 == 0:
				c.solos.dev = append(c.solos.dev, p)
			default:
				c.solos.train, c.raw = append(c.solos.train, p), append(c.raw, s)
			}
		}
	}
	ewld := filepath.Join(data, "ewld")
	sheets, err := hear.ReadLeadSheets(os.DirFS(ewld))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ewld, err)
	}
	for i, p := range sheets {
		switch {
		case played[plainTitle(p.Title)]:
			c.sheets.train = append(c.sheets.train, p)
		case i%7 == 3:
			c.sheets.held = append(c.sheets.held, p)
		case i%7 == 5:
			c.sheets.dev = append(c.sheets.dev, p)
		default:
			c.sheets.train = append(c.sheets.train, p)
		}
	}
	return c, nil
}

type trainHearingFlags struct {
	data, out string
	takes     int
	opt       hear.TrainOptions
}

func (a *lab) trainHearingCommand() *cobra.Command {
	f := &trainHearingFlags{}
	c := &cobra.Command{
		Use:     "hearing --data DIR -o FILE",
		Short:   "Train the network that hears chords and keys",
		Long:    `Train the network that hears chords and keys on jazz solos and lead sheets (--data holds the folders wjd and ewld).`,
		Example: "  segue-lab train hearing --data ~/data -o music/hear/hear.safetensors",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.trainHearing(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "folder of wjd and ewld (required)")
	fl.StringVarP(&f.out, "output", "o", "", "the model file (required)")
	fl.IntVar(&f.opt.Steps, "steps", 3000, "training steps")
	fl.IntVar(&f.opt.Hidden, "hidden", 80, "LSTM units of each direction")
	fl.IntVar(&f.takes, "takes", 1, "solos that the jazz network improvises over each tune of the train part")
	fl.StringVar(&f.opt.Checkpoint, "checkpoint", "", "file from which an interrupted training goes on")
	fl.Uint64Var(&f.opt.Seed, "seed", 1, "random seed")
	return c
}

func (a *lab) trainHearing(ctx context.Context, f *trainHearingFlags) error {
	if f.out == "" {
		return cli.Usagef("say where to write the model with -o FILE")
	}
	if err := folder("--data", f.data, "wjd and ewld are"); err != nil {
		return err
	}
	c, err := readHearing(f.data)
	if err != nil {
		return err
	}
	f.opt.Tier = a.Tier()
	b := a.Bar()
	valid := c.sheets.dev
	for i, p := range c.solos.dev {
		if i%3 == 0 {
			valid = append(valid, p)
		}
	}
	a.Say("training on %d solos and %d lead sheets, judging by %d pieces", len(c.solos.train), len(c.sheets.train), len(valid))
	f.opt.Judged = func(s hear.Score) {
		a.Say("loss %.4f, roots %.3f, chords %.3f, keys %.3f", s.Loss, s.Root, s.Chord, s.Key)
	}
	f.opt.Progress = func(p seq.Progress) { b.Step("hearing", p) }
	made, err := improvised(ctx, c.raw, c.sheets.train, f.takes)
	if err != nil {
		return err
	}
	parts := []hear.Part{{Pieces: c.sheets.train, Share: .35}, {Pieces: c.solos.train, Share: .65}}
	if len(made) > 0 {
		a.Say("and on %d improvised solos", len(made))
		parts[1].Share = .4
		parts = append(parts, hear.Part{Pieces: made, Share: .25})
	}
	m, rep, err := hear.Train(ctx, parts, valid, f.opt)
	b.Clear()
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err // a half-trained network does not ship
	}
	file, err := m.Encode(true)
	if err != nil {
		return err
	}
	a.Say("best at step %d: %d kB", rep.BestStep, kilobytes(file))
	return a.Write(f.out, file)
}

// improvised are solos that the jazz network plays over the chords of solos and of sheets
// in four, since there are few real ones.
func improvised(ctx context.Context, solos []jazz.Solo, sheets []hear.Piece, takes int) ([]hear.Piece, error) {
	m, err := jazz.Pretrained()
	if err != nil {
		return nil, err
	}
	for _, p := range sheets {
		m := p.Score.Meters[0]
		if len(p.Score.Meters) > 1 || 4*m.Num != 4*m.Den && m != (music.Meter{Num: 2, Den: 2}) {
			continue
		}
		s := jazz.Solo{ID: p.ID, Tags: jazz.NoTags(), Key: p.Key}
		for at := 0; at < p.Changes.Length(); at += music.Grid {
			s.Beats = append(s.Beats, harmony.Beat{Chord: p.Changes.At(at).Chord, InBar: at / music.Grid % 4})
		}
		for k := range s.Beats { // to begin with: a tone of the first chord
			if c := s.Beats[k].Chord; c.Quality != harmony.NoChord {
				s.Notes = []music.LineNote{{At: k * music.Grid, Dur: music.Grid, Pitch: 60 + c.Root}}
				break
			}
		}
		solos = append(solos, s)
	}
	var out []hear.Piece
	for i, s := range solos {
		if len(s.Notes) == 0 || len(s.Beats) < 32 {
			continue
		}
		for take := range takes {
			more, err := m.Improvise(ctx, s, 1, len(s.Beats)/4-1, jazz.Options{Seed: uint64(i*takes + take)})
			if err != nil {
				return nil, err
			}
			out = append(out, hear.NewPiece(s.ID, more.Notes, s.Beats, s.Key))
		}
	}
	return out, nil
}
