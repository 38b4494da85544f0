package table

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/segue-go/segue/forecast/table/number"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// Cells hold marks that are no data: a word or an impossible number for a value that
// is missing, a letter or a star for a value that is provisional.

// provisional are marks behind a time: 2019 (p), Nov 2023 *, 2021¹.
var provisional = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(.*[\pL\d])\s*(\((p|r|e|f|prov|prel|est|provisional|preliminary|estimated?|forecast|revised)\.?\)|[*†‡¹²³⁴#]+|\[\pL?\d?\]| [preb])$`)
})

// unmarked is a time without such a mark.
func unmarked(text string) string {
	if text == "" || '0' <= text[len(text)-1] && text[len(text)-1] <= '9' {
		return text // no mark ends in a digit
	}
	if m := provisional().FindStringSubmatch(text); m != nil && len(text) < 40 {
		return m[1]
	}
	return text
}

// forgive takes words that come again and again in a column of numbers, such as BDL
// or offline, as missing values, and says so.
func (b *builder) forgive() {
	const few = 2 // a word that comes once may be a slip
	words := map[string]int{}
	for _, f := range b.faults {
		if strings.IndexFunc(f.text, unicode.IsDigit) < 0 {
			words[f.text]++
		}
	}
	b.faults = slices.DeleteFunc(b.faults, func(f fault) bool {
		if n := words[f.text]; n < few || n > len(b.lines)/2 {
			return false
		}
		b.t.noteAt(fmt.Sprintf("%q is no number, taken as missing", f.text), f.line)
		return true
	})
}

// sentinels takes numbers such as -999, which programs write for a missing value,
// as missing where they are far from all others.
func (b *builder) sentinels() {
	const (
		few  = 2  // times that a number must occur
		most = .5 // share of the values
		far  = 5  // times the range of the others
	)
	counts := map[float64]int{}
	for _, v := range b.values {
		if isSentinel(v) {
			counts[v]++
		}
	}
	for v, n := range counts {
		if n < few || float64(n) > most*float64(len(b.values)) {
			continue
		}
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, x := range b.values {
			if counts[x] == 0 && !math.IsNaN(x) {
				lo, hi = min(lo, x), max(hi, x)
			}
		}
		if room := far * max(hi-lo, 1e-9); !(v < lo-room && lo > v/2 || v > hi+room) || hi < lo {
			continue
		}
		for i, x := range b.values {
			if x == v {
				b.values[i] = math.NaN()
				b.t.noteAt(fmt.Sprintf("%g stands for a missing value", v), b.lines[i])
			}
		}
	}
}

// isSentinel reports whether a number is one of nines, as -9999 and 999.9, or the
// lowest of a small type.
func isSentinel(v float64) bool {
	switch a := math.Abs(v); a {
	case 32767, 32768, 2147483647, 2147483648, 1e20, 1e30, 1e36:
		return true
	default:
		text := strings.ReplaceAll(number.Plain(a), ".", "")
		return len(text) >= 3 && len(text) <= 9 && strings.Trim(text, "9") == "" || v == -99
	}
}

// errFiner says that a row is the first of shorter periods than those before: a
// file with years first and then quarters and months.
var errFiner = errors.New("shorter periods begin")

// again begins anew with shorter periods.
func (b *builder) again(first int) *builder {
	b.t.Notes = slices.DeleteFunc(b.t.Notes, func(n Note) bool { return n.What == "missing values" })
	b.t.Notes = append(b.t.Notes, Note{"rows for longer periods than the last ones, skipped", len(b.lines), first})
	next := newBuilder(b.t, b.cols, b.opt, b.header)
	next.times = stamp.NewColumn(nil)
	return next
}

// What accounts call money that goes out and money that comes in, on the side of whoever
// keeps the account: debit, credit; Soll, Haben.
var (
	debits  = setOfWords("d dr debit deb db debe débit dare s soll belastung lastschrift af withdrawal obciążenie wn")
	credits = setOfWords("c cr credit cred haber crédit avere h haben gutschrift bij deposit uznanie ma")
)

func setOfWords(text string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(text) {
		m[w] = true
	}
	return m
}

// findSign finds a column that says of every value whether it is a debit or a credit, where
// the values have no signs of their own. Letters say so only under a name that does.
func (c *chooser) findSign() {
	if c.value < 0 || slices.ContainsFunc(c.sample, func(s sampleRow) bool { return strings.ContainsAny(cell(s.cells, c.value), "-(−") }) {
		return
	}
	for i, h := range c.header {
		if c.taken(i) || c.kind[i].empty || c.kind[i].number {
			continue
		}
		out, in, shortest, ok := 0, 0, 9, true
		for _, s := range c.sample {
			text := strings.ToLower(strings.TrimSpace(cell(s.cells, i)))
			switch {
			case debits[text]:
				out++
			case credits[text]:
				in++
			case text != "":
				ok = false
			}
			if text != "" {
				shortest = min(shortest, len(text))
			}
		}
		name := plainName(h)
		named := name == "s/h" || name == "d/c" || name == "dc" || name == "sh" || strings.Contains(name, "soll") || strings.Contains(name, "debit") || strings.Contains(name, "kz") || strings.Contains(name, "kennzeichen")
		if ok && out > 0 && in > 0 && (shortest > 1 || named) {
			c.sign = i
			return
		}
	}
}

