package music

import "context"

// Improvise continues the first bars of a solo over the solo's own changes, on
// the grid: what a model makes of a seed, to be compared with what the player
// made of it. The result holds the new notes only. Bars are counted in fours.
func (m *JazzModel) Improvise(ctx context.Context, s Solo, seedBars, bars int, opt JazzOptions) (Solo, error) {
	const bar = 4 * Grid
	if len(s.Notes) == 0 {
		return Solo{}, ErrNoNotes
	}
	first := s.Notes[0].At / bar * bar
	from := first + seedBars*bar
	var seed []LineNote
	for _, n := range s.Notes {
		if n.At < from {
			seed = append(seed, n)
		}
	}
	tags := s.Tags.metadata()
	tags.level(seed)
	t := &take{
		model: m, opt: opt.withDefaults(), from: from, to: from + bars*bar,
		solo: soloLine{notes: seed, beats: s.Beats, tags: tags, bar: func(int) int { return bar }},
	}
	notes, err := t.best(ctx, nil)
	return Solo{ID: s.ID, Tags: s.Tags, Notes: notes, Beats: s.Beats}, err
}
