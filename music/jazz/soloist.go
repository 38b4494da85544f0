package jazz

import (
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/music/internal/sample"
	"github.com/segue-go/segue/seq"
)

// soloist draws a monophonic line over changes, note by note, under musical
// constraints.
type soloist struct {
	*sample.Player
	reader reader
	lo, hi int // lowest and highest pitch
	volume sample.Volumes
	bar    func(at int) int  // length of the bar that contains a step, in steps
	onsets func(at int) bool // where notes may start; nil means everywhere
	most   int               // notes of one pitch in a row; 0 means any number
	arc    func(at int) Tags // character of the solo at a step; nil means the same everywhere
	side   []float32

	memory  *sample.Memory // of the solo's own motifs; nil means none
	weights [memories]float64
	playing bool
	phrase  int       // notes since the last rest that ends a phrase
	leaning []float32 // scratch memory: logits that were changed
}

// soloLine is what a soloist starts with.
type soloLine struct {
	notes   []music.LineNote // the seed, at least one note
	changes harmony.Changes
	tags    Tags
	bar     func(at int) int
	step    int // notes start at its multiples; 0 means anywhere
	level   int // mean velocity; 0 means that of the notes
}

func newSoloist(m *Model, l soloLine, temperature, topP float64, rng *rand.Rand) *soloist {
	s := &soloist{
		Player: sample.NewPlayer(m.nets, temperature, topP, rng), bar: l.bar,
		reader: reader{Changes: l.changes, tags: l.tags},
		side:   make([]float32, placeSide+chordSide), lo: 127, memory: &sample.Memory{}, weights: memoryWeights, playing: true,
	}
	for i := range s.weights {
		if i <= pitches {
			s.weights[i] *= playedPitches
		} else {
			s.weights[i] *= playedMotifs
		}
	}
	s.Known = m.copies
	// Rests and long notes are rare, so that a nucleus would cut them off and solos
	// would have a quarter more notes than real ones. Only pitches use it.
	rhythm := seq.Sampling{Temperature: temperature}
	s.Each = []seq.Sampling{fOnset: rhythm, fPitch: {Temperature: temperature, TopP: max(topP, 0)}, fDuration: rhythm, fVelocity: rhythm}
	var velocities []int
	for _, n := range l.notes {
		s.lo, s.hi = min(s.lo, n.Pitch), max(s.hi, n.Pitch)
		velocities = append(velocities, n.Velocity)
	}
	// a line of narrow range may widen to two octaves
	grow := max(sample.RangeMargin, (24-(s.hi-s.lo))/2)
	s.lo, s.hi = max(0, s.lo-grow), min(127, s.hi+grow)
	if l.level > 0 {
		velocities = sample.Spread(l.level)
	}
	s.volume = sample.NewVolumes(velocities)
	if l.step > 0 {
		s.onsets = func(at int) bool { return at%l.step == 0 }
	}
	sample.Prime(s, l.notes)
	return s
}

// with returns a soloist that goes on where s is with another player.
func (s *soloist) with(p *sample.Player) *soloist {
	c := *s
	c.Player, c.side, c.leaning = p, make([]float32, len(s.side)), nil
	if s.memory != nil {
		c.memory = s.memory.Clone()
	}
	return &c
}

// Advance implements sample.Line.
func (s *soloist) Advance(n music.LineNote) {
	if s.reader.begun {
		s.remember(n)
		s.Move(between(s.reader.last, n))
		if s.ends(n.At - s.reader.last.At) {
			s.phrase = 0
		}
	}
	s.phrase++
	s.reader.advance(n)
}

// Read implements sample.Line.
func (s *soloist) Read() {
	if s.arc != nil {
		s.reader.tags = s.arc(s.reader.last.At)
	}
	s.reader.inputs(s.X, s.Tokens)
	s.Step()
}

