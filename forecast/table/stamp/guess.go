package stamp

import (
	"slices"
	"strings"
)

// Guess gives the layouts that a cell may be written in, the likeliest first:
// none if it is no time.
func Guess(cell string) []*Layout {
	const longest = 64
	if plain, zero := asciiDigits(cell); zero != 0 {
		found := Guess(plain)
		for _, l := range found {
			l.zero = zero
		}
		return found
	}
	if cell == "" || len(cell) > longest || !strings.ContainsAny(cell, "0123456789") {
		return nil
	}
	g := &guesser{cell: cell}
	if plainNumber(cell) {
		g.number()
	} else {
		g.tokens = tokenize(cell)
		if g.tokens[0].kind == letters && len(g.tokens) > 3 && isMonth(g.tokens[0].text) {
			if g.months(); len(g.found) > 0 {
				return g.found
			}
		}
		if len(g.tokens) <= 24 {
			g.search(0, nil, 0)
			// 01:00-02:00 looks like an hour with an offset
			if !slices.ContainsFunc(g.found, func(l *Layout) bool { return !l.has(offset) }) {
				g.ranges()
			}
		}
	}
	return g.found
}

// guessClock gives the layouts of a time of day without a date: 00:30, 9:30 PM.
func guessClock(cell string) []*Layout {
	const longest = 24
	g := &guesser{cell: cell, bare: true}
	if len(cell) <= longest {
		g.tokens = tokenize(cell)
	}
	if len(g.tokens) > 1 && len(g.tokens) <= 9 {
		g.search(0, nil, 0)
	}
	return g.found
}

// IsClock reports whether a cell is a time of day without a date.
func IsClock(cell string) bool { return len(guessClock(strings.TrimSpace(cell))) > 0 }

// guesser searches for layouts.
type guesser struct {
	bare   bool // times of day, without a date
	cell   string
	tokens []token
	found  []*Layout
}

// keep adds a layout if it reads the cell and is new.
func (g *guesser) keep(fields []field) {
	l := &Layout{fields: append([]field(nil), fields...)}
	if l.has(shortYear) && !l.Subday() && slices.ContainsFunc(fields, func(f field) bool { return f.kind == literal && strings.Contains(f.text, ":") }) {
		return // 10:01:15 is a time of day and no date
	}
	l.findClock()
	if p := l.asPersian(g.cell); p != nil {
		g.add(p)
	}
	if _, ok := l.clone().Parse(g.cell); ok {
		g.add(l)
	}
}

// add adds a layout that is new.
func (g *guesser) add(l *Layout) {
	const most = 12
	text := l.String()
	for _, f := range g.found {
		if f.String() == text {
			return
		}
	}
	if len(g.found) < most {
		g.found = append(g.found, l)
	}
}

