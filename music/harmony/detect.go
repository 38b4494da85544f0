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
// parts (Viterbi 1967). The changes begin at tick 0; before the first note there is no
// chord.
func Detect(s *music.Score, end music.Tick) Changes { return Untrained().Detect(s, end) }

// Detect is like the function Detect, with learned statistics.
func (h *Statistics) Detect(s *music.Score, end music.Tick) Changes {
	spans := gather(s, end)
	c, _ := beats(s, end, spans, h.path(spans))
	return c
}

// gather collects what sounds in each span.
func gather(s *music.Score, end music.Tick) []evidence {
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
	return spans
}

// meters are those of a score up to a tick, including the one in force then.
func meters(s *music.Score, end music.Tick) []music.Meter {
	out := []music.Meter{s.MeterAt(0)}
	for _, m := range s.Meters {
		if m.At <= end {
			out = append(out, m)
		}
	}
	return out
}

// Lay spreads chords over beats that suit all meters of a score up to the tick end:
// chords[k] lasts from starts[k] to the next start. index tells which of them a beat has,
// -1 before the first.
func Lay(s *music.Score, end music.Tick, starts []music.Tick, chords []Chord) (c Changes, index []int) {
	c.Unit = unit(meters(s, end)...)
	if len(starts) == 0 {
		return c, nil
	}
	k := -1
	for i := 0; ; i++ {
		at := music.Tick(i*c.Unit) * music.Tick(s.Resolution) / music.Grid
		if at >= end {
			return c, index
		}
		for k+1 < len(starts) && starts[k+1] <= at {
			k++
		}
		b := Beat{InBar: int(at-s.BarStart(at)) * music.Grid / (s.Resolution * c.Unit)}
		if k >= 0 {
			b.Chord = chords[k]
		}
		c.Beats, index = append(c.Beats, b), append(index, k)
	}
}

// beats are the chords of the states of spans.
func beats(s *music.Score, end music.Tick, spans []evidence, path []int) (Changes, []int) {
	starts, chords := make([]music.Tick, len(spans)), make([]Chord, len(spans))
	for k, state := range path {
		starts[k] = spans[k].from
		if state >= 0 {
			chords[k], _ = ParseChord(pitchNames[state%12] + detected[state/12].suffix)
		}
	}
	return Lay(s, end, starts, chords)
}
