package jazz

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
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

// moved is a note of another part of the seed in the key of the new bars, and higher by a
// number of semitones.
func (t *take) moved(p music.Part, n music.Note, up int) music.Note {
	if !p.Drums() {
		n.Pitch = uint8(max(0, min(int(n.Pitch)+t.shift+up, 127)))
	}
	return n
}

// soloInstrument is an instrument that words can ask for.
type soloInstrument struct {
	words   string // in English, Portuguese, Spanish, French, German and Italian, without accents; the first is its name
	program int    // General MIDI, from 0
	tag     string // the nearest of Instruments; "" is unknown
	centre  int    // pitch around which it plays
	humble  bool   // named beside another instrument it accompanies
}

// soloInstruments are found by any of their words.
var soloInstruments = []soloInstrument{
	{"tenor", 66, "ts", 66, false}, {"alto", 65, "as", 66, false}, {"soprano", 64, "ss", 66, false},
	{"baritone baritono barisax", 67, "bs", 55, false}, {"trumpet trompete trompeta trompette tromba", 56, "tp", 66, false},
	{"mutedtrumpet", 59, "tp", 66, false}, {"flugelhorn flugel fliscorno fliscorne", 56, "tp", 63, false},
	{"cornet corneta", 56, "cor", 66, false}, {"trombone trombon posaune", 57, "tb", 58, false},
	{"clarinet clarinete klarinette clarinette clarinetto", 71, "cl", 66, false}, {"bassclarinet clarone", 71, "cl", 54, false},
	{"tuba", 58, "tb", 45, false}, {"horn trompa waldhorn", 60, "tb", 58, false},
	{"vibraphone vibes vibrafone vibrafono vibraphon", 11, "vib", 66, false}, {"marimba", 12, "vib", 66, false}, {"xylophone xilofone xilofono", 13, "vib", 76, false},
	{"piano klavier pianoforte", 0, "p", 66, true}, {"rhodes", 4, "p", 66, true}, {"organ hammond orgao organo orgel orgue", 16, "", 66, true},
	{"guitar guitarra gitarre guitare chitarra", 26, "g", 62, true}, {"classicalguitar violao ukulele", 24, "g", 62, true}, {"banjo", 105, "g", 64, true},
	{"bass contrabass contrabaixo contrabajo kontrabass basse contrebasse basso contrabbasso", 32, "", 43, true},
	{"flute flauta flote querflote flauto", 73, "", 75, false}, {"piccolo flautim flautin", 72, "", 84, false}, {"recorder", 74, "", 76, false},
	{"oboe hautbois", 68, "", 72, false}, {"bassoon fagote fagot fagott basson", 70, "", 54, false},
	{"violin violino fiddle rabeca geige violine violon", 40, "", 72, false}, {"viola bratsche", 41, "", 64, false}, {"cello violoncelle violoncello violoncelo chelo", 42, "", 55, false},
	{"strings cordas cuerdas streicher cordes archi", 48, "", 67, true}, {"harp harpa arpa harfe harpe", 46, "", 66, false},
	{"harmonica gaita armonica", 22, "", 70, false}, {"accordion akkordeon fisarmonica acordeon acordeao sanfona", 21, "", 68, false}, {"bandoneon", 23, "", 66, false},
	{"voice vocal vocals voz scat stimme gesang voix voce", 53, "", 66, false}, {"synth synthesizer synthesiser sintetizador", 80, "", 68, false},
}

// name is what the instrument is called: "alto saxophone".
func (i soloInstrument) name() string {
	first, _, _ := strings.Cut(i.words, " ")
	if i.program >= 64 && i.program <= 67 {
		return first + " saxophone"
	}
	for _, two := range [][2]string{{"muted", "trumpet"}, {"bass", "clarinet"}, {"classical", "guitar"}} {
		if first == two[0]+two[1] {
			return two[0] + " " + two[1]
		}
	}
	return first
}

// withProgram is the instrument of a General MIDI program; ok is false if words cannot
// ask for it.
func withProgram(program int) (i soloInstrument, ok bool) {
	for _, i := range soloInstruments {
		if i.program == program {
			return i, true
		}
	}
	return soloInstrument{}, false
}

// without returns a combo that lacks some of Roles.
func (c *Combo) without(roles []string) *Combo {
	if len(roles) == 0 {
		return c
	}
	d := *c
	d.Lineup = maps.Clone(c.Lineup)
	for _, role := range roles {
		delete(d.Lineup, band.Instrument(role))
	}
	if slices.Contains(roles, "chords") {
		for _, i := range []band.Instrument{band.Piano, band.Organ, band.Guitar} {
			delete(d.Lineup, i)
		}
	}
	return &d
}
