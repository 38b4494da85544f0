package stamp

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a run of digits, of letters, or one other character.
type token struct {
	text string
	kind tokenKind
}

type tokenKind int

const (
	digits tokenKind = iota
	letters
	other
)

func tokenize(s string) []token {
	var out []token
	for len(s) > 0 {
		n, k := 0, other
		switch r, size := utf8.DecodeRuneInString(s); {
		case r >= '0' && r <= '9':
			for n < len(s) && s[n] >= '0' && s[n] <= '9' {
				n++
			}
			k = digits
		case unicode.IsLetter(r):
			n, k = max(pointed(s), word(s)), letters
		default:
			n = size
		}
		out = append(out, token{s[:n], k})
		s = s[n:]
	}
	return out
}

// join is the text of tokens.
func join(ts []token) string {
	var b strings.Builder
	for _, t := range ts {
		b.WriteString(t.text)
	}
	return b.String()
}

// fieldSet is a set of kinds.
type fieldSet uint32

func (s fieldSet) has(k kind) bool      { return s&(1<<k) != 0 }
func (s fieldSet) with(k kind) fieldSet { return s | 1<<k }

func setOf(ks ...kind) (s fieldSet) {
	for _, k := range ks {
		s = s.with(k)
	}
	return s
}

// dates are the sets of fields that make a date.
var dates = map[fieldSet]bool{
	setOf(year): true, setOf(year, month): true, setOf(year, month, day): true,
	setOf(year, monthName): true, setOf(year, monthName, day): true,
	setOf(shortYear, monthName): true, setOf(shortYear, monthName, day): true, setOf(shortYear, month, day): true,
	setOf(year, month, dekad): true, setOf(year, monthName, dekad): true,
	setOf(year, quarter): true, setOf(year, half): true, setOf(year, period): true, setOf(year, period4): true, setOf(year, week): true, setOf(year, week, weekday): true,
	setOf(shortYear, quarter): true, setOf(shortYear, half): true, setOf(shortYear, period): true, setOf(shortYear, period4): true, setOf(shortYear, week): true,
	setOf(year, nextYear): true, setOf(year, nextYear, quarter): true, setOf(year, nextYear, half): true, setOf(shortYear, nextYear): true,
}

var clock = setOf(hour, hour12, minute, second, fraction, ampm, offset, zoneName)
