package music

import (
	"context"
	"fmt"
	"math/rand/v2"
)

// Options says how a score is continued. Zero fields mean the default.
type Options struct {
	Bars        int     // length of the continuation; default 8
	Temperature float64 // above 1 bolder, below 1 safer; default .95
	TopP        float64 // nucleus of the pitch distribution; default .95; negative is off
	Part        int     // part to continue, counted from 1 as Score.Parts lists them; 0 means all
	Seed        uint64
}

// Continuation is what Continue made.
type Continuation struct {
	*Score        // the seed and, after it, the new notes
	From   Tick   // first bar of the continuation
	To     Tick   // bar line at its end
	Notes  int    // number of new notes
	Parts  []Part // parts that were continued

	Measures *Measures // of the new solo; nil where the music is not a solo over changes
	Changes  []string  // its chords, a bar a string
}

const (
	maxRestBars = 2  // longest silence between onsets
	rangeMargin = 5  // semitones that a voice may leave the seed's range by
	maxChord    = 10 // notes of one onset
)

// Continue samples the bars that follow a score. The new music starts on the
// first bar line after the seed, keeps tempo, meter, programs and swing, and
// ends with every note stopped.
func (m *Model) Continue(ctx context.Context, seed *Score, opt Options) (*Continuation, error) {
	if opt.Bars == 0 {
		opt.Bars = 8
	}
	if opt.Temperature == 0 {
		opt.Temperature = .95
	}
	if opt.TopP == 0 {
		opt.TopP = .95
	}
	line, err := NewLine(seed, opt.Part-1)
	if err != nil {
		return nil, err
	}
	voices := make([]bool, maxVoices)
	var chosen []Part
	for v, p := range line.Parts {
		voices[v] = opt.Part == 0 || p == seed.Parts()[opt.Part-1]
		if voices[v] {
			chosen = append(chosen, p)
		}
	}
	from := seed.NextBar(max(0, seed.End()-Tick(seed.Resolution)/4))
	if from == 0 {
		from = seed.BarLength(seed.MeterAt(0))
	}
	to := from
	for range opt.Bars {
		to += seed.BarLength(seed.MeterAt(to))
	}
	if to > maxTick {
		return nil, fmt.Errorf("music: %d bars more than a MIDI file can hold", opt.Bars)
	}
	s := newSampler(m, line, opt, voices)
	s.prime()
	notes, err := s.run(ctx, line.toGrid(from), line.toGrid(to))
	if err != nil {
		return nil, err
	}
	out := seed.Clone()
	for _, n := range notes {
		p := line.Parts[n.Voice]
		start, end := line.toTick(n.At), min(line.toTick(n.At+n.Dur), to)
		track := &out.Tracks[p.Track]
		track.Notes = append(track.Notes, Note{
			Start: start, Dur: max(1, end-start), Pitch: uint8(n.Pitch), Velocity: uint8(n.Velocity), Channel: p.Channel,
		})
	}
	for i := range out.Tracks {
		separate(out.Tracks[i].Notes, from)
		sortNotes(out.Tracks[i].Notes)
	}
	return &Continuation{Score: out, From: from, To: to, Notes: len(notes), Parts: chosen}, nil
}

// separate shortens new notes that would sound into the next one of the same
// pitch and channel, which MIDI cannot tell apart.
func separate(notes []Note, from Tick) {
	sortNotes(notes)
	var last [16][128]int
	for i := range notes {
		n := notes[i]
		if k := last[n.Channel][n.Pitch]; k > 0 && n.Start >= from && notes[k-1].End() > n.Start {
			notes[k-1].Dur = max(1, n.Start-notes[k-1].Start)
		}
		last[n.Channel][n.Pitch] = i + 1
	}
}

// Only returns the continuation without its seed, moved to the start.
func (c *Continuation) Only() *Score { return c.Score.Cut(c.From, c.To) }

// sampler draws notes.
type sampler struct {
	drawer
	reader  reader
	line    *Line
	voices  []bool
	lo, hi  [maxVoices]int
	x       []float32
	tokens  [prevTokens]int32
	streams [][]int32
	side    []float32
	volume  [maxVoices]volumes
	known   *copies
	moves   []move // of all notes so far
}

