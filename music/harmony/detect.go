package harmony

import (
	"math"

	"github.com/segue-go/segue/music"
)

// evidence is what sounds in half a bar, or in a whole bar with an odd number of
// beats: per pitch class the square roots of the durations in quarter notes, added.
type evidence struct {
	from, to          music.Tick
	solo, chord, bass [12]float64
}

// Detect estimates the chords of a score up to the bar line end, one per half bar or
// per whole bar with an odd number of beats: the most likely sequence given all pitched
// parts (Viterbi 1967). It returns one Beat per quarter note from tick 0 on, those
// before the first note without a chord.
func Detect(s *music.Score, end music.Tick) []Beat { return Untrained().Detect(s, end) }

// Detect is like the function Detect, with learned statistics.
func (h *Statistics) Detect(s *music.Score, end music.Tick) []Beat {
	var spans []evidence
	for at := music.Tick(0); at < end; {
		m := s.MeterAt(at)
		l := s.BarLength(m)
		if m.Num%2 == 0 {
			spans = append(spans, evidence{from: at, to: at + l/2}, evidence{from: at + l/2, to: at + l})
		} else {
			spans = append(spans, evidence{from: at, to: at + l})
		}
		at += l
	}
	if len(spans) == 0 {
		return nil
	}
	parts := s.Parts()
	solo := music.SoloPart(s)
	if solo > 0 && brokenChords(s.PartNotes(parts[solo-1])) {
		solo = -1 // its notes say as much of the chords as those of an accompaniment
	}
	for i, p := range parts {
		if p.Drums() {
			continue
		}
		for _, n := range s.PartNotes(p) {
			for k := range spans {
				sp := &spans[k]
				if d := min(n.End(), sp.to) - max(n.Start, sp.from); d > 0 {
					w := math.Sqrt(float64(d) / float64(s.Resolution))
					switch {
					case i+1 == solo:
						sp.solo[n.Pitch%12] += w
					case n.Pitch < 52:
						sp.bass[n.Pitch%12] += w
					default:
						sp.chord[n.Pitch%12] += w
					}
				}
			}
		}
	}
	path := h.path(spans)
	chords := make([]Chord, len(spans))
	for k, state := range path {
		if state >= 0 {
			chords[k], _ = ParseChord(pitchNames[state%12] + detected[state/12].suffix)
		}
	}
	var out []Beat
	k := 0
	for at := music.Tick(0); at < end; at += music.Tick(s.Resolution) {
		for k+1 < len(spans) && spans[k].to <= at {
			k++
		}
		out = append(out, Beat{chords[k], int(at-s.BarStart(at)) / s.Resolution})
	}
	return out
}

// path returns, per span, family*12 + root; -1 before anything sounds.
func (h *Statistics) path(spans []evidence) []int {
	const states = 12 * families
	chords := Untrained()
	thirds := missingThirds(spans)
	score := make([]float64, states)
	back := make([][states]int, len(spans))
	for k, sp := range spans {
		var next [states]float64
		for i := range next {
			root, f := i%12, i/12
			best, from := math.Inf(-1), 0
			if k > 0 {
				for j, v := range score {
					if v += h.Next[j/12][Class(root-j%12)][f]; v > best {
						best, from = v, j
					}
				}
			} else {
				best = 0
			}
			back[k][i] = from
			for p := range 12 {
				d := Class(p - root)
				best += sp.solo[p]*(h.Tones[f][d]+math.Log(12)) + 2*sp.chord[p]*(chords.Tones[f][d]+math.Log(12)) + 1.5*sp.bass[p]*(chords.Tones[f][d]+math.Log(12))
			}
			best += 1.5*sp.bass[root] + third(f)*thirds[k][root]
			next[i] = best
		}
		score = next[:]
	}
	at := 0
	for i := range score {
		if score[i] > score[at] {
			at = i
		}
	}
	path := make([]int, len(spans))
	for k := len(path) - 1; k >= 0; k-- {
		path[k] = at
		at = back[k][at]
	}
	for k, sp := range spans {
		if sp.solo != [12]float64{} || sp.chord != [12]float64{} || sp.bass != [12]float64{} {
			break
		}
		path[k] = -1
	}
	return path
}

// brokenShare is the share of leaps above which a line is broken chords. Of the solos in
// the train part of the Weimar Jazz Database the median has .36 and the 95th percentile
// .5 (TestBrokenChords); arpeggios have nearly 1.
const brokenShare = .65

// brokenChords reports whether a line mostly leaps by thirds and more.
func brokenChords(notes []music.Note) bool {
	leaps := 0
	for i := 1; i < len(notes); i++ {
		if d := int(notes[i].Pitch) - int(notes[i-1].Pitch); d > 2 || d < -2 {
			leaps++
		}
	}
	return len(notes) >= 16 && float64(leaps) > brokenShare*float64(len(notes)-1)
}

// third is 1 for a family with a major third and -1 for one with a minor third.
func third(family int) float64 {
	if family < 2 {
		return 1
	}
	return -1
}

// missingThirds is, per span and root, the evidence for a major third above a root that
// the accompaniment plays without any third, as in power chords: the third that sounds
// more in the whole piece. It is 0 elsewhere.
func missingThirds(spans []evidence) [][12]float64 {
	var all [12]float64
	for _, sp := range spans {
		for p := range 12 {
			all[p] += sp.solo[p] + sp.chord[p] + sp.bass[p]
		}
	}
	out := make([][12]float64, len(spans))
	for k, sp := range spans {
		for root := range 12 {
			major, minor := (root+4)%12, (root+3)%12
			sounds := func(p int) bool { return sp.solo[p]+sp.chord[p]+sp.bass[p] > 0 }
			if sp.chord[root]+sp.bass[root] > 0 && !sounds(major) && !sounds(minor) {
				out[k][root] = math.Log((all[major] + 1) / (all[minor] + 1))
			}
		}
	}
	return out
}