// Note implements sample.Line: onset, pitch, duration and velocity, each given the
// ones before.
func (s *soloist) Note(done []music.LineNote, from, to int) (n music.LineNote, ok bool) {
	last := s.reader.last.At
	bar := s.bar(max(last, from))
	onset := s.DrawFrom(fOnset, s.onsetLogits(), func(k int) bool {
		if s.onsets != nil && !s.onsets(last+k) {
			return false
		}
		if len(done) == 0 {
			return last+k >= from && last+k < from+bar
		}
		return k > 0 && k <= sample.MaxRestBars*bar
	})
	if onset < 0 {
		if len(done) > 0 {
			return n, false
		}
		onset = from - last // the seed's last onset is further back than the network can say
	}
	n.At = last + onset
	if n.At >= to {
		return n, false
	}
	s.Choose(fOnset, min(onset, sample.MaxOnset))

	base := s.reader.last.Pitch
	k := s.DrawFrom(fPitch, s.pitchLogits(n.At), func(k int) bool {
		p := base + k - maxInterval
		return p >= s.lo && p <= s.hi && !s.stuck(done, p) && !repeats(done, base, p, onset) && !s.Quotes(sample.Move{Interval: p - base, Onset: onset})
	})
	if k < 0 {
		k = maxInterval
	}
	n.Pitch = base + k - maxInterval
	s.Choose(fPitch, k)

	d := max(0, s.Draw(fDuration, nil, nil))
	s.Choose(fDuration, d)
	n.Dur = min(sample.Durations[d], to-n.At)
	v := max(0, s.Draw(fVelocity, nil, nil))
	n.Velocity = max(1, s.volume[v])
	return n, true
}

// shortPhrase is taken from the logits of rests that would end a phrase of one or two notes.
// What is drawn takes the network to places where it doubts, and there it stops after a
// note or two more often than players do (segue-lab bench jazz, valid part).
const shortPhrase = .6

// onsetLogits are those of the steps to the next onset.
func (s *soloist) onsetLogits() []float32 {
	logits := s.Logits(fOnset, nil)
	if s.phrase > 2 {
		return logits
	}
	s.leaning = append(s.leaning[:0], logits...)
	for k := range s.leaning {
		if s.ends(k) {
			s.leaning[k] -= shortPhrase
		}
	}
	return s.leaning
}

// ends reports whether a phrase ends with the last note, if so many steps later the next
// one begins.
func (s *soloist) ends(onset int) bool { return onset >= s.reader.last.Dur+phraseRest }

// contexts are those in which a note at a step recalls what followed earlier in the
// solo, in the order of memoryWeights: first those in which pitches return, then those in
// which intervals do.
func (s *soloist) contexts(at int) [memories]uint64 {
	moves := s.Moves()
	last, onset := s.reader.last.Pitch, s.reader.onsetClass(at)
	chord := s.reader.At(at).Chord.Root
	back := func(k int) sample.Move { // the k-th move from the end; what is before the first has no like
		if k > len(moves) {
			return sample.Move{Interval: math.MaxInt16, Onset: len(moves)}
		}
		return moves[len(moves)-k]
	}
	a, b, c := back(1), back(2), back(3)
	before := last - a.Interval
	return [memories]uint64{
		sample.Context(0, last, before, before-b.Interval),
		sample.Context(1, last, before, onset),
		sample.Context(2, last, before, chord),
		sample.Context(3, last, before),
		sample.Context(4, last, chord),
		sample.Context(5),
		sample.Context(6, onset, a.Interval, a.Onset),
		sample.Context(7, onset, a.Interval, a.Onset, b.Interval, b.Onset),
		sample.Context(8, onset, a.Interval, a.Onset, b.Interval, b.Onset, c.Interval, c.Onset),
		sample.Context(9, a.Interval, b.Interval),
		sample.Context(10, a.Interval, b.Interval, c.Interval),
	}
}

const (
	memories = 11
	pitches  = 5 // contexts in which pitches return; in the next one pitch classes do
)

// memoryWeights are how much a share of one in each context adds to a logit. They
// maximise the likelihood of the pitches of the valid part of the Weimar Jazz Database;
// REPORT.md has what they gain, fitted on one half and measured on the other.
var memoryWeights = [memories]float64{.76, .65, .54, .45, .4, 1.8, .26, .47, .18, .1, .5}