func newSampler(m *Model, line *Line, opt Options, voices []bool) *sampler {
	s := &sampler{
		drawer: newDrawer(m.net, opt.Temperature, opt.TopP, rand.New(rand.NewPCG(opt.Seed, 0x6d75736963))),
		reader: reader{line: line}, line: line, voices: voices, known: m.copies,
		x: make([]float32, realInputs), side: make([]float32, max(pitchSide, placeSide)),
	}
	for i := range s.tokens {
		s.streams = append(s.streams, s.tokens[i:i+1])
	}
	for v := range s.lo {
		s.lo[v], s.hi[v] = 127, 0
	}
	for _, n := range line.Notes {
		s.lo[n.Voice], s.hi[n.Voice] = min(s.lo[n.Voice], n.Pitch), max(s.hi[n.Voice], n.Pitch)
	}
	for v, p := range line.Parts {
		s.volume[v] = newVolumes(line.Notes, v)
		if !p.Drums() {
			s.lo[v], s.hi[v] = max(0, s.lo[v]-rangeMargin), min(127, s.hi[v]+rangeMargin)
		}
	}
	return s
}

// prime lets the network read the seed.
func (s *sampler) prime() {
	for _, n := range s.line.Notes {
		s.read()
		s.advance(n)
	}
}

// advance moves past a note.
func (s *sampler) advance(n LineNote) {
	if s.reader.begun {
		s.moves = append(s.moves, move{n.Pitch - s.reader.last.Pitch, n.At - s.reader.last.At})
	}
	s.reader.advance(n)
}

// read takes one network step.
func (s *sampler) read() {
	s.reader.inputs(s.x, &s.tokens)
	s.step.Step(s.state, s.x, s.streams)
}

// run draws notes from grid step from until to.
func (s *sampler) run(ctx context.Context, from, to int) ([]LineNote, error) {
	var notes []LineNote
	limit := 64 + (to-from)*4 // a bound on the number of notes
	for len(notes) < limit {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.read()
		n, ok := s.note(notes, from, to)
		if !ok {
			break
		}
		notes = append(notes, n)
		s.advance(n)
	}
	return notes, nil
}

// note draws one note; ok is false when the next onset would be at or after to.
func (s *sampler) note(done []LineNote, from, to int) (n LineNote, ok bool) {
	last := s.reader.last.At
	first := len(done) == 0
	bar := int(s.line.score.BarLength(s.line.score.MeterAt(s.line.exact(max(last, from))))) * Grid / s.line.score.Resolution
	chord := 0
	for i := len(done) - 1; i >= 0 && done[i].At == last; i-- {
		chord++
	}
	onset := s.draw(fOnset, nil, func(k int) bool {
		switch {
		case first:
			return last+k >= from && last+k < from+bar
		case k == 0:
			return chord < maxChord && s.room(last)
		}
		return k <= maxRestBars*bar
	})
	if onset < 0 {
		if !first {
			return n, false
		}
		onset = from - last // the seed's last onset is too long ago
	}
	n.At = last + onset
	if n.At >= to {
		return n, false
	}
	s.step.Choose(fOnset, 0, min(onset, maxOnset))

	same := !first && onset == 0
	s.reader.placeFeatures(s.side, n.At)
	voice := s.draw(fVoice, s.side[:placeSide], func(v int) bool {
		return v < len(s.line.Parts) && s.voices[v] && (!same || s.fits(v))
	})
	if voice < 0 {
		return n, false
	}
	n.Voice = voice
	s.step.Choose(fVoice, 0, voice)

	s.reader.pitchFeatures(s.side, voice)
	floor := s.lo[voice]
	if same && s.reader.last.Voice == voice {
		floor = max(floor, s.reader.last.Pitch+1)
	}
	pitch := s.draw(fPitch, s.side[:pitchSide], func(p int) bool {
		return p >= floor && p <= s.hi[voice] && !s.known.would(s.moves, move{p - s.reader.last.Pitch, onset})
	})
	if pitch < 0 { // every pitch would quote: the range alone must do
		pitch = s.draw(fPitch, s.side[:pitchSide], func(p int) bool { return p >= floor && p <= s.hi[voice] })
	}
	if pitch < 0 {
		pitch = s.hi[voice]
	}
	n.Pitch = pitch
	s.step.Choose(fPitch, 0, pitch)

	d := s.draw(fDuration, nil, nil)
	s.step.Choose(fDuration, 0, d)
	n.Dur = min(durations[d], to-n.At)

	v := s.draw(fVelocity, nil, nil)
	n.Velocity = max(1, s.volume[voice][v])
	return n, true
}

// room reports whether a chord at the last onset can take one more note.
func (s *sampler) room(at int) bool {
	for v := range s.line.Parts {
		if s.voices[v] && s.fits(v) {
			return s.reader.last.At == at
		}
	}
	return false
}

// fits reports whether voice v may come after the last note in one chord:
// voices and pitches rise.
func (s *sampler) fits(v int) bool {
	l := s.reader.last
	return v > l.Voice || v == l.Voice && l.Pitch < s.hi[v]
}
