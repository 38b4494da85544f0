package jazz

import (
	"maps"
	"slices"
	"strings"

	"github.com/segue-go/segue/music/band"
)

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
