package job

import (
	"context"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/jazz"
)

// ComposeSpec asks for music from words or chords. NewCompose makes one with the
// defaults.
type ComposeSpec struct {
	PlaySpec
	Solo bool // without the combo, which plays otherwise whatever Combo is
}

// NewCompose makes a specification with the defaults.
func NewCompose() *ComposeSpec {
	s := &ComposeSpec{}
	s.bind(0, "that of the form, or of the prompt")
	s.fields.Lookup("combo").Hidden = true
	s.fields.Bool(&s.Solo, field.Field{Name: "solo", Help: "the solo alone, without the combo"})
	return s
}

// Run plays and hands every variation to each.
func (s *ComposeSpec) Run(ctx context.Context, in Inputs, l Listener, each func(*Take) error) (*Music, error) {
	if s.Prompt == "" && s.Chords == "" && !in.Chart.given() {
		return nil, usagef("describe the music with {prompt} or {chords}")
	}
	if s.Solo && s.named() {
		return nil, usagef("{solo} and a band contradict each other")
	}
	s.Combo = !s.Solo
	out := newMusic(s.Tier())
	out.Network = "jazz"
	opt, p, err := s.jazz(in, 4, out, l)
	if err != nil {
		return nil, err
	}
	m, err := jazz.Pretrained()
	if err != nil {
		return nil, err
	}
	m = m.On(s.Tier())
	return out, s.perform(ctx, func(ctx context.Context, random uint64) (*music.Continuation, int, error) {
		opt.Seed = random
		c, err := m.Compose(ctx, p, opt)
		if err != nil {
			return nil, 0, err
		}
		return c, int(c.To / c.BarLength(c.MeterAt(0))), nil
	}, false, l, each)
}

// Answer runs the job for a request.
func (s *ComposeSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	v := newView()
	m, err := s.Run(ctx, in, l, v.add)
	return v.with(m), err
}
