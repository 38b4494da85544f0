package music

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// FindPart finds a part by its number, counted from 1 as [Score.Parts] lists them, or by
// its name: exactly, or else by a part of the name that no other has. Case does not
// matter. "" is 0.
func (s *Score) FindPart(name string) (int, error) {
	if name == "" {
		return 0, nil
	}
	parts := s.Parts()
	if n, err := strconv.Atoi(name); err == nil {
		if n < 1 || n > len(parts) {
			return 0, fmt.Errorf("there is no part %d, the file has %d", n, len(parts))
		}
		return n, nil
	}
	want := strings.ToLower(strings.TrimSpace(name))
	var found []int
	for i, p := range parts {
		switch has := strings.ToLower(strings.TrimSpace(p.Name)); {
		case has == want:
			return i + 1, nil
		case strings.Contains(has, want):
			found = append(found, i+1)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	var names []string
	for i, p := range parts {
		names = append(names, fmt.Sprintf("%d %q", i+1, p.Name))
	}
	why := "no part has that name"
	if len(found) > 1 {
		why = "several parts do"
	}
	return 0, fmt.Errorf("part %q: %s; the parts are %s", name, why, strings.Join(names, ", "))
}

// Without is the score without the notes of some parts, by their numbers as FindPart
// gives them.
func (s *Score) Without(parts ...int) *Score {
	out := s.Clone()
	for i, p := range s.Parts() {
		if !slices.Contains(parts, i+1) {
			continue
		}
		t := &out.Tracks[p.Track]
		t.Notes = slices.DeleteFunc(t.Notes, func(n Note) bool { return n.Channel == p.Channel })
	}
	return out
}

// Cut returns the music from one tick to another as a score that starts at 0.
// Notes that start outside are dropped and notes that end outside are shortened. The
// tempo, meter, key, programs and controllers in force at the start are kept.
func (s *Score) Cut(from, to Tick) *Score {
	out := &Score{Resolution: s.Resolution, Beatless: s.Beatless}
	for _, t := range s.Tracks {
		var cut Track
		for _, n := range t.Notes {
			if n.Start >= from && n.Start < to {
				n.Dur = min(n.Dur, to-n.Start)
				n.Start -= from
				cut.Notes = append(cut.Notes, n)
			}
		}
		// the latest event of each kind of state before the cut
		var kept []Event
		for _, e := range t.Events {
			switch {
			case e.At < from && stateful(e.Message):
				kept = slices.DeleteFunc(kept, func(o Event) bool { return sameState(o.Message, e.Message) })
				kept = append(kept, Event{0, e.Message})
			case e.At >= from && e.At < to:
				cut.Events = append(cut.Events, Event{e.At - from, e.Message})
			}
		}
		cut.Events = append(kept, cut.Events...)
		out.Tracks = append(out.Tracks, cut)
	}
	out.ReadMaps()
	return out
}

// stateful reports whether a message stays in force: tempo, meter, key, track
// name, program, controllers, pitch bend, a system that is on.
func stateful(m []byte) bool {
	if m[0] == 0xff {
		return len(m) > 1 && (m[1] == 0x03 || m[1] == 0x51 || m[1] == 0x58 || m[1] == 0x59)
	}
	k := m[0] & 0xf0
	return keptSystem(m) || k == 0xb0 || k == 0xc0 || k == 0xe0
}

// sameState reports whether b sets the same state as a.
func sameState(a, b []byte) bool {
	if a[0] != b[0] {
		return false
	}
	if a[0] == 0xf0 {
		return slices.Equal(a, b)
	}
	if a[0] == 0xff || a[0]&0xf0 == 0xb0 {
		return a[1] == b[1]
	}
	return true
}

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
