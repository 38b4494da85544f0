package music

import (
	"context"
	"fmt"
)

// Between writes the bars that lead from one score to another: a solo that goes
// on from a and for which the first notes of b are a likely continuation, the
// best of the options' candidates (at least eight). The result is a, the new
// bars, and b with its own tracks, tempo and meter.
func (m *JazzModel) Between(ctx context.Context, a, b *Score, opt JazzOptions) (*Continuation, error) {
	if opt.Bars == 0 {
		opt.Bars = 4
	}
	opt.Candidates = max(opt.Candidates, 8)
	part := SoloPart(b)
	if part == 0 {
		return nil, fmt.Errorf("music: the score to lead to has no solo line: %w", ErrNoNotes)
	}
	goal, err := NewLine(b, part-1)
	if err != nil {
		return nil, err
	}
	next := goal.voice(indexPart(goal.Parts, b.Parts()[part-1]))
	next = next[:min(len(next), 12)]
	t, err := m.take(a, opt)
	if err != nil {
		return nil, err
	}
	// the changes of b follow the new bars, so that they are known to the last
	// of these
	known := len(t.solo.beats)
	beats := repeatBeats(t.solo, t.to/Grid)
	t.solo.beats = append(beats, m.harmony().detect(b, b.NextBar(b.End()))...)
	t.solo.loop = min(t.solo.loop, known)
	shifted := make([]LineNote, len(next))
	for i, n := range next {
		n.At += t.to
		shifted[i] = n
	}
	notes, err := t.best(ctx, func(s *soloist, notes []LineNote) float64 {
		l := t.likeness(s, notes)
		return 2*s.likelihood(shifted) + .5*l
	})
	if err != nil {
		return nil, err
	}
	c := t.finish(notes)
	appendScore(c.Score, b, c.To)
	return c, nil
}

func indexPart(parts []Part, p Part) int {
	for i, x := range parts {
		if x == p {
			return i
		}
	}
	return 0
}

// repeatBeats gives the first n beats, the loop repeated.
func repeatBeats(l soloLine, n int) []Beat {
	r := jazzReader{beats: l.beats, loop: l.loop}
	var out []Beat
	for i := range n {
		out = append(out, r.beat(i*Grid))
	}
	return out
}

// appendScore puts b after tick at of s, in tracks of its own.
func appendScore(s, b *Score, at Tick) {
	scale := func(t Tick) Tick { return at + t*Tick(s.Resolution)/Tick(b.Resolution) }
	for _, t := range b.Tracks {
		var track Track
		for _, e := range t.Events {
			track.Events = append(track.Events, Event{scale(e.At), e.Message})
		}
		for _, n := range t.Notes {
			start := scale(n.Start)
			n.Start, n.Dur = start, max(1, scale(n.End())-start)
			track.Notes = append(track.Notes, n)
		}
		s.Tracks = append(s.Tracks, track)
	}
	// tempo and meter of b where it does not say them at its start
	head := &s.Tracks[0]
	first, meter := b.Tempos[0], b.Meters[0]
	us := first.MicrosPerBeat
	den := byte(0)
	for d := meter.Den; d > 1; d /= 2 {
		den++
	}
	head.Events = append(head.Events, Event{at, []byte{0xff, 0x51, 3, byte(us >> 16), byte(us >> 8), byte(us)}}, Event{at, []byte{0xff, 0x58, 4, byte(meter.Num), den, 24, 8}})
	s.readMaps()
}