// What is drawn is remembered too, so that a memory feeds itself: at full weight, solos
// reused runs of four notes twice as often as players and repeated twice as many pitches.
// With these shares of the weights, and none for a repeated pitch, both are about as
// players have them (segue-lab bench jazz, valid part).
const (
	playedPitches = .4 // of the contexts in which pitches or their classes return
	playedMotifs  = 1.5
)

// pitchLogits are those of the pitch of a note at a step, whose onset has been chosen:
// the network's, and what the solo's own motifs say.
func (s *soloist) pitchLogits(at int) []float32 {
	s.reader.side(s.side, at)
	logits := s.Logits(fPitch, s.side)
	if s.memory == nil || !s.reader.begun {
		return logits
	}
	s.leaning = append(s.leaning[:0], logits...)
	last := s.reader.last.Pitch
	for i, c := range s.contexts(at) {
		s.memory.Each(c, func(value int, share float64) {
			add := float32(s.weights[i] * share)
			switch {
			case i < pitches:
				if k := value - last + maxInterval; k >= 0 && k < intervals {
					s.leaning[k] += add
				}
			case i == pitches:
				for k := harmony.Class(value - last + maxInterval); k < intervals; k += 12 {
					s.leaning[k] += add
				}
			default:
				s.leaning[value] += add
			}
		})
	}
	if s.playing {
		s.leaning[maxInterval] = logits[maxInterval]
	}
	return s.leaning
}

// remember counts what follows now.
func (s *soloist) remember(n music.LineNote) {
	if s.memory == nil {
		return
	}
	for i, c := range s.contexts(n.At) {
		switch {
		case i < pitches:
			s.memory.Add(c, n.Pitch)
		case i == pitches:
			s.memory.Add(c, harmony.Class(n.Pitch))
		default:
			s.memory.Add(c, intervalClass(n.Pitch-s.reader.last.Pitch))
		}
	}
	s.memory.Next()
}

// stuck reports whether pitch p would exceed the number of equal pitches in a row.
func (s *soloist) stuck(done []music.LineNote, p int) bool {
	if s.most == 0 || len(done) < s.most {
		return false
	}
	for _, n := range done[len(done)-s.most:] {
		if n.Pitch != p {
			return false
		}
	}
	return true
}

// likelihood is the mean log likelihood of the onsets and pitches of notes that follow
// those so far. It advances past them.
func (s *soloist) likelihood(notes []music.LineNote) float64 {
	var sum float64
	for _, n := range notes {
		s.Read()
		onset := s.reader.onsetClass(n.At)
		sum += seq.LogProb(s.Logits(fOnset, nil), onset)
		s.Choose(fOnset, onset)
		k := intervalClass(n.Pitch - s.reader.last.Pitch)
		sum += seq.LogProb(s.pitchLogits(n.At), k)
		s.Choose(fPitch, k)
		s.Advance(n)
	}
	return sum / float64(max(len(notes), 1))
}

// repeats reports whether pitch p would complete a cell of up to four notes, the same in
// intervals and onsets, for the fourth time in a row.
func repeats(done []music.LineNote, last, p, onset int) bool {
	const most = 16
	var memory [most]sample.Move
	steps := append(memory[:0], sample.Move{Interval: p - last, Onset: onset})
	for i := len(done) - 1; i > 0 && len(steps) < most; i-- {
		steps = append(steps, between(done[i-1], done[i]))
	}
	for size := 1; size <= 4; size++ {
		need := 4 * size
		if size == 1 {
			need = 8 // a single repeated interval is tolerated longer
		}
		if len(steps) < need {
			continue
		}
		same := true
		for i := size; i < need && same; i++ {
			same = steps[i] == steps[i-size]
		}
		if same {
			return true
		}
	}
	return false
}

// between is the move from note a to note b.
func between(a, b music.LineNote) sample.Move {
	return sample.Move{Interval: b.Pitch - a.Pitch, Onset: b.At - a.At}
}

// moves are those of a line.
func moves(notes []music.LineNote) []sample.Move {
	return sample.Moves(len(notes), func(i int) (at, pitch int) { return notes[i].At, notes[i].Pitch })
}
