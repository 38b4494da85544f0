package jazz

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/segue-go/segue/music/harmony"
)

// This file finds the phrases of a prompt that mean a number or a key.

const accidentalWords = `flat|sharp|bemolle|bemol|diese|diesis|sustenido|sostenido`

var (
	modeWords  = `major|minor|maior|menor|mayor|majeur|mineur|maggiore|minore|maj|min`
	letterKey  = pattern(`\b([a-g])(?:(b|#)|\s*(` + accidentalWords + `))?\s*(` + modeWords + `)\b`)
	germanKey  = pattern(`\b([a-h])(is|es|s)?\s*(dur|moll)\b`)
	shortKey   = pattern(`\b(?:([a-df-g])(b|#)?|(e)(b|#))m\b`) // "em" is a word
	solfegeKey = pattern(`\b(do|re|mi|fa|sol|la|si)(?:\s+(` + accidentalWords + `))?\s+(` + modeWords + `)\b`)
	// "a" and "e" are words, unless they have an accidental
	flatKey     = pattern(`\b([a-g])(?:(b|#)|\s+(` + accidentalWords + `))(?:\s|,|$)`)
	styleKey    = pattern(`\b([b-df-g])\s+(?:blues|rhythmchanges|bossa|swing|ballad|waltz|shuffle|modal)\b`)
	bareKey     = pattern(`\b(?:in|em|en|key|key of|tom de|tono de|tonalidade? de|clave de)\s+(?:the key of\s+)?([b-df-g])(?:\s|,|$)`)
	bareAE      = pattern(`\b(?:in|em|en|key of|tom de|tono de|tonalidade? de|clave de)\s+([ae])\s*(?:,|$)`)
	capitalAE   = pattern(`\b(?:[Ii]n|[Ee]m|[Ee]n|[Kk]ey of|[Tt]om de|[Tt]ono de)\s+([AE])\b`)
	bareSolfege = pattern(`\b(?:em|en|tom de|tono de|tonalidade? de|clave de)\s+(do|re|mi|fa|sol|si|la)(?:\s+(bemol|sustenido|sostenido)|\s*(?:,|$))`)
	minorBare   = pattern(`\b(minor|menor)\b`)
	majorBare   = pattern(`\b(major|maior|mayor)\b`)

	tempoWords  = pattern(`\b(\d{2,3})\s*(?:bpm|beats (?:per|a) minute|beats|batidas por minuto|pulsaciones por minuto|batidas|pulsaciones)\b|(?:\bbpm\s*=?|\btempo\s*(?:of|de|=|:)?|=)\s*(\d{2,3})\b|\bat (\d{2,3})\b`)
	barWords    = pattern(`\b(\d{1,3})\s*(?:bars?|measures?|compassos?|compases|compas|takte?|mesures?|battut[ea])\b`)
	chorusWords = pattern(`\b(\d{1,2})\s*(?:chorus(?:es)?|coros?|vueltas?|voltas?)\b`)
	meterWords  = pattern(`\b(\d{1,2})\s*/\s*(\d{1,2})\b`)
)

// joinedUp are phrases that count as one word, number words before the words that they
// count, and phrases that look like keys and are none.
var joinedUp = strings.NewReplacer("hard bop", "hardbop", "post bop", "postbop", "two beat", "twobeat", "bossa nova", "bossa", "afro cuban", "afrocuban",
	"up tempo", "uptempo", "mid tempo", "medium", "medium slow", "mediumslow", "medium up", "mediumup", "medium fast", "mediumup", "laid back", "laidback", "a cappella", "acappella",
	"ii v i", "iivi", "two five one", "iivi", "2 5 1", "iivi", "rhythm changes", "rhythmchanges", "i got rhythm", "rhythmchanges", "jazz waltz", "waltz", "electric piano", "rhodes", "fender rhodes", "rhodes", "piano eletrico", "rhodes", "piano electrico", "rhodes",
	"double bass", "contrabass", "upright bass", "contrabass", "bass clarinet", "bassclarinet", "clarinete baixo", "bassclarinet", "clarinete bajo", "bassclarinet", "bari sax", "barisax",
	"sax baritono", "baritone", "muted trumpet", "mutedtrumpet", "trompete com surdina", "mutedtrumpet", "trompeta con sordina", "mutedtrumpet", "french horn", "horn", "english horn", "oboe",
	"classical guitar", "classicalguitar", "acoustic guitar", "classicalguitar", "nylon guitar", "classicalguitar", "guitarra clasica", "classicalguitar",
	"a minor key", "minor", "a major key", "major", "minor key", "minor", "major key", "major", "isn't", "isnt", "don't", "dont", "pas de ", "pas ", "pas d'", "pas ", "trop ", "too ", "troppo ", "too ", "nicht zu", "not too",
	"dreiviertel", "3/4", "a trois temps", "3/4", "trois temps", "3/4", "tre quarti", "3/4", "three four", "3/4", "four four", "4/4", "five four", "5/4", "six eight", "6/8", "twelve eight", "12/8", "in three", "3/4", "in five", "5/4",
	"tres por quatro", "3/4", "tres por cuatro", "3/4", "quatro por quatro", "4/4", "cuatro por cuatro", "4/4", "cinco por quatro", "5/4", "cinco por cuatro", "5/4", "seis por oito", "6/8", "seis por ocho", "6/8",
	"eight bar", "8 bar", "twelve bar", "12 bar", "sixteen bar", "16 bar", "thirty two bar", "32 bar", "two chorus", "2 chorus", "three chorus", "3 chorus", "four chorus", "4 chorus",
	"oito compas", "8 compas", "doze compas", "12 compas", "dezesseis compas", "16 compas", "trinta e dois compas", "32 compas", "ocho compas", "8 compas", "doce compas", "12 compas", "dieciseis compas", "16 compas")

