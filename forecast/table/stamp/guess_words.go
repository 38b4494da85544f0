package stamp

import (
	"strings"
	"unicode/utf8"
)

// wordFields are the meanings of a word; text that means nothing by itself, such
// as "FY" or "Q", is a literal, and the numbers beside it look for it.
func (g *guesser) wordFields(i int, have fieldSet) []field {
	w := g.tokens[i].text
	var out []field
	low := strings.ToLower(w)
	if isMonth(w) && !have.has(monthName) && !have.has(month) {
		out = append(out, field{kind: monthName})
	}
	if n, _ := readHalf(w); n == len(w) && (have.has(hour) || have.has(hour12)) {
		return append(out, field{kind: ampm})
	}
	if weekdays[low] && len(low) > 1 && (w[0] < 0x80 || utf8.RuneCountInString(w) > 1 || strings.ContainsAny(g.text(i-1), "(（ ")) {
		out = append(out, field{kind: weekdayName, width: len(w)})
	}
	if w == "Z" && have.has(hour) {
		return append(out, field{kind: offset, text: "Z07:00"})
	}
	if _, ok := zones[w]; ok && have.has(hour) && !have.has(offset) {
		return append(out, field{kind: zoneName})
	}
	if isMonth(w) {
		return out // "6 Jan 2020" is not June with an odd word
	}
	return append(out, field{kind: literal, text: w})
}

// words that say what the number beside them is
var (
	quarterWords = set("q qtr quarter t trim trimestre trimester k kv kvartal quartal кв i kw4 kwartał kwartal kwartaal kvartaal čtvrtletí negyedév çeyrek tri quarto quarters 季度 四半期 분기")
	halfWords    = set("h hy half s sem semestre semester halbjahr hj sh")
	weekWords    = set("w wk week kw woche semana sem semaine settimana uge vecka uke v s viikko")
	dekadWords   = set("d dek dekad dekada decade decada década décade decad")
	periodWords  = set("p per period periode período periodo m")
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
	if step > 0 && j < len(g.tokens) && ordinals[strings.ToLower(g.tokens[j].text)] {
		j++
	}
	for k := 0; k < 2 && j >= 0 && j < len(g.tokens) && g.tokens[j].kind == other && (g.tokens[j].text == " " || g.tokens[j].text == "."); k++ {
		j += step
	}
	if j >= 0 && j < len(g.tokens) && g.tokens[j].kind == letters {
		return strings.ToLower(g.tokens[j].text)
	}
	return ""
}

// marked reports whether one of words is beside token i. A month after it is one
// even where its name is among them: "1 sem", "1 mar".
func (g *guesser) marked(i int, words map[string]bool) bool {
	after := g.beside(i, 1)
	return words[g.beside(i, -1)] || words[after] && !isMonth(after)
}

func readsRoman(w string) bool {
	n, _ := readRoman(w)
	return n == len(w)
}

// quarterly reports whether a Roman digit is a quarter: I/2019, 2019 II kw.
func (g *guesser) quarterly(i int, have fieldSet) bool {
	if have&^setOf(year, shortYear) != 0 {
		return false
	}
	bare := strings.ContainsAny(g.text(i+1), "/-. ") || strings.ContainsAny(g.text(i-1), "/-. ")
	words := 0
	for j, t := range g.tokens {
		if t.kind == letters && j != i && !quarterWords[strings.ToLower(t.text)] && !strings.EqualFold(t.text, "kw") {
			words++
		}
	}
	return bare && words == 0
}

// halfComing reports whether AM or PM follows from token i on.
func (g *guesser) halfComing(i int) bool {
	for ; i < len(g.tokens); i++ {
		if n, _ := readHalf(join(g.tokens[i:])); n > 0 {
			return true
		}
	}
	return false
}

// halfWithDots takes "a.m." and "p.m.", which are several tokens, when the point
// after the first letter is reached; the letter has become a literal.
func (g *guesser) halfWithDots(i int, fields []field, have fieldSet) bool {
	n := len(fields)
	if g.text(i) != "." || n == 0 || fields[n-1].kind != literal || have.has(ampm) {
		return false
	}
	rest := join(g.tokens[i-1:])
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
	rest := join(g.tokens[i:])
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
	fields = append([]field(nil), fields...)
	if k := len(fields) - 1; have.has(zoneName) && fields[k].kind == zoneName {
		fields[k], have = field{kind: literal, text: g.text(i - 1)}, have&^setOf(zoneName) // GMT+0100
	}
	g.search(j, append(fields, f), have.with(offset))
	return true
}
