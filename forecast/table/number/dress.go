package number

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// scales are words behind a number that multiply it, as cells write them.
var scales = func() map[string]float64 {
	m := map[string]float64{"k": 1e3, "K": 1e3, "M": 1e6, "MM": 1e6, "B": 1e9, "G": 1e9, "T": 1e12, "Cr": 1e7, "cr": 1e7, "Md": 1e9}
	for factor, words := range map[float64]string{
		1e3:  "tsd thousand thousands tausend mil mille тыс tys duizend tusen",
		1e5:  "lakh lakhs lac lacs",
		1e6:  "mn mio million millions millionen mi mln млн millones milhões milioni miljoen mill milj",
		1e7:  "crore crores",
		1e9:  "bn mrd mld md billion billions bi млрд milliarden milliards miljard mdr",
		1e12: "tn trillion",
	} {
		for _, w := range strings.Fields(words) {
			r, size := utf8.DecodeRuneInString(w)
			m[w], m[string(unicode.ToUpper(r))+w[size:]], m[strings.ToUpper(w)] = factor, factor, factor
		}
	}
	return m
}()

// eastern are the units of thousands that East Asian scripts write right behind the
// digits, before the currency.
var eastern = []struct {
	unit   string
	factor float64
}{{"百万", 1e6}, {"万", 1e4}, {"萬", 1e4}, {"만", 1e4}, {"億", 1e8}, {"亿", 1e8}, {"억", 1e8}, {"千", 1e3}, {"천", 1e3}, {"兆", 1e12}, {"조", 1e12}}

const currencySigns = "$€£¥₹₽₩₺₴₪฿₫"

// scale is the factor that what follows a number stands for, and the rest of it.
func scale(after string) (factor float64, rest string) {
	for _, e := range eastern {
		if left, ok := strings.CutPrefix(after, e.unit); ok {
			return e.factor, left
		}
	}
	word, rest, _ := strings.Cut(after, " ")
	bare := strings.TrimRight(strings.TrimRight(word, currencySigns), ".") // k€, Mio.
	if f, ok := scales[bare]; ok {
		return f, rest
	}
	return 1, after
}

// pattern is a regular expression that is compiled when it is first used: music has
// no such numbers.
func pattern(s string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(s) })
}

var (
	// noDecimals is a dash in the place of decimals: 964,- and 964.—
	noDecimals = pattern(`^(.*\d)[.,]-{1,2}($|[^\d-].*$)`)
	// hyphened is the hyphen of a currency's name, which is no minus: US-$
	hyphened = pattern(`(\pL)-([` + currencySigns + `])`)
	// spread is the error behind a value: 12.5 ± .3
	spread = pattern(`^(.*\d.*?)\s*(±|\+/-).*$`)
	// perHundred is a unit with digits: l/100km
	perHundred = pattern(`^\pL+/\d{1,4} ?\pL+$`)
	// footnote is a number in brackets behind a value: 505 [1]
	footnote = pattern(`^(.*\d.*?)\s*\[[\pL\d]{1,3}\]$`)
)

// undress takes currency, units, footnotes and the like from a number, and gives
// its digits with separators, its sign, and the factor that a letter stands for.
func undress(s string) (digits string, sign, factor float64, ok bool) {
	sign, factor = 1, 1
	signs := 0
	s = strings.Map(usualDigit, s)
	if !strings.ContainsAny(s, "0123456789") {
		return "", 0, 0, false
	}
	// most cells have none of what the patterns look for; dates are asked about too
	if strings.Contains(s, "-") && strings.ContainsAny(s, currencySigns) {
		s = hyphened().ReplaceAllString(s, "$1$2")
	}
	if strings.Contains(s, ",-") || strings.Contains(s, ".-") {
		s = noDecimals().ReplaceAllString(s, "$1$2")
	}
	if strings.Contains(s, "±") || strings.Contains(s, "+/-") {
		s = spread().ReplaceAllString(s, "$1")
	}
	if strings.Contains(s, "[") {
		s = footnote().ReplaceAllString(s, "$1")
	}
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s, sign, signs = s[1:len(s)-1], -1, 1
	} else if i := strings.IndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		if inside := strings.TrimSpace(s[i+1 : len(s)-1]); strings.IndexFunc(inside, unicode.IsDigit) < 0 || strings.IndexFunc(s[:i], unicode.IsDigit) >= 0 {
			s = s[:i] // 505 (p), 505 (1): a footnote
		} else {
			s, sign, signs = s[:i]+inside, -1, 1 // $(240.02)
		}
	}
	from := strings.IndexAny(s, "0123456789")
	if from < 0 {
		return "", 0, 0, false
	}
	if from > 0 && (s[from-1] == '.' || s[from-1] == ',') && (from == 1 || !isLetter(s[:from-1])) {
		from-- // .5
	}
	before := s[:from]
	body, after := splitBody(s[from:])
	signs += strings.Count(before, "-") + strings.Count(before, "+")
	if strings.Contains(before, "-") {
		sign = -1
	}
	if strings.IndexFunc(before, unicode.IsLetter) >= 0 && !currency(before) || len(before) > 12 {
		return "", 0, 0, false
	}
	after = strings.TrimSpace(after)
	if strings.HasSuffix(after, "-") || strings.HasPrefix(after, "-") && strings.Trim(after, "- ") == "" {
		signs += strings.Count(after, "-")
		after, sign = strings.TrimSpace(strings.Trim(after, "-")), -1 // SAP writes 123-
	}
	factor, after = scale(after)
	if signs > 1 || !unit(after) {
		return "", 0, 0, false
	}
	return body, sign, factor, true
}

