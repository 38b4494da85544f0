package stamp

import (
	"strings"
	"time"
)

func plainNumber(s string) bool {
	return strings.Trim(s, "0123456789.") == "" && !strings.HasSuffix(s, ".")
}

// epochUnits are the units of times since 1970, by their digits.
var epochUnits = map[int]time.Duration{9: time.Second, 10: time.Second, 12: time.Millisecond, 13: time.Millisecond, 16: time.Microsecond, 19: time.Nanosecond}

// number guesses cells that are plain numbers.
func (g *guesser) number() {
	fixed := func(ks ...kind) {
		var fs []field
		for _, k := range ks {
			w := 2
			if k == year {
				w = 4
			}
			fs = append(fs, field{kind: k, width: w})
		}
		g.keep(fs)
	}
	whole, fractionPart, dotted := strings.Cut(g.cell, ".")
	if dotted && strings.Trim(fractionPart, "0") == "" && len(whole) == 4 && fractionPart != "" {
		g.keep([]field{{kind: year, width: 4}, {kind: literal, text: "." + fractionPart}})
		g.keep([]field{{kind: fraction12}})
		return
	}
	if dotted {
		g.dottedNumber()
		if len(whole) == 4 {
			g.keep([]field{{kind: fraction12}})
		}
		if unit := epochUnits[len(whole)]; unit > 0 && whole[0] != '0' && strings.Trim(fractionPart, "0") == "" {
			g.keep([]field{{kind: epoch, unit: unit}, {kind: literal, text: "." + fractionPart}})
		} else if unit == time.Second && len(whole) == 10 && whole[0] != '0' && len(fractionPart) <= 9 {
			g.keep([]field{{kind: epoch, unit: unit}, {kind: literal, text: "."}, {kind: fraction, width: len(fractionPart)}})
		}
		if len(whole) == 3 && whole[0] == '0' && len(fractionPart) == 4 {
			g.keep([]field{{kind: period, width: 3}, {kind: literal, text: "."}, {kind: year, width: 4}}) // 001.2019, as SAP writes it
		}
		if len(whole) == 5 {
			g.keep([]field{{kind: excel}})
		}
		return
	}
	switch len(whole) {
	case 4:
		fixed(year)
		fixed(shortYear, month)
		g.keep([]field{{kind: fraction12}})
	case 5:
		g.keep([]field{{kind: excel}})
	case 6:
		fixed(year, month)
		fixed(year, week)
		fixed(shortYear, month, day)
	case 8:
		fixed(year, month, day)
		fixed(day, month, year)
		fixed(month, day, year)
	case 10:
		fixed(year, month, day, hour)
	case 12:
		fixed(year, month, day, hour, minute)
	case 14:
		fixed(year, month, day, hour, minute, second)
	}
	if unit := epochUnits[len(whole)]; unit > 0 && whole[0] != '0' {
		g.keep([]field{{kind: epoch, unit: unit}})
	}
}

// dottedNumber guesses dates with points, 2020.01.31 and 31.1.2020.
func (g *guesser) dottedNumber() {
	g.tokens = tokenize(g.cell)
	if strings.Count(g.cell, ".") == 2 || len(g.cell) == 7 && strings.Count(g.cell, ".") == 1 {
		g.search(0, nil, 0)
	}
}
