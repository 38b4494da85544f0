package job

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/style"
	"github.com/segue-go/segue/seq"
)

// network is the one for a seed that is not jazz: from a file, or the one that ships. It
// is adapted to the seed if that is asked for, or if there are drums, which the one that
// ships has never heard.
func (s *ContinueSpec) network(ctx context.Context, seed *music.Score, sound style.Choice, in Input, out *Music, l Listener) (*music.Model, error) {
	out.Network, out.Style = "style", sound.Style
	var m *music.Model
	var err error
	if in.given() {
		out.Network = "file"
		var data []byte
		if data, err = in.read(mostModel); err != nil {
			return nil, err
		}
		if m, err = music.DecodeModel(data); err != nil {
			return nil, in.fail(err)
		}
	} else if m, err = style.Model(); err != nil {
		return nil, err
	}
	if !s.Adapt && (in.given() || !slices.ContainsFunc(seed.Parts(), music.Part.Drums)) {
		return m, nil
	}
	m, a, err := m.On(s.Tier()).Adapt(ctx, seed, music.AdaptOptions{Style: sound.Style, Seed: s.Seed, Threads: runtime.GOMAXPROCS(0), Progress: l.trained("adapting to the seed")})
	switch {
	case err != nil:
		return nil, err
	case a.Better():
		l.note(Found, "the network was adapted to the seed: the last notes cost %.2f nats each instead of %.2f", a.After, a.Before)
	case s.Adapt && a.Before == a.After:
		l.note(Found, "adapting to the seed did not help: its last notes were not predicted better")
	case s.Adapt:
		l.note(Found, "the seed is too short to adapt to")
	}
	return m, nil
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
	f.Bool(&e.Deterministic, field.Field{Name: "deterministic", Help: "the same bits on every processor of one architecture; a little slower", Doors: field.Request})
}

// Tier is what networks compute with.
func (e Engine) Tier() seq.Tier {
	if e.Deterministic {
		return seq.Portable
	}
	return ""
}