func isLetter(s string) bool {
	r := []rune(s)
	return len(r) > 0 && unicode.IsLetter(r[len(r)-1])
}

// usualDigit turns the digits and signs of other scripts into those of ASCII.
func usualDigit(r rune) rune {
	switch {
	case r < 0x80:
		return r
	case unicode.Is(unicode.Nd, r):
		zero := r
		for unicode.Is(unicode.Nd, zero-1) && r-zero < 9 {
			zero--
		}
		return '0' + (r - zero)
	}
	switch r {
	case '\u2212', '\u2013', '\u2014', '\ufe63', '\uff0d': // minus, dashes, small and full-width hyphens
		return '-'
	case '\u00a0', '\u202f', '\u2009', '\u3000':
		return ' '
	case '\u066b', '\uff0c': // Arabic decimal separator, full-width comma
		return ','
	case '\u066c', '\u2019', '\u00b4': // Arabic thousands separator, apostrophes
		return '\''
	case '\uff0e':
		return '.'
	}
	return r
}

// splitBody parts digits and separators from what follows them. Blanks and
// apostrophes part thousands in both conventions and are dropped here.
func splitBody(s string) (body, after string) {
	var b strings.Builder
	i := 0
	for i < len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9', c == '.', c == ',':
			b.WriteByte(c)
		case (c == ' ' || c == '\'') && threeDigits(s[i+1:]) && b.Len() <= 3+3*strings.Count(s[:i], string(c))+1:
		case (c == 'e' || c == 'E') && exponent(s[i+1:]):
			b.WriteString(s[i:])
			return b.String(), ""
		default:
			return strings.TrimRight(b.String(), ".,"), s[i:]
		}
		i++
	}
	return strings.TrimRight(b.String(), ","), ""
}

// threeDigits reports whether s begins with exactly three digits.
func threeDigits(s string) bool {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n == 3
}

func exponent(s string) bool {
	s = strings.TrimLeft(s, "+-")
	return s != "" && len(s) <= 3 && strings.Trim(s, "0123456789") == ""
}

// currencies, and words of estimates, that stand before a number
var beforeNumber = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields("usd eur gbp jpy chf cad aud nzd brl inr cny rmb krw sek nok dkk isk pln czk huf ron bgn rub try zar mxn ars clp cop pen uyu sgd hkd twd thb idr php vnd myr ils aed sar qar kwd egp ngn kes uah " +
		"r us a c ca nz hk s nt mx ar cl rs re kr zł lei ft fr sfr kc kč lv tl rp rm bs gs q b l n rd approx about circa est e p") {
		m[w] = true
	}
	return m
}()

// currency reports whether letters before a number are those of a currency or an
// estimate: R$, USD, EUR, Rs., ca.
func currency(s string) bool {
	word := strings.ToLower(strings.Trim(s, " ./-+$€£¥₹₽₩₺<>≤≥~≈"))
	if word == "" {
		return true
	}
	// "R$5", "Q 5" and "Rs5" are money, "Q5" and "R-5" are names
	set := len([]rune(word)) > 1 || strings.ContainsAny(s, " .$/")
	return beforeNumber[word] && set && !strings.HasSuffix(strings.TrimSpace(strings.ToLower(s)), word+"-")
}

// unit reports whether what follows a number can be a unit, a currency, a
// footnote or a provisional mark: few letters and no digits but exponents.
func unit(s string) bool {
	if strings.EqualFold(s, "dr") {
		return false // debit: which sign that is, the file alone knows
	}
	letters := 0
	for i, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			return strings.HasSuffix(s, "m2") || strings.HasSuffix(s, "m3") || strings.ContainsRune(s[:i], '^') || perHundred().MatchString(s)
		case strings.ContainsRune("-:;=", r):
			return false
		}
	}
	return letters <= 8 && len(strings.Fields(s)) <= 2
}
