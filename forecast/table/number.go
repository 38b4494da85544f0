package table

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Numbers come with a decimal point or a decimal comma, and a column keeps to
// one of the two. A numberColumn reads every cell under both conventions for as
// long as both are possible, and chooses when the column is over, so that a
// cell further down can settle what the first ones leave open.

// convention is a way of writing decimals.
type convention int

const (
	pointDecimal convention = iota // 1,234.5
	commaDecimal                   // 1.234,5
	conventions
)

func (c convention) String() string {
	return [...]string{"1,234.5", "1.234,5"}[c]
}

// numberColumn collects the numbers of one column.
type numberColumn struct {
	values [conventions][]float64 // under each; commaDecimal's only where the two differ
	differ bool
	failed [conventions]badCell  // the first cell that each convention cannot read
	signs  [conventions]evidence // what speaks for each convention
}

// newNumberColumn makes a column; decimal is a point or a comma, or 0 if it is to be
// inferred.
func newNumberColumn(decimal rune) *numberColumn {
	c := &numberColumn{}
	for k, d := range [conventions]rune{'.', ','} {
		if decimal != 0 && decimal != d {
			c.failed[k] = badCell{string(decimal), -1}
		}
	}
	return c
}

// decimal is the point or comma that the column has settled on; 0 if both are
// possible.
func (c *numberColumn) decimal() rune {
	switch {
	case !c.possible(commaDecimal):
		return '.'
	case !c.possible(pointDecimal):
		return ','
	}
	return 0
}

// badCell is a cell that cannot be read; line 0 means none.
type badCell struct {
	text string
	line int
}

// evidence counts cells that are usual under a convention.
type evidence struct {
	decimals int // a decimal separator that could not be a separator of thousands
	groups   int // groups of three, which only numbers from 1,000 up have
}

// add reads the next cell. ok is false if no convention that is still possible
// can read it; it is then taken as missing, and the column goes on.
func (c *numberColumn) add(cell string, line int) (missing, ok bool) {
	n := readNumber(cell)
	if !n.missing && !(n.fits[pointDecimal] && c.possible(pointDecimal)) && !(n.fits[commaDecimal] && c.possible(commaDecimal)) {
		c.push(math.NaN(), math.NaN())
		return false, false
	}
	if n.missing {
		c.push(math.NaN(), math.NaN())
		return true, true
	}
	for k := range conventions {
		if !n.fits[k] && c.possible(k) {
			c.failed[k] = badCell{cell, line}
		}
		c.signs[k].decimals += n.signs[k].decimals
		c.signs[k].groups += n.signs[k].groups
	}
	c.push(n.value[pointDecimal], n.value[commaDecimal])
	return false, true
}

func (c *numberColumn) possible(k convention) bool { return c.failed[k].line == 0 }

// push appends a value. A convention that has failed is not followed any more.
func (c *numberColumn) push(point, comma float64) {
	point1, comma1 := c.possible(pointDecimal), c.possible(commaDecimal)
	switch {
	case point1 && comma1 && !c.differ && !same(point, comma):
		c.differ, c.values[commaDecimal] = true, append(slices.Clone(c.values[pointDecimal]), comma)
		c.values[pointDecimal] = append(c.values[pointDecimal], point)
	case comma1 && c.differ:
		c.values[commaDecimal] = append(c.values[commaDecimal], comma)
		if point1 {
			c.values[pointDecimal] = append(c.values[pointDecimal], point)
		}
	case comma1 && !point1:
		c.values[pointDecimal] = append(c.values[pointDecimal], comma)
	default:
		c.values[pointDecimal] = append(c.values[pointDecimal], point)
	}
}

func same(a, b float64) bool { return a == b || a != a && b != b }

// mixed reports whether a cell that could not be read is a number all the same,
// under the convention that an earlier cell has ruled out.
func (c *numberColumn) mixed(cell string) (before badCell, yes bool) {
	n := readNumber(cell)
	for k := range conventions {
		if n.fits[k] && !c.possible(k) {
			return c.failed[k], true
		}
	}
	return badCell{}, false
}

