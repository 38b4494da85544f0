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
	name   string
	values []float64   // under the point convention
	comma  []float64   // under the comma convention, once the two have differed
	differ bool
	failed [2]badCell  // the first cell that each convention cannot read
	signs  [2]evidence // what speaks for each convention
}

// badCell is a cell that cannot be read; line 0 means none.
type badCell struct {
	text string
	line int
}

// evidence counts cells that are usual under a convention.
type evidence struct {
	decimals int // a decimal separator that could not be a separator of thousands
	groups   int // groups of three that hold for numbers from 1,000 up only
}

// add reads the next cell. ok is false if no convention that is still possible
// can read it; the value is then taken as missing.
func (c *numberColumn) add(cell string, line int) (missing, ok bool) {
	n := readNumber(cell)
	if n.missing {
		c.push(math.NaN(), math.NaN())
		return true, true
	}
	for k := range conventions {
		if !n.fits[k] && c.failed[k].line == 0 {
			c.failed[k] = badCell{cell, line}
		}
		if n.fits[k] {
			c.signs[k].decimals += n.signs[k].decimals
			c.signs[k].groups += n.signs[k].groups
		}
	}
	c.push(n.value[pointDecimal], n.value[commaDecimal])
	return false, c.failed[pointDecimal].line == 0 || c.failed[commaDecimal].line == 0
}

func (c *numberColumn) push(point, comma float64) {
	if !c.differ && !same(point, comma) {
		c.differ, c.comma = true, slices.Clone(c.values)
	}
	c.values = append(c.values, point)
	if c.differ {
		c.comma = append(c.comma, comma)
	}
}

func same(a, b float64) bool { return a == b || a != a && b != b }

// settle chooses the convention. It fails where neither reads every cell (bad is
// the cell at which the last one failed) or where both do, differ, and nothing
// in the column or in the rest of the file (hint) speaks for one of them.
func (c *numberColumn) settle(hint convention) (values []float64, bad badCell, ambiguous bool) {
	point, comma := c.failed[pointDecimal], c.failed[commaDecimal]
	switch {
	case point.line > 0 && comma.line > 0:
		if comma.line > point.line {
			point = comma
		}
		return nil, point, false
	case comma.line > 0 || !c.differ:
		return c.values, badCell{}, false
	case point.line > 0:
		return c.comma, badCell{}, false
	}
	switch p, q := c.signs[pointDecimal], c.signs[commaDecimal]; {
	case p.decimals > 0 && q.decimals == 0:
		return c.values, badCell{}, false
	case q.decimals > 0 && p.decimals == 0:
		return c.comma, badCell{}, false
	case p.groups > q.groups:
		return c.values, badCell{}, false
	case q.groups > p.groups:
		return c.comma, badCell{}, false
	}
	if hint == commaDecimal {
		return c.comma, badCell{}, true
	}
	return c.values, badCell{}, true
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

// currency reports whether letters before a number are those of a currency or an
// estimate: R$, USD, EUR, Rs., ca.
func currency(s string) bool {
	s = strings.Trim(s, " .-+$€£¥<>≤≥~≈")
	return len([]rune(s)) <= 3
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
