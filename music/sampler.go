package music

import (
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/music/internal/sample"
	"github.com/segue-go/segue/seq"
)

// sampler draws the notes of all voices.
type sampler struct {
	*sample.Player
	reader  *reader
	line    *Line
	voices  []bool // which of the line's voices are continued
	limits  [maxVoices]limits
	key     inKey
	density float32 // of the seed, as in about
	side    []float32
	volume  [maxVoices]sample.Volumes
}

func newSampler(m *Model, line *Line, opt Options, voices []bool) *sampler {
	known := line.Notes[max(0, len(line.Notes)-told):]
	s := &sampler{
		Player: sample.NewPlayer(m.net, opt.Temperature, opt.TopP, rand.New(rand.NewPCG(opt.Seed, 0x6d75736963))),
		reader: newReader(line, line.about(known), style(opt.Style)), line: line, voices: voices,
		side: make([]float32, max(pitchSide, voiceSide)), limits: line.limits(), key: line.inKey(known),
	}
	s.Known, s.density = m.copies, s.reader.about.density
	s.Each = make([]seq.Sampling, factorCount)
	for k := range s.Each {
		s.Each[k].Temperature = opt.Temperature
		if k != fOnset { // top-p would cut off the rests
			s.Each[k].TopP = max(opt.TopP, 0)
		}
	}
	for v := range line.Parts {
		s.volume[v] = sample.NewVolumes(line.velocities(v))
	}
	return s
}

// primed is how many of the last notes of a seed the network reads; of those before it
// knows what recalls tell.
const primed = 2 * told

// prime reads the seed.
func (s *sampler) prime() {
	notes := s.line.Notes
	from := max(0, len(notes)-primed)
	for _, n := range notes[:from] {
		s.Advance(n)
	}
	sample.Prime(s, notes[from:])
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
	s.pace(len(done), last-from)
	chord := 0
	for i := len(done) - 1; i >= 0 && done[i].At == last; i-- {
		chord++
	}
	onset := s.Draw(fOnset, nil, func(k int) bool {
		switch {
		case first:
			return last+k >= from && last+k < from+bar
		case k == 0:
			return chord < maxChord && s.room()
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
	n.Voice = s.Draw(fVoice, s.side[:voiceSide], func(v int) bool {
		return v < len(s.line.Parts) && s.voices[v] && (!same || s.fits(v))
	})
	if n.Voice < 0 {
		return n, false
	}
	s.Choose(fVoice, n.Voice)
	n.Pitch = s.pitch(n, same, onset)

	d := s.Draw(fDuration, nil, nil)
	s.Choose(fDuration, d)
	n.Dur = min(sample.Durations[d], to-n.At)

	v := s.Draw(fVelocity, nil, nil)
	n.Velocity = max(1, s.volume[n.Voice][v])
	if !s.reader.drums(n.Voice) {
		s.key.count(n.Pitch)
	}
	return n, true
}

// mostPace is the largest correction of the density, as a binary logarithm.
const mostPace = 1.5

// pace tells the network a density that makes up for what the new notes have too much or
// too little of, by comparison with the seed.
func (s *sampler) pace(notes, steps int) {
	if steps < 2*Grid {
		return
	}
	made := math.Log2(float64(notes) * Grid / float64(steps))
	s.reader.about.density = s.density - float32(max(-mostPace, min(mostPace, 2*(made-float64(s.density)))))
}

// pitch draws the pitch of a note whose onset and voice are known. Wishes that leave
// nothing to draw from are dropped, the last first.
func (s *sampler) pitch(n LineNote, same bool, onset int) int {
	s.reader.pitchFeatures(s.side, n.Voice, n.At)
	shift := s.reader.about.shift
	if s.reader.drums(n.Voice) {
		shift = 0
	}
	can := s.allowed(n, same)
	wishes := []func(p int) bool{
		can,
		func(p int) bool {
			return !s.Quotes(sample.Move{Interval: p - s.reader.last.Pitch, Onset: onset})
		},
		s.leads(n),
		func(p int) bool { return s.reader.drums(n.Voice) || s.key.allows(p) },
	}
	for len(wishes) > 0 {
		k := s.Draw(fPitch, s.side[:pitchSide], func(k int) bool {
			for _, wish := range wishes {
				if p := k - shift; p < 0 || p > 127 || !wish(p) {
					return false
				}
			}
			return true
		})
		if k >= 0 {
			s.Choose(fPitch, k)
			return k - shift
		}
		wishes = wishes[:len(wishes)-1]
	}
	p := s.limits[n.Voice].hi
	s.Choose(fPitch, min(max(p+shift, 0), 127))
	return p
}

// room reports whether the chord at the last onset can take one more note.
func (s *sampler) room() bool {
	for v := range s.line.Parts {
		if s.voices[v] && s.fits(v) {
			return true
		}
	}
	return false
}

// fits reports whether voice v may follow the last note in the same chord: voices and
// pitches ascend.
func (s *sampler) fits(v int) bool {
	l := s.reader.last
	return v > l.Voice || v == l.Voice && !s.limits[v].single && l.Pitch < s.limits[v].hi
}
