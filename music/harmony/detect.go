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
	return beats(s, end, spans, h.path(spans))
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

// beats spreads the chords of spans over beats that suit all meters.
func beats(s *music.Score, end music.Tick, spans []evidence, path []int) Changes {
	out := Changes{Unit: unit(meters(s, end)...)}
	if len(spans) == 0 {
		return out
	}
	chords := make([]Chord, len(spans))
	for k, state := range path {
		if state >= 0 {
			chords[k], _ = ParseChord(pitchNames[state%12] + detected[state/12].suffix)
		}
	}
	k := 0
	for i := 0; ; i++ {
		at := music.Tick(i*out.Unit) * music.Tick(s.Resolution) / music.Grid
		if at >= end {
			return out
		}
		for k+1 < len(spans) && spans[k].to <= at {
			k++
		}
		out.Beats = append(out.Beats, Beat{chords[k], int(at-s.BarStart(at)) * music.Grid / (s.Resolution * out.Unit)})
	}
}