// search assigns fields to the tokens from i on; have is what came before.
func (g *guesser) search(i int, fields []field, have fieldSet) {
	if i == len(g.tokens) {
		date := have &^ clock &^ setOf(weekdayName, ordinal)
		switch {
		case g.bare:
			if have&^clock == 0 && (have.has(minute) || have.has(hour12)) && timely(have.with(day)) {
				g.keep(fields)
			}
		case (dates[date] || date == setOf(shortYear) && fiscal(fields)) && timely(have):
			g.keep(fields)
		}
		return
	}
	t := g.tokens[i]
	try := func(f field) {
		if f.kind == literal {
			next := fields
			if n := len(fields); n > 0 && fields[n-1].kind == literal {
				next = append(append([]field(nil), fields[:n-1]...), field{kind: literal, text: fields[n-1].text + f.text})
			} else {
				next = append(next[:len(next):len(next)], f)
			}
			g.search(i+1, next, have)
			return
		}
		if !have.has(f.kind) {
			g.search(i+1, append(fields[:len(fields):len(fields)], f), have.with(f.kind))
		}
	}
	switch t.kind {
	case digits:
		if run, all := g.packed(i, have); len(run) > 0 {
			g.search(i+1, append(fields[:len(fields):len(fields)], run...), have|all)
			return
		}
		for _, f := range g.digitFields(i, have) {
			try(f)
		}
	case letters:
		if n, rest := g.eraTokens(i); n > 0 && !have.has(year) && !have.has(shortYear) {
			next := append(fields[:len(fields):len(fields)], field{kind: year, text: era})
			if rest != "" {
				next = append(next, field{kind: literal, text: rest})
			}
			g.search(i+n, next, have.with(year))
			return
		}
		if k, ok := g.counted(i, fields); ok {
			if k == day && strings.EqualFold(t.text, "er") {
				g.search(i+1, fields, have) // 1er janvier: the day reads it
				return
			}
			try(field{kind: ordinal, of: k})
			return
		}
		if readsRoman(t.text) && g.quarterly(i, have) {
			try(field{kind: quarter, width: 1, text: roman})
		}
		for _, f := range g.wordFields(i, have) {
			try(f)
		}
	default:
		if (t.text == "+" || t.text == "-" && have.has(minute)) && g.offset(i, fields, have) {
			return
		}
		if g.halfWithDots(i, fields, have) {
			return
		}
		if t.text == "." && i > 0 && isMonth(g.tokens[i-1].text) && have.has(monthName) {
			g.search(i+1, fields, have) // the point of an abbreviation belongs to the month
		}
		try(field{kind: literal, text: t.text})
	}
}

// counted reports whether token i makes the number before it an ordinal, and of what.
func (g *guesser) counted(i int, fields []field) (k kind, ok bool) {
	if n := len(fields); n > 0 && i > 0 && g.tokens[i-1].kind == digits && ordinals[strings.ToLower(g.tokens[i].text)] {
		k = fields[n-1].kind
	}
	return k, k == day || k == quarter || k == week || k == half
}

// fiscal reports whether two digits of a year are all there is, after FY.
func fiscal(fields []field) bool {
	word := strings.ToUpper(strings.Trim(fields[0].text, " '-"))
	return len(fields) == 2 && fields[1].kind == shortYear && (word == "FY" || word == "GJ" || word == "CY")
}

// packed takes a run of digits that holds several fields: a date, or a time of day
// behind one, as in 20190101T000000Z.
func (g *guesser) packed(i int, have fieldSet) (run []field, all fieldSet) {
	take := func(ks ...kind) {
		for _, k := range ks {
			w := 2
			if k == year {
				w = 4
			}
			run, all = append(run, field{kind: k, width: w}), all.with(k)
		}
	}
	dated := have.has(year) && have.has(day) && have&clock == 0 && i > 0
	switch n := len(g.tokens[i].text); {
	case n == 8 && have == 0 && len(g.tokens) > 1:
		take(year, month, day)
	case n == 6 && dated:
		take(hour, minute, second)
	case n == 4 && dated:
		take(hour, minute)
	}
	return run, all
}

// timely reports whether the fields of a time of day make one.
func timely(have fieldSet) bool {
	anyHour := have.has(hour) || have.has(hour12)
	switch {
	case have.has(hour) && have.has(hour12), have.has(hour12) != have.has(ampm):
		return false
	case have.has(minute) && !anyHour, have.has(second) && !have.has(minute), have.has(fraction) && !have.has(second):
		return false
	case anyHour && !have.has(day) && !have.has(week):
		return false
	case (have.has(offset) || have.has(zoneName)) && !anyHour, have.has(offset) && have.has(zoneName):
		return false
	}
	return true
}

// findClock finds the text before a time of day at the end, which a spreadsheet
// leaves out at midnight.
func (l *Layout) findClock() {
	for i := 1; i+1 < len(l.fields); i++ {
		k := l.fields[i+1].kind
		if l.fields[i].kind == literal && (k == hour || k == hour12) && l.has(day) {
			for _, f := range l.fields[i+1:] {
				if f.end || f.kind == offset || f.kind == zoneName || f.kind != literal && !clock.has(f.kind) {
					return
				}
			}
			l.clock = i
			return
		}
	}
}
