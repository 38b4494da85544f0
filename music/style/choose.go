package style

import (
	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/hear"
	"github.com/segue-go/segue/music/jazz"
)

// Jazz is the name of the style that package jazz plays; Ragtime is one of music.Styles.
const (
	Jazz    = "jazz"
	Ragtime = "ragtime"
)

// Names are the names of all styles that ship: jazz and those of package music.
func Names() []string { return append([]string{Jazz}, music.Styles...) }

// Choice is the style that a seed sounds like.
type Choice struct {
	Style       string  // of Names
	Probability float64 // among music.Styles; of jazz 0
	// Margin is how much better the jazz network predicts the solo line than the network
	// of the other styles, in nats per note, of which those of times count for timeCounts;
	// 0 if there is no solo line.
	Margin float64
}

// fewNotes of a line say nothing about jazz.
const fewNotes = 16

// jazzMargin is the Margin from which a line is jazz, and timeCounts the weight of onsets
// and durations in it: those of jazz that is written down are as even as a folk tune's, and
// those of a folk tune that is played as free as a jazz solo's. Set on the folds for
// validation, with notes held for all and for .5 to .92 of their lengths: of 32 lines from
// other corpora the highest margin was .1, of 30 jazz solos the lowest .7. With times that
// are rounded to sixteenths and triplets 20 of the 30 are above the border.
const (
	jazzMargin = .25
	timeCounts = .25
)

// Choose finds the style of a seed. Jazz is a solo line (part, counted from 1, or
// music.SoloPart if that is 0) that the jazz network predicts better than the network of
// the other styles.
func Choose(seed *music.Score, part int) (Choice, error) {
	m, err := Model()
	if err != nil {
		return Choice{}, err
	}
	c, err := likeliest(m, seed)
	if err != nil {
		return c, err
	}
	if part == 0 {
		part = music.SoloPart(seed)
	}
	parts := seed.Parts()
	if part == 0 || parts[part-1].Drums() {
		return c, nil
	}
	var others []int
	for i := range parts {
		if i+1 != part {
			others = append(others, i+1)
		}
	}
	written, err := m.Loss(seed.Without(others...), c.Style)
	if err != nil {
		return c, err
	}
	solos, err := jazz.Pretrained()
	if err != nil {
		return c, err
	}
	played, err := solos.LossOf(seed, part)
	if err != nil {
		return c, err
	}
	signs := idiom(seed, parts[part-1])
	if played.Notes < fewNotes { // nothing but the band says what it is
		if signs > firstSign {
			c.Style, c.Probability, c.Margin = Jazz, 0, signs-firstSign
		}
		return c, nil
	}
	times := written.Onset + written.Voice - played.Onset + written.Duration - played.Duration
	if seed.Beatless { // what has no beats does not swing either
		times, signs = 0, 0
	}
	c.Margin = written.Pitch - played.Pitch + timeCounts*times + signs + bluesChords(seed)
	if c.Margin > jazzMargin {
		c.Style, c.Probability = Jazz, 0
	}
	return c, nil
}

// blues is what the chords of a blues say for jazz, in nats per note; by hand.
const blues = 3.

// bluesChords is blues if the seed has the chords of one, on more than one root: a drone under
// a tune in a Mixolydian mode is the seventh chord of a blues all the time.
func bluesChords(seed *music.Score) float64 {
	m, err := hear.Pretrained()
	if err != nil {
		return 0
	}
	h := m.Hear(seed, seed.NextBar(seed.End()))
	roots := map[int]bool{}
	for _, b := range h.Changes.Beats {
		if b.Chord.Tones != 0 {
			roots[b.Chord.Root] = true
		}
	}
	if !h.Blues || len(roots) < 2 {
		return 0
	}
	return blues
}
