package job

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/seq"
)

// ContinueSpec asks for the bars that follow a seed or, with a second file, lead from
// one to the other. NewContinue makes one with the defaults.
type ContinueSpec struct {
	PlaySpec
	Part    string // number or name
	At      int
	NoSeed  bool
	Between bool   // for doors that name files: a second one is given
	Network string // one of networks; empty: chosen by the seed
}

// networks are the names of those that ship or are trained on the spot.
var networks = []string{"jazz", "piano", "spot"}

// IsNetwork reports whether a name is that of a network, and not of a file.
func IsNetwork(name string) bool { return name == "" || slices.Contains(networks, name) }

// NewContinue makes a specification with the defaults.
func NewContinue() *ContinueSpec {
	s := &ContinueSpec{}
	s.bind(8, "")
	f := &s.fields
	f.Text(&s.Part, "", field.Field{Name: "part", Help: "continue this `PART` only: its number, as segue inspect counts them, or its name", Unset: "all, or the solo", Length: 200})
	f.Whole(&s.At, 0, field.Field{Name: "at", Help: "continue from this bar, counted from 1", Unset: "the end", Min: 2, Max: 100000})
	f.Bool(&s.NoSeed, field.Field{Name: "no-seed", Help: "write the continuation without the seed"})
	f.Text(&s.Network, "", field.Field{Name: "model", Help: "network: jazz, piano or spot; on the command line also a model file", Unset: "chosen by the seed"})
	f.Bool(&s.Between, field.Field{Name: "between", Help: "write the bars that lead from one file to another", Doors: field.Command})
	return s
}

// Run plays and hands every variation to each.
func (s *ContinueSpec) Run(ctx context.Context, in Inputs, l Listener, each func(*Take) error) (*Music, error) {
	if !IsNetwork(s.Network) && !in.Model.given() {
		return nil, &field.Error{Field: "model", Value: s.Network, Want: "jazz, piano or spot"}
	}
	if s.NoSeed && in.Second.given() {
		return nil, usagef("{no-seed} and {between} contradict each other")
	}
	out := newMusic(s.Tier())
	seed, err := out.read(in.Main, in.Served, l)
	if err != nil {
		return nil, err
	}
	if s.At > 0 {
		if seed, err = upTo(seed, s.At); err != nil {
			return nil, in.Main.fail(err)
		}
	}
	if seed.Notes() == 0 {
		return nil, in.Main.fail(errors.New("there is no note to continue"))
	}
	part, err := seed.FindPart(s.Part)
	if err != nil {
		return nil, in.Main.fail(fmt.Errorf("%w: %w", err, ErrOption))
	}
	var right, left int // tracks of the hands of one piano part, which go on by themselves
	if s.Part == "" && s.Network == "" && !in.Model.given() && music.SoloPart(seed) == 0 && Keyboards(seed) {
		var split *music.Score
		if split, right, left = music.SplitHands(seed); split != nil {
			seed = split
			l.note(Found, "two hands in one track: each goes on by itself")
		}
	}
	play, err := s.player(ctx, seed, part, in, out, l)
	if err != nil {
		return nil, err
	}
	return out, s.perform(ctx, func(ctx context.Context, random uint64) (*music.Continuation, int, error) {
		c, bars, err := play(ctx, random)
		if err == nil && left > 0 {
			c.Score = music.JoinHands(c.Score, right, left)
			c.Parts = c.Score.Parts()
		}
		return c, bars, in.Main.fail(err)
	}, s.NoSeed, s.heard(seed, part, out.Network, l), l, each)
}

// upTo keeps the bars before bar n.
func upTo(s *music.Score, n int) (*music.Score, error) {
	at := music.Tick(0)
	for range n - 1 {
		if at >= s.End() {
			return nil, fmt.Errorf("there is no bar %d", n)
		}
		at += s.BarLength(s.MeterAt(at))
	}
	return s.Cut(0, at), nil
}