// pattern is a regular expression that is compiled when it is first used: few runs
// of a program read a prompt.
func pattern(s string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(s) })
}

// take cuts the first match of re out of s and hands its groups to f.
func cut(s *string, re func() *regexp.Regexp, f func(m []string)) bool {
	m := re().FindStringSubmatch(*s)
	if m == nil {
		return false
	}
	f(m)
	*s = strings.Replace(*s, m[0], " ", 1)
	return true
}

// numbers reads tempo, meter and length and returns the rest of the text.
func (p *Prompt) numbers(s string) string {
	cut(&s, tempoWords, func(m []string) {
		p.Tempo, _ = strconv.ParseFloat(m[1]+m[2]+m[3], 64)
		p.Tempo = max(30, min(p.Tempo, 400))
		p.Tags.Tempo = tempoClass(p.Tempo)
	})
	cut(&s, meterWords, func(m []string) {
		num, _ := strconv.Atoi(m[1])
		den, _ := strconv.Atoi(m[2])
		if !p.meter(num, den) {
			p.Unknown = append(p.Unknown, m[1]+"/"+m[2])
		}
	})
	cut(&s, barWords, func(m []string) { p.Bars, _ = strconv.Atoi(m[1]) })
	cut(&s, chorusWords, func(m []string) { p.Choruses, _ = strconv.Atoi(m[1]) })
	return s
}

// key reads the key and returns the rest of the text. cased is the text with its capital
// letters.
func (p *Prompt) key(s, cased string) string {
	set := func(tonic int, accidental, mode string) {
		switch accidental {
		case "b", "flat", "bemol", "bemolle":
			tonic += 11
		case "#", "sharp", "diese", "diesis", "sustenido", "sostenido":
			tonic++
		}
		p.Key = harmony.Key{Known: true, Tonic: tonic % 12, Minor: strings.HasPrefix(mode, "m") && !strings.HasPrefix(mode, "ma")}
	}
	letter := func(name, accidental, mode string) {
		pc, _, _ := harmony.PitchClass(strings.ToUpper(name))
		set(pc, accidental, mode)
	}
	solfege := func(m []string) {
		set(map[string]int{"do": 0, "re": 2, "mi": 4, "fa": 5, "sol": 7, "la": 9, "si": 11}[m[1]], m[2], append(m, "")[3])
	}
	keepStyle := "" // a style behind a key is a word of its own
	switch {
	case cut(&s, germanKey, func(m []string) { p.Key = german(m[1], m[2], m[3]) }):
	case cut(&s, solfegeKey, solfege):
	case cut(&s, letterKey, func(m []string) { letter(m[1], m[2]+m[3], m[4]) }):
	case cut(&s, shortKey, func(m []string) { letter(m[1]+m[3], m[2]+m[4], "minor") }):
	case cut(&s, bareSolfege, solfege):
	case cut(&s, flatKey, func(m []string) { letter(m[1], m[2]+m[3], "") }):
	case cut(&s, bareKey, func(m []string) { letter(m[1], "", "") }):
	case cut(&s, bareAE, func(m []string) { letter(m[1], "", "") }):
	case cut(&s, styleKey, func(m []string) { letter(m[1], "", ""); keepStyle = m[0][2:] }):
	default:
		if m := capitalAE().FindStringSubmatch(cased); m != nil {
			letter(m[1], "", "")
		}
	}
	s += " " + keepStyle
	cut(&s, minorBare, func([]string) { p.Tags.Mode = 1; p.Key.Minor = p.Key.Known })
	cut(&s, majorBare, func([]string) { p.Tags.Mode = 0 })
	if p.Key.Known {
		p.Tags.Mode = 0
		if p.Key.Minor {
			p.Tags.Mode = 1
		}
	}
	return s
}

// meter sets a meter; ok is false if music cannot be composed in it: its bars must be
// one to eight quarter notes long.
func (p *Prompt) meter(num, den int) (ok bool) {
	if (den != 2 && den != 4 && den != 8 && den != 16) || num < 2 || 4*num < den || 4*num > 8*den {
		return false
	}
	p.Meter.Num, p.Meter.Den = num, den
	return true
}

// german is a key by its German name, in which H is B and B is B flat.
func german(name, accidental, mode string) harmony.Key {
	tonic := map[string]int{"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 10, "h": 11}[name]
	switch accidental {
	case "is":
		tonic++
	case "es", "s":
		tonic += 11
	}
	return harmony.Key{Known: true, Tonic: tonic % 12, Minor: mode == "moll"}
}
