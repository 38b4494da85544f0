package jazz

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/segue-go/segue/music/harmony"
)

// Prompt is a description of music in words: "melodic jazz, slow, F major".
type Prompt struct {
	Tags  Tags        // those that the words mention
	Tempo float64     // quarter notes a minute; 0 is unknown
	Bars  int         // 0 is unknown
	Key   harmony.Key // Known is false if the words name none
	// Unknown are the words that were not understood.
	Unknown []string
}

// vocabulary maps words in English, Portuguese and Spanish, without accents, to what
// they set. A word that is added more than once sets everything that it was added for.
var vocabulary = func() map[string]func(*Prompt) {
	v := map[string]func(*Prompt){}
	add := func(words string, f func(*Prompt)) {
		for _, w := range strings.Fields(words) {
			if before := v[w]; before != nil {
				v[w] = func(p *Prompt) { before(p); f(p) }
			} else {
				v[w] = f
			}
		}
	}
	style := func(name string) func(*Prompt) { return func(p *Prompt) { p.Tags.Style = indexOf(Styles, name) } }
	feel := func(name string) func(*Prompt) { return func(p *Prompt) { p.Tags.Feel = indexOf(Feels, name) } }
	tempo := func(class int, bpm float64) func(*Prompt) {
		return func(p *Prompt) {
			p.Tags.Tempo = class
			if p.Tempo == 0 {
				p.Tempo = bpm
			}
		}
	}
	instrument := func(name string) func(*Prompt) {
		return func(p *Prompt) { p.Tags.Instrument = indexOf(Instruments, name) }
	}
	add("traditional tradicional dixieland dixie", style("TRADITIONAL"))
	add("bebop bop", style("BEBOP"))
	add("cool", style("COOL"))
	add("hardbop", style("HARDBOP"))
	add("postbop moderno modern moderna", style("POSTBOP"))
	add("fusion fusao", style("FUSION"))
	add("free livre libre", style("FREE"))
	add("swing swinging swingado swingueado suingue", feel("SWING"))
	add("twobeat", feel("TWOBEAT"))
	add("latin latino latina bossa samba", feel("LATIN"))
	add("funk funky", feel("FUNK"))
	add("ballad balada", feel("BALLAD"))
	add("ballad balada", tempo(0, 66))
	add("slow lento lenta devagar adagio largo", tempo(0, 70))
	add("medium medio media moderate moderato moderado moderada andante", tempo(2, 120))
	add("fast rapido rapida up uptempo quick allegro presto veloz", tempo(4, 210))
	add("blues", func(p *Prompt) { p.Tags.Tonality = indexOf(Tonalities, "BLUES") })
	add("modal", func(p *Prompt) { p.Tags.Tonality = indexOf(Tonalities, "MODAL") })
	add("tenor", instrument("ts"))
	add("sax saxophone saxofone saxofon", func(p *Prompt) {
		if p.Tags.Instrument < 0 { // "alto sax" is an alto
			instrument("ts")(p)
		}
	})
	add("alto", instrument("as"))
	add("soprano", instrument("ss"))
	add("baritone baritono", instrument("bs"))
	add("trumpet trompete trompeta", instrument("tp"))
	add("trombone trombon", instrument("tb"))
	add("clarinet clarinete", instrument("cl"))
	add("cornet corneta", instrument("cor"))
	add("vibraphone vibes vibrafone vibrafono", instrument("vib"))
	add("piano", instrument("p"))
	add("guitar guitarra violao", instrument("g"))
	add("busy dense denso densa virtuosic virtuoso virtuosa virtuosistico", func(p *Prompt) { p.Tags.Density = 4 })
	add("sparse spacious calm calmo calma tranquilo tranquila esparso escaso espacado gentle suave", func(p *Prompt) { p.Tags.Density = 0 })
	add("high agudo aguda alta", func(p *Prompt) { p.Tags.Register = 4 })
	add("low grave baixo bajo", func(p *Prompt) { p.Tags.Register = 0 })
	add("melodic melodico melodica lyrical lirico lirica singing cantabile stepwise", func(p *Prompt) { p.Tags.Leaps = 0 })
	add("melodic melodico melodica lyrical lirico lirica singing cantabile", func(p *Prompt) { p.Tags.Density = min(max(p.Tags.Density, 0), 1) })
	add("leaping angular saltos leaps", func(p *Prompt) { p.Tags.Leaps = 4 })
	add("legato ligado smooth", func(p *Prompt) { p.Tags.Touch = 4 })
	add("staccato destacado short", func(p *Prompt) { p.Tags.Touch = 0 })
	for _, w := range strings.Fields("jazz jazzy solo music musica a an the and with of in on for some very please improvisation improvisacao improvisacion improviso " +
		"o os as um uma e com de da do das em no na para por muito tom tonalidade mais y el la los las un una con en del muy mas tono tonalidad clave key tempo song tune line linha linea melody melodia piece feel feeling beat style estilo " +
		"bpm bars bar compassos compasso compases compas quarter notes minute at") {
		if v[w] == nil {
			v[w] = func(*Prompt) {}
		}
	}
	return v
}()

