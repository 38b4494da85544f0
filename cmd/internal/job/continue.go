package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/beat"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/hear"
	"github.com/segue-go/segue/music/jazz"
	"github.com/segue-go/segue/music/style"
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
	Style   string // one of style.Names, or byTheSeed
	// Sections are letters, byTheSeed or music.NoSections.
	Sections string
	Adapt    bool
	Model    string // for doors that name files
}

// byTheSeed is the style or the form that is the seed's.
const byTheSeed = "auto"

// NewContinue makes a specification with the defaults.
func NewContinue() *ContinueSpec {
	s := &ContinueSpec{}
	s.bind(8, "")
	f := &s.fields
	f.Text(&s.Part, "", field.Field{Name: "part", Help: "continue this `PART` only: its number, as segue inspect counts them, or its name", Unset: "all, or the solo", Length: 200})
	f.Whole(&s.At, 0, field.Field{Name: "at", Help: "continue from this bar, counted from 1", Unset: "the end", Min: 2, Max: 100000})
	f.Bool(&s.NoSeed, field.Field{Name: "no-seed", Help: "write the continuation without the seed"})
	f.Choice(&s.Style, byTheSeed, field.Field{Name: "style", Help: "style of the new music; auto is the seed's", Label: "Style", Choices: append([]string{byTheSeed}, style.Names()...)})
	f.Text(&s.Sections, byTheSeed, field.Field{Name: "sections", Help: "sections of the new music, such as BA: those that the seed has, called A, B and so on, come back with a new ending, others are new; auto finds them for songs and rags and ends unfinished heads of jazz; none is music without", Label: "Sections", Length: 26})
	f.Bool(&s.Adapt, field.Field{Name: "adapt", Help: "train the network on the seed first, for a few seconds, if that helps", Label: "adapt to the seed"})
	f.Text(&s.Model, "", field.Field{Name: "model", Help: "model `FILE` that segue train music made", Doors: field.Command})
	f.Bool(&s.Between, field.Field{Name: "between", Help: "write the bars that lead from one file to another", Doors: field.Command})
	return s
}

// Run plays and hands every variation to each.
func (s *ContinueSpec) Run(ctx context.Context, in Inputs, l Listener, each func(*Take) error) (*Music, error) {
	if s.Style != byTheSeed && in.Model.given() {
		return nil, usagef("{style} and {model} contradict each other")
	}
	if s.NoSeed && in.Second.given() {
		return nil, usagef("{no-seed} and {between} contradict each other")
	}
	out := newMusic(s.Tier())
	seed, err := out.read(in.Main, in.Served, l)
	if err != nil {
		return nil, err
	}
	if tracked, b, ok := beat.Track(seed); ok {
		how := "the seed is played freely"
		if seed.Beatless {
			how = "the file tells no beats"
		}
		seed = tracked
		l.note(Found, "%s: %s; the new bars keep the tempo of its last ones", how, inBeats(b))
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
	sound, err := s.choose(seed, part, in, l)
	if err != nil {
		return nil, in.Main.fail(err)
	}
	var right, left int // tracks of the hands of one piano part, which go on by themselves
	if s.Part == "" && sound.Style != style.Jazz && (len(seed.Parts()) > 1 || music.SoloPart(seed) == 0 && Keyboards(seed)) {
		var split *music.Score
		if split, right, left = music.SplitHands(seed); split != nil {
			seed = split
			l.note(Found, "two hands in one track: each goes on by itself")
		}
	}
	ear, err := hear.Pretrained()
	if err != nil {
		return nil, err
	}
	j := music.Join(seed, s.Tempo)
	out.sounds = ear.Hear(j.Seed, j.From)
	play, err := s.player(ctx, seed, part, sound, in, out, l)
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
	}, s.NoSeed, s.heard(seed, part, out, l), l, each)
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

// choose finds the style: the one asked for, jazz where that is what chords, words and a
// band are for, or the one that the seed sounds like.
func (s *ContinueSpec) choose(seed *music.Score, part int, in Inputs, l Listener) (style.Choice, error) {
	switch {
	case s.Style != byTheSeed:
		return style.Choice{Style: s.Style}, nil
	case in.Model.given():
		return style.Choice{}, nil
	case in.Second.given(), s.forJazz(in) && music.SoloPart(seed) > 0:
		return style.Choice{Style: style.Jazz}, nil
	}
	c, err := style.Choose(seed, part)
	if err == nil && c.Style != style.Jazz {
		what := "the seed sounds like %s (%.0f%%) rather than jazz"
		switch {
		case slices.ContainsFunc(seed.Parts(), music.Part.Drums):
			what = "none of the styles but jazz has drums; %s is nearest (%.0f%%)"
		case c.Probability < .5:
			what = "the seed is no jazz; of the other styles %s is nearest (%.0f%%)"
		}
		l.note(Found, what, c.Style, 100*c.Probability)
	}
	return c, err
}

// forJazz reports whether something is asked for that only the jazz network can do.
func (s *ContinueSpec) forJazz(in Inputs) bool {
	b := s.BandSpec
	if b.Ending != string(jazz.Tag) {
		b.Ending = ""
	}
	return s.Chords != "" || in.Chart.given() || s.Prompt != "" || b != (BandSpec{})
}

// player prepares the network.
func (s *ContinueSpec) player(ctx context.Context, seed *music.Score, part int, sound style.Choice, in Inputs, out *Music, l Listener) (player, error) {
	if sound.Style == style.Jazz && s.Sections != byTheSeed && s.Sections != music.NoSections {
		return nil, &Problem{"{sections} by letters are for music that is not jazz: ask for another {style}, or for auto or none", ErrUsage}
	}
	if sound.Style != style.Jazz {
		return s.anyPlayer(ctx, seed, part, sound, in, out, l)
	}
	solo := music.SoloPart(seed)
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
	opt, p, err := s.jazz(in, meter, harmony.Key{}, out, l)
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
	if opt.Sections, err = s.sections(); err != nil {
		return nil, err
	}
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

// anyPlayer plays with the network of all styles but jazz, or with one from a file.
func (s *ContinueSpec) anyPlayer(ctx context.Context, seed *music.Score, part int, sound style.Choice, in Inputs, out *Music, l Listener) (player, error) {
	if s.forJazz(in) {
		return nil, &Problem{"{chords}, {prompt}, {combo}, {band}, {intro}, {accompany-seed}, {feel} and a tag as {ending} need the jazz network: a seed with a solo line, or {style} jazz", ErrUsage}
	}
	opt := music.Options{Bars: s.Bars, Part: part, Tempo: s.Tempo, Style: sound.Style, Others: true, Close: s.Ending != string(jazz.Open)}
	var err error
	if opt.Sections, err = s.sections(); err != nil {
		return nil, err
	}
	if opt.Temperature, opt.TopP, err = s.sampling(); err != nil {
		return nil, err
	}
	opt.Key = music.Key(out.sounds.Key)
	m, err := s.network(ctx, seed, sound, in.Model, out, l)
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

// sections are those of music.Options.
func (s *ContinueSpec) sections() (string, error) {
	switch {
	case s.Sections == byTheSeed:
		return "", nil
	case s.Sections == music.NoSections:
		return music.NoSections, nil
	}
	asked := strings.ToUpper(s.Sections)
	if asked == "" || strings.Trim(asked, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", usagef("{sections} %q: want letters such as ABA, auto or none", s.Sections)
	}
	return asked, nil
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
