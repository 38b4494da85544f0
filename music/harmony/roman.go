package harmony

import (
	"fmt"
	"strings"
)

// This file reads Roman numerals: "ii V I in F". It knows nothing of figured bass ("V65").

var (
	numeral = pattern(`^([b#]*)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)([^IViv].*)?$`)
	inKey   = pattern(`(?i)(^|[\s|,])(?:in|em|en)\s+([A-G][b#]?)[ -]?(major|minor|maior|menor|mayor|maj|min|m)?(:\s|:?\||[\s,.]|$)`)
)

// Romans replaces the Roman numerals of a chart by chords. The key is the one that the chart
// names ("in F", "in C minor") or else the given one; a chart without numerals stays as it
// is. Lower case is minor. A numeral alone is the seventh chord that jazz puts there: in
// major ii V I are m7, 7 and maj7, in minor m7b5, 7 and m7. "V7/ii" is the dominant of the
// second degree. In minor III, VI and VII are those of the natural scale, unless they have
// an accidental, which counts from the major scale.
func Romans(chart string, key Key) (string, error) {
	text := plainSigns.Replace(chart)
	named := inKey().FindStringSubmatch(text)
	rest := text
	if named != nil {
		k, err := ParseKey(named[2] + " " + strings.ToLower(named[3]))
		if err != nil {
			return chart, err
		}
		end := named[4]
		if !strings.ContainsAny(end, "|\n") {
			end = " "
		}
		key, rest = k, strings.Replace(text, named[0], named[1]+" "+end, 1)
	}
	// blanks, bar lines and dashes between numerals stand alone
	first := ""
	var out strings.Builder
	word := func(w string) {
		parts := strings.Split(w, "-")
		for _, p := range parts {
			if !numeral().MatchString(p) {
				parts = []string{w} // "ii-7"
				break
			}
		}
		for i, p := range parts {
			if i > 0 {
				out.WriteByte(' ')
			}
			if c, ok := key.degree(p); ok {
				if first == "" {
					first = p
				}
				p = c
			}
			out.WriteString(p)
		}
	}
	for at := 0; at < len(rest); {
		n := strings.IndexAny(rest[at:], " \t\r\n|,;")
		if n < 0 {
			n = len(rest) - at
		}
		if n > 0 {
			word(rest[at : at+n])
		}
		if at += n; at < len(rest) {
			out.WriteByte(rest[at])
			at++
		}
	}
	switch {
	case first == "":
		return chart, nil
	case !key.Known:
		return chart, fmt.Errorf("music: %q is a Roman numeral and needs a key, as in %q", first, "ii V I in F")
	}
	return out.String(), nil
}

// above are the degrees in semitones above the tonic.
var above = map[string]int{"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}

// degree is the chord symbol of a numeral.
func (k Key) degree(s string) (string, bool) {
	m := numeral().FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	number, suffix := strings.ToUpper(m[2]), m[3]
	if i := strings.IndexByte(suffix, '/'); i >= 0 {
		if of, ok := k.degree(suffix[i+1:]); ok {
			root, _, _ := PitchClass(of)
			return Key{Known: true, Tonic: root}.degree(m[1] + m[2] + suffix[:i])
		}
	}
	small := m[2] != number
	at := above[number] + strings.Count(m[1], "#") - strings.Count(m[1], "b")
	if k.Minor && m[1] == "" && (number == "III" || !small && (number == "VI" || number == "VII")) {
		at--
	}
	switch {
	case suffix == "":
		suffix = k.seventh(m[1], number, small)
	case small && (strings.HasPrefix(suffix, "maj") || strings.HasPrefix(suffix, "^")):
		suffix = "m" + suffix
	case small && !strings.ContainsRune("ohm-", rune(suffix[0])) && !strings.HasPrefix(suffix, "dim"):
		suffix = "m" + suffix
	}
	name := Name(k.Tonic+at) + suffix
	_, err := ParseChord(name)
	return name, err == nil
}

// seventh is the chord of a bare numeral.
func (k Key) seventh(accidental, number string, small bool) string {
	switch {
	case k.Minor && small && number == "VII":
		return "dim7"
	case small && (number == "VII" || k.Minor && (number == "II" || number == "VI") || accidental == "#" && number == "IV"):
		return "m7b5"
	case small:
		return "m7"
	case number == "I", !k.Minor && number == "IV" && accidental == "", number == "III" && k.Minor, number == "VI" && k.Minor,
		accidental == "b" && (number == "II" || number == "III" || number == "VI"):
		return "maj7"
	}
	return "7"
}
