package music

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/segue-go/segue/music/internal/sample"
)

// Options describe a continuation. Zero fields mean the default.
type Options struct {
	Bars        int     // length of the continuation; default 8
	Temperature float64 // above 1 is bolder, below 1 safer; default .95
	TopP        float64 // draw from the most likely values that together have this probability; default .95; negative is off
	Part        int     // part to continue, counted from 1 in the order of Score.Parts; 0 means all
	Tempo       float64 // of the new bars in quarter notes a minute; 0 means that of the seed, see Join
	Seed        uint64  // of the random numbers
}

// Continuation is the result of Continue.
type Continuation struct {
	*Score        // the seed and, after it, the new notes
	From   Tick   // start of the continuation, a bar line
	To     Tick   // end of the continuation, a bar line
	Notes  int    // number of new notes
	Parts  []Part // parts that were continued

	Remarks  []string  // what was changed in the seed, see Joint
	Measures *Measures // of a solo over changes; nil for other music
	Changes  []string  // the chords of a solo over changes, one string per bar
}

const maxChord = 10 // notes at one onset

// Continue samples the bars that follow a score. The new music starts on the first
// bar line after the seed, keeps its tempo, meter, programs and swing, and every note
// ends by the last bar line.
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
	j := Join(seed, opt.Tempo)
	seed, from := j.Seed, j.From
	var err error
	if opt.Part, err = j.Part(opt.Part); err != nil {
		return nil, err
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
	to := from
	for range opt.Bars {
		to += seed.BarLength(seed.MeterAt(to))
	}
	if to > MaxTick {
		return nil, fmt.Errorf("music: %d bars more than a MIDI file can hold", opt.Bars)
	}
	s := newSampler(m, line, opt, voices)
	sample.Prime(s, line.Notes)
	notes, err := sample.Continue(ctx, s, line.Step(from), line.Step(to))
	if err != nil {
		return nil, err
	}
	out := seed.Clone()
	for _, n := range notes {
		p := line.Parts[n.Voice]
		start, end := line.Tick(n.At), min(line.Tick(n.At+n.Dur), to)
		track := &out.Tracks[p.Track]
		track.Notes = append(track.Notes, Note{
			Start: start, Dur: max(1, end-start), Pitch: uint8(n.Pitch), Velocity: uint8(n.Velocity), Channel: p.Channel,
		})
	}
	for i := range out.Tracks {
		out.Tracks[i].TrimOverlaps(from)
	}
	return &Continuation{Score: out, From: from, To: to, Notes: len(notes), Parts: chosen, Remarks: j.Remarks}, nil
}

// TrimOverlaps sorts the notes and shortens every note that is still sounding when
// one of the same pitch and channel starts at or after tick from: MIDI cannot tell
// their ends apart.
func (t *Track) TrimOverlaps(from Tick) {
	notes := t.Notes
	sortNotes(notes)
	var sounding [16][128][]int
	for i, n := range notes {
		var still []int
		for _, k := range sounding[n.Channel][n.Pitch] {
			switch {
			case notes[k].End() <= n.Start:
			case n.Start >= from:
				notes[k].Dur = max(1, n.Start-notes[k].Start)
			default:
				still = append(still, k)
			}
		}
		sounding[n.Channel][n.Pitch] = append(still, i)
	}
	sortNotes(notes)
}

// Only returns the continuation without the seed, moved to tick 0.
func (c *Continuation) Only() *Score { return c.Score.Cut(c.From, c.To) }

// sampler draws the notes of all voices.
type sampler struct {
	*sample.Player
	reader reader
	line   *Line
	voices []bool         // which of the line's voices are continued
	lo, hi [maxVoices]int // ranges
	side   []float32
	volume [maxVoices]sample.Volumes
}

