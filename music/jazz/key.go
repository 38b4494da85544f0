package jazz

import (
	"math"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// Profiles of Krumhansl and Kessler (1982): how well each pitch class fits a key, from
// the tonic up.
var (
	majorProfile = [12]float64{6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88}
	minorProfile = [12]float64{6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17}
)

// Scales of a key, bit i for the tone i semitones above the tonic. Minor has both sixths
// and both sevenths.
const (
	majorScale = 1 | 1<<2 | 1<<4 | 1<<5 | 1<<7 | 1<<9 | 1<<11
	minorScale = 1 | 1<<2 | 1<<3 | 1<<5 | 1<<7 | 1<<8 | 1<<9 | 1<<10 | 1<<11
)

// Weights of the evidence for a key besides the share of chord tones in its scale. They
// were set so that the tonic of the sixty standards of `segue-lab bench band` is found.
const (
	weightTonic    = 1.5 // share of beats with the tonic chord
	weightFirst    = .6  // the form starts with it
	weightLast     = .4  // or ends with it
	weightCadence  = .4  // after the dominant
	weightDominant = .6  // share of beats with the dominant
	weightProfile  = .8  // correlation of the notes with the profile

	// Chords that were heard in a single line say less than the line itself.
	weightHeard        = .35
	weightHeardProfile = 1.6
	weightHeardEnd     = .5 // the line ends on the tonic
)

// findKey is the key of a form and of notes over it: where music that ends comes to
// rest. heard tells that the form is a guess from the notes.
func findKey(form []harmony.Beat, notes []music.LineNote, heard bool) harmony.Key {
	var weights [12]float64
	chords, profile, end := 1., weightProfile, 0.
	if heard {
		chords, profile, end = weightHeard, weightHeardProfile, weightHeardEnd
	}
	for _, n := range notes {
		weights[harmony.Class(n.Pitch)] += float64(min(n.Dur, 4*music.Grid))
	}
	best, most := harmony.Key{}, math.Inf(-1)
	for tonic := range 12 {
		for _, minor := range []bool{false, true} {
			k := harmony.Key{Known: true, Tonic: tonic, Minor: minor}
			x := chords*keyFit(k, form) + profile*profileFit(k, weights)
			if len(notes) > 0 && harmony.Class(notes[len(notes)-1].Pitch) == tonic {
				x += end
			}
			if x > most+1e-9 {
				best, most = k, x
			}
		}
	}
	return best
}

// keyFit is how well chords fit a key.
func keyFit(k harmony.Key, form []harmony.Beat) float64 {
	scale := majorScale
	if k.Minor {
		scale = minorScale
	}
	var fit, home, dominant, n float64
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
		fit += 2*in/all - 1
		if isTonic(c, k) && !leads(form, i) {
			home++
		}
		if c.Quality == harmony.Dominant && harmony.Class(c.Root-k.Tonic) == 7 {
			dominant++
		}
	}
	if n == 0 {
		return 0
	}
	x := (fit + weightTonic*home + weightDominant*dominant) / n
	if isTonic(form[first].Chord, k) && !leads(form, first) {
		x += weightFirst
	}
	if isTonic(form[last].Chord, k) && !leads(form, last) {
		x += weightLast
		before := last
		for before > first && form[before].Chord.Root == k.Tonic {
			before--
		}
		if c := form[before].Chord; c.Quality == harmony.Dominant && harmony.Class(c.Root-k.Tonic) == 7 {
			x += weightCadence
		}
	}
	return x
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

// profileFit is the correlation of the durations of pitch classes with a key's profile.
func profileFit(k harmony.Key, weights [12]float64) float64 {
	profile := majorProfile
	if k.Minor {
		profile = minorProfile
	}
	var mx, my float64
	for i := range 12 {
		mx += weights[i] / 12
		my += profile[i] / 12
	}
	var xy, xx, yy float64
	for i := range 12 {
		x, y := weights[(i+k.Tonic)%12]-mx, profile[i]-my
		xy, xx, yy = xy+x*y, xx+x*x, yy+y*y
	}
	if xx == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
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