// accountMark is Dr or Cr behind or before an amount: 132.22 DR, CR 5.00, 1,200.00Cr.
var accountMark = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(?:(dr|cr)\.? *(.*\d.*)|(.*\d.*?) *\(?(dr|cr)\.?\)?)$`)
})

// cutMark is an amount without such a mark, and the mark in lower case; "" if it has none.
func cutMark(text string) (amount, mark string) {
	if !strings.ContainsAny(text, "rR") {
		return text, ""
	}
	m := accountMark().FindStringSubmatch(text)
	if m == nil {
		return text, ""
	}
	return m[2] + m[3], strings.ToLower(m[1] + m[4])
}

// accountMarks says what a sample of a column tells about its marks: debits that they may be
// cut off, since the cells are amounts and some are debits; negative that all debits have a
// sign besides; scaled that a cell has another word of scale, as Lakh, beside Cr; cents that
// all with Cr are written to two decimals, and one of them would be thousands of crores.
type accountMarks struct{ debits, negative, scaled, cents bool }

// twoDecimals are amounts of money as accounts write them.
var twoDecimals = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\d[.,]\d\d\)?$`) })

// marksOf looks for marks in column i. A mark before a number that no blank or point parts
// from it belongs to a reference, as CR1001; so may one that is parted, if there is no debit
// or no credit.
func marksOf(sample []sampleRow, i int) (m accountMarks) {
	behind, before, credits, signed, unread, thousands := 0, 0, 0, 0, 0, false
	m.cents = true
	for _, s := range sample {
		text := strings.TrimSpace(cell(s.cells, i))
		amount, mark := cutMark(text)
		if mark == "" {
			m.scaled = m.scaled || strings.IndexFunc(text, unicode.IsLetter) > 0 && number.Read(text).OK()
			continue
		}
		n := number.Read(amount)
		front := strings.EqualFold(text[:len(mark)], mark)
		if front && text[len(mark)] != ' ' && text[len(mark)] != '.' {
			return accountMarks{}
		}
		switch {
		case !n.OK():
			unread++
			continue
		case mark == "cr":
			credits++
			m.cents = m.cents && twoDecimals().MatchString(amount)
			thousands = thousands || math.Abs(n.Value[number.Point]) >= 1000 || math.Abs(n.Value[number.Comma]) >= 1000
		case front:
			before++
		default:
			behind++
		}
		if mark == "dr" && negative(amount) {
			signed++
		}
	}
	if unread > behind+before+credits {
		return accountMarks{}
	}
	m.debits = behind > 0 || before > 0 && credits > 0
	m.negative = m.debits && signed == behind+before
	m.cents = m.cents && credits > 0 && thousands
	return m
}

// negative reports whether an amount has a sign, or the brackets that stand for one.
func negative(amount string) bool {
	return strings.HasPrefix(amount, "-") || strings.HasPrefix(amount, "−") || strings.HasPrefix(amount, "(")
}

// findMarks finds out whether the values have marks of debits and credits. Cr without any
// debit is a crore, ten millions, unless the column is that of an account, to the cent.
func (c *chooser) findMarks() {
	account := false
	for _, w := range strings.Fields("balance amount amt withdrawal deposit closing opening ledger debit credit") {
		account = account || strings.Contains(strings.ToLower(cell(c.header, c.value)), w)
	}
	m := marksOf(c.sample, c.value)
	c.marked = !m.scaled && (m.debits || account && m.cents)
	c.negative = m.negative
}

// signed is the text of a value with the sign that its row or its own mark gives it.
func (b *builder) signed(text string, rec []string, line int) string {
	amount, mark := cutMark(text)
	if mark == "dr" && !b.cols.marked && !b.crores && !number.Read(text).OK() && number.Read(amount).OK() && text[0] != 'd' && text[0] != 'D' {
		b.cols.marked = true // the first one comes below the sample
	}
	switch {
	case mark == "cr" && b.cols.marked:
		b.t.note("values marked CR, taken as they are", line)
		return amount
	case mark == "cr":
		b.crores = true
	case mark == "dr" && b.cols.marked && b.cols.negative && negative(amount):
		b.t.note("values marked DR that have a sign, taken as they are", line)
		return amount
	case mark == "dr" && b.cols.marked:
		b.t.note("values marked DR, taken as negative", line)
		return negated(amount)
	}
	if b.cols.sign < 0 || text == "" || number.Missing(text) || !debits[strings.ToLower(strings.TrimSpace(cell(rec, b.cols.sign)))] {
		return text
	}
	b.t.note(fmt.Sprintf("values that column %q calls debits, taken as negative", b.header[b.cols.sign]), line)
	return negated(text)
}

