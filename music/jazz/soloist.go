package jazz

import (
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
		Player: sample.NewPlayer(m.net, temperature, topP, rng), bar: l.bar,
		reader: reader{Changes: l.changes, tags: l.tags},
		side:   make([]float32, placeSide+chordSide), lo: 127,
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
	c.Player, c.side = p, make([]float32, len(s.side))
	return &c
}

// Advance implements sample.Line.
func (s *soloist) Advance(n music.LineNote) {
	if s.reader.begun {
		s.Move(between(s.reader.last, n))
	}
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
	onset := s.Draw(fOnset, nil, func(k int) bool {
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

	s.reader.side(s.side, n.At)
	base := s.reader.last.Pitch
	k := s.Draw(fPitch, s.side, func(k int) bool {
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
		s.reader.side(s.side, n.At)
		k := intervalClass(n.Pitch - s.reader.last.Pitch)
		sum += seq.LogProb(s.Logits(fPitch, s.side), k)
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
