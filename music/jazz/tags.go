package jazz

import (
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
)

// Tags say what kind of jazz it is; -1 is unknown. See the lists of the same
// names for the values. The last four are levels from 0, low, to 4, high, with a
// fifth of the solos of the Weimar Jazz Database in each.
type Tags struct {
	Style, Feel, Tempo, Instrument, Mode, Tonality int

	Density  int // notes per bar
	Register int // mean pitch
	Leaps    int // mean size of the intervals
	Touch    int // share of the time between onsets that notes sound
}

// The values that tags may have, as the Weimar Jazz Database writes them; a tag is an
// index into its list.
var (
	Styles      = []string{"TRADITIONAL", "SWING", "BEBOP", "COOL", "HARDBOP", "POSTBOP", "FUSION", "FREE"}
	Feels       = []string{"SWING", "TWOBEAT", "LATIN", "FUNK", "BALLAD"}
	TempoNames  = []string{"SLOW", "MEDIUM SLOW", "MEDIUM", "MEDIUM UP", "UP"}
	Instruments = []string{"ts", "tp", "as", "tb", "ss", "cl", "cor", "bs", "vib", "p", "g"}
	Modes       = []string{"maj", "min"}
	Tonalities  = []string{"FUNCTIONAL", "BLUES", "COLOR", "MODAL", "FREE"}
)

const levels = 5 // of Density and the others

// the levels' bounds: fifths of the training solos
var (
	densityBounds  = []float64{4.59, 5.25, 6.14, 7.66}
	registerBounds = []float64{62, 64.4, 67.4, 70.8}
	leapBounds     = []float64{2.38, 2.62, 2.76, 2.95}
	touchBounds    = []float64{.77, .80, .83, .86}
)

// NoTags knows nothing.
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

// levelled lists the tags that are computed from the notes.
func (t *Tags) levelled() []*int { return []*int{&t.Density, &t.Register, &t.Leaps, &t.Touch} }

const tagCount = 10

// tagSizes are the numbers of values and the dimensions of their embeddings.
var tagSizes = [tagCount]struct {
	name      string
	size, dim int
}{
	{"style", len(Styles), 6}, {"feel", len(Feels), 4}, {"tempo", len(TempoNames), 4}, {"instrument", len(Instruments), 6},
	{"mode", len(Modes), 2}, {"tonality", len(Tonalities), 4}, {"density", levels, 4}, {"register", levels, 4}, {"leaps", levels, 4}, {"touch", levels, 4},
}

// Or takes from other what t does not know.
func (t Tags) Or(other Tags) Tags {
	o := other.all()
	for i, p := range t.all() {
		if *p < 0 {
			*p = *o[i]
		}
	}
	return t
}

// feel is what a band calls the feel.
func (t Tags) feel() band.Feel {
	if t.Feel < 0 {
		return ""
	}
	return band.Feel(Feels[t.Feel])
}

// hide makes tags unknown at random, those that are computed from the notes more
// often, since a user seldom names them.
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

// metadata keeps what is known of a solo without its notes.
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

// level sets the tags that are computed from the notes; beats in a bar are
// counted in fours.
func (t *Tags) level(notes []music.LineNote) {
	if len(notes) < 8 {
		return
	}
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
	t.Density = levelOf(densityBounds, float64(len(notes))/max(bars, 1))
	t.Register = levelOf(registerBounds, pitch)
	t.Leaps = levelOf(leapBounds, leap)
	if pairs > 0 {
		t.Touch = levelOf(touchBounds, touch/pairs)
	}
}

// distance is how far notes are from the levels that t asks for, in levels.
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
