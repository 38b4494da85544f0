package job

import (
	"context"
	"fmt"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/piano"
	"github.com/segue-go/segue/seq"
)

// network is the one for a seed that is not a solo: from a file, or that for
// two-handed piano where only keyboards play, or one that is trained on the spot.
func (s *ContinueSpec) network(ctx context.Context, seed *music.Score, in Input, out *Music, l Listener) (*music.Model, error) {
	if in.given() {
		out.Network = "file"
		data, err := in.read(mostModel)
		if err != nil {
			return nil, err
		}
		m, err := music.DecodeModel(data)
		return m, in.fail(err)
	}
	if s.Network == "piano" || s.Network == "" && Keyboards(seed) {
		out.Network = "piano"
		return piano.Model()
	}
	out.Network = "spot"
	l.note(Found, "training a network on the seed and two rags")
	return Spot(ctx, seed, s.Seed, s.Tier(), l.trained("training on the seed"))
}

// Keyboards reports whether only pianos play.
func Keyboards(s *music.Score) bool {
	for _, p := range s.Parts() {
		if p.Drums() || p.Program >= 8 { // the first eight programs are pianos
			return false
		}
	}
	return true
}

// Spot trains a network on a seed and two rags.
func Spot(ctx context.Context, seed *music.Score, random uint64, tier seq.Tier, progress func(seq.Progress)) (*music.Model, error) {
	scores, weights := []*music.Score{seed}, []float64{2}
	for _, name := range []string{"midi/pineapple_rag.mid", "midi/something_doing.mid"} {
		s, _, err := music.ReadMIDI(datasets.MustFile(name))
		if err != nil {
			return nil, err
		}
		scores, weights = append(scores, s), append(weights, 1)
	}
	m, _, err := music.Train(ctx, scores, music.TrainOptions{Steps: 2000, Weights: weights, Seed: random, Tier: tier, Progress: progress})
	if err == nil {
		err = ctx.Err()
	}
	return m, err
}

// longest music that is read for others, in seconds and notes
const (
	longestSeed = 1800
	mostNotes   = 100000
)

// readScore reads a MIDI file and remarks on its repairs. What is too long to be
// worked on for others is refused, if it is for others.
func readScore(in Input, served bool, l Listener) (*music.Score, []string, error) {
	data, err := in.read(mostMIDI)
	if err != nil {
		return nil, nil, err
	}
	s, repairs, err := music.ReadMIDI(data)
	if err != nil {
		return nil, nil, in.fail(err)
	}
	if served && (s.Notes() > mostNotes || s.Seconds(s.End()) > longestSeed) {
		return nil, nil, fmt.Errorf("%d notes in %.0f seconds are too many: at most %d notes and %d seconds", s.Notes(), s.Seconds(s.End()), mostNotes, longestSeed)
	}
	notes := []string{}
	for _, r := range repairs {
		notes = append(notes, r.String())
		l.note(Repair, "%s", in.fail(fmt.Errorf("%s", r)))
	}
	return s, notes, nil
}

// ReadScore reads a MIDI file and remarks on its repairs.
func ReadScore(in Input, l Listener) (*music.Score, error) {
	s, _, err := readScore(in, false, l)
	return s, err
}

// Engine selects what networks compute with; all jobs with networks share it.
type Engine struct {
	Deterministic bool
}

// bind adds the field. The command has a flag for it that all commands share.
func (e *Engine) bind(f *field.Set) {
	f.Bool(&e.Deterministic, field.Field{Name: "deterministic", Help: "compute in plain Go: slower, and the same on every processor of one architecture", Doors: field.Request})
}

// Tier is what networks compute with.
func (e Engine) Tier() seq.Tier {
	if e.Deterministic {
		return seq.Portable
	}
	return ""
}
