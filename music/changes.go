package music

import (
	"math"
	"strings"
)

// detected are the chord families that are looked for, as tones above the root
// with their weights where an accompaniment plays them.
var detected = []struct {
	suffix string
	tones  [12]float64
}{
	{"j7", [12]float64{0: 1, 4: 1, 7: .7, 11: .7, 2: .1, 9: .2}},
	{"7", [12]float64{0: 1, 4: 1, 7: .6, 10: .9, 2: .1, 9: .1}},
	{"-7", [12]float64{0: 1, 3: 1, 7: .7, 10: .8, 2: .1, 5: .1}},
	{"m7b5", [12]float64{0: 1, 3: .9, 6: .9, 10: .7}},
	{"o7", [12]float64{0: .8, 3: .8, 6: .8, 9: .8}},
}

const families = 5 // len(detected)

// family is the index into detected of a chord; -1 for none.
func family(c Chord) int {
	switch c.Quality {
	case Major:
		return 0
	case Dominant, Augmented, Suspended:
		return 1
	case Minor:
		return 2
	case HalfDiminished:
		return 3
	case Diminished:
		return 4
	}
	return -1
}

// harmony is what is known of chords in jazz: which tones soloists play over
// them, and what follows what.
type harmony struct {
	// Tones are log probabilities of a pitch class above the root in a solo.
	Tones [families][12]float64 `json:"tones"`
	// Next are log probabilities of the family and root, relative to the root
	// before, half a bar later.
	Next [families][12][families]float64 `json:"next"`
}

// learnHarmony counts in solos.
func learnHarmony(solos []Solo) *harmony {
	h := &harmony{}
	for f := range h.Tones {
		for i := range h.Tones[f] {
			h.Tones[f][i] = 20 // pseudo counts
			for g := range h.Next[f][i] {
				h.Next[f][i][g] = .2
			}
		}
	}
	for _, s := range solos {
		for _, n := range s.Notes {
			if b := n.At / Grid; b < len(s.Beats) {
				if f := family(s.Beats[b].Chord); f >= 0 {
					h.Tones[f][mod12(n.Pitch-s.Beats[b].Chord.Root)] += math.Sqrt(float64(n.Dur) / Grid)
				}
			}
		}
		for i := 0; i+2 < len(s.Beats); i++ {
			if s.Beats[i].InBar%2 != 0 {
				continue
			}
			a, b := s.Beats[i].Chord, s.Beats[i+2].Chord
			if f, g := family(a), family(b); f >= 0 && g >= 0 {
				h.Next[f][mod12(b.Root-a.Root)][g]++
			}
		}
	}
	for f := range families {
		var tones, next float64
		for i := range 12 {
			tones += h.Tones[f][i]
			for g := range families {
				next += h.Next[f][i][g]
			}
		}
		for i := range 12 {
			h.Tones[f][i] = math.Log(h.Tones[f][i] / tones)
			for g := range families {
				h.Next[f][i][g] = math.Log(h.Next[f][i][g] / next)
			}
		}
	}
	return h
}

// plain knows the families' tones only, and that chords last: for models that
// learned no harmony.
func plain() *harmony {
	h := &harmony{}
	for f := range families {
		var sum float64
		for i := range 12 {
			h.Tones[f][i] = .15 + detected[f].tones[i]
			sum += h.Tones[f][i]
			for g := range families {
				h.Next[f][i][g] = math.Log(.3 / 59)
			}
		}
		h.Next[f][0][f] = math.Log(.7)
		for i := range 12 {
			h.Tones[f][i] = math.Log(h.Tones[f][i] / sum)
		}
	}
	return h
}

// heard is what sounds in half a bar (a whole bar where its beats are odd), by
// pitch class, in roots of quarter notes.
type heard struct {
	from, to          Tick
	solo, chord, bass [12]float64
}

// DetectChanges finds the chords of a score's pitched parts, one a half bar (a
// whole bar where its beats are odd), as beats from the start to the bar line
// end: the most likely path through all of them (Viterbi 1967).
func DetectChanges(s *Score, end Tick) []Beat { return plain().detect(s, end) }

func (h *harmony) detect(s *Score, end Tick) []Beat {
	var spans []heard
	for at := Tick(0); at < end; {
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
	solo := SoloPart(s)
	for i, p := range parts {
		if p.Drums() {
			continue
		}
		for _, n := range partNotes(s, p) {
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
		for at := sp.from; at < sp.to; at += Tick(s.Resolution) {
			into := at - s.BarStart(at)
			out = append(out, Beat{c, int(into) / s.Resolution})
		}
	}
	return out
}

var pitchNames = []string{"C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"}

// path returns, per span, family*12 + root; -1 before anything sounds.
func (h *harmony) path(spans []heard) []int {
	const states = 12 * families
	chords := plain()
	score := make([]float64, states)
	back := make([][states]int, len(spans))
	for k, sp := range spans {
		var next [states]float64
		for i := range next {
			root, f := i%12, i/12
			best, from := math.Inf(-1), 0
			if k > 0 {
				for j, v := range score {
					if v += h.Next[j/12][mod12(root-j%12)][f]; v > best {
						best, from = v, j
					}
				}
			} else {
				best = 0
			}
			back[k][i] = from
			for p := range 12 {
				d := mod12(p - root)
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

// ParseChanges reads chords as musicians write them: bars divided by "|",
// chords in a bar divided by spaces and sharing it evenly, "%" or an empty bar
// repeating the bar before. beats is the number of beats in a bar.
func ParseChanges(s string, beats int) ([]Beat, error) {
	var out []Beat
	var last []Chord
	for _, bar := range splitBars(s) {
		var chords []Chord
		for _, sym := range bar {
			if sym == "%" {
				chords = append(chords, last...)
				continue
			}
			c, err := ParseChord(sym)
			if err != nil {
				return nil, err
			}
			chords = append(chords, c)
		}
		if len(chords) == 0 {
			chords = last
		}
		if len(chords) == 0 {
			continue
		}
		for b := range beats {
			out = append(out, Beat{chords[b*len(chords)/beats], b})
		}
		last = chords
	}
	return out, nil
}

// splitBars cuts at bar lines and then at spaces.
func splitBars(s string) [][]string {
	var out [][]string
	for _, bar := range strings.Split(strings.Trim(strings.TrimSpace(s), "|"), "|") {
		if f := strings.Fields(bar); len(f) > 0 || len(out) > 0 {
			out = append(out, f)
		}
	}
	return out
}
