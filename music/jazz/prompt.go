package jazz

import (
	"slices"
	"strings"
	"unicode"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/band"
	"github.com/segue-go/segue/music/harmony"
)

// Prompt is a description of music in words: "melodic jazz, slow, F major". ParsePrompt
// makes one; fields that the words do not mention have the values given here.
type Prompt struct {
	Tags     Tags        // -1 each
	Tempo    float64     // quarter notes a minute; 0
	Bars     int         // 0
	Choruses int         // times that the form is played; 0
	Key      harmony.Key // not Known
	Meter    music.Meter // Num 0
	Swing    float64     // ratio of long to short eighths, 1 is straight; 0
	Feel     band.Feel   // of the accompaniment, where Tags.Feel is too coarse; ""
	Program  int         // General MIDI program of the soloist; -1
	Level    int         // mean velocity; 0
	Form     string      // one of Forms; ""
	Without  []string    // of Roles
	// Unknown are the words that were not understood.
	Unknown []string

	implied bool  // by a mood: Tempo
	worded  bool  // by a word and not a number: Tempo
	denied  []int // programs that must not play the solo
}

// Roles are what an accompaniment consists of.
var Roles = []string{"drums", "bass", "piano", "guitar", "organ", "chords"}

// ParsePrompt reads words in English, Portuguese, Spanish, French, German or Italian,
// without regard to accents and case. It never fails: words that it does not know are listed in Unknown.
func ParsePrompt(text string) Prompt {
	p := Prompt{Tags: NoTags(), Program: -1}
	cased := plainLetters.Replace(text)
	s := strings.ReplaceAll(strings.ToLower(cased), "’", "'")
	s = joinedUp.Replace(strings.Join(strings.Fields(strings.ReplaceAll(s, "-", " ")), " "))
	s = p.key(p.numbers(s), cased)
	p.words(splitWords(s))
	if slices.Contains(p.denied, p.Program) {
		p.Program, p.Tags.Instrument = -1, unknownToken
	}
	return p
}

// splitWords divides a text into words and commas.
func splitWords(s string) []string {
	s = strings.NewReplacer(",", " , ", ";", " , ", ".", " , ", "'", "").Replace(s)
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '#' && r != ',' })
}

// words reads what is left after numbers and the key, one word after another.
func (p *Prompt) words(list []string) {
	denied := "" // the negation in force
	var last word
	for i, w := range list {
		switch {
		case w == ",":
			denied = ""
			continue
		case w == "no" && portuguese(list): // "in the"
			continue
		case slices.Contains(negations, w):
			denied = w
			continue
		case denied != "" && slices.Contains(passed, w):
			continue
		}
		before := ""
		if i > 0 {
			before = list[i-1]
		}
		entry, known := vocabulary[w]
		if denied == "" && i > 1 && last.role != "" && entry.role != "" && slices.Contains(joins, before) {
			denied = "and" // "without drums or piano"
		}
		switch {
		case !known && denied != "":
			p.Unknown = append(p.Unknown, denied+" "+w)
		case !known:
			p.Unknown = append(p.Unknown, w)
		case denied != "" && entry.deny == nil:
			p.Unknown = append(p.Unknown, denied+" "+w)
		case denied != "":
			entry.deny(p)
		case entry.very != nil && slices.Contains(louder, before):
			entry.very(p)
		default:
			entry.set(p)
		}
		if denied != "" {
			last = entry
		} else if !slices.Contains(joins, w) {
			last = word{}
		}
		denied = ""
	}
}

// portuguese reports whether words are Portuguese, where "no" means "in the".
func portuguese(list []string) bool {
	return slices.ContainsFunc(list, func(w string) bool {
		return slices.Contains([]string{"em", "com", "um", "uma", "do", "da", "dos", "das", "tom", "muito", "sem", "nao", "violao", "trompete", "saxofone", "compassos", "valsa", "balada"}, w)
	})
}

// plainLetters removes the accents of Portuguese and Spanish, and typographers' signs.
var plainLetters = strings.NewReplacer("á", "a", "à", "a", "â", "a", "ã", "a", "é", "e", "ê", "e", "è", "e", "í", "i", "ó", "o", "ô", "o", "õ", "o", "ú", "u", "ü", "u", "ç", "c", "ñ", "n", "ä", "a", "ö", "o", "ß", "ss", "î", "i", "ï", "i", "ì", "i", "û", "u", "ù", "u", "ë", "e", "ò", "o", "œ", "oe",
	"Á", "A", "À", "A", "Â", "A", "Ã", "A", "É", "E", "Ê", "E", "È", "E", "Í", "I", "Ó", "O", "Ô", "O", "Õ", "O", "Ú", "U", "Ü", "U", "Ç", "C", "Ñ", "N", "♭", "b", "♯", "#", "♩", " tempo ")

// instrument is who plays the solo: the one that the words name, or a tenor saxophone,
// or the first of the usual soloists that the words do not exclude.
func (p *Prompt) instrument() soloInstrument {
	if i, ok := withProgram(p.Program); ok {
		return i
	}
	for _, i := range soloInstruments {
		if !slices.Contains(p.denied, i.program) {
			return i
		}
	}
	return soloInstruments[0]
}

// Bar is the meter, 4/4 where the words say nothing.
func (p *Prompt) Bar() music.Meter {
	if p.Meter.Num == 0 {
		return music.Meter{Num: 4, Den: 4}
	}
	return p.Meter
}

// Paced is the tempo that the prompt asks for after music of another, in quarter notes a
// minute. It is that of the music where a mood alone speaks for another one, and where the
// music is as fast as a word asks for.
func (p *Prompt) Paced(now float64) float64 {
	mood := p.implied && p.Tags.Feel != indexOf(Feels, "BALLAD")
	if p.Tempo == 0 || mood || (p.worded || p.implied) && tempoClass(now) == p.Tags.Tempo {
		return now
	}
	return p.Tempo
}

// Apply sets what the prompt says of the new bars, without the tempo, see Paced. It leaves
// the length and the feel alone where the options have one.
func (p *Prompt) Apply(opt *Options) {
	opt.Tags, opt.Level = &p.Tags, p.Level
	opt.Key, opt.Meter, opt.Form, opt.Program = p.Key, p.Meter, p.Form, p.Program+1
	if opt.Feel == "" {
		opt.Feel = p.Feel
	}
	if p.Swing > 0 {
		opt.Swing = p.Swing
	}
	if opt.Bars == 0 {
		if opt.Bars = p.Bars; p.Bars == 0 {
			opt.Choruses = p.Choruses
		}
	}
	if opt.Combo != nil {
		opt.Combo = opt.Combo.without(p.Without)
	}
}
