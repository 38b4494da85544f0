package charset

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// guess finds the encoding of text that is no UTF-8: the one in which its letters are those
// that the language uses most, and its words are those of tables. nil stands for UTF-8 and
// for Windows-1252 (with bytes of both, if need be).
func guess(head []byte) *code {
	const (
		most   = 16 << 10 // bytes of lines that are no plain ASCII
		fewest = 3        // letters beyond ASCII without which only a known word speaks for another code
		margin = .1       // by which another code must be better than Windows-1252, and an old one better than others
	)
	lines := foreignLines(head, most)
	if len(lines) == 0 || mostlyUTF8(lines) {
		return nil
	}
	few := lettersIn1252(lines) < fewest
	var best *code
	bestScore := western.score(lines) + margin
	for _, c := range codes() {
		s := c.score(lines)
		if few && c.wordsIn(lines) == 0 {
			continue
		}
		if c.old {
			s -= margin
		}
		if s > bestScore {
			best, bestScore = c, s
		}
	}
	return best
}

// signs are those beyond ASCII that tables write anywhere: of units, of money, quotes, dashes.
const signs = "µ£¥€²³°§·“”„‘’–—\u00a0"

// lettersIn1252 counts the characters beyond ASCII that are no signs in Windows-1252.
func lettersIn1252(text []byte) (n int) {
	for _, c := range text {
		if c >= utf8.RuneSelf && !strings.ContainsRune(signs, charmap.Windows1252.DecodeByte(c)) {
			n++
		}
	}
	return n
}

// foreignLines are the complete lines of the head that hold bytes beyond ASCII, up to a
// number of bytes.
func foreignLines(head []byte, most int) []byte {
	var out []byte
	for len(head) > 0 && len(out) < most {
		end := bytes.IndexAny(head, "\r\n")
		line := head
		switch {
		case end >= 0:
			line, head = head[:end], head[end+1:]
		case len(out) > 0:
			return out // it may be cut within a character
		default:
			head = nil
		}
		if bytes.ContainsFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }) {
			out = append(append(out, line...), '\n')
		}
	}
	return out
}

// mostlyUTF8 reports whether at least as many characters beyond ASCII are valid UTF-8 as are
// not: two encodings in one file.
func mostlyUTF8(text []byte) bool {
	valid, broken := 0, 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case size > 1:
			valid++
		}
		text = text[size:]
	}
	return valid >= broken
}

// code is an encoding and what texts in it look like.
type code struct {
	name     string
	encoding encoding.Encoding
	scripts  []*unicode.RangeTable // of its letters
	common   string                // its frequent letters beyond ASCII, in lower case; "": all of its scripts
	words    string                // with letters beyond ASCII that tables hold often, in lower case
	old      bool                  // hardly in use
}

var western = &code{
	name: "Windows-1252", encoding: charmap.Windows1252, scripts: latin,
	common: "éèêëàâäáãåæçîïíìñôöóòõøœùûüúß",
	words:  "märz période année août février décembre données région número año período região mês março preço größe menge märkte umsätze español français månad mánuður",
}

// score says how well text fits the code: the mean over its characters beyond ASCII, 1 for
// a frequent letter and less than 0 for what no text holds, and half a point for each of up
// to four words that tables hold.
func (c *code) score(text []byte) float64 {
	const perWord, mostWords = .5, 4
	decoded, err := c.encoding.NewDecoder().Bytes(text)
	if err != nil {
		return -1
	}
	sum, n := 0., 0
	runes := []rune(string(decoded))
	for i, r := range runes {
		if r < utf8.RuneSelf {
			continue
		}
		before, after := '\n', '\n'
		if i > 0 {
			before = runes[i-1]
		}
		if i+1 < len(runes) {
			after = runes[i+1]
		}
		n++
		sum += c.fits(r, before, after)
	}
	if n == 0 {
		return -1
	}
	return sum/float64(n) + perWord*float64(min(c.wordsIn(text), mostWords))
}

// wordsIn counts the different words of the code that the text holds.
func (c *code) wordsIn(text []byte) int {
	decoded, err := c.encoding.NewDecoder().Bytes(text)
	if err != nil {
		return 0
	}
	found := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(string(decoded)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
		if strings.Contains(" "+c.words+" ", " "+w+" ") {
			found[w] = true
		}
	}
	return len(found)
}

// fits judges a character by itself and by its neighbours.
func (c *code) fits(r, before, after rune) float64 {
	const (
		frequent, rare, foreign = 1, .3, -.5
		impossible              = -4. // so that few of them rule a code out
	)
	alone := !unicode.IsLetter(before) && !unicode.IsLetter(after)
	switch latin := unicode.Is(unicode.Latin, r); {
	case r == 'ł' && before == 'm' && !unicode.IsLetter(after), strings.ContainsRune("ŁĄ", r) && strings.ContainsRune("mk", after):
		return impossible // m³, £m and ¥k in Windows-1250: no Polish word has them so
	case r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Co, r):
		return impossible
	case unicode.IsMark(r) && unicode.In(r, c.scripts...): // of Thai
		if !unicode.In(before, c.scripts...) {
			return -1
		}
		return frequent
	case strings.ContainsRune("ªº", r) && before != '\n':
		return frequent // of Nº
	case strings.ContainsRune(signs, r):
		return c.sign(r, before, after)
	case !unicode.IsLetter(r):
		if unicode.IsLetter(before) && unicode.IsLetter(after) {
			return -1 // a sign within a word
		}
		if strings.ContainsRune("±・、。（）：【】「」％　", r) {
			return rare
		}
		return 0
	case (r == 'ー' || r >= 0xff65 && r <= 0xff9f) && unicode.In('ア', c.scripts...): // halfwidth, or of several scripts
		if alone {
			return 0
		}
		return rare
	case unicode.In(r, ideographic...) && unicode.In(r, c.scripts...):
		if strings.ContainsRune(c.common, r) {
			return frequent
		}
		return rare
	case !unicode.In(r, c.scripts...):
		return foreign
	case unicode.IsUpper(r) && unicode.IsLower(before), !latin && (isASCIILetter(before) || isASCIILetter(after)):
		return -1
	case alone, latin && unicode.IsLetter(before) && before >= utf8.RuneSelf:
		return 0 // Latin words have ASCII letters between their other ones
	case c == western && strings.ContainsRune("ðÐþÞýÝ", r):
		// Icelandic has no þ but at the start of a word, no ð there, and hardly an ý at the end.
		// In the Turkish and the Baltic code these are ş and ž, ğ and š, ı.
		if starts := !unicode.IsLetter(before); starts == strings.ContainsRune("þÞ", r) && unicode.IsLetter(after) || unicode.ToLower(r) == 'ð' && !starts {
			return frequent
		}
		return rare
	case c.common == "" || strings.ContainsRune(c.common, unicode.ToLower(r)):
		return frequent
	}
	return rare
}

// sign judges one of the signs. Only Windows-1252, which is the usual code, gets much for it.
func (c *code) sign(r, before, after rune) float64 {
	const frequent, rare = 1, .3
	within := unicode.IsLetter(before) && unicode.IsLetter(after)
	switch {
	case within && !strings.ContainsRune("’·\u00a0", r) && before != '°':
		return -1
	case c == western && !(within && r == '’'):
		return frequent
	}
	return rare
}

// ideographic are the scripts whose words may have one letter.
var ideographic = []*unicode.RangeTable{unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana}

func isASCIILetter(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) }
