package stamp

import (
	"strconv"
	"strings"
)

// digitFields lists what the digits of token i can be.
func (g *guesser) digitFields(i int, have fieldSet) (out []field) {
	n := len(g.tokens[i].text)
	switch {
	case n <= 2:
		out = g.shortFields(i, have)
	case n == 4 && have == setOf(year) && strings.ContainsAny(g.text(i-1), "/-–"):
		out = append(out, field{kind: nextYear, width: 4})
	case n == 4 && !have.has(year) && !have.has(shortYear):
		out = append(out, field{kind: year, width: 4})
	}
	if have.has(second) && !have.has(fraction) && (g.text(i-1) == "." || g.text(i-1) == ",") && n <= 9 {
		out = append(out, field{kind: fraction, width: n})
	}
	return out
}

// shortFields lists what one or two digits can be.
func (g *guesser) shortFields(i int, have fieldSet) (out []field) {
	t := g.tokens[i].text
	v, _ := strconv.Atoi(t)
	add := func(k kind, width int) { out = append(out, field{kind: k, width: width}) }
	hasYear, hasMonth := have.has(year) || have.has(shortYear), have.has(month) || have.has(monthName)
	if w := g.beside(i, -1); len(t) == 2 && !hasYear && (w == "fy" || w == "cy" || w == "gj") {
		add(shortYear, 2)
		return out
	}
	sub := have.has(quarter) || have.has(half) || have.has(week) || have.has(period) || have.has(period4)
	if len(t) == 1 && v >= 1 && v <= 3 && !have.has(day) && g.marked(i, dekadWords) {
		add(dekad, 1)
		return out
	}
	if !hasMonth && !sub && !have.has(day) {
		if g.marked(i, quarterWords) && v >= 1 && v <= 4 && len(t) == 1 {
			add(quarter, 1)
		}
		if g.marked(i, halfWords) && v >= 1 && v <= 2 && len(t) == 1 {
			add(half, 1)
		}
		if g.marked(i, weekWords) {
			add(week, 0)
		}
		if g.marked(i, periodWords) {
			if add(period, 0); v == 13 {
				add(period4, 0)
			}
		}
		if len(out) > 0 {
			return out // a number that a word claims is nothing else
		}
	}
	if have.has(week) && !have.has(weekday) && len(t) == 1 && v >= 1 && v <= 7 && hasYear {
		add(weekday, 1)
	}
	if !hasYear && len(t) == 2 {
		add(shortYear, 2)
	}
	if hasYear && len(t) == 2 && !hasMonth && !sub && g.text(i-1) != " " {
		add(nextYear, 2)
	}
	if sub && (have.has(year) || have.has(shortYear)) && len(t) == 2 && !have.has(nextYear) && (g.text(i-1) == "/" || g.text(i-1) == "-") && !have.has(week) {
		add(nextYear, 2)
	}
	full := have.has(day) && hasMonth && hasYear
	if !sub && !have.has(nextYear) {
		// year-month-day, day-month-year, month-day-year
		if !hasMonth {
			add(month, 0)
		}
		if !have.has(day) && (hasMonth || !hasYear) {
			add(day, 0)
		}
	}
	next := g.text(i + 1)
	halfAfter := g.halfComing(i + 1)
	if full && !have.has(hour) && !have.has(hour12) || !have.has(day) && !hasYear && !hasMonth && next == ":" || g.bare && have == 0 {
		k := hour
		if halfAfter {
			k = hour12
		}
		if next == ":" || next == "." || next == "h" || next == "" || halfAfter || next == " " || next == "Z" || next == "+" || next == "-" {
			add(k, 0)
		}
	}
	if (have.has(hour) || have.has(hour12)) && len(t) == 2 && strings.ContainsAny(g.text(i-1), ":.h") {
		if !have.has(minute) {
			add(minute, 2)
		} else if !have.has(second) {
			add(second, 2)
		}
	}
	return out
}

func (g *guesser) text(i int) string {
	if i < 0 || i >= len(g.tokens) {
		return ""
	}
	return g.tokens[i].text
}