// player chooses the network. A seed without a solo line, of which perhaps one part
// is to be continued, is for the networks of any music.
func (s *ContinueSpec) player(ctx context.Context, seed *music.Score, part int, in Inputs, out *Music, l Listener) (player, error) {
	solo := music.SoloPart(seed)
	if !in.Second.given() && s.Network != "jazz" && (s.Network != "" || solo == 0) {
		return s.anyPlayer(ctx, seed, part, in, out, l)
	}
	out.Network = "jazz"
	var second *music.Score
	if in.Second.given() {
		var err error
		if second, err = out.read(in.Second, in.Served, l); err != nil {
			return nil, err
		}
		if music.SoloPart(second) == 0 || part == 0 && solo == 0 {
			return nil, in.Second.fail(errors.New("both files must have a solo line"))
		}
	}
	m, err := jazz.Pretrained()
	if err != nil {
		return nil, err
	}
	j := music.Join(seed, s.Tempo)
	meter := j.Seed.MeterAt(j.From)
	if asked := jazz.ParsePrompt(s.Prompt).Meter; asked.Num > 0 && len(seed.Parts()) == 1 {
		meter = asked
	}
	opt, p, err := s.jazz(in, meter, out, l)
	if err != nil {
		return nil, err
	}
	if now := j.Seed.TempoAt(j.From); s.Tempo == 0 && p.Tempo > 0 {
		if opt.Tempo = p.Paced(now); opt.Tempo == now {
			opt.Tempo = 0
			l.note(Found, "the tempo of the seed is kept")
		}
	}
	m = m.On(s.Tier())
	opt.Part = part
	return func(ctx context.Context, random uint64) (c *music.Continuation, bars int, err error) {
		opt.Seed = random
		if second != nil {
			c, err = m.Infill(ctx, seed, second, opt)
		} else {
			c, err = m.Continue(ctx, seed, opt)
		}
		if err != nil {
			return nil, 0, err
		}
		return c, int((c.To - c.From) / c.BarLength(c.MeterAt(c.From))), nil
	}, nil
}

// anyPlayer plays with a network of any music.
func (s *ContinueSpec) anyPlayer(ctx context.Context, seed *music.Score, part int, in Inputs, out *Music, l Listener) (player, error) {
	if s.Chords != "" || in.Chart.given() || s.Prompt != "" || s.BandSpec != (BandSpec{}) {
		return nil, &Problem{"{chords}, {prompt}, {combo}, {band} and {ending} need the jazz network: a seed with a solo line, or {model} jazz", ErrUsage}
	}
	opt := music.Options{Bars: s.Bars, Part: part, Tempo: s.Tempo}
	var err error
	if opt.Temperature, opt.TopP, err = s.sampling(); err != nil {
		return nil, err
	}
	m, err := s.network(ctx, seed, in.Model, out, l)
	if err != nil {
		return nil, err
	}
	m = m.On(s.Tier())
	return func(ctx context.Context, random uint64) (*music.Continuation, int, error) {
		opt.Seed = random
		c, err := m.Continue(ctx, seed, opt)
		return c, opt.Bars, err
	}, nil
}

// Answer runs the job for a request; without a seed it composes.
func (s *ContinueSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	if !in.Main.given() {
		if s.Prompt == "" && s.Chords == "" {
			return nil, usagef("nothing to continue: send a MIDI file, or {prompt} or {chords}")
		}
		c := &ComposeSpec{PlaySpec: s.PlaySpec}
		if !s.fields.Changed("bars") {
			c.Bars = 0
		}
		return c.Answer(ctx, in, l)
	}
	v := newView()
	m, err := s.Run(ctx, in, l, v.add)
	return v.with(m), err
}

// trained shows the training of a network of music.
func (l Listener) trained(stage string) func(seq.Progress) {
	return func(p seq.Progress) { l.step(Step{stage, p.Step, p.Steps, p.Loss, p.GradNorm, p.Elapsed, true}) }
}
