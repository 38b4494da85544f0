package music

import (
	"math"
	"slices"
)

// Styles are the names of the styles that a network can be told.
var Styles = []string{"baroque", "classical", "romantic", ragtime, "chorale", song}

// Styles of music in sections that return.
const (
	ragtime = "ragtime"
	song    = "song"
)

const styleClasses = 8 // of the network's input: room for two more

// style is the index of a style's name; -1 if there is none.
func style(name string) int { return slices.Index(Styles, name) }

// about is what a network is told about music beforehand: its key, how dense it is, and
// where its voices lie.
type about struct {
	shift    int     // semitones up that leave the key without a signature
	density  float32 // binary logarithm of the notes in a quarter note
	chords   float32 // binary logarithm of the notes at an onset
	register [maxVoices]float32
	share    [maxVoices]float32 // of the notes
}

// within is a shift by octaves more or less, so that all pitches of a line stay pitches: a loop
// or a figure brings early ones back. It is 0 where none does.
func (l *Line) within(shift int) int {
	lo, hi := 127, 0
	for _, n := range l.Notes {
		if !l.Parts[n.Voice].Drums() {
			lo, hi = min(lo, n.Pitch), max(hi, n.Pitch)
		}
	}
	switch {
	case lo+shift < 0 && hi+shift+12 <= 127:
		return shift + 12
	case hi+shift > 127 && lo+shift-12 >= 0:
		return shift - 12
	case lo+shift < 0 || hi+shift > 127:
		return 0
	}
	return shift
}

// about describes notes of a line.
func (l *Line) about(notes []LineNote) about {
	var a about
	if len(notes) == 0 {
		return a
	}
	var classes [12]float64
	var sum, count [maxVoices]float64
	onsets := 0
	for i, n := range notes {
		if i == 0 || notes[i-1].At != n.At {
			onsets++
		}
		sum[n.Voice] += float64(n.Pitch)
		count[n.Voice]++
		if l.Parts[n.Voice].Drums() {
			continue
		}
		classes[n.Pitch%12] += float64(min(n.Dur, 2*Grid))
	}
	a.shift = l.within(signature(classes))
	first, last := notes[0].At, notes[len(notes)-1].At
	a.density = float32(math.Log2(float64(len(notes)) * Grid / float64(last-first+Grid)))
	a.chords = float32(math.Log2(float64(len(notes)) / float64(onsets)))
	for v := range sum {
		if count[v] > 0 {
			up := float64(a.shift)
			if l.Parts[v].Drums() {
				up = 0
			}
			a.register[v] = float32((sum[v]/count[v] + up - 60) / 24)
			a.share[v] = float32(count[v] / float64(len(notes)))
		}
	}
	return a
}

// keyProfiles are what KeyProfile returns.
var keyProfiles = [2][12]float64{
	{6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88},
	{6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17},
}

// Key is a tonic and a mode; the zero value says nothing.
type Key struct {
	Known bool
	Tonic int // pitch class, 0 is C
	Minor bool
}

// KeyProfile is how well each pitch class fits a key, from the tonic up, as listeners
// rated it (Krumhansl and Kessler 1982).
func KeyProfile(minor bool) [12]float64 {
	if minor {
		return keyProfiles[1]
	}
	return keyProfiles[0]
}

// scales of a key, bit i for the tone i semitones above the tonic. Minor has both sixths
// and both sevenths.
var scales = [2]uint16{1 | 1<<2 | 1<<4 | 1<<5 | 1<<7 | 1<<9 | 1<<11, 1 | 1<<2 | 1<<3 | 1<<5 | 1<<7 | 1<<8 | 1<<9 | 1<<10 | 1<<11}

// key is the key whose profile correlates best with the weights of pitch classes.
func key(classes [12]float64) (tonic, mode int) {
	best := math.Inf(-1)
	for k := range 12 {
		for m, profile := range keyProfiles {
			var mean, fit, norm float64
			for _, x := range profile {
				mean += x / 12
			}
			for i, x := range profile {
				fit += (x - mean) * classes[(k+i)%12]
				norm += (x - mean) * (x - mean)
			}
			if fit /= math.Sqrt(norm); fit > best {
				best, tonic, mode = fit, k, m
			}
		}
	}
	return tonic, mode
}

// signature is the transposition, -5 to 6, to the key without sharps and flats: C major
// or A minor.
func signature(classes [12]float64) int {
	tonic, mode := key(classes)
	if mode == 1 {
		tonic += 3
	}
	return 6 - (tonic+6)%12
}

// inScale reports whether a pitch belongs to a key.
func inScale(pitch, tonic, mode int) bool { return scales[mode]>>((pitch-tonic+120)%12)&1 == 1 }

const meterClasses = 8

// meterClass is the class of the meter at a step.
func (l *Line) meterClass(at int) int {
	m := l.score.MeterAt(l.straightTick(at))
	switch quarters := 4 * float64(m.Num) / float64(m.Den); {
	case m.Compound() && m.Num == 3:
		return 0
	case m.Compound() && m.Num == 6:
		return 1
	case m.Compound():
		return 2
	case quarters == 2:
		return 3
	case quarters == 3:
		return 4
	case quarters == 4:
		return 5
	case quarters > 4:
		return 6
	}
	return 7
}
