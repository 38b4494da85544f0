package jazz

import (
	"context"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

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
