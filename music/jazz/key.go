package jazz

import (
	"iter"
	"math"
	"slices"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// Scales of a key, bit i for the tone i semitones above the tonic. Minor has both sixths
// and both sevenths.
const (
	majorScale = 1 | 1<<2 | 1<<4 | 1<<5 | 1<<7 | 1<<9 | 1<<11
	minorScale = 1 | 1<<2 | 1<<3 | 1<<5 | 1<<7 | 1<<8 | 1<<9 | 1<<10 | 1<<11
)

// evidence is what speaks for a key, in the order of keyEvidence.
type evidence [7]float64

// keyEvidence names the evidence: how far the chords lie in the scale, -1 to 1; the share of
// beats with the tonic chord and with the dominant; that the form begins or ends with the
// tonic, and ends after the dominant; the correlation of the notes with the key's profile.
var keyEvidence = []string{"chords in the scale", "tonic chord", "dominant chord", "begins on the tonic", "ends on the tonic", "ends with a cadence", "notes"}

// Weights of the evidence. Those for given chords maximise the likelihood of the keys of
// the training solos in the Weimar Jazz Database (`segue-lab bench keys`). Where chords
// were heard in a single line, they say less than the line itself; those weights, and
// the weight of a line that ends on the tonic, are set by hand.
var (
	keyWeights   = evidence{.13, 1.5, .48, .18, 0, .15, .32}
	heardWeights = evidence{.35, .525, .21, .21, .14, .14, 1.6}
)

const weightHeardEnd = .5

// findKey is the key of a form and of notes over it: where music that ends comes to
// rest. heard tells that the form is a guess from the notes.
func findKey(form []harmony.Beat, notes []music.LineNote, heard bool) harmony.Key {
	weights, end := keyWeights, 0.
	if heard {
		weights, end = heardWeights, weightHeardEnd
	}
	best, most := harmony.Key{}, math.Inf(-1)
	for k, e := range keyEvidences(form, notes) {
		x := e.weighed(weights)
		if len(notes) > 0 && harmony.Class(notes[len(notes)-1].Pitch) == k.Tonic {
			x += end
		}
		if x > most+1e-9 {
			best, most = k, x
		}
	}
	return best
}

func (e evidence) weighed(w evidence) (sum float64) {
	for i := range e {
		sum += e[i] * w[i]
	}
	return sum
}

// keyEvidences yields the keys with what speaks for each.
func keyEvidences(form []harmony.Beat, notes []music.LineNote) iter.Seq2[harmony.Key, evidence] {
	var weights [12]float64
	for _, n := range notes {
		weights[harmony.Class(n.Pitch)] += float64(min(n.Dur, 4*music.Grid))
	}
	return func(yield func(harmony.Key, evidence) bool) {
		for tonic := range 12 {
			for _, minor := range []bool{false, true} {
				k := harmony.Key{Known: true, Tonic: tonic, Minor: minor}
				e := chordEvidence(k, form)
				e[6] = k.Fit(weights)
				if !yield(k, e) {
					return
				}
			}
		}
	}
}

// chordEvidence is what the chords say for a key.
func chordEvidence(k harmony.Key, form []harmony.Beat) (e evidence) {
	scale := majorScale
	if k.Minor {
		scale = minorScale
	}
	var n float64
	first, last := -1, -1
	for i, b := range form {
		c := b.Chord
		if c.Quality == harmony.NoChord {
			continue
		}
		n++
		if first < 0 {
			first = i
		}
		last = i
		in, all := 0., 0.
		for p := range 12 {
			if c.Has(p) {
				all++
				if scale>>harmony.Class(p-k.Tonic)&1 == 1 {
					in++
				}
			}
		}
		e[0] += 2*in/all - 1
		if isTonic(c, k) && !leads(form, i) {
			e[1]++
		}
		if dominant(c, k) {
			e[2]++
		}
	}
	if n == 0 {
		return evidence{}
	}
	for i := range 3 {
		e[i] /= n
	}
	if isTonic(form[first].Chord, k) && !leads(form, first) {
		e[3] = 1
	}
	if isTonic(form[last].Chord, k) && !leads(form, last) {
		e[4] = 1
		before := last
		for before > first && form[before].Chord.Root == k.Tonic {
			before--
		}
		if dominant(form[before].Chord, k) {
			e[5] = 1
		}
	}
	return e
}

func dominant(c harmony.Chord, k harmony.Key) bool {
	return c.Quality == harmony.Dominant && harmony.Class(c.Root-k.Tonic) == 7
}

// KeyStudy is how well keys of solos are found from their chords and notes.
type KeyStudy struct {
	Evidence        []string   // names
	Shipped, Fitted []float64  // weights; fitted to the training solos, in units in which the second is as shipped
	Train, Valid    [2]float64 // share of keys that the shipped and the fitted weights find
	Cases           [2]int     // in train and valid
}

// StudyKeys fits the weights of the evidence for a key by maximum likelihood (a
// multinomial logit, by gradient ascent) and counts the keys found. A case is a solo, or
// sixteen bars of one, which may be in another key for a while.
func StudyKeys(train, valid []Solo) KeyStudy {
	a, b := keyCases(train), keyCases(valid)
	fitted := keyWeights
	const rounds, rate = 2000, .5
	for range rounds {
		slope := evidence{}
		for _, c := range a {
			p := c.odds(fitted)
			for k := range c.all {
				hit := 0.
				if k == c.right {
					hit = 1
				}
				for i := range slope {
					slope[i] += (hit - p[k]) * c.all[k][i] / float64(len(a))
				}
			}
		}
		for i := range slope {
			fitted[i] += rate * slope[i]
		}
	}
	out := KeyStudy{
		Evidence: keyEvidence, Shipped: keyWeights[:], Cases: [2]int{len(a), len(b)},
		Train: [2]float64{found(a, keyWeights), found(a, fitted)}, Valid: [2]float64{found(b, keyWeights), found(b, fitted)},
	}
	for _, w := range fitted {
		out.Fitted = append(out.Fitted, w*keyWeights[1]/fitted[1])
	}
	return out
}

// keyCase is the evidence for the 24 keys of a solo, of which one is right.
type keyCase struct {
	all   []evidence
	right int
}

func keyCases(solos []Solo) []keyCase {
	var out []keyCase
	for _, s := range solos {
		if !s.Key.Known {
			continue
		}
		add := func(form []harmony.Beat, notes []music.LineNote) {
			c := keyCase{}
			for k, e := range keyEvidences(form, notes) {
				if k == s.Key {
					c.right = len(c.all)
				}
				c.all = append(c.all, e)
			}
			out = append(out, c)
		}
		add(s.Beats, s.Notes)
		const size = 64
		for from := 0; from+size <= len(s.Beats); from += size {
			var notes []music.LineNote
			for _, n := range s.Notes {
				if n.At >= from*music.Grid && n.At < (from+size)*music.Grid {
					notes = append(notes, n)
				}
			}
			add(s.Beats[from:from+size], notes)
		}
	}
	return out
}

// odds are the probabilities of the keys.
func (c keyCase) odds(w evidence) []float64 {
	out := make([]float64, len(c.all))
	var sum float64
	for k, e := range c.all {
		out[k] = math.Exp(e.weighed(w))
		sum += out[k]
	}
	for k := range out {
		out[k] /= sum
	}
	return out
}

// found is the share of cases whose right key has the most evidence.
func found(cases []keyCase, w evidence) float64 {
	right := 0.
	for _, c := range cases {
		if p := c.odds(w); p[c.right] == slices.Max(p) {
			right++
		}
	}
	return right / float64(max(1, len(cases)))
}

// leads reports whether the chord of beat i is a minor chord before the dominant a
// fourth above: the second degree of another key.
func leads(form []harmony.Beat, i int) bool {
	c := form[i].Chord
	if c.Quality != harmony.Minor {
		return false
	}
	for k := 1; k <= 8; k++ {
		next := form[(i+k)%len(form)].Chord
		if next.Root != c.Root {
			return next.Quality == harmony.Dominant && harmony.Class(next.Root-c.Root) == 5
		}
	}
	return false
}

// isTonic reports whether a chord may be the tonic of a key. That of a blues is a
// dominant chord.
func isTonic(c harmony.Chord, k harmony.Key) bool {
	if c.Root != k.Tonic {
		return false
	}
	if k.Minor {
		return c.Quality == harmony.Minor
	}
	return c.Quality == harmony.Major || c.Quality == harmony.Dominant
}

// tonicChord is the chord that music in a key ends on: the one that the form has on its
// tonic, or a triad. It is a dominant chord in a blues only, where the fourth degree has
// one too.
func tonicChord(k harmony.Key, form []harmony.Beat) harmony.Chord {
	blues := false
	for _, b := range form {
		blues = blues || b.Chord.Quality == harmony.Dominant && harmony.Class(b.Chord.Root-k.Tonic) == 5
	}
	for _, b := range form {
		if isTonic(b.Chord, k) && (blues || b.Chord.Quality != harmony.Dominant) {
			return b.Chord
		}
	}
	name := harmony.Name(k.Tonic)
	if k.Minor {
		name += "m"
	}
	c, err := harmony.ParseChord(name)
	if err != nil {
		panic("jazz: " + name + " is a triad")
	}
	return c
}
