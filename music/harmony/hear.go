package harmony

import (
	"math"

	"github.com/segue-go/segue/music"
)

// heard is what sounds in half a bar (a whole bar where its beats are odd), by
// pitch class, in roots of quarter notes.
type heard struct {
	from, to          music.Tick
	solo, chord, bass [12]float64
}

// Hear finds the chords of a score's pitched parts, one a half bar (a
// whole bar where its beats are odd), as beats from the start to the bar line
// end: the most likely path through all of them (Viterbi 1967).
func Hear(s *music.Score, end music.Tick) []Beat { return Plain().Hear(s, end) }

// Hear is the function Hear with what was learned of chords.
func (h *Statistics) Hear(s *music.Score, end music.Tick) []Beat {
	var spans []heard
	for at := music.Tick(0); at < end; {
		m := s.MeterAt(at)
		l := s.BarLength(m)
		if m.Num%2 == 0 {
			spans = append(spans, heard{from: at, to: at + l/2}, heard{from: at + l/2, to: at + l})
		} else {
			spans = append(spans, heard{from: at, to: at + l})
		}
		at += l
	}
	if len(spans) == 0 {
		return nil
	}
	parts := s.Parts()
	solo := music.SoloPart(s)
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
	var out []Beat
	for k, sp := range spans {
		var c Chord
		if path[k] >= 0 {
			c, _ = ParseChord(pitchNames[path[k]%12] + detected[path[k]/12].suffix)
		}
		for at := sp.from; at < sp.to; at += music.Tick(s.Resolution) {
			into := at - s.BarStart(at)
			out = append(out, Beat{c, int(into) / s.Resolution})
		}
	}
	return out
}

// path returns, per span, family*12 + root; -1 before anything sounds.
func (h *Statistics) path(spans []heard) []int {
	const states = 12 * families
	chords := Plain()
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
			best += 1.5 * sp.bass[root]
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
