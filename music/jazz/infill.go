package jazz

import (
	"context"
	"fmt"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/hear"
)

// Infill writes the bars between two scores: a solo that continues a and that the first
// notes of b are likely to follow, the best of at least eight candidates. The default
// length is four bars. The result is a, the new bars, and b in tracks of its own with
// its own tempo and meter.
func (m *Model) Infill(ctx context.Context, a, b *music.Score, opt Options) (*music.Continuation, error) {
	if opt.Bars == 0 {
		opt.Bars = 4
	}
	opt.Candidates = max(opt.Candidates, 8)
	opt.Ending, opt.Sections = Open, music.NoSections // b is what comes next
	part := music.SoloPart(b)
	if part == 0 {
		return nil, fmt.Errorf("music: the score to lead to has no solo line: %w", music.ErrNoNotes)
	}
	goal, err := music.NewLine(b, part-1)
	if err != nil {
		return nil, err
	}
	next := goal.Voice(indexPart(goal.Parts, b.Parts()[part-1]))
	next = next[:min(len(next), 12)]
	t, err := m.take(a, opt)
	if err != nil {
		return nil, err
	}
	// the changes of b follow the new bars, so that the last of these can lead to them
	ears, err := hear.Pretrained()
	if err != nil {
		return nil, err
	}
	t.solo.changes = t.solo.changes.Until(t.to).Then(ears.Hear(b, b.NextBar(b.End())).Changes)
	shifted := make([]music.LineNote, len(next))
	for i, n := range next {
		n.At += t.to
		shifted[i] = n
	}
	notes, err := t.best(ctx, func(s *soloist, notes []music.LineNote) float64 {
		l := t.similarity(s, notes)
		return 2*s.likelihood(shifted) + .5*l
	})
	if err != nil {
		return nil, err
	}
	c := t.finish(notes)
	appendScore(c.Score, b, c.To)
	return c, nil
}

func indexPart(parts []music.Part, p music.Part) int {
	for i, x := range parts {
		if x == p {
			return i
		}
	}
	return 0
}

// appendScore adds b to s from a tick on, in tracks of its own.
func appendScore(s, b *music.Score, at music.Tick) {
	scale := func(t music.Tick) music.Tick { return at + t*music.Tick(s.Resolution)/music.Tick(b.Resolution) }
	for _, t := range b.Tracks {
		var track music.Track
		for _, e := range t.Events {
			track.Events = append(track.Events, music.Event{At: scale(e.At), Message: e.Message})
		}
		for _, n := range t.Notes {
			start := scale(n.Start)
			n.Start, n.Dur = start, max(1, scale(n.End())-start)
			track.Notes = append(track.Notes, n)
		}
		s.Tracks = append(s.Tracks, track)
	}
	// the tempo and meter in force at the start of b may be MIDI's defaults
	head := &s.Tracks[0]
	first, meter := b.Tempos[0], b.Meters[0]
	us := first.MicrosPerBeat
	head.Events = append(head.Events, music.Event{At: at, Message: []byte{0xff, 0x51, 3, byte(us >> 16), byte(us >> 8), byte(us)}}, music.Event{At: at, Message: timeSignature(meter)})
	s.ReadMaps()
}
