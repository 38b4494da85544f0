package jazz

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// Compose makes music from words alone: a solo over the changes of the options or,
// without any, over a common form in the prompt's key. It ignores the Part and Tags of
// the options and draws at least eight candidates.
func (m *Model) Compose(ctx context.Context, p Prompt, opt Options) (*music.Continuation, error) {
	r := rand.New(rand.NewPCG(opt.Seed, 0x776f726473))
	if opt.Bars == 0 {
		opt.Bars = max(p.Bars, 0)
	}
	key := p.Key
	if !key.Known {
		key = harmony.Key{Known: true, Tonic: []int{5, 10, 0, 3}[r.IntN(4)], Minor: p.Tags.Mode == 1} // F, Bb, C, Eb
	}
	if opt.key = p.Key; len(opt.Changes) == 0 {
		opt.key = key
		var err error
		if opt.Changes, err = form(key, p.Tags); err != nil {
			return nil, err
		}
	}
	if opt.Bars == 0 {
		opt.Bars = max(8, len(opt.Changes)/4)
	}
	tempo := p.Tempo
	if tempo == 0 {
		class := p.Tags.Tempo
		if class < 0 {
			class = 2
		}
		tempo = []float64{70, 95, 125, 160, 220}[class]
	}
	opt.Tags = &p.Tags
	seed, err := prelude(key, tempo, p.Tags, opt, r)
	if err != nil {
		return nil, err
	}
	t, err := m.take(seed, opt)
	if err != nil {
		return nil, err
	}
	t.line.Swing = swingFor(p.Tags.Feel, tempo)
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
// tone in the register of the tags.
func prelude(key harmony.Key, tempo float64, tags Tags, opt Options, r *rand.Rand) (*music.Score, error) {
	const resolution = 480
	program := 66
	for p, name := range soloPrograms {
		if tags.Instrument >= 0 && Instruments[tags.Instrument] == name && (p != 59) {
			program = p
		}
	}
	micros := int(60e6/tempo + .5)
	sharps := (7*key.Tonic + 6) % 12
	minor := byte(0)
	if key.Minor {
		sharps, minor = (7*(key.Tonic+3)+6)%12, 1
	}
	meta := func(message ...byte) music.Event { return music.Event{Message: message} }
	events := []music.Event{
		meta(0xff, 0x51, 3, byte(micros>>16), byte(micros>>8), byte(micros)),
		meta(0xff, 0x58, 4, 4, 2, 24, 8),
		meta(0xff, 0x59, 2, byte(int8(sharps-6)), minor),
		meta(append([]byte{0xff, 0x03, 4}, "Solo"...)...),
		meta(0xc0, byte(program)),
	}
	register := tags.Register
	if register < 0 {
		register = 2
	}
	pitch := []int{57, 62, 66, 70, 74}[register]
	first := opt.Changes[0].Chord
	for range 12 {
		if first.Quality == harmony.NoChord || first.Has(pitch) {
			break
		}
		pitch++
	}
	start := music.Tick(resolution) * music.Tick(2+r.IntN(2))
	s := &music.Score{Resolution: resolution, Tracks: []music.Track{{
		Notes:  []music.Note{{Start: start, Dur: resolution / 2, Pitch: uint8(pitch), Velocity: 84}},
		Events: events,
	}}}
	s.ReadMaps()
	if s.NextBar(s.End()) != 4*resolution {
		return nil, fmt.Errorf("music: the prelude is not a bar long")
	}
	return s, nil
}

// form returns a common sequence of chords in a key.
func form(key harmony.Key, tags Tags) ([]harmony.Beat, error) {
	name := func(semitones int, suffix string) string { return harmony.Name(key.Tonic+semitones) + suffix }
	var bars string
	add := func(chords ...string) {
		for _, c := range chords {
			bars += c + " | "
		}
	}
	i, iv, v, ii, vi := name(0, "7"), name(5, "7"), name(7, "7"), name(2, "-7"), name(9, "7")
	switch {
	case tags.Tonality == indexOf(Tonalities, "BLUES") && key.Minor:
		m, s := name(0, "-7"), name(5, "-7")
		add(m, s, m, m, s, s, m, m, name(8, "7"), v, m, name(2, "m7b5")+" "+v)
	case tags.Tonality == indexOf(Tonalities, "BLUES"):
		add(i, iv, i, i, iv, iv, i, vi, ii, v, i+" "+vi, ii+" "+v)
	case tags.Tonality == indexOf(Tonalities, "MODAL"):
		m, up := name(0, "-7"), name(1, "-7")
		add(m, m, m, m, m, m, m, m, up, up, up, up, m, m, m, m)
	case key.Minor:
		m, s, half := name(0, "-7"), name(5, "-7"), name(2, "m7b5")
		add(m, half+" "+v, m, name(0, "7"), s, name(10, "7"), name(3, "j7"), name(8, "j7"), half, v, m, vi, half, v, m, half+" "+v)
	default:
		add(name(0, "j7"), vi, ii, v, name(4, "-7"), vi, ii, v, name(7, "-7"), i, name(5, "j7"), name(10, "7"), name(4, "-7")+" "+vi, ii+" "+v, name(0, "j7")+" "+vi, ii+" "+v)
	}
	return harmony.ParseChanges(bars, 4)
}
