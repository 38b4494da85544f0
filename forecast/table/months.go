package table

import (
	"strings"
	"time"
	"unicode"
)

// Month names of other languages: they are read as the English ones, and written
// as the column writes them.

type language struct{ short, long [12]string }

var languages = []*language{
	{ // Spanish
		[12]string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"},
		[12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
	},
	{ // Portuguese
		[12]string{"jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"},
		[12]string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
	},
	{ // French
		[12]string{"janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"},
		[12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	},
	{ // German
		[12]string{"jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez"},
		[12]string{"januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember"},
	},
}

// english is what time.Parse reads.
var english = func() (l language) {
	for m := range 12 {
		l.long[m] = time.Month(m + 1).String()
		l.short[m] = l.long[m][:3]
	}
	return l
}()

// month finds a name; long says that it is written out.
func (l *language) month(word string) (m int, long, ok bool) {
	for i := range 12 {
		if l.long[i] == word && l.short[i] != word {
			return i, true, true
		}
		if l.short[i] == word {
			return i, false, true
		}
	}
	return 0, false, false
}

// monthReader translates the cells of a column. The language is settled by the
// names that only one has.
type monthReader struct {
	possible []*language // nil before the first foreign name
	lower    bool        // as the column writes the names
}

// translate puts English names for those of other languages, and drops the "de"
// of "5 de mayo".
func (r *monthReader) translate(cell string) string {
	letters := strings.IndexFunc(cell, func(c rune) bool { return unicode.IsLetter(c) })
	if letters < 0 {
		return cell
	}
	end := letters
	for i, c := range cell[letters:] {
		if !unicode.IsLetter(c) {
			break
		}
		end = letters + i + len(string(c))
	}
	word := strings.ToLower(cell[letters:end])
	if word == "de" {
		return r.translate(strings.Replace(cell[:letters]+strings.TrimLeft(cell[end:], " "), " de ", " ", 1))
	}
	possible := r.possible
	if possible == nil {
		possible = languages
	}
	var fits []*language
	at, long := -1, false
	for _, l := range possible {
		if m, isLong, ok := l.month(word); ok {
			fits, at, long = append(fits, l), m, isLong
		}
	}
	if at < 0 {
		return cell
	}
	if _, _, same := englishLower.month(word); !same || r.possible != nil {
		r.possible = fits
		r.lower = cell[letters:end] == word
	}
	name := english.short[at]
	if long {
		name = english.long[at]
	}
	return cell[:letters] + name + strings.Replace(strings.TrimPrefix(cell[end:], "."), " de ", " ", 1)
}

var englishLower = func() *language {
	l := english
	for m := range 12 {
		l.long[m], l.short[m] = strings.ToLower(l.long[m]), strings.ToLower(l.short[m])
	}
	return &l
}()

// write puts the column's names for the English ones of a formatted time.
func (r *monthReader) write(s string, t time.Time) string {
	if len(r.possible) == 0 {
		return s
	}
	l, m := r.possible[0], int(t.Month())-1
	put := func(name string) string {
		if r.lower {
			return name
		}
		first := []rune(name)
		return strings.ToUpper(string(first[0])) + string(first[1:])
	}
	if strings.Contains(s, english.long[m]) && english.long[m] != english.short[m] {
		return strings.Replace(s, english.long[m], put(l.long[m]), 1)
	}
	return strings.Replace(s, english.short[m], put(l.short[m]), 1)
}
