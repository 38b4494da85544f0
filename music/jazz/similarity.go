package jazz

import (
	"context"
	"math"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// What solos of the Weimar Jazz Database are like in windows of eight bars.
// TestCorpusConstants compares these with the database.
const (
	usualChordTones = .52 // mean share of chord tones

	// units in which differences count, about the standard deviations
	unitDensity    = 2 // notes per bar
	unitInterval   = 1
	unitDuration   = .25
	unitEntropy    = .5
	unitChordTones = .15
	unitPitch      = 5
	unitEmpty      = .15
)

// mostCells is how often a cell of four notes may occur in a row before a candidate is
// marked down.
const mostCells = 4

// similarity is how similar a candidate is to the seed in density, intervals, register
// and rhythm, and how near its share of chord tones is to that of the corpus. Higher is
// better.
func (t *take) similarity(s *soloist, notes []music.LineNote) float64 {
	now := measure(notes, t.from, t.to, usualBar, s.reader.At)
	seed := t.solo.notes
	first := seed[0].At / (4 * music.Grid) * 4 * music.Grid
	before := measure(seed, first, max(t.from, first+4*music.Grid), usualBar, s.reader.At)
	gap := func(a, b, unit float64) float64 {
		if d := math.Abs(a-b) / unit; !math.IsNaN(d) {
			return min(d, 3)
		}
		return 0
	}
	d := gap(now.NotesPerBar, before.NotesPerBar, unitDensity) + gap(now.Interval, before.Interval, unitInterval) +
		gap(now.Duration, before.Duration, unitDuration) + gap(now.Entropy, before.Entropy, unitEntropy) +
		gap(now.ChordTones, usualChordTones, unitChordTones) + gap(meanPitch(notes), meanPitch(seed), unitPitch) +
		gap(now.EmptyBars, before.EmptyBars, unitEmpty)
	return -d + .5*float64(min(0, mostCells-now.Cells))
}

func meanPitch(notes []music.LineNote) float64 {
	var s float64
	for _, n := range notes {
		s += float64(n.Pitch) / float64(len(notes))
	}
	return s
}

// suits is how well a composed solo suits the tags: their levels, the usual share of
// chord tones, no endless repetition, few empty bars. Higher is better.
func (t *take) suits(tags Tags, notes []music.LineNote, at func(step int) harmony.Beat) float64 {
	now := measure(notes, t.from, t.to, max(1, t.solo.bar(t.from)), at)
	return -math.Abs(now.ChordTones-usualChordTones)/unitChordTones + .5*float64(min(0, mostCells-now.Cells)) - 2*now.EmptyBars - tags.distance(notes)
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
