package music

import (
	"math"
	"slices"
)

// Measures describe a solo line over changes, so that solos can be compared. An
// average leaves out bars and notes for which it is not defined; it is NaN if it is
// defined for none.
type Measures struct {
	Notes       int     `json:"notes"`
	Bars        int     `json:"bars"`
	NotesPerBar float64 `json:"notes_per_bar"`
	Range       float64 `json:"range"`         // semitones from the lowest to the highest note
	Interval    float64 `json:"interval"`      // mean absolute interval, semitones
	Entropy     float64 `json:"entropy"`       // of the pitch classes of a bar, in bits (Wu and Yang 2020)
	ChordTones  float64 `json:"chord_tones"`   // share of notes that belong to the current chord
	EmptyBars   float64 `json:"empty_bars"`    // share of bars without a note
	Duration    float64 `json:"duration"`      // mean, in quarter notes
	IOI         float64 `json:"ioi"`           // mean time between onsets, in quarter notes
	Groove      float64 `json:"groove"`        // similarity of onsets in neighbouring bars (Wu and Yang 2020)
	Repeats     float64 `json:"repeats"`       // share of notes that repeat the previous pitch
	Cells       int     `json:"longest_cells"` // most repetitions in a row of a cell of four notes
}

// Likeness compares a few bars with those that they stand for. Fields that nothing
// determines are NaN.
type Likeness struct {
	Density  float64 // notes, divided by the notes of the others
	Register float64 // median pitch above that of the others, semitones
	InKey    float64 // share of notes in the key of both, above that of the others
	Reach    float64 // share of the chords in one part that span more than a tenth, above that of the others
	Velocity float64 // mean above that of the others
}

// Compare compares two scores of the same length and key; drums are left out.
func Compare(made, real *Score) Likeness {
	a, b := pitched(made), pitched(real)
	l := Likeness{Density: float64(len(a)) / float64(len(b)), Reach: wide(made) - wide(real)}
	var classes [12]float64
	for _, n := range b {
		classes[n.Pitch%12] += float64(min(n.Dur, 2*Tick(real.Resolution)))
	}
	tonic, mode := key(classes)
	inside := func(list []Note) float64 {
		in := 0
		for _, n := range list {
			if inScale(int(n.Pitch), tonic, mode) {
				in++
			}
		}
		return float64(in) / float64(len(list))
	}
	middle := func(list []Note) float64 {
		var p []uint8
		for _, n := range list {
			p = append(p, n.Pitch)
		}
		slices.Sort(p)
		if len(p) == 0 {
			return math.NaN()
		}
		return float64(p[len(p)/2])
	}
	loud := func(list []Note) float64 {
		sum := 0.
		for _, n := range list {
			sum += float64(n.Velocity)
		}
		return sum / float64(len(list))
	}
	l.Register, l.InKey, l.Velocity = middle(a)-middle(b), inside(a)-inside(b), loud(a)-loud(b)
	return l
}

// Voices describes music for several single voices.
type Voices struct {
	Parallel float64 // share of the moves of two voices that are parallel fifths and octaves
	Crossed  float64 // share of the onsets at which voices cross
	Range    float64 // mean of the voices' ranges, semitones
}

// Voices measures the parts of a score, at most four, the highest first.
func (s *Score) Voices() (Voices, error) {
	l, err := NewLine(s, -1)
	if err != nil {
		return Voices{}, err
	}
	var v Voices
	v.Crossed, v.Parallel = l.voiceLeading()
	for i := range l.Parts {
		lo, hi := 127, 0
		for _, n := range l.Notes {
			if n.Voice == i {
				lo, hi = min(lo, n.Pitch), max(hi, n.Pitch)
			}
		}
		v.Range += float64(hi-lo) / float64(len(l.Parts))
	}
	return v, nil
}

func pitched(s *Score) (out []Note) {
	for _, p := range s.Parts() {
		if !p.Drums() {
			out = append(out, s.PartNotes(p)...)
		}
	}
	return out
}

// wide is the share of the chords of one part that span more than a tenth.
func wide(s *Score) float64 {
	chords, wide := 0., 0.
	for _, p := range s.Parts() {
		notes := s.PartNotes(p)
		for i := 0; i < len(notes) && !p.Drums(); {
			k := i
			lo, hi := notes[i].Pitch, notes[i].Pitch
			for ; k < len(notes) && notes[k].Start == notes[i].Start; k++ {
				lo, hi = min(lo, notes[k].Pitch), max(hi, notes[k].Pitch)
			}
			if i = k; hi > lo {
				chords++
				if hi-lo > tenth {
					wide++
				}
			}
		}
	}
	return wide / max(chords, 1)
}
