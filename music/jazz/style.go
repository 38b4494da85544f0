package jazz

import (
	"math"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// styleTemper scales log likelihoods before they become probabilities, since the notes
// of a solo are not independent evidence of its style. It is the factor that maximises
// the likelihood of the true styles of the solos in the valid part of the Weimar Jazz
// Database.
const styleTemper = .2

// Styles returns the probability of each of the styles in the variable Styles: the
// network scores the solo once per style, and Bayes' rule with equal priors turns the
// likelihoods into probabilities. The solo's own tags are ignored.
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

// StylesOf is Styles for the solo line of a score, with the chords detected in it. part
// counts from 1; 0 means music.SoloPart.
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

// Hear returns the chords of a score up to a tick, one per quarter note as the network
// is given them, and the certainty of each from 0 to 1.
func (m *Model) Hear(s *music.Score, end music.Tick) ([]harmony.Beat, []float64) {
	return m.statistics().Hear(s, end)
}
