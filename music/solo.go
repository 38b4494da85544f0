package music

import (
	"math"
	"strings"
)

// soloShare is the smallest share of onsets with a single note that makes a part a solo
// line; a part whose name says so may play more double stops.
const (
	soloShare      = .8
	namedSoloShare = .6
)

// SoloPart is the pitched part that is most like a melody: of the parts above the bass
// that mostly play one note at a time, the one whose name, instrument, register, steps,
// rhythm and length speak most for it. Parts count from 1; 0 means none.
func SoloPart(s *Score) int {
	best, most := 0, math.Inf(-1)
	for i, p := range s.Parts() {
		if p.Drums() || p.Notes < 4 || s.IsBass(p) {
			continue
		}
		l := s.outline(p)
		if l.single < soloShare && !(l.single >= namedSoloShare && named(p, melodyNames)) {
			continue
		}
		if v := l.melody(p); v > most {
			best, most = i+1, v
		}
	}
	return best
}

// Words in the names of parts, in English, Portuguese and Spanish.
var (
	melodyNames = strings.Fields("vocal voice vox lead melody melodia melodía solo singer voz canto theme tema head sax trumpet trompete trompeta flute flauta clarinet clarinete")
	otherNames  = strings.Fields("arp bass baixo bajo pad chord acorde accomp comp rhythm strum harmony backing choir strings cordas cuerdas ostinato riff loop seq left drum bateria perc")
)

// named reports whether one of the words is in the name of a part.
func named(p Part, words []string) bool {
	name := strings.ToLower(p.Name)
	for _, w := range words {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// outline is what tells a melody from an accompaniment.
type outline struct {
	notes    int
	single   float64 // share of onsets with one note
	pitch    float64 // mean
	steps    float64 // share of the intervals that are a whole tone at most
	even     float64 // share of the commonest time between onsets
	repeated float64 // share of bars that move as an earlier bar does, in whatever key
	density  float64 // notes in a bar that has some
}

// outline measures a part.
func (s *Score) outline(p Part) outline {
	notes := s.PartNotes(p)
	o := outline{notes: len(notes)}
	near := Tick(s.Resolution) / 16
	onsets, steps := 0, 0
	gaps := map[Tick]int{}
	var line []Note
	for k, n := range notes {
		o.pitch += float64(n.Pitch) / float64(len(notes))
		if k > 0 && n.Start-notes[k-1].Start <= near {
			continue
		}
		onsets++
		if k+1 == len(notes) || notes[k+1].Start-n.Start > near {
			o.single++
		}
		if len(line) > 0 {
			last := line[len(line)-1]
			if d := int(n.Pitch) - int(last.Pitch); d <= 2 && d >= -2 {
				steps++
			}
			gaps[(n.Start-last.Start+near)/(2*near)]++
		}
		line = append(line, n)
	}
	o.single /= float64(onsets)
	most := 0
	for _, c := range gaps {
		most = max(most, c)
	}
	pairs := float64(max(1, len(line)-1))
	o.steps, o.even = float64(steps)/pairs, float64(most)/pairs
	o.repeated, o.density = s.repetition(line)
	return o
}

// repetition is the share of a line's bars that move as an earlier bar does, and the
// notes in a bar.
func (s *Score) repetition(line []Note) (repeated, density float64) {
	bars := map[Tick][]byte{}
	var first Note
	for _, n := range line {
		bar := s.BarStart(n.Start)
		if bars[bar] == nil {
			first = n
		}
		bars[bar] = append(bars[bar], byte((n.Start-bar)*8/Tick(s.Resolution)), n.Pitch-first.Pitch)
	}
	seen := map[string]int{}
	for _, moves := range bars {
		seen[string(moves)]++
	}
	return 1 - float64(len(seen))/float64(len(bars)), float64(len(line)) / float64(len(bars))
}

// melody is how much speaks for a melody, on a scale of a few points. The weights are
// judgement, not a fit: a name outweighs any one other feature, and twice the notes
// weigh as much as a quarter more steps.
func (o outline) melody(p Part) float64 {
	outside := max(0, 57-o.pitch, o.pitch-84) // of the register in which people sing and play tunes
	v := math.Log2(float64(o.notes))/2 - outside/6 + 2*o.steps - 4*max(0, o.repeated-.5) - max(0, o.even-.6)*2
	if o.density > 10 {
		v -= (o.density - 10) / 4
	}
	switch {
	case named(p, melodyNames) && !named(p, []string{"arp", "backing", "choir"}):
		v += 3
	case named(p, otherNames):
		v -= 3
	}
	switch k := p.Program; {
	case k >= 88 && k <= 95, k >= 48 && k <= 52: // pads, ensembles
		v--
	case k >= 56 && k <= 87, k == 53, k == 54, k == 40: // winds, leads, voices, the violin
		v += .5
	}
	return v
}

const lowestSolo = 48 // mean pitch below which a part is a bass

// IsBass reports whether a part is as low as a bass: its mean pitch is below C3.
func (s *Score) IsBass(p Part) bool {
	sum, n := 0, 0
	for _, x := range s.PartNotes(p) {
		sum += int(x.Pitch)
		n++
	}
	return n > 0 && sum/n < lowestSolo
}

// PartNotes returns the notes of a part.
func (s *Score) PartNotes(p Part) []Note {
	var out []Note
	for _, n := range s.Tracks[p.Track].Notes {
		if n.Channel == p.Channel {
			out = append(out, n)
		}
	}
	return out
}
