package jazz

import (
	"fmt"
	"math"
	"strings"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
)

// This file makes the new bars differ from the seed where the options ask for it: in
// meter, instrument, form and key. What cannot be done without spoiling the other parts
// of the seed is remarked on and left.

// turn sets the meter and the program of the solo at the joint. It runs before the seed
// is read.
func (t *take) turn(from music.Tick) {
	s, m := t.seed, t.opt.Meter
	if now := s.MeterAt(from); m.Num > 0 && (m.Num != now.Num || m.Den != now.Den) {
		if len(s.Parts()) > 1 {
			t.remark("the new bars stay in %d/%d and are not in %d/%d, since the other parts of the seed go on", now.Num, now.Den, m.Num, m.Den)
		} else {
			s.Tracks[0].Events = append(s.Tracks[0].Events, music.Event{At: from, Message: timeSignature(m)})
		}
	}
	p := s.Parts()[t.opt.Part-1]
	if n := t.opt.Program; n > 0 && p.Program != n-1 {
		track := &s.Tracks[p.Track]
		track.Events = append(track.Events, music.Event{At: from, Message: []byte{0xc0 | p.Channel, byte(n - 1)}})
	}
	s.ReadMaps()
}

func (t *take) remark(format string, args ...any) {
	t.remarks = append(t.remarks, fmt.Sprintf(format, args...))
}

// octaves is how far the solo must move to lie where the instrument that was asked for
// plays, in semitones.
func (t *take) octaves() int {
	i, ok := withProgram(t.opt.Program - 1)
	if t.opt.Program == 0 || !ok || len(t.solo.notes) == 0 {
		return 0
	}
	return 12 * int(math.Round((float64(i.centre)-meanPitch(t.solo.notes))/14))
}

// given are the chords of the new bars, other than those of the seed: the options' or,
// for another meter, form or key, the form that was heard in the seed, made to suit.
// They are empty if the seed's own go on.
func (t *take) given(heard harmony.Changes) harmony.Changes {
	if o := t.opt; len(o.Changes.Beats) > 0 || o.Form == "" && !o.Key.Known && t.seed.MeterAt(t.bars[0]) == t.seed.MeterAt(t.bars[0]-1) {
		return o.Changes
	}
	form := heard
	form.Beats, form.Loop = heard.Beats[heard.Loop:], 0
	alone := len(t.pitched()) == 0
	meter := t.seed.MeterAt(t.bars[0])
	now := t.keyOf(form.Beats, true)
	key := t.opt.Key
	if !key.Known {
		key = now
	}
	t.key = key
	replace := t.opt.Form
	switch relative := key.Minor != now.Minor && harmony.Class(key.Tonic-now.Tonic) == map[bool]int{true: 9, false: 3}[key.Minor]; {
	case key == now, relative:
	case key.Minor == now.Minor:
		t.shift = harmony.Class(key.Tonic-now.Tonic+6) - 6
		form = form.Transposed(t.shift)
	case alone && replace == "":
		replace = "standard" // chords of major do not make minor
	case !alone:
		t.remark("the new bars stay in %s and are not in %s, since the other parts of the seed go on", now, key)
		t.key = harmony.Key{}
		return harmony.Changes{}
	}
	if replace != "" && !alone {
		t.remark("the new bars keep the chords of the seed, since its other parts go on")
		replace = ""
	}
	if replace == "" && len(form.Beats) == 0 {
		return harmony.Changes{}
	}
	text := strings.Join(form.Bars(0, form.Length()), " | ")
	var err error
	if replace != "" {
		form, err = formOf(replace, key, meter)
	} else {
		form, err = harmony.ParseChanges(text, meter)
	}
	if err != nil {
		panic("jazz: chords that are printed cannot be read: " + text)
	}
	return form
}

// keyOf is the key of a form. That of chords which were heard in a lone line is the key that
// was heard with them, if it is sure.
func (t *take) keyOf(form []harmony.Beat, heard bool) harmony.Key {
	heard = heard && len(t.seed.Parts()) == 1
	if heard && t.hears.KeySure > .5 {
		return t.hears.Key
	}
	return findKey(form, t.solo.notes, heard)
}

// pitched are the parts of the seed that go on beside the solo, without drums.
func (t *take) pitched() []music.Part {
	var out []music.Part
	for _, p := range t.seed.Parts() {
		if p != t.part && !p.Drums() {
			out = append(out, p)
		}
	}
	return out
}

// moved is a note of another part of the seed in the key of the new bars.
func (t *take) moved(p music.Part, n music.Note) music.Note {
	if !p.Drums() {
		n.Pitch = uint8(max(0, min(int(n.Pitch)+t.shift, 127)))
	}
	return n
}
