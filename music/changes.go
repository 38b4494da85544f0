package music

import (
	"math"
	"strings"
)

// Detecting chords: every half bar is compared with chord templates, and the
// best path through all of them is found (Viterbi 1967), a change of chord
// costing something.

// detected are the chord families that are looked for, as tones above the root
// with their weights.
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

// DetectChanges finds the chords of a score's pitched parts, one a half bar (a
// whole bar where its beats are odd), as beats from the start to the bar line
// end.
func DetectChanges(s *Score, end Tick) []Beat {
	type span struct{ from, to Tick }
	var spans []span
	for at := Tick(0); at < end; {
		m := s.MeterAt(at)
		l := s.BarLength(m)
		if m.Num%2 == 0 {
			spans = append(spans, span{at, at + l/2}, span{at + l/2, at + l})
		} else {
			spans = append(spans, span{at, at + l})
		}
		at += l
	}
	if len(spans) == 0 {
		return nil
	}
	weight := make([][12]float64, len(spans))
	bass := make([][12]float64, len(spans))
	for _, p := range s.Parts() {
		if p.Drums() {
			continue
		}
		for _, n := range s.Tracks[p.Track].Notes {
			if n.Channel != p.Channel {
				continue
			}
			for k, sp := range spans {
				if d := min(n.End(), sp.to) - max(n.Start, sp.from); d > 0 {
					w := math.Sqrt(float64(d) / float64(s.Resolution))
					weight[k][n.Pitch%12] += w
					if n.Pitch < 52 {
						bass[k][n.Pitch%12] += w
					}
				}
			}
		}
	}
	path := bestPath(weight, bass)
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

// bestPath returns, per span, family*12 + root, or -1 where nothing sounds.
func bestPath(weight, bass [][12]float64) []int {
	const change = .5 // cost of another chord, in mean tone weights
	states := 12 * len(detected)
	score := make([]float64, states)
	back := make([][]int, len(weight))
	empty := make([]bool, len(weight))
	for k := range weight {
		var total, low float64
		for p := range 12 {
			total += weight[k][p]
			low += bass[k][p]
		}
		empty[k] = total == 0
		best := 0
		for i := range score {
			if score[i] > score[best] {
				best = i
			}
		}
		back[k] = make([]int, states)
		next := make([]float64, states)
		for i := range states {
			root, tones := i%12, &detected[i/12].tones
			fit := 0.0
			if total > 0 {
				for p := range 12 {
					w := tones[mod12(p-root)]
					if w == 0 {
						w = -.6
					}
					fit += w * weight[k][p] / total
				}
				if low > 0 {
					fit += .8 * bass[k][root] / low
				}
				fit *= 3
			}
			back[k][i] = i
			next[i] = score[i] + fit
			if v := score[best] - change; v > score[i] {
				back[k][i], next[i] = best, v+fit
			}
		}
		score = next
	}
	at := 0
	for i := range score {
		if score[i] > score[at] {
			at = i
		}
	}
	path := make([]int, len(weight))
	sounded := false
	for k := len(path) - 1; k >= 0; k-- {
		path[k] = at
		at = back[k][at]
	}
	for k := range path {
		sounded = sounded || !empty[k]
		if !sounded {
			path[k] = -1
		}
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
