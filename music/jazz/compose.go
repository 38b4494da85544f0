package jazz

import (
	"context"
	"fmt"
	"math/bits"
	"math/rand/v2"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// Compose makes music from words alone: a solo over the changes of the options or,
// without any, over a common form in the prompt's key. It ignores the Part and Tags of
// the options and draws at least eight candidates.
func (m *Model) Compose(ctx context.Context, p Prompt, opt Options) (*music.Continuation, error) {
	r := rand.New(rand.NewPCG(opt.Seed, 0x776f726473))
	p.Apply(&opt)
	meter := p.Bar()
	key := p.Key
	if !key.Known {
		key = harmony.Key{Known: true, Tonic: []int{5, 10, 0, 3}[r.IntN(4)], Minor: p.Tags.Mode == 1} // F, Bb, C, Eb
	}
	if len(opt.Changes.Beats) == 0 {
		opt.Key = key
		var err error
		if opt.Changes, err = formOf(p.form(), key, meter); err != nil {
			return nil, err
		}
	}
	opt.Program = 0 // that of the prelude
	if opt.Bars == 0 {
		opt.Bars = max(8, opt.Changes.Length()*meter.Den/(4*music.Grid*meter.Num))
	}
	tempo := p.Tempo
	if tempo == 0 {
		class := p.Tags.Tempo
		if class < 0 {
			class = 2
		}
		tempo = []float64{70, 95, 125, 160, 220}[class]
	}
	if opt.Swing == 0 {
		opt.Swing = swingFor(p.Tags.Feel, tempo)
	}
	seed, err := prelude(key, meter, tempo, &p, opt, r)
	if err != nil {
		return nil, err
	}
	t, err := m.take(seed, opt)
	if err != nil {
		return nil, err
	}
	t.opt.Candidates = max(t.opt.Candidates, 8)
	notes, err := t.best(ctx, func(s *soloist, notes []music.LineNote) float64 {
		return t.suits(p.Tags, notes, s.reader.At)
	})
	if err != nil {
		return nil, err
	}
	c := t.finish(notes)
	// remove the bar of the prelude
	c.Score = c.Score.Cut(c.From, c.To)
	c.To -= c.From
	c.From = 0
	return c, nil
}

// timeSignature is a meter as a MIDI message.
func timeSignature(m music.Meter) []byte {
	return []byte{0xff, 0x58, 4, byte(m.Num), byte(bits.TrailingZeros(uint(m.Den))), 24, 8}
}

// swingFor is the usual ratio of long to short eighths of a feel and tempo: medians of
// the Weimar Jazz Database.
func swingFor(feel int, tempo float64) float64 {
	switch feel {
	case 1:
		return 1.49
	case 2:
		return 1.29
	case 3:
		return 1.25
	}
	switch tempoClass(tempo) {
	case 4:
		return 1.34
	case 3:
		return 1.67
	}
	return 1.69
}

// prelude returns a score of one bar with the note from which the solo starts: a chord
// tone in the register that the prompt asks for, or in that of the instrument.
func prelude(key harmony.Key, meter music.Meter, tempo float64, p *Prompt, opt Options, r *rand.Rand) (*music.Score, error) {
	const resolution = 480
	solo := p.instrument()
	micros := int(60e6/tempo + .5)
	sharps := (7*key.Tonic + 6) % 12
	minor := byte(0)
	if key.Minor {
		sharps, minor = (7*(key.Tonic+3)+6)%12, 1
	}
	meta := func(message ...byte) music.Event { return music.Event{Message: message} }
	events := []music.Event{
		meta(0xff, 0x51, 3, byte(micros>>16), byte(micros>>8), byte(micros)),
		meta(timeSignature(meter)...),
		meta(0xff, 0x59, 2, byte(int8(sharps-6)), minor),
		meta(append([]byte{0xff, 0x03, 4}, "Solo"...)...),
		meta(0xc0, byte(solo.program)),
	}
	pitch := solo.centre
	if register := p.Tags.Register; register >= 0 {
		pitch += []int{-9, -4, 0, 4, 8}[register]
	}
	first := opt.Changes.Beats[0].Chord
	for range 12 {
		if first.Quality == harmony.NoChord || first.Has(pitch) {
			break
		}
		pitch++
	}
	bar := music.Tick(4 * resolution * meter.Num / meter.Den)
	start := max(0, bar-music.Tick(resolution)*music.Tick(2-r.IntN(2)))
	s := &music.Score{Resolution: resolution, Tracks: []music.Track{{
		Notes:  []music.Note{{Start: start, Dur: resolution / 2, Pitch: uint8(pitch), Velocity: 84}},
		Events: events,
	}}}
	s.ReadMaps()
	if s.NextBar(s.End()) != bar {
		return nil, fmt.Errorf("music: the prelude is not a bar long")
	}
	return s, nil
}

// Improvise continues the first seedBars bars of a solo over the solo's own changes, so
// that a model's continuation can be compared with the player's. The result holds only
// the new notes. Bars are assumed to have four beats.
func (m *Model) Improvise(ctx context.Context, s Solo, seedBars, bars int, opt Options) (Solo, error) {
	const bar = 4 * music.Grid
	if len(s.Notes) == 0 {
		return Solo{}, music.ErrNoNotes
	}
	first := s.Notes[0].At / bar * bar
	from := first + seedBars*bar
	var seed []music.LineNote
	for _, n := range s.Notes {
		if n.At < from {
			seed = append(seed, n)
		}
	}
	tags := s.Tags.metadata()
	tags.level(seed)
	t := &take{
		model: m, opt: opt.withDefaults(), from: from, to: from + bars*bar,
		solo: soloLine{notes: seed, changes: harmony.Changes{Beats: s.Beats}, tags: tags, bar: func(int) int { return bar }},
	}
	notes, err := t.best(ctx, nil)
	return Solo{ID: s.ID, Tags: s.Tags, Notes: notes, Beats: s.Beats}, err
}
