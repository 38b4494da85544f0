package hear

import (
	"math"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// Heard is what is heard in a score up to a tick.
type Heard struct {
	// Changes are the likeliest chords, from tick 0 on, one per half bar or
	// per whole bar with an odd number of beats. Before the first note there is no chord;
	// where none is sure, it is one of the key's own.
	Changes harmony.Changes
	// Certainty is the probability of the chord of each beat of Changes, given all that
	// sounds; 0 without a chord.
	Certainty []float64
	Key       harmony.Key // not Known if nothing but drums sounds
	KeySure   float64     // its probability
	Blues     bool        // the chords are rather those of a blues than those of a key of major
	Form      int         // bars after which the chords repeat; 0 if they do not seem to
}

// Hear listens to a score up to the bar line end.
func (m *Model) Hear(s *music.Score, end music.Tick) Heard {
	var h Heard
	spans := listen(s, end)
	first := 0
	for first < len(spans) && !spans[first].sounds {
		first++
	}
	state, sure := make([]int, len(spans)), make([]float64, len(spans))
	for k := range state {
		state[k] = none
	}
	if heard := spans[first:]; len(heard) > 0 {
		solo := improvised(s, heard)
		if !solo { // the verses of a song say the same again
			for k := range heard {
				heard[k].echo = echo{}
			}
		}
		a := m.net.ask(senses(s, heard))
		p, _ := newChain(m.links, heard, a.scores).run()
		if bars, alike := repeats(heard); solo && alike > repeatsLikely && unsure(p) {
			p, _ = newChain(m.links, heard, tie(heard, a.scores, bars)).run()
			if alike > repeatsSure {
				h.Form = bars
			}
		}
		keys, blues := m.keys(a.keys, p)
		h.Blues = blues
		for i, v := range keys {
			if v > h.KeySure {
				h.KeySure, h.Key = v, harmony.Key{Known: true, Tonic: i % 12, Minor: i >= 12}
			}
		}
		for k := range p {
			state[first+k], sure[first+k] = h.choose(&p[k])
		}
	}
	h.lay(s, end, spans, state, sure)
	return h
}

// likeliest is the likeliest chord on the likeliest root.
func likeliest(p *[states]float64) (state int, sure float64) {
	var roots [12]float64
	for i, v := range p {
		roots[i%12] += v
	}
	root := 0
	for i, v := range roots {
		if v > roots[root] {
			root = i
		}
	}
	state = root
	for i := root; i < states; i += 12 {
		if p[i] > p[state] {
			state = i
		}
	}
	return state, p[state]
}

// choose picks the chord of a span from the probabilities: that of the likeliest root or,
// if it is not sure, the likeliest of the key's own chords.
func (h *Heard) choose(p *[states]float64) (state int, sure float64) {
	if state, sure = likeliest(p); sure >= Sure {
		return state, sure
	}
	best := -1
	for up, family := range diatonic(h.Key.Minor) {
		if family == none {
			continue
		}
		if i := 12*family + (h.Key.Tonic+up)%12; best < 0 || p[i] > p[best] {
			best = i
		}
	}
	return best, p[best]
}

// diatonic are the families of the chords on the tones of a key, from the tonic up by
// semitones.
func diatonic(isMinor bool) [12]int {
	if isMinor {
		return [12]int{minor, none, halfDiminished, major, none, minor, none, dominant, major, none, dominant, none}
	}
	return [12]int{major, none, minor, none, minor, major, none, dominant, none, minor, none, halfDiminished}
}

// lay spreads the chords of spans over beats.
func (h *Heard) lay(s *music.Score, end music.Tick, spans []span, state []int, sure []float64) {
	starts, chords := make([]music.Tick, len(spans)), make([]harmony.Chord, len(spans))
	for from := 0; from < len(state); {
		to := from + 1
		for to < len(state) && state[to] == state[from] {
			to++
		}
		c := symbol(state[from], spans[from:to])
		for k := from; k < to; k++ {
			starts[k], chords[k] = spans[k].from, c
		}
		from = to
	}
	var index []int
	h.Changes, index = harmony.Lay(s, end, starts, chords)
	for _, k := range index {
		p := 0.
		if k >= 0 {
			p = sure[k]
		}
		h.Certainty = append(h.Certainty, p)
	}
}

// suffixes are those of the families' chords.
var suffixes = [families]string{"j7", "-7", "7", "m7b5", "o7", "7sus4"}

// symbol is the chord that a state stands for in spans. Over an accompaniment that plays
// no seventh it is a triad; over a lone line it has one, as jazz players take it.
func symbol(state int, spans []span) harmony.Chord {
	if state == none {
		return harmony.Chord{}
	}
	root, family := state%12, state/12
	var rest, line [12]float64 // from the root up
	for k := range spans {
		for p := range 12 {
			rest[p] += spans[k].rest[(root+p)%12]
			line[p] += spans[k].line[(root+p)%12]
		}
	}
	const heard = .05 // share of an accompaniment that its seventh has at least
	plays := func(p int) bool { return rest[p]+line[p] > heard*(sum(rest)+sum(line)) }
	suffix := suffixes[family]
	switch accompanied := sum(rest) > 0; {
	case family == major && accompanied && !plays(11):
		suffix = ""
	case family == minor && accompanied && !plays(10):
		suffix = "-"
	case family == other && rest[8]+line[8] > rest[5]+line[5]:
		suffix = "7#5"
	}
	c, err := harmony.ParseChord(harmony.Name(root) + suffix)
	if err != nil {
		panic("hear: " + suffix + " is no chord")
	}
	return c
}

// SameFamily reports whether two chords belong to one of the families that are told apart.
func SameFamily(a, b harmony.Chord) bool { return family(a) == family(b) }

// Sure is the certainty below which a chord is a guess: the largest at which no kind of
// music of the part dev loses a hundredth of its right roots (segue-lab bench hearing).
const Sure = .2

// chordsPower weighs the chords beside what the network says of a key. Tuned on the part
// dev (segue-lab bench hearing).
const chordsPower = .8

// keys are the probabilities of the keys: what the networks say, and how usual the chords
// are in each. blues tells of the likeliest whether its chords are rather those of a blues.
func (m *Model) keys(scores [24]float64, marginals [][states]float64) (keys [24]float64, blues bool) {
	softmax(scores[:])
	usual := func(mode, tonic int) (sum float64) {
		for _, p := range marginals {
			for i, v := range p {
				sum += v * m.usual[mode*states+i/12*12+(i%12-tonic+12)%12]
			}
		}
		return sum / math.Sqrt(float64(len(marginals)))
	}
	best := 0
	for key := range scores {
		tonic := key % 12
		fits, rather := usual(key/12, tonic), false
		if key < 12 {
			if b := usual(bluesMode, tonic); b > fits {
				fits, rather = b, true
			}
		}
		scores[key] = math.Log(scores[key]+1e-6) + chordsPower*fits
		if scores[key] >= scores[best] {
			best, blues = key, rather
		}
	}
	softmax(scores[:])
	return scores, blues
}

// KeyOf is the key that a model takes the known chords of a piece to be in, without a note of
// it: the most that hearing chords can tell of the key.
func (m *Model) KeyOf(p *Piece) harmony.Key {
	var sure [][states]float64
	for _, l := range p.labels(layout(p.Score, p.end())) {
		if l != none {
			var one [states]float64
			one[l] = 1
			sure = append(sure, one)
		}
	}
	if len(sure) == 0 {
		return harmony.Key{}
	}
	keys, _ := m.keys([24]float64{}, sure)
	best := 0
	for i, v := range keys {
		if v > keys[best] {
			best = i
		}
	}
	return harmony.Key{Known: true, Tonic: best % 12, Minor: best >= 12}
}

// modes are major, minor, and the blues, whose tonic chord is a dominant seventh.
const (
	modes     = 3
	bluesMode = 2
)

// usualChords are the logarithms of the shares of chords in keys of each mode, by their
// distance from the tonic (modes,states).
func usualChords(parts []Part) []float64 {
	out := make([]float64, modes*states)
	for i := range out {
		out[i] = 3 // pseudo-count, in bars
	}
	for _, part := range parts {
		for i := range part.Pieces {
			p := &part.Pieces[i]
			key := keyState(p.Key)
			if key < 0 {
				continue
			}
			mode, tonic := key/12, key%12
			if p.Blues && mode == 0 {
				mode = bluesMode
			}
			labels := p.labels(layout(p.Score, p.end()))
			for _, l := range labels {
				if l != none {
					out[mode*states+l/12*12+(l%12-tonic+12)%12] += 60 / float64(len(labels))
				}
			}
		}
	}
	for m := range modes {
		mode := out[m*states : (m+1)*states]
		var all float64
		for _, v := range mode {
			all += v
		}
		for i, v := range mode {
			mode[i] = math.Log(v / all)
		}
	}
	return out
}
