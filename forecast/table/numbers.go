package table

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// parseNumber reads a cell; missing is true for the usual markers of a missing
// value (which are also ok).
func parseNumber(s string, decimalComma bool) (v float64, ok, missing bool) {
	s = strings.TrimSpace(s)
	switch s {
	case "", "NA", "N/A", "n/a", "na", "NaN", "nan", "NULL", "null", "None", "none", "X", "x", "-", ".", "?", "#N/A":
		return math.NaN(), true, true
	}
	if v, ok := plainNumber(s, decimalComma); ok {
		return v, true, false
	}
	v, ok = decoratedNumber(s, decimalComma)
	return v, ok, false
}

func plainNumber(s string, decimalComma bool) (float64, bool) {
	if decimalComma && strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || strings.ContainsAny(s, "xXpP_") {
		return 0, false
	}
	return v, true
}

// grouped matches digits in groups of three.
var (
	grouped      = regexp.MustCompile(`^[-+]?\d{1,3}(?:[,'\x{a0}\x{202f} ]\d{3})+(?:\.\d+)?$`)
	groupedComma = regexp.MustCompile(`^[-+]?\d{1,3}(?:[.'\x{a0}\x{202f} ]\d{3})+(?:,\d+)?$`)
)

// decoratedNumber reads numbers as people write them: 1,234.50, 1.234,50, $12, 12 %,
// (12) for -12.
func decoratedNumber(s string, decimalComma bool) (float64, bool) {
	sign := 1.0
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s, sign = s[1:len(s)-1], -1
	}
	s = strings.ReplaceAll(s, "\u2212", "-")
	s = strings.TrimSpace(strings.TrimRight(strings.TrimLeft(s, "$€£¥ \u00a0"), "%€£¥ \u00a0"))
	if strings.HasPrefix(s, "-$") {
		s = "-" + s[2:]
	}
	switch {
	case !decimalComma && grouped.MatchString(s):
		s = strings.Map(dropGroups, strings.ReplaceAll(s, ",", ""))
	case decimalComma && groupedComma.MatchString(s):
		s = strings.Map(dropGroups, strings.ReplaceAll(s, ".", ""))
	}
	v, ok := plainNumber(s, decimalComma)
	return sign * v, ok
}

func dropGroups(r rune) rune {
	if strings.ContainsRune("' \u00a0\u202f", r) {
		return -1
	}
	return r
}