func newSampler(m *Model, line *Line, opt Options, voices []bool) *sampler {
	s := &sampler{
		Player: sample.NewPlayer(m.net, opt.Temperature, opt.TopP, rand.New(rand.NewPCG(opt.Seed, 0x6d75736963))),
		reader: reader{line: line}, line: line, voices: voices,
		side: make([]float32, max(pitchSide, placeSide)),
	}
	s.Known = m.copies
	for v := range s.lo {
		s.lo[v], s.hi[v] = 127, 0
	}
	for _, n := range line.Notes {
		s.lo[n.Voice], s.hi[n.Voice] = min(s.lo[n.Voice], n.Pitch), max(s.hi[n.Voice], n.Pitch)
	}
	for v, p := range line.Parts {
		s.volume[v] = sample.NewVolumes(line.velocities(v))
		if !p.Drums() {
			s.lo[v], s.hi[v] = max(0, s.lo[v]-sample.RangeMargin), min(127, s.hi[v]+sample.RangeMargin)
		}
	}
	return s
}

// Advance implements sample.Line.
func (s *sampler) Advance(n LineNote) {
	if s.reader.begun {
		s.Move(sample.Move{Interval: n.Pitch - s.reader.last.Pitch, Onset: n.At - s.reader.last.At})
	}
	s.reader.advance(n)
}

// Read implements sample.Line.
func (s *sampler) Read() {
	s.reader.inputs(s.X, s.Tokens)
	s.Step()
}

// Note implements sample.Line: onset, voice, pitch, duration and velocity, each given
// the ones before.
func (s *sampler) Note(done []LineNote, from, to int) (n LineNote, ok bool) {
	last := s.reader.last.At
	first := len(done) == 0
	bar := s.line.BarLength(max(last, from))
	chord := 0
	for i := len(done) - 1; i >= 0 && done[i].At == last; i-- {
		chord++
	}
	onset := s.Draw(fOnset, nil, func(k int) bool {
		switch {
		case first:
			return last+k >= from && last+k < from+bar
		case k == 0:
			return chord < maxChord && s.room(last)
		}
		return k <= sample.MaxRestBars*bar
	})
	if onset < 0 {
		if !first {
			return n, false
		}
		onset = from - last // the seed's last onset is further back than the network can say
	}
	n.At = last + onset
	if n.At >= to {
		return n, false
	}
	s.Choose(fOnset, min(onset, sample.MaxOnset))

	same := !first && onset == 0
	s.reader.placeFeatures(s.side, n.At)
	voice := s.Draw(fVoice, s.side[:placeSide], func(v int) bool {
		return v < len(s.line.Parts) && s.voices[v] && (!same || s.fits(v))
	})
	if voice < 0 {
		return n, false
	}
	n.Voice = voice
	s.Choose(fVoice, voice)

	s.reader.pitchFeatures(s.side, voice)
	floor := s.lo[voice]
	if same && s.reader.last.Voice == voice {
		floor = max(floor, s.reader.last.Pitch+1)
	}
	pitch := s.Draw(fPitch, s.side[:pitchSide], func(p int) bool {
		return p >= floor && p <= s.hi[voice] && !s.Quotes(sample.Move{Interval: p - s.reader.last.Pitch, Onset: onset})
	})
	if pitch < 0 { // every pitch would quote: allow quoting
		pitch = s.Draw(fPitch, s.side[:pitchSide], func(p int) bool { return p >= floor && p <= s.hi[voice] })
	}
	if pitch < 0 {
		pitch = s.hi[voice]
	}
	n.Pitch = pitch
	s.Choose(fPitch, pitch)

	d := s.Draw(fDuration, nil, nil)
	s.Choose(fDuration, d)
	n.Dur = min(sample.Durations[d], to-n.At)

	v := s.Draw(fVelocity, nil, nil)
	n.Velocity = max(1, s.volume[voice][v])
	return n, true
}

// room reports whether the chord at the last onset can take one more note.
func (s *sampler) room(at int) bool {
	for v := range s.line.Parts {
		if s.voices[v] && s.fits(v) {
			return s.reader.last.At == at
		}
	}
	return false
}

// fits reports whether voice v may follow the last note in the same chord: voices and
// pitches ascend.
func (s *sampler) fits(v int) bool {
	l := s.reader.last
	return v > l.Voice || v == l.Voice && l.Pitch < s.hi[v]
}
