package music

import (
	"math"
	"math/rand/v2"
	"slices"

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
	rhythm  [maxVoices]rhythm
	seed    about           // what the network is told of the seed
	looped  [maxVoices]bool // or has a figure
	given   []LineNote      // of the loops, in order
	figures [maxVoices]*figure
	end     closing
	made    [maxVoices]float64 // new notes
	around  [maxVoices]around
	same    [maxVoices]monotony
	side    []float32
	volume  [maxVoices]sample.Volumes
}

func newSampler(m *Model, line *Line, opt Options, voices []bool) *sampler {
	known := line.Notes[max(0, len(line.Notes)-told):]
	s := &sampler{
		Player: sample.NewPlayer([]*seq.Net{m.net}, opt.Temperature, opt.TopP, rand.New(rand.NewPCG(opt.Seed, 0x6d75736963))),
		reader: newReader(line, line.about(known), style(opt.Style)), line: line, voices: voices,
		side: make([]float32, max(pitchSide, voiceSide)), limits: line.limits(), key: line.inKey(known, opt.Key), end: closing{at: -1},
	}
	s.Known, s.seed = m.copies, s.reader.about
	s.Each = make([]seq.Sampling, factorCount)
	for k := range s.Each {
		s.Each[k].Temperature = opt.Temperature
		if k != fOnset { // top-p would cut off the rests
			s.Each[k].TopP = max(opt.TopP, 0)
		}
	}
	for v := range line.Parts {
		s.rhythm[v] = line.rhythm(known, v)
		s.around[v] = line.around(known, v, s.limits[v].single)
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
	last := s.reader.last
	first := len(done) == 0
	s.pace(len(done), last.At-from)
	next := s.upcoming(from, to)
	onset := s.onset(done, from, to, next)
	if onset < 0 {
		if !first {
			return n, false
		}
		onset = from - last.At // the seed's last onset is further back than the network can say
	}
	n.At = last.At + onset
	if n.At >= to {
		return n, false
	}
	s.Choose(fOnset, min(onset, sample.MaxOnset))

	same := !first && onset == 0
	s.reader.placeFeatures(s.side, n.At)
	n.Voice = s.voice(n.At, same, next)
	if n.Voice < 0 {
		return n, false
	}
	s.Choose(fVoice, n.Voice)
	s.made[n.Voice]++
	if next != nil && next.At == n.At && next.Voice == n.Voice {
		if s.figures[n.Voice] != nil {
			n = s.play(n)
			n.Dur = min(n.Dur, to-n.At)
			return n, true
		}
		n = *next
		s.given = s.given[1:]
		return n, true
	}
	n.Pitch = s.pitch(n, same, onset)
	s.same[n.Voice].count(n.At, n.Pitch)

	d := s.Draw(fDuration, nil, s.rhythm[n.Voice].lasts)
	s.Choose(fDuration, d)
	n.Dur = min(sample.Durations[d], to-n.At)
	if s.ends(n.At) && !s.reader.drums(n.Voice) {
		n.Dur = to - n.At
	}

	v := s.Draw(fVelocity, nil, nil)
	n.Velocity = max(1, s.volume[n.Voice][v])
	s.rhythm[n.Voice].count(s.line, n.At)
	if !s.reader.drums(n.Voice) {
		s.key.count(n.Pitch)
		s.around[n.Voice].count(n.Pitch)
	}
	return n, true
}

// voice draws the voice of a note at a step, whose onset is that of the note before if same;
// -1 if there is none.
func (s *sampler) voice(at int, same bool, next *LineNote) int {
	if v := s.due(); s.ends(at) && v >= 0 {
		return v
	}
	if next != nil && next.At > at {
		next = nil
	}
	logits := slices.Clone(s.Logits(fVoice, s.side[:voiceSide]))
	for v := range s.line.Parts {
		logits[v] += s.turn(v)
	}
	return s.DrawFrom(fVoice, logits, func(v int) bool {
		switch {
		case v >= len(s.line.Parts) || !s.voices[v]:
			return false
		case next != nil && v >= next.Voice:
			return v == next.Voice
		case s.looped[v]:
			return s.ends(at) && same && s.fits(v)
		case same:
			return s.fits(v)
		}
		return s.rhythm[v].allows(s.line, at)
	})
}

// mostTurn is the largest correction of a voice's share, as a natural logarithm.
const mostTurn = 2.5

// turn makes a voice likelier that had too few of the new notes by comparison with the seed.
func (s *sampler) turn(v int) float32 {
	all, own := 0., s.made[v]
	for _, n := range s.made {
		all += n
	}
	x := math.Log((float64(s.seed.share[v])*all + .5) / (own + .5))
	x = max(-mostTurn, min(mostTurn, x))
	if len(s.given) > 0 || slices.ContainsFunc(s.figures[:], func(f *figure) bool { return f != nil }) { // the network is sure of what comes again
		x *= 3
	}
	return float32(x)
}

// onset draws the steps to the next onset, not later than the next note of a loop and the
// end of the music; -1 if there are none. It is at a place where the seed's rhythm has
// some; how likely a chord is to have one more note does not depend on that.
func (s *sampler) onset(done []LineNote, from, to int, next *LineNote) int {
	last := s.reader.last.At
	first := len(done) == 0
	bar := s.line.BarLength(max(last, from))
	chord := 0
	for i := len(done) - 1; i >= 0 && done[i].At == last; i-- {
		chord++
	}
	latest := sample.MaxRestBars * bar
	if first {
		latest = max(latest, from+bar-last)
	}
	if next != nil {
		latest = min(latest, next.At-last)
	}
	switch {
	case s.end.at > last:
		latest = min(latest, s.end.at-last)
	case s.ends(last) && s.due() >= 0:
		latest = 0
	}
	logits := slices.Clone(s.Logits(fOnset, nil))
	var all, left float64
	for k := 1; k < len(logits); k++ {
		p := math.Exp(float64(logits[k]))
		all += p
		if at := last + k; s.begins(at) || s.ends(at) || next != nil && at == next.At {
			left += p
		} else {
			logits[k] = float32(math.Inf(-1))
		}
	}
	if left > 0 {
		up := float32(math.Log(all / left))
		for k := 1; k < len(logits); k++ {
			logits[k] += up
		}
	}
	if up := s.behind(last - from); next != nil { // the others play before it as often as in the seed
		for k := 1; k < min(latest, len(logits)); k++ {
			logits[k] += up
		}
	}
	onset := s.DrawFrom(fOnset, logits, func(k int) bool {
		switch {
		case first:
			return last+k >= from && last+k < from+bar && k <= latest
		case k > latest:
			return false
		case k == 0:
			return latest == 0 || !s.ends(last) && chord < maxChord && s.room()
		}
		return !s.ends(last) || last+k >= to
	})
	if onset < 0 && latest >= 0 && last+latest < to && (next != nil || s.end.at >= last) {
		return latest
	}
	return onset
}

// behind is how much likelier the free voices' notes become, as a logarithm, if there are
// fewer than in as many steps of the seed.
func (s *sampler) behind(steps int) float32 {
	if steps < Grid {
		return 0
	}
	share, made := 0., 0.
	for v := range s.line.Parts {
		if s.voices[v] && !s.looped[v] {
			share += float64(s.seed.share[v])
			made += s.made[v]
		}
	}
	want := share * math.Exp2(float64(s.seed.density)) * float64(steps) / Grid
	return float32(max(-mostTurn, min(mostTurn, 2*math.Log((want+.5)/(made+.5)))))
}

// mostPace is the largest correction of the density, as a binary logarithm.
const mostPace = 1.5

// pace tells the network a density that makes up for what the new notes have too much or
// too little of, by comparison with the seed.
func (s *sampler) pace(notes, steps int) {
	if steps < 2*Grid {
		return
	}
	made, seed := math.Log2(float64(notes)*Grid/float64(steps)), float64(s.seed.density)
	s.reader.about.density = s.seed.density - float32(max(-mostPace, min(mostPace, 2*(made-seed))))
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
		func(p int) bool { return !s.ends(n.At) || s.reader.drums(n.Voice) || s.closes(n.Voice, p) },
		func(p int) bool {
			return !s.Quotes(sample.Move{Interval: p - s.reader.last.Pitch, Onset: onset})
		},
		s.leads(n),
		func(p int) bool { return s.reader.drums(n.Voice) || s.key.allows(p) },
		func(p int) bool { return s.reader.drums(n.Voice) || s.around[n.Voice].allows(p) },
		func(p int) bool { return s.same[n.Voice].allows(n.At, p) },
	}
	s.same[n.Voice].reach(n.At)
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
		if s.voices[v] && (!s.looped[v] || s.ends(s.reader.last.At)) && s.fits(v) {
			return true
		}
	}
	return false
}

// begins reports whether a voice may begin a note at a step.
func (s *sampler) begins(at int) bool {
	for v := range s.line.Parts {
		if s.voices[v] && !s.looped[v] && s.rhythm[v].allows(s.line, at) {
			return true
		}
	}
	return false
}

// fits reports whether voice v may follow the last note in the same chord: voices and
// pitches ascend.
func (s *sampler) fits(v int) bool {
	l := s.reader.last
	if v != l.Voice {
		return v > l.Voice
	}
	can := !s.limits[v].single && l.Pitch < s.limits[v].hi
	s.reader.sounding(l.At, func(o LineNote) {
		can = can && (o.Voice != v || o.At != l.At || l.Pitch < o.Pitch+s.limits[v].span)
	})
	return can
}
