package jazz

import (
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
)

// Tags describe a kind of jazz. The first six are indices into the lists of similar
// names below; the last four are levels from 0, low, to 4, high, each of which holds a
// fifth of the solos of the Weimar Jazz Database. -1 is unknown.
type Tags struct {
	Style, Feel, Tempo, Instrument, Mode, Tonality int

	Density  int // notes per bar
	Register int // mean pitch
	Leaps    int // mean size of the intervals
	Touch    int // share of the time between onsets for which notes sound: 0 staccato, 4 legato
}

// The values of the tags, as the Weimar Jazz Database spells them.
var (
	Styles      = []string{"TRADITIONAL", "SWING", "BEBOP", "COOL", "HARDBOP", "POSTBOP", "FUSION", "FREE"}
	Feels       = []string{"SWING", "TWOBEAT", "LATIN", "FUNK", "BALLAD"}
	TempoNames  = []string{"SLOW", "MEDIUM SLOW", "MEDIUM", "MEDIUM UP", "UP"}
	Instruments = []string{"ts", "tp", "as", "tb", "ss", "cl", "cor", "bs", "vib", "p", "g"}
	Modes       = []string{"maj", "min"}
	Tonalities  = []string{"FUNCTIONAL", "BLUES", "COLOR", "MODAL", "FREE"}
)

const levels = 5 // of Density, Register, Leaps and Touch

// Bounds of the levels: fifths of the solos in the train part of the Weimar Jazz
// Database. TestCorpusConstants compares them with the database; the networks were
// trained with these.
var (
	densityBounds  = []float64{4.59, 5.25, 6.14, 7.66}
	registerBounds = []float64{62, 64.4, 67.4, 70.8}
	leapBounds     = []float64{2.38, 2.62, 2.76, 2.95}
	touchBounds    = []float64{.77, .80, .83, .86}
)

// NoTags returns tags that are all unknown.
func NoTags() Tags {
	var t Tags
	for _, p := range t.all() {
		*p = unknownToken
	}
	return t
}

// all lists the tags in the order of the network's token streams.
func (t *Tags) all() [tagCount]*int {
	return [tagCount]*int{&t.Style, &t.Feel, &t.Tempo, &t.Instrument, &t.Mode, &t.Tonality, &t.Density, &t.Register, &t.Leaps, &t.Touch}
}

// levelled lists the tags that are computed from notes.
func (t *Tags) levelled() []*int { return []*int{&t.Density, &t.Register, &t.Leaps, &t.Touch} }

const tagCount = 10

// tagSizes holds the number of values of each tag and the dimension of its embedding.
var tagSizes = [tagCount]struct {
	name      string
	size, dim int
}{
	{"style", len(Styles), 6}, {"feel", len(Feels), 4}, {"tempo", len(TempoNames), 4}, {"instrument", len(Instruments), 6},
	{"mode", len(Modes), 2}, {"tonality", len(Tonalities), 4}, {"density", levels, 4}, {"register", levels, 4}, {"leaps", levels, 4}, {"touch", levels, 4},
}

// Or returns t with its unknown tags taken from other.
func (t Tags) Or(other Tags) Tags {
	o := other.all()
	for i, p := range t.all() {
		if *p < 0 {
			*p = *o[i]
		}
	}
	return t
}

// feel is the feel in the band's terms; "" is unknown.
func (t Tags) feel() band.Feel {
	if t.Feel < 0 {
		return ""
	}
	return band.Feel(Feels[t.Feel])
}

// hide makes tags unknown at random. Tags that are computed from notes are hidden more
// often, since users seldom name them.
func (t Tags) hide(r *rand.Rand) Tags {
	for _, p := range t.all() {
		if r.Float64() < tagDrop {
			*p = unknownToken
		}
	}
	if r.Float64() < .5 {
		return t.metadata()
	}
	return t
}

// metadata keeps the tags that do not depend on the notes.
func (t Tags) metadata() Tags {
	for _, p := range t.levelled() {
		*p = unknownToken
	}
	return t
}

func levelOf(bounds []float64, v float64) int {
	for i, b := range bounds {
		if v < b {
			return i
		}
	}
	return len(bounds)
}

// level sets the tags that are computed from notes, if there are at least eight.
func (t *Tags) level(notes []music.LineNote) {
	if len(notes) < 8 {
		return
	}
	a := averages(notes)
	t.Density = levelOf(densityBounds, a[0])
	t.Register = levelOf(registerBounds, a[1])
	t.Leaps = levelOf(leapBounds, a[2])
	if !math.IsNaN(a[3]) {
		t.Touch = levelOf(touchBounds, a[3])
	}
}

// averages are what the levels of Density, Register, Leaps and Touch are made of: notes
// per bar of four beats, mean pitch, mean interval, and the mean share of the time
// between onsets for which notes sound, NaN if no two notes are close.
func averages(notes []music.LineNote) [4]float64 {
	var pitch, leap, touch float64
	pairs := 0.0
	for i, n := range notes {
		pitch += float64(n.Pitch) / float64(len(notes))
		if i == 0 {
			continue
		}
		d := n.Pitch - notes[i-1].Pitch
		leap += float64(max(d, -d)) / float64(len(notes)-1)
		if ioi := n.At - notes[i-1].At; ioi > 0 && ioi < 2*music.Grid {
			touch += min(1.2, float64(notes[i-1].Dur)/float64(ioi))
			pairs++
		}
	}
	bars := float64(notes[len(notes)-1].At-notes[0].At)/(4*music.Grid) + .25
	return [4]float64{float64(len(notes)) / max(bars, 1), pitch, leap, touch / pairs}
}

// distance is the number of levels by which notes miss those that t asks for.
func (t Tags) distance(notes []music.LineNote) float64 {
	got := NoTags()
	got.level(notes)
	g := got.levelled()
	var d float64
	for i, want := range t.levelled() {
		if *want >= 0 && *g[i] >= 0 {
			d += math.Abs(float64(*want - *g[i]))
		}
	}
	return d
}

func indexOf(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return unknownToken
}
