package job

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/sound"
)

// RenderSpec asks for the sound of a MIDI file. NewRender makes one with the defaults.
type RenderSpec struct {
	Mute   []string // parts that are not heard
	fields field.Set
}

// NewRender makes a specification with the defaults.
func NewRender() *RenderSpec {
	s := &RenderSpec{}
	BindMute(&s.fields, &s.Mute)
	return s
}

// BindMute adds the field that silences parts.
func BindMute(f *field.Set, p *[]string) {
	f.List(p, nil, field.Field{Name: "mute", Help: "parts that are not heard: their numbers, as segue inspect counts them, or their names", Length: 1000})
}

// Muted is a score without the parts of some names.
func Muted(s *music.Score, names []string) (*music.Score, error) {
	var parts []int
	for _, name := range names {
		n, err := s.FindPart(name)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", err, ErrOption)
		}
		parts = append(parts, n)
	}
	out := s.Without(parts...)
	if out.Notes() == 0 && s.Notes() > 0 {
		return nil, &Problem{"{mute} leaves no part to hear", ErrOption}
	}
	return out, nil
}

// Fields is the list of options.
func (s *RenderSpec) Fields() *field.Set { return &s.fields }

// longestSound that is rendered for others, in seconds
const longestSound = 600

// Run reads the file and renders it with the SoundFont or, without one, by the
// built-in synthesiser.
func (s *RenderSpec) Run(ctx context.Context, in Inputs, l Listener) (*sound.Audio, error) {
	score, _, err := readScore(in.Main, in.Served, l)
	if err != nil {
		return nil, err
	}
	if score, err = Muted(score, s.Mute); err != nil {
		return nil, in.Main.fail(err)
	}
	return Render(ctx, score, in)
}

// Render gives the sound of a score.
func Render(ctx context.Context, s *music.Score, in Inputs) (*sound.Audio, error) {
	opt := sound.Options{}
	if in.Served {
		opt.Limit = longestSound
	}
	if in.Font.given() {
		r, err := in.Font.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		if opt.SoundFont, err = sound.ReadSoundFont(io.LimitReader(r, 1<<30)); err != nil {
			return nil, in.Font.fail(err)
		}
	}
	return sound.Render(ctx, s, opt)
}

// Answer runs the job for a request: a WAV file.
func (s *RenderSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	audio, err := s.Run(ctx, in, l)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	err = sound.WriteWAV(&buf, audio)
	return Sound(buf.Bytes()), err
}