// negated is an amount with the other sign.
func negated(amount string) string {
	if !negative(amount) {
		return "-" + amount
	}
	return strings.TrimSuffix(strings.TrimLeft(amount, "-−( "), ")")
}

// numbersRows reports whether column i, which has the name of ids, is different in every
// row, at times that differ too: it numbers the rows of one series.
func (c *chooser) numbersRows(i int) bool {
	const fewest = 3
	if c.time < 0 || len(c.sample) < fewest || !c.kind[i].distinct {
		return false
	}
	return c.kind[c.time].distinct
}

// Units that take prefixes, and the powers of ten that these stand for. Bits and bytes take
// them in lower case too, and no small ones.
var (
	prefixable = setOfWords("B b bps bit byte bytes W Wh g m s Hz V A L l Pa VA J")
	digital    = setOfWords("B b bps bit byte bytes")
	prefixes   = map[string]int{"": 0, "k": 3, "K": 3, "M": 6, "G": 9, "T": 12, "m": -3, "µ": -6, "u": -6}
	lowered    = map[string]int{"": 0, "k": 3, "K": 3, "m": 6, "M": 6, "g": 9, "G": 9, "t": 12, "T": 12}
)

// unitOf is the unit behind a number, taken apart; ok is false if it has none that takes a
// prefix.
func unitOf(text string) (amount, base string, power int, ok bool) {
	at := strings.LastIndexAny(text, "0123456789") + 1
	if at == 0 || at == len(text) {
		return text, "", 0, false
	}
	amount, unit := text[:at], strings.TrimSpace(text[at:])
	_, first := utf8.DecodeRuneInString(unit)
	for _, n := range []int{0, first} {
		if base = unit[n:]; !prefixable[base] {
			continue
		}
		of := prefixes
		if digital[base] {
			of = lowered
		}
		if power, ok = of[unit[:n]]; ok {
			return amount, base, power, true
		}
	}
	return text, "", 0, false
}

// findUnits finds out whether the values have one unit that takes prefixes, as MB and GB, and
// takes the most frequent of them for the column's. Others may first come below the sample.
func (c *chooser) findUnits() {
	counts, bases := map[int]int{}, map[string]bool{}
	for _, s := range c.sample {
		if _, base, power, ok := unitOf(strings.TrimSpace(cell(s.cells, c.value))); ok {
			counts[power]++
			bases[base] = true
		}
	}
	if len(bases) != 1 {
		return
	}
	best := 0
	for power, n := range counts {
		if n > best || n == best && power < c.power {
			best, c.power = n, power
		}
	}
	for base := range bases {
		c.unit = base
	}
}

// inOneUnit is a value with a power of ten in the place of a prefix that others have not.
func (b *builder) inOneUnit(text string, line int) string {
	amount, base, power, ok := unitOf(text)
	if !ok || base != b.cols.unit || power == b.cols.power {
		return text
	}
	b.t.note(fmt.Sprintf("values in other multiples of %s than most, converted (1000 M%s are 1 G%s)", base, base, base), line)
	return fmt.Sprintf("%sE%+d", strings.TrimSpace(amount), power-b.cols.power)
}

// span is a duration: 0:04:19, -26:10:05.5, 1h 21m, 2m 5s, 45s.
var span = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([-−]?)(?:(\d{1,5}):([0-5]\d):([0-5]\d(?:\.\d+)?)|(?:(\d+) ?(?:h|hrs?|hours?|std) ?)?(?:(\d+) ?(?:m|min|mins|minutes?) ?)?(?:(\d+(?:\.\d+)?) ?(?:s|secs?|seconds?|sek))?)$`)
})

// secondsOf reads a duration of hours, minutes and seconds; parts says how many of them it
// has, 0 if the text is none.
func secondsOf(text string) (seconds float64, parts int) {
	m := span().FindStringSubmatch(strings.ToLower(text))
	if m == nil {
		return 0, 0
	}
	for i, each := range []float64{3600, 60, 1, 3600, 60, 1} {
		if v, err := strconv.ParseFloat(m[i+2], 64); err == nil {
			seconds += v * each
			parts++
		}
	}
	if m[1] != "" {
		seconds = -seconds
	}
	return seconds, parts
}

// durations reports whether a column holds durations. One of them must have two parts, since
// 45m alone may be metres.
func (c *chooser) durations(i int) bool {
	most := 0
	for _, s := range c.sample {
		text := strings.TrimSpace(cell(s.cells, i))
		if number.Missing(text) {
			continue
		}
		_, parts := secondsOf(text)
		if parts == 0 && !isTotal(text) {
			return false
		}
		most = max(most, parts)
	}
	return most > 1
}
