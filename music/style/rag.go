package style

import (
	"slices"

	"github.com/segue-go/segue/music"
)

// A rag is known by its hands: a bass note and a chord in turns below syncopes. Of the 17
// rags of the corpora 10 have both in their first 16 bars, of 60 other keyboard pieces none.
const (
	oomPah   = .3  // of the pairs of beats are a bass note and a chord
	syncopes = .05 // of the right hand's notes begin off the beat and last into the next one
	asRag    = 20  // times as likely as the notes say
)

// hands are a piano's two hands: in tracks of their own, or divided if they are in one.
// whole is the seed with the hands divided; left is nil if there are none.
func hands(seed *music.Score) (whole *music.Score, left, right []music.Note) {
	if split, r, l := music.SplitHands(seed); split != nil {
		return split, split.Tracks[l].Notes, split.Tracks[r].Notes
	}
	parts := seed.Parts()
	if len(parts) != 2 || parts[0].Drums() || parts[1].Drums() {
		return seed, nil, nil
	}
	right, left = seed.PartNotes(parts[0]), seed.PartNotes(parts[1])
	if height(left) > height(right) {
		left, right = right, left
	}
	return seed, left, right
}

// height is the mean pitch of notes.
func height(notes []music.Note) (sum float64) {
	for _, n := range notes {
		sum += float64(n.Pitch) / float64(len(notes))
	}
	return sum
}

// isRag reports whether the left hand leaps between bass and chords, in quarter notes or
// eighths, and the right hand is syncopated against it.
func isRag(left, right []music.Note, resolution int) bool {
	return slices.ContainsFunc([]music.Tick{music.Tick(resolution), music.Tick(resolution / 2)}, func(beat music.Tick) bool {
		return beat > 0 && leapt(left, beat) >= oomPah && syncopated(right, beat) >= syncopes
	})
}

// fewPairs of beats do not make a rag.
const fewPairs = 8

// leapt is the share of the even beats with notes that are followed by a chord above them.
func leapt(notes []music.Note, beat music.Tick) float64 {
	type chord struct{ low, high, notes int }
	beats := map[music.Tick]chord{}
	for _, n := range notes {
		at := (n.Start + beat/8) / beat
		if n.Start-at*beat > beat/8 {
			continue
		}
		c, ok := beats[at]
		if !ok {
			c.low = 127
		}
		beats[at] = chord{min(c.low, int(n.Pitch)), max(c.high, int(n.Pitch)), c.notes + 1}
	}
	pairs, all := 0., 0.
	for at, c := range beats {
		if at%2 != 0 {
			continue
		}
		all++
		if next := beats[at+1]; next.notes >= 2 && next.low >= c.low+5 && next.low > c.high {
			pairs++
		}
	}
	if all < fewPairs {
		return 0
	}
	return pairs / all
}

// syncopated is the share of notes that begin off the beat and last into the next one.
func syncopated(notes []music.Note, beat music.Tick) (share float64) {
	for _, n := range notes {
		into := n.Start % beat
		if into > beat/8 && into < beat-beat/8 && into+n.Dur > beat+beat/8 {
			share += 1 / float64(len(notes))
		}
	}
	return share
}

// likeliest is the most probable style but jazz. The network learned keyboard music with a
// part for each hand.
func likeliest(m *music.Model, seed *music.Score) (Choice, error) {
	whole, left, right := hands(seed)
	p, err := m.StylesOf(whole)
	if err != nil {
		return Choice{}, err
	}
	rag := slices.Index(music.Styles, Ragtime)
	if isRag(left, right, seed.Resolution) {
		p[rag] *= asRag
	}
	var c Choice
	sum := 0.
	for k, x := range p {
		sum += x
		if x > c.Probability {
			c.Style, c.Probability = music.Styles[k], x
		}
	}
	c.Probability /= sum
	return c, nil
}
