package stamp

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Guess gives the layouts that a cell may be written in, the likeliest first:
// none if it is no time.
func Guess(cell string) []*Layout {
	const longest = 64
	if cell == "" || len(cell) > longest || !strings.ContainsAny(cell, "0123456789") && !hasDigit(cell) {
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

func hasDigit(s string) bool { return strings.IndexFunc(s, unicode.IsDigit) >= 0 }

func plainNumber(s string) bool { return strings.Trim(s, "0123456789.") == "" }

// token is a run of digits, of letters, or one other character.
type token struct {
	text string
	kind tokenKind
}

type tokenKind int

const (
	digits tokenKind = iota
	letters
	other
)

func tokenize(s string) []token {
	var out []token
	for len(s) > 0 {
		n, k := 0, other
		switch r, size := utf8.DecodeRuneInString(s); {
		case r >= '0' && r <= '9':
			for n < len(s) && s[n] >= '0' && s[n] <= '9' {
				n++
			}
			k = digits
		case unicode.IsLetter(r):
			n, k = word(s), letters
		default:
			n = size
		}
		out = append(out, token{s[:n], k})
		s = s[n:]
	}
	return out
}

// fieldSet is a set of kinds.
type fieldSet uint32

func (s fieldSet) has(k kind) bool      { return s&(1<<k) != 0 }
func (s fieldSet) with(k kind) fieldSet { return s | 1<<k }

func setOf(ks ...kind) (s fieldSet) {
	for _, k := range ks {
		s = s.with(k)
	}
	return s
}

// dates are the sets of fields that make a date.
var dates = map[fieldSet]bool{
	setOf(year): true, setOf(year, month): true, setOf(year, month, day): true,
	setOf(year, monthName): true, setOf(year, monthName, day): true,
	setOf(shortYear, monthName): true, setOf(shortYear, monthName, day): true, setOf(shortYear, month, day): true,
	setOf(year, quarter): true, setOf(year, half): true, setOf(year, period): true, setOf(year, week): true, setOf(year, week, weekday): true,
	setOf(shortYear, quarter): true, setOf(shortYear, half): true, setOf(shortYear, period): true, setOf(shortYear, week): true,
	setOf(year, nextYear): true, setOf(year, nextYear, quarter): true, setOf(year, nextYear, half): true, setOf(shortYear, nextYear): true,
}

var clock = setOf(hour, hour12, minute, second, fraction, ampm, offset, zoneName)

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
		for _, f := range g.number1(i, have) {
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
	case (have.has(offset) || have.has(zoneName)) && !anyHour:
		return false
	}
	return true
}

// wordFields are the meanings of a word; text that means nothing by itself, such
// as "FY" or "Q", is a literal, and the numbers beside it look for it.
func wordFields(w string, have fieldSet) []field {
	var out []field
	low := strings.ToLower(w)
	if isMonth(w) && !have.has(monthName) && !have.has(month) {
		out = append(out, field{kind: monthName})
	}
	if n, _ := readHalf(w); n == len(w) && (have.has(hour) || have.has(hour12)) {
		return append(out, field{kind: ampm})
	}
	if weekdays[low] && len(low) > 1 {
		out = append(out, field{kind: weekdayName, width: len(w)})
	}
	if w == "Z" && have.has(hour) {
		return append(out, field{kind: offset, text: "Z07:00"})
	}
	if _, ok := zones[w]; ok && have.has(hour) {
		return append(out, field{kind: zoneName})
	}
	return append(out, field{kind: literal, text: w})
}

// words that say what the number beside them is
var (
	quarterWords = set("q qtr quarter t trim trimestre trimester k kv kvartal quartal кв i kw4")
	halfWords    = set("h hy half s sem semestre semester halbjahr hj sh")
	weekWords    = set("w wk week kw woche semana sem semaine settimana uge vecka uke v s viikko")
	periodWords  = set("p per period periode período periodo m")
	yearWords    = set("fy cy year gj fj ej year")
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// beside is the word right before or after token i, over one blank or point.
func (g *guesser) beside(i, step int) string {
	j := i + step
	for k := 0; k < 2 && j >= 0 && j < len(g.tokens) && g.tokens[j].kind == other && (g.tokens[j].text == " " || g.tokens[j].text == "."); k++ {
		j += step
	}
	if j >= 0 && j < len(g.tokens) && g.tokens[j].kind == letters {
		return strings.ToLower(g.tokens[j].text)
	}
	return ""
}

func (g *guesser) text(i int) string {
	if i < 0 || i >= len(g.tokens) {
		return ""
	}
	return g.tokens[i].text
}

// number1 lists what the digits of token i can be.
func (g *guesser) number1(i int, have fieldSet) []field {
	t := g.tokens[i].text
	before, after := g.beside(i, -1), g.beside(i, 1)
	marked := func(words map[string]bool) bool { return words[before] || words[after] && !isMonth(after) }
	var out []field
	dated := have.has(day) || have.has(week) && have.has(weekday)
	switch len(t) {
	case 4:
		if !have.has(year) && !have.has(shortYear) {
			out = append(out, field{kind: year, width: 4})
		}
	case 8:
		if have == 0 {
			return g.compact(t)
		}
	case 6:
		if (dated || have.has(hour)) && have.has(second) {
			break
		}
	case 1, 2:
		out = g.short(i, have, before, after, marked)
	}
	if have.has(second) && !have.has(fraction) && (g.text(i-1) == "." || g.text(i-1) == ",") && len(t) <= 9 {
		out = append(out, field{kind: fraction, width: len(t)})
	}
	return out
}

// short lists what one or two digits can be.
func (g *guesser) short(i int, have fieldSet, before, after string, marked func(map[string]bool) bool) (out []field) {
	t := g.tokens[i].text
	v, _ := strconv.Atoi(t)
	add := func(k kind, width int) { out = append(out, field{kind: k, width: width}) }
	hasYear, hasMonth := have.has(year) || have.has(shortYear), have.has(month) || have.has(monthName)
	sub := have.has(quarter) || have.has(half) || have.has(week) || have.has(period)
	if !hasMonth && !sub && !have.has(day) {
		if marked(quarterWords) && v >= 1 && v <= 4 && len(t) == 1 {
			add(quarter, 1)
		}
		if marked(halfWords) && v >= 1 && v <= 2 && len(t) == 1 {
			add(half, 1)
		}
		if marked(weekWords) {
			add(week, 0)
		}
		if marked(periodWords) {
			add(period, 0)
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
	if full && !have.has(hour) && !have.has(hour12) || !have.has(day) && !hasYear && !hasMonth && next == ":" {
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

// halfComing reports whether AM or PM follows from token i on.
func (g *guesser) halfComing(i int) bool {
	for ; i < len(g.tokens); i++ {
		if n, _ := readHalf(strings.Join(textOf(g.tokens[i:]), "")); n > 0 {
			return true
		}
	}
	return false
}

func textOf(ts []token) []string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = t.text
	}
	return out
}

// halfWithDots takes "a.m." and "p.m.", which are several tokens, when the point
// after the first letter is reached; the letter has become a literal.
func (g *guesser) halfWithDots(i int, fields []field, have fieldSet) bool {
	n := len(fields)
	if g.text(i) != "." || n == 0 || fields[n-1].kind != literal || have.has(ampm) {
		return false
	}
	rest := strings.Join(textOf(g.tokens[i-1:]), "")
	size, _ := readHalf(rest)
	if size <= 0 || !strings.HasPrefix(strings.ToLower(g.text(i-1)), strings.ToLower(rest[:1])) || len(g.text(i-1)) != 1 {
		return false
	}
	left := strings.TrimSuffix(fields[n-1].text, g.text(i-1))
	next := append([]field(nil), fields[:n-1]...)
	if left != "" {
		next = append(next, field{kind: literal, text: left})
	}
	next = append(next, field{kind: ampm})
	j := i - 1
	for used := 0; j < len(g.tokens) && used < size; j++ {
		used += len(g.tokens[j].text)
	}
	g.search(j, next, have.with(ampm))
	return true
}

// offset takes an offset from UTC, which is several tokens.
func (g *guesser) offset(i int, fields []field, have fieldSet) bool {
	rest := strings.Join(textOf(g.tokens[i:]), "")
	var r reading
	n := readZone(offset, rest, &r)
	if n <= 0 || have.has(offset) || !have.has(hour) {
		return false
	}
	j := i
	for used := 0; j < len(g.tokens) && used < n; j++ {
		used += len(g.tokens[j].text)
	}
	f := field{kind: offset, text: offsetStyle(rest[:n])}
	if f.text == "-07:00" {
		f.text = "Z07:00"
	}
	g.search(j, append(fields[:len(fields):len(fields)], f), have.with(offset))
	return true
}

// compact lists what eight digits can be.
func (g *guesser) compact(string) []field { return nil }

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
		return
	}
	if dotted {
		g.dottedNumber()
		if len(whole) == 5 {
			g.keep([]field{{kind: excel}})
		}
		return
	}
	switch len(whole) {
	case 4:
		fixed(year)
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
	for n, unit := range map[int]time.Duration{9: time.Second, 10: time.Second, 12: time.Millisecond, 13: time.Millisecond, 16: time.Microsecond, 19: time.Nanosecond} {
		if len(whole) == n {
			g.keep([]field{{kind: epoch, unit: unit}})
		}
	}
}

// dottedNumber guesses dates with points, 2020.01.31 and 31.1.2020.
func (g *guesser) dottedNumber() {
	g.tokens = tokenize(g.cell)
	if strings.Count(g.cell, ".") == 2 || len(g.cell) == 7 && strings.Count(g.cell, ".") == 1 {
		g.search(0, nil, 0)
	}
}

// ranges guesses cells with a start and an end: 10.02.2023 00:00 - 01:00.
func (g *guesser) ranges() {
	for _, sep := range []string{" - ", " – ", " — ", " to ", " bis ", " a ", " à ", " até ", "/", "-", "–"} {
		left, right, ok := strings.Cut(g.cell, sep)
		if sep == "/" || sep == "-" { // the middle one, if there is one
			if strings.Count(g.cell, sep)%2 == 0 {
				continue
			}
			n := strings.Count(g.cell, sep)
			at := 0
			for range n/2 + 1 {
				at += strings.Index(g.cell[at:], sep) + 1
			}
			left, right, ok = g.cell[:at-1], g.cell[at:], true
		}
		if !ok || left == "" || right == "" {
			continue
		}
		for _, l := range Guess(left) {
			for _, end := range g.ends(right, l) {
				fields := append([]field(nil), l.fields...)
				fields = append(fields, field{kind: literal, text: sep})
				for _, f := range end {
					f.end = true
					fields = append(fields, f)
				}
				g.keep(fields)
			}
		}
	}
}

// ends are the layouts of a range's end: as the start, or a time of day.
func (g *guesser) ends(text string, start *Layout) (out [][]field) {
	if _, ok := start.clone().Parse(text); ok {
		out = append(out, start.fields)
	}
	var onlyClock []field
	for _, f := range start.fields {
		if clock.has(f.kind) || f.kind == literal && len(onlyClock) > 0 {
			onlyClock = append(onlyClock, f)
		}
	}
	if len(onlyClock) > 0 && len(onlyClock) < len(start.fields) {
		out = append(out, onlyClock)
	}
	return out
}
