package music

import (
	"math"
	"slices"
)

// SplitHands gives each hand of a part on a keyboard a track of its own: the left hand's
// notes move to a new last track. The border between the hands follows the music: the notes
// that begin together are divided where both hands stay close to where they were and within
// reach. right and left are the tracks; JoinHands puts them together again. split is nil if
// the score has no such part, or several parts on keyboards, which may be hands already, or
// if it is played by one hand, or loops below other parts.
func SplitHands(s *Score) (split *Score, right, left int) {
	parts := s.Parts()
	if len(parts) == 0 || len(parts) >= maxVoices {
		return nil, 0, 0
	}
	piano := parts[0]
	if len(parts) > 1 {
		others := slices.DeleteFunc(slices.Clone(parts), Part.keyboard)
		if len(others) != len(parts)-1 {
			return nil, 0, 0
		}
		piano = parts[slices.IndexFunc(parts, Part.keyboard)]
		if s.outline(piano).single >= soloShare || s.loops(piano) {
			return nil, 0, 0
		}
	}
	if piano.Drums() {
		return nil, 0, 0
	}
	notes := s.PartNotes(piano)
	low, high, apart := hands(notes)
	const least = .15 // of the notes, and the distance in semitones of one hand's usual place from the other's
	if share := float64(len(low)) / float64(len(notes)); share < least || share > 1-least || apart < 9 {
		return nil, 0, 0
	}
	split, right, left = s.Clone(), piano.Track, len(s.Tracks)
	track := &split.Tracks[right]
	track.Notes = append(slices.DeleteFunc(track.Notes, func(n Note) bool { return n.Channel == piano.Channel }), high...)
	sortNotes(track.Notes)
	split.Tracks = append(split.Tracks, Track{Notes: low})
	return split, right, left
}

// loops reports whether a part goes round at the end of the score: it goes on as a whole, and
// notes may change hands from round to round.
func (s *Score) loops(p Part) bool {
	j := Join(s, 0)
	l, err := NewLine(j.Seed, -1)
	if err != nil {
		return false
	}
	v := p.among(l.Parts)
	return v >= 0 && l.loops(l.Step(j.From))[v] > 0
}

// keyboard reports whether a part is for a piano or a harpsichord.
func (p Part) keyboard() bool { return !p.Drums() && p.Program < 8 }

// JoinHands moves the notes of track left to track right, and drops it.
func JoinHands(s *Score, right, left int) *Score {
	out := s.Clone()
	out.Tracks[right].Notes = append(out.Tracks[right].Notes, out.Tracks[left].Notes...)
	sortNotes(out.Tracks[right].Notes)
	out.Tracks = slices.Delete(out.Tracks, left, left+1)
	return out
}

// hands divides notes, sorted by start, and tells how far apart the hands are.
func hands(notes []Note) (left, right []Note, apart float64) {
	if len(notes) == 0 {
		return nil, nil, 0
	}
	var pitches []uint8
	for _, n := range notes {
		pitches = append(pitches, n.Pitch)
	}
	slices.Sort(pitches)
	l, r := float64(pitches[len(pitches)/4]), float64(pitches[len(pitches)*3/4])
	for from := 0; from < len(notes); {
		to := from + 1
		for to < len(notes) && notes[to].Start == notes[from].Start {
			to++
		}
		chord := slices.Clone(notes[from:to])
		slices.SortStableFunc(chord, func(a, b Note) int { return int(a.Pitch) - int(b.Pitch) })
		k := border(chord, l, r)
		left, right = append(left, chord[:k]...), append(right, chord[k:]...)
		l, r = follow(l, chord[:k]), follow(r, chord[k:])
		from = to
	}
	sortNotes(left)
	sortNotes(right)
	sum := func(ns []Note) (v float64) {
		for _, n := range ns {
			v += float64(n.Pitch) / float64(len(ns))
		}
		return v
	}
	return left, right, sum(right) - sum(left)
}

// border is the number of notes of a chord, sorted by pitch, that the left hand takes.
// reach and its price per semitone were set by hand.
func border(chord []Note, l, r float64) int {
	const reach, price = 14, 10
	best, at := math.Inf(1), 0
	for k := range len(chord) + 1 {
		cost := 0.0
		for i, n := range chord {
			home := l
			if i >= k {
				home = r
			}
			cost += math.Abs(float64(n.Pitch) - home)
		}
		for _, hand := range [][]Note{chord[:k], chord[k:]} {
			if len(hand) > 0 {
				cost += price * max(0, float64(hand[len(hand)-1].Pitch)-float64(hand[0].Pitch)-reach)
			}
		}
		if cost < best {
			best, at = cost, k
		}
	}
	return at
}

// follow moves a hand's place towards the notes that it plays.
func follow(home float64, played []Note) float64 {
	const share = .15 // by hand
	for _, n := range played {
		home += share / float64(len(played)) * (float64(n.Pitch) - home)
	}
	return home
}