var (
	letterKey  = regexp.MustCompile(`\b([a-g])(?:\s*(b|#|flat|sharp|bemol|sustenido|sostenido))?\s*(major|minor|maior|menor|mayor|maj|min)\b`)
	shortKey   = regexp.MustCompile(`\b([a-df-g])(b|#)?(m)\b|\b(e)(b|#)(m)\b`) // "em" is a word
	solfegeKey = regexp.MustCompile(`\b(do|re|mi|fa|sol|la|si)(?:\s+(bemol|sustenido|sostenido))?\s+(maior|menor|mayor|major|minor)\b`)
	bareKey    = regexp.MustCompile(`\b(?:in|em|en)\s+([a-g])(b|#)?(?:\s|,|$)`)
	minorBare  = regexp.MustCompile(`\b(minor|menor)\b`)
	majorBare  = regexp.MustCompile(`\b(major|maior|mayor)\b`)
	tempoWords = regexp.MustCompile(`\b(\d{2,3})\s*bpm\b|\bbpm\s*=?\s*(\d{2,3})\b`)
	barWords   = regexp.MustCompile(`\b(\d{1,3})\s*(?:bars?|compassos?|compases|compas)\b`)
	joinedUp   = strings.NewReplacer("hard bop", "hardbop", "post bop", "postbop", "two beat", "twobeat", "bossa nova", "bossa", "up tempo", "uptempo", "mid tempo", "medium", "medium slow", "mediumslow", "medium up", "mediumup")
)

// ParsePrompt reads words in English, Portuguese or Spanish, without regard to accents
// and case. It never fails: words that it does not know are listed in Unknown.
func ParsePrompt(text string) Prompt {
	p := Prompt{Tags: NoTags()}
	s := joinedUp.Replace(strings.ReplaceAll(fold(text), "-", " "))
	take := func(re *regexp.Regexp, f func(m []string)) {
		if m := re.FindStringSubmatch(s); m != nil {
			f(m)
			s = strings.Replace(s, m[0], " ", 1)
		}
	}
	take(tempoWords, func(m []string) {
		p.Tempo, _ = strconv.ParseFloat(m[1]+m[2], 64)
		p.Tempo = max(30, min(p.Tempo, 400))
		p.Tags.Tempo = tempoClass(p.Tempo)
	})
	take(barWords, func(m []string) { p.Bars, _ = strconv.Atoi(m[1]) })
	set := func(tonic int, accidental, mode string) {
		switch accidental {
		case "b", "flat", "bemol":
			tonic += 11
		case "#", "sharp", "sustenido", "sostenido":
			tonic++
		}
		p.Key = harmony.Key{Known: true, Tonic: tonic % 12, Minor: strings.HasPrefix(mode, "m") && !strings.HasPrefix(mode, "ma")}
	}
	take(solfegeKey, func(m []string) {
		set(map[string]int{"do": 0, "re": 2, "mi": 4, "fa": 5, "sol": 7, "la": 9, "si": 11}[m[1]], m[2], m[3])
	})
	letter := func(m []string) {
		pc, _, _ := harmony.PitchClass(strings.ToUpper(m[1]))
		set(pc, m[2], m[3])
	}
	if !p.Key.Known {
		take(letterKey, letter)
	}
	if !p.Key.Known {
		take(shortKey, func(m []string) { letter([]string{"", m[1] + m[4], m[2] + m[5], "minor"}) })
	}
	if !p.Key.Known {
		take(bareKey, func(m []string) { letter([]string{"", m[1], m[2], "major"}) })
	}
	take(minorBare, func([]string) { p.Tags.Mode = 1 })
	take(majorBare, func([]string) { p.Tags.Mode = 0 })
	if p.Key.Known {
		p.Tags.Mode = 0
		if p.Key.Minor {
			p.Tags.Mode = 1
		}
	}
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '#' }) {
		switch f := vocabulary[w]; {
		case w == "mediumslow":
			p.Tags.Tempo, p.Tempo = 1, orTempo(p.Tempo, 95)
		case w == "mediumup":
			p.Tags.Tempo, p.Tempo = 3, orTempo(p.Tempo, 160)
		case f != nil:
			f(&p)
		default:
			p.Unknown = append(p.Unknown, w)
		}
	}
	return p
}

func orTempo(said, usual float64) float64 {
	if said > 0 {
		return said
	}
	return usual
}

// fold removes case and the accents of Portuguese and Spanish.
func fold(s string) string {
	return strings.NewReplacer("á", "a", "à", "a", "â", "a", "ã", "a", "é", "e", "ê", "e", "è", "e", "í", "i", "ó", "o", "ô", "o", "õ", "o", "ú", "u", "ü", "u", "ç", "c", "ñ", "n", "♭", "b", "♯", "#").Replace(strings.ToLower(s))
}

// Describe says in English what was understood.
func (p Prompt) Describe() string {
	var out []string
	name := func(what string, list []string, i int) {
		if i >= 0 {
			out = append(out, what+" "+strings.ToLower(list[i]))
		}
	}
	grades := []string{"very low", "low", "middling", "high", "very high"}
	name("style", Styles, p.Tags.Style)
	name("feel", Feels, p.Tags.Feel)
	name("tempo", TempoNames, p.Tags.Tempo)
	name("instrument", Instruments, p.Tags.Instrument)
	name("tonality", Tonalities, p.Tags.Tonality)
	name("density", grades, p.Tags.Density)
	name("register", grades, p.Tags.Register)
	name("leaps", grades, p.Tags.Leaps)
	name("legato", grades, p.Tags.Touch)
	if p.Tempo > 0 {
		out = append(out, fmt.Sprintf("%.0f quarter notes a minute", p.Tempo))
	}
	if p.Key.Known {
		out = append(out, p.Key.String())
	} else {
		name("mode", Modes, p.Tags.Mode)
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}