// settle chooses the convention. ambiguous means that both read every cell,
// differ, and nothing in the column speaks for one: the values are then those
// under usual.
func (c *numberColumn) settle(usual convention) (values []float64, ambiguous bool) {
	point, comma := c.values[pointDecimal], c.values[commaDecimal]
	switch {
	case !c.differ, !c.possible(commaDecimal):
		return point, false
	case !c.possible(pointDecimal):
		return comma, false
	}
	switch p, q := c.signs[pointDecimal], c.signs[commaDecimal]; {
	case p.decimals > q.decimals:
		return point, false
	case q.decimals > p.decimals:
		return comma, false
	case p.groups > q.groups && c.thousands(point):
		return point, false
	case q.groups > p.groups && c.thousands(comma):
		return comma, false
	}
	if usual == commaDecimal {
		return comma, true
	}
	return point, true
}

// thousands reports whether numbers that were read as groups of thousands stand
// beside whole numbers under a thousand, as they do in columns that part them.
func (c *numberColumn) thousands(values []float64) bool {
	small := slices.ContainsFunc(values, func(v float64) bool { return v == math.Trunc(v) && math.Abs(v) < 1000 && v != 0 })
	large := slices.ContainsFunc(values, func(v float64) bool { return math.Abs(v) >= 1e6 })
	return small || large
}

// number is one cell under both conventions.
type number struct {
	value   [conventions]float64
	fits    [conventions]bool
	signs   [conventions]evidence
	missing bool
}

// missingMarks are the usual ways of saying that there is no value.
var missingMarks = map[string]bool{
	"": true, "na": true, "n/a": true, "n.a.": true, "#n/a": true, "nan": true, "null": true, "none": true, "nil": true, "x": true,
	"?": true, ":": true, "…": true, "(na)": true, "n.d.": true, "nd": true, "s/d": true, "missing": true,
	// a value that is kept secret, or that a spreadsheet could not compute
	"c": true, "(d)": true, "(s)": true, "#div/0!": true, "#value!": true, "#ref!": true, "#name?": true, "#num!": true, "#null!": true, "#null": true, "#error!": true, "inf": true, "-inf": true,
}

// isMissing reports whether a cell holds no value: a usual word, or nothing but
// dots, dashes and stars.
func isMissing(s string) bool {
	if len(s) > 12 {
		return false
	}
	if missingMarks[strings.ToLower(s)] {
		return true
	}
	return strings.Trim(s, ".-–—*_ ") == ""
}

// readNumber reads a cell as people write numbers: 1,234.50, 1.234,50, $12,
// 12 %, (12) and 12- for -12, 950K, 12 kWh, <1, 505.5 p, digits of other
// scripts.
func readNumber(cell string) number {
	s := strings.TrimSpace(cell)
	if isMissing(s) {
		return number{missing: true}
	}
	if v, err := strconv.ParseFloat(s, 64); err == nil && plain(s) {
		n := number{value: [conventions]float64{v, v}, fits: [conventions]bool{true, true}}
		if i := strings.IndexByte(s, '.'); i >= 0 { // under a decimal comma a point can only part thousands
			n.signs[pointDecimal].decimals, n.value[commaDecimal], n.fits[commaDecimal] = decimalSign(s, i), 0, false
			if g, ok := ungroup(s, '.'); ok {
				n.value[commaDecimal], n.fits[commaDecimal] = g, true
				n.signs[commaDecimal].groups = 1
			}
		}
		return n
	}
	digits, sign, factor, ok := undress(s)
	if !ok {
		return number{}
	}
	var n number
	for k, sep := range [conventions][2]byte{{',', '.'}, {'.', ','}} {
		v, signs, ok := parseWith(digits, sep[0], sep[1])
		n.value[k], n.fits[k], n.signs[k] = sign*v*factor, ok, signs
	}
	return n
}

// plain reports whether a number has digits, a sign, a point and an exponent
// only: not the hexadecimal numbers and underscores of Go.
func plain(s string) bool {
	return strings.Trim(s, "0123456789.+-eE") == ""
}

// decimalSign is 1 if the point at i of a plain number cannot part thousands.
func decimalSign(s string, i int) int {
	if _, ok := ungroup(s, s[i]); ok {
		return 0
	}
	return 1
}

// grouped numbers have one to three digits, no leading zero, and then groups of
// three after the same separator.
var grouped = regexp.MustCompile(`^[-+]?[1-9]\d{0,2}(?:([.,])\d{3})+$`)

