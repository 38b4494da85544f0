package stamp

import "strings"

// Guess gives the layouts that a cell may be written in, the likeliest first:
// none if it is no time.
func Guess(cell string) []*Layout {
	const longest = 64
	if cell == "" || len(cell) > longest || !strings.ContainsAny(cell, "0123456789") {
		return nil
	}
	g := &guesser{cell: cell}
	if plainNumber(cell) {
		g.number()
	} else {
		g.tokens = tokenize(cell)
		if len(g.tokens) <= 24 {
			g.search(0, nil, 0)
			if len(g.found) == 0 {
				g.ranges()
			}
		}
	}
	return g.found
}

// guesser searches for layouts.
type guesser struct {
	cell   string
	tokens []token
	found  []*Layout
}

// keep adds a layout if it reads the cell and is new.
func (g *guesser) keep(fields []field) {
	l := &Layout{fields: append([]field(nil), fields...)}
	l.findClock()
	if _, ok := l.clone().Parse(g.cell); !ok {
		return
	}
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
		if date := have &^ clock &^ setOf(weekdayName); dates[date] && timely(have) {
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
		for _, f := range g.digitFields(i, have) {
			try(f)
		}
	case letters:
		for _, f := range wordFields(t.text, have) {
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
