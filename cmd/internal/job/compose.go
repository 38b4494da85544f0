package job

import (
	"context"
	"strings"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/jazz"
)

// ComposeSpec asks for music from words or chords. NewCompose makes one with the
// defaults.
type ComposeSpec struct {
	PlaySpec
	Meter, Key, Form string // "" is by the prompt
	Solo             bool   // without the combo, which plays otherwise whatever Combo is
}

// NewCompose makes a specification with the defaults.
func NewCompose() *ComposeSpec {
	s := &ComposeSpec{}
	s.bind(0, "that of the form, or of the prompt")
	s.fields.Lookup("combo").Hidden = true
	s.fields.Text(&s.Meter, "", field.Field{Name: "meter", Help: "meter: 4/4, 3/4, 5/4, 6/8, 12/8, ...", Unset: "4/4, or what the prompt says", Length: 10})
	s.fields.Text(&s.Key, "", field.Field{Name: "key", Help: `key: "F", "Bb minor", "F#m"`, Unset: "any, or what the prompt says", Length: 40})
	s.fields.Choice(&s.Form, "", field.Field{Name: "form", Help: "chords where {chords} gives none: " + strings.Join(jazz.Forms, ", "), Unset: "standard, or what the prompt says", Choices: jazz.Forms})
	s.fields.Bool(&s.Solo, field.Field{Name: "solo", Help: "the solo alone, without the combo"})
	return s
}

// Run plays and hands every variation to each.
func (s *ComposeSpec) Run(ctx context.Context, in Inputs, l Listener, each func(*Take) error) (*Music, error) {
	if s.Prompt == "" && s.Chords == "" && s.Form == "" && s.Key == "" && !in.Chart.given() {
		return nil, usagef("describe the music with {prompt} or {chords}")
	}
	if s.Solo && s.named() {
		return nil, usagef("{solo} and a band contradict each other")
	}
	s.Combo = !s.Solo
	out := newMusic(s.Tier())
	out.Network = "jazz"
	asked, err := s.words()
	if err != nil {
		return nil, err
	}
	opt, p, err := s.jazz(in, asked.Beats(), out, l)
	if err != nil {
		return nil, err
	}
	p.Meter, p.Key, p.Form = asked.Meter, asked.Key, asked.Form
	if s.Tempo > 0 {
		p.Tempo = s.Tempo
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
	}, false, nil, l, each)
}

// words is what the prompt and the fields that override it say of meter, key and form.
func (s *ComposeSpec) words() (jazz.Prompt, error) {
	p := jazz.ParsePrompt(s.Prompt)
	if s.Meter != "" {
		m := jazz.ParsePrompt(s.Meter)
		if m.Meter.Num == 0 || len(m.Unknown) > 0 {
			return p, &field.Error{Field: "meter", Value: s.Meter, Want: "a meter whose bars are 2 to 8 quarter notes, as 4/4, 3/4, 5/4, 6/8 or 12/8"}
		}
		p.Meter = m.Meter
	}
	if s.Key != "" {
		k, err := harmony.ParseKey(s.Key)
		if err != nil {
			return p, &field.Error{Field: "key", Value: s.Key, Want: `a key, as "F", "Bb minor" or "F#m"`}
		}
		p.Key = k
	}
	if s.Form != "" {
		p.Form = s.Form
	}
	return p, nil
}

// Answer runs the job for a request.
func (s *ComposeSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	v := newView()
	m, err := s.Run(ctx, in, l, v.add)
	return v.with(m), err
}