// ungroup reads 1,234,567 with the given separator of thousands.
func ungroup(s string, sep byte) (float64, bool) {
	if !grouped.MatchString(s) || strings.IndexByte(s, sep) < 0 || strings.IndexByte(s, '.'+','-sep) >= 0 {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(s, string(sep), ""), 64)
	return v, err == nil
}

// parseWith reads digits with one separator of thousands and one of decimals.
func parseWith(s string, thousands, decimal byte) (v float64, e evidence, ok bool) {
	whole, fraction, exponent := s, "", ""
	if i := strings.IndexAny(s, "eE"); i > 0 {
		whole, exponent = s[:i], s[i:]
	}
	if i := strings.LastIndexByte(whole, decimal); i >= 0 {
		whole, fraction = whole[:i], whole[i+1:]
		if strings.IndexByte(whole, decimal) >= 0 || strings.Trim(fraction, "0123456789") != "" {
			return 0, e, false
		}
		if _, could := ungroup(s, decimal); !could {
			e.decimals = 1
		}
	}
	if strings.IndexByte(whole, thousands) >= 0 {
		g, ok := ungroup(whole, thousands)
		if !ok {
			return 0, e, false
		}
		whole = strconv.FormatFloat(g, 'f', -1, 64)
		e.groups = 1
	}
	text := whole
	if fraction != "" {
		text += "." + fraction
	}
	v, err := strconv.ParseFloat(text+exponent, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || !plain(text+exponent) {
		return 0, e, false
	}
	return v, e, true
}

// scales are letters behind a number that multiply it.
var scales = map[string]float64{
	"k": 1e3, "K": 1e3, "tsd": 1e3, "tsd.": 1e3, "mil": 1e3, "thousand": 1e3,
	"M": 1e6, "MM": 1e6, "mn": 1e6, "mio": 1e6, "Mio": 1e6, "Mio.": 1e6, "million": 1e6, "mi": 1e6,
	"B": 1e9, "bn": 1e9, "Mrd": 1e9, "Mrd.": 1e9, "billion": 1e9, "bi": 1e9, "G": 1e9, "T": 1e12, "tn": 1e12,
}

// undress takes currency, units, footnotes and the like from a number, and gives
// its digits with separators, its sign, and the factor that a letter stands for.
func undress(s string) (digits string, sign, factor float64, ok bool) {
	sign, factor = 1, 1
	s = strings.Map(usualDigit, s)
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s, sign = s[1:len(s)-1], -1
	} else if i := strings.IndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		if inside := strings.TrimSpace(s[i+1 : len(s)-1]); strings.IndexFunc(inside, unicode.IsDigit) < 0 || strings.IndexFunc(s[:i], unicode.IsDigit) >= 0 {
			s = s[:i] // 505 (p), 505 (1): a footnote
		} else {
			s, sign = s[:i]+inside, -1 // $(240.02)
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
	if strings.ContainsAny(before, "-") {
		sign = -sign
	}
	if strings.IndexFunc(before, unicode.IsLetter) >= 0 && !currency(before) || len(before) > 12 {
		return "", 0, 0, false
	}
	after = strings.TrimSpace(after)
	if strings.HasSuffix(after, "-") || strings.HasPrefix(after, "-") && strings.Trim(after, "- ") == "" {
		after, sign = strings.TrimSpace(strings.Trim(after, "-")), -sign // SAP writes 123-
	}
	if f, ok := scales[after]; ok {
		factor, after = f, ""
	} else if i := strings.IndexByte(after, ' '); i > 0 {
		if f, ok := scales[after[:i]]; ok {
			factor, after = f, after[i+1:]
		}
	}
	if !unit(after) {
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
	case '\u2212', '\u2013', '\ufe63', '\uff0d': // minus, en dash, small and full-width hyphens
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
	letters := 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			return strings.HasSuffix(s, "m2") || strings.HasSuffix(s, "m3") || strings.ContainsRune(s, '^')
		case strings.ContainsRune("-:;=", r):
			return false
		}
	}
	return letters <= 8 && len(strings.Fields(s)) <= 2
}

// ok reports whether a cell is a number under some convention.
func (n number) ok() bool { return n.fits[pointDecimal] || n.fits[commaDecimal] }
