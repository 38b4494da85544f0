// Package number reads numbers as people write them: 1,234.50, 1.234,50, $12,
// 12 %, (12) and 12- for -12, 950K, 12 kWh, <1, 505.5 p, digits of other scripts.
//
// Numbers come with a decimal point or a decimal comma, and a column keeps to one
// of the two. [Read] reads one cell under both conventions; a [Column] reads every
// cell under both for as long as both are possible, and chooses at its end, so that
// a cell further down can settle what the first ones leave open.
package number

import (
	"math"
	"strconv"
	"strings"
)

// A Convention is a way of writing decimals.
type Convention int

const (
	Point Convention = iota // 1,234.5
	Comma                   // 1.234,5
	conventions
)

func (c Convention) String() string {
	return [...]string{"1,234.5", "1.234,5"}[c]
}

// Cell is one cell under both conventions.
type Cell struct {
	Value   [conventions]float64
	Fits    [conventions]bool
	signs   [conventions]evidence
	Missing bool // there is no number
}

// missingMarks are the usual ways of saying that there is no value, in lower case.
var missingMarks = func() map[string]bool {
	m := map[string]bool{"": true}
	for _, w := range strings.Split("na|n/a|n.a.|#n/a|#n/a n/a|<na>|nan|-nan|1.#qnan|1.#ind|null|\\n|none|nil|x|?|:|…|(na)|n.d.|nd|n/d|s/d|s.d.|missing|"+
		"no data|no value|not available|not applicable|not reported|unavailable|unknown|n/v|bdl|below detection|"+
		"k.a.|k. a.|keine angabe|keine angaben|keine daten|fehlt|fehlend|nicht verfügbar|sin dato|sin datos|no disponible|non disponible|non dispo|non disp.|não disponível|sem dados|brak|brak danych|"+
		"нет данных|н/д|нет|geen data|onbekend|欠測|不明|暂无|无|無|없음|"+
		// a value that is kept secret, or that a spreadsheet could not compute
		"c|(d)|(s)|#div/0!|#value!|#ref!|#name?|#num!|#null!|#null|#error!|#valor!|#wert!|#bezug!|#zahl!|#nv|#valeur!", "|") {
		m[w] = true
	}
	return m
}()

// Missing reports whether a cell holds no value: a usual word, or nothing but
// dots, dashes and stars.
func Missing(s string) bool {
	if len(s) > 32 {
		return false
	}
	if missingMarks[strings.ToLower(s)] || Infinite(s) {
		return true
	}
	return strings.Trim(s, ".-–—*_ ") == ""
}

// Infinite reports whether a cell is an infinite value, which programs write after
// a division by zero. It is taken as missing.
func Infinite(s string) bool {
	switch strings.ToLower(strings.TrimLeft(s, "+-")) {
	case "inf", "infinity", "∞":
		return true
	}
	return false
}

// Read reads one cell.
func Read(cell string) Cell {
	s := strings.TrimSpace(cell)
	if Missing(s) {
		return Cell{Missing: true}
	}
	if v, err := strconv.ParseFloat(s, 64); err == nil && plain(s) {
		n := Cell{Value: [conventions]float64{v, v}, Fits: [conventions]bool{true, true}}
		if i := strings.IndexByte(s, '.'); i >= 0 { // under a decimal comma a point can only part thousands
			n.signs[Point].decimals, n.Value[Comma], n.Fits[Comma] = decimalSign(s, i), 0, false
			if g, ok := ungroup(s, '.'); ok {
				n.Value[Comma], n.Fits[Comma] = g, true
				n.signs[Comma].groups = 1
			}
		}
		return n
	}
	digits, sign, factor, ok := undress(s)
	if !ok {
		return Cell{}
	}
	var n Cell
	for k, sep := range [conventions][2]byte{{',', '.'}, {'.', ','}} {
		v, signs, ok := parseWith(digits, sep[0], sep[1])
		n.Value[k], n.Fits[k], n.signs[k] = sign*v*factor, ok, signs
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
var grouped = pattern(`^[-+]?[1-9]\d{0,2}(?:([.,])\d{3})+$`)

// indian numbers part hundreds from thousands, lakhs and crores: 12,34,567.
var indian = pattern(`^[-+]?[1-9]\d?(?:,\d{2})+,\d{3}$`)

// ungroup reads 1,234,567 with the given separator of thousands.
func ungroup(s string, sep byte) (float64, bool) {
	if len(s) < 5 || s[len(s)-4] != sep { // most numbers have no such groups
		return 0, false
	}
	if !grouped().MatchString(s) && !(sep == ',' && indian().MatchString(s)) || strings.IndexByte(s, sep) < 0 || strings.IndexByte(s, '.'+','-sep) >= 0 {
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

// OK reports whether a cell is a number under some Convention.
func (n Cell) OK() bool { return n.Fits[Point] || n.Fits[Comma] }

// Plain writes a number with a point and without an exponent.
func Plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
