package jazz

import (
	"math"

	"github.com/segue-go/segue/music"
)

// styleTemper turns differences of log likelihood into probabilities: notes of a
// solo do not speak for a style independently of each other. It is the factor
// under which the right style of the valid part's solos is most probable.
const styleTemper = .2

// Styles says how probable each of the jazz styles (see the variable of that
// name) is for a solo: the network reads it once as a solo of each style, and what
// it then thinks of the notes is turned around by Bayes' rule, all styles alike
// before. Of the solo's tags only those that are not about style or computed from
// the notes are used.
func (m *Model) Styles(s Solo) []float64 {
	logs := make([]float64, len(Styles))
	best := math.Inf(-1)
	for k := range logs {
		one := s
		one.Tags = NoTags()
		one.Tags.Style = k
		l := m.Loss([]Solo{one})
		logs[k] = -styleTemper * l.Joint() * float64(l.Notes)
		best = max(best, logs[k])
	}
	var sum float64
	for k := range logs {
		logs[k] = math.Exp(logs[k] - best)
		sum += logs[k]
	}
	for k := range logs {
		logs[k] /= sum
	}
	return logs
}

// StylesOf is Styles for the solo line of a score, over the chords that are heard
// in it; part counts from 1, and 0 means the one most like a solo.
func (m *Model) StylesOf(s *music.Score, part int) ([]float64, error) {
	if part == 0 {
		part = music.SoloPart(s)
	}
	if part == 0 {
		return nil, music.ErrNoNotes
	}
	t, err := m.take(s, Options{Part: part, Bars: 1})
	if err != nil {
		return nil, err
	}
	return m.Styles(Solo{Notes: t.solo.notes, Beats: t.solo.changes.Beats}), nil
}
