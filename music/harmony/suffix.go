package harmony

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// suffix is what follows the root of a chord symbol. Bit i of tones is set if the tone i
// semitones above the root belongs to the chord.
type suffix struct {
	tones    uint16
	quality  Quality
	major7   bool // a seventh would be major
	altered  bool
	added    bool // the next number adds a tone and no seventh: "add9"
	power    bool // root and fifth
	number   int  // the last number; 0 before the first
	natural  bool // that number has no accidental
	before   bool // accidentals precede their numbers, as in "7b9"
	has7     bool // there is a seventh
	minor7   bool // it is a minor one
	sixth    bool
	fifth    int // accidental of the fifth
	omitted  []string
	tensions []tension
}

// tension is a number above the seventh, or an added tone, with its accidental.
type tension struct {
	number, alter int
	added         bool
}

// words are the parts of a suffix that are not numbers. A word comes before its own
// prefixes. Those that begin a suffix set the triad.
var words = []struct {
	text  string
	first bool // only at the beginning
	set   func(*suffix)
}{
	{"major", false, (*suffix).major}, {"maj", false, (*suffix).major}, {"ma", false, (*suffix).major}, {"^", false, (*suffix).triangle}, {"j", false, (*suffix).major}, {"M", false, (*suffix).major},
	{"minor", true, (*suffix).minor}, {"min", true, (*suffix).minor}, {"mi", true, (*suffix).minor}, {"m", true, (*suffix).minor}, {"-", true, (*suffix).minor},
	{"halfdim", true, (*suffix).half}, {"hdim", true, (*suffix).half}, {"h", true, (*suffix).half},
	{"dim", false, (*suffix).diminished}, {"o", true, (*suffix).diminished}, {"dom", true, func(*suffix) {}},
	{"aug", false, (*suffix).augmented}, {"+", true, (*suffix).augmented},
	{"sus24", false, func(p *suffix) { p.suspend(5); p.added = true; p.add(9, 0) }}, {"sus2", false, func(p *suffix) { p.suspend(2) }}, {"sus4", false, func(p *suffix) { p.suspend(5) }}, {"sus", false, func(p *suffix) { p.suspend(5) }},
	{"alt", false, (*suffix).alter}, {"add", false, func(p *suffix) { p.added = true }},
	{"no3", false, func(p *suffix) { p.omit("3", 1<<3|1<<4) }}, {"no5", false, func(p *suffix) { p.omit("5", 1<<7) }},
}

// readSuffix reads what follows the root of a symbol.
func readSuffix(s string) (p suffix, ok bool) {
	if strings.Count(s, "(") != strings.Count(s, ")") {
		return p, false
	}
	s = strings.NewReplacer("(", "", ")", "", ",", "", " ", "", "half-dim", "halfdim", "omit", "no", "m7-5", "m7b5", "-7-5", "-7b5").Replace(s)
	s = strings.Replace(s, "madd", "-add", 1) // not "ma"
	p = suffix{tones: 1 | 1<<4 | 1<<7, quality: Major}
	if s == "5" {
		p.tones, p.power = 1|1<<7, true
		return p, true
	}
	for first := true; s != ""; first = false {
		if s, ok = p.next(s, first); !ok {
			return p, false
		}
	}
	switch {
	case p.quality == Minor && p.fifth < 0 && p.has7 && !p.major7:
		p.quality = HalfDiminished
	case p.quality == Major && p.fifth > 0:
		p.quality = Augmented
	}
	return p, !p.added && !(p.major7 && p.minor7)
}

// next reads one word or number and returns what is left.
func (p *suffix) next(s string, first bool) (rest string, ok bool) {
	for _, w := range words {
		if w.first && !first || len(s) < len(w.text) {
			continue
		}
		if head := s[:len(w.text)]; head == w.text || len(w.text) > 1 && strings.EqualFold(head, w.text) {
			w.set(p)
			return s[len(w.text):], true
		}
	}
	if s[0] == '/' && !first { // C6/9, C7/13
		return s[1:], len(s) > 1
	}
	alter := accidentals[s[0]]
	if alter != 0 {
		s = s[1:]
		p.before = true
		if s == "" && alter > 0 && p.number > 0 { // C7+
			p.add(5, 1)
			return "", true
		}
	}
	n := 0
	for _, d := range []string{"13", "11", "9", "7", "6", "5", "4", "2"} {
		if strings.HasPrefix(s, d) {
			n, _ = strconv.Atoi(d)
			s = s[len(d):]
			break
		}
	}
	if n == 0 || n == p.number && alter == 0 && p.natural {
		return "", false
	}
	switch {
	case alter != 0 || s == "":
	case p.number != 0 && n >= 9 && !p.before && (s[0] == 'b' || s[0] == '#'):
		// the Weimar Jazz Database writes accidentals after the number, as in "79b"
		alter = accidentals[s[0]]
		s = s[1:]
	case n == 5 && (s == "-" || s == "+" || s == "b" || s == "#"): // Brazilian charts: Bm7(5-)
		alter = accidentals[s[0]]
		s = ""
	case n == 7 && s[0] == 'M': // Brazilian charts: C7M
		p.major7 = true
		s = s[1:]
	}
	p.add(n, alter)
	return s, true
}

// accidentals in semitones
var accidentals = map[byte]int{'b': -1, '#': 1, '-': -1, '+': 1}

func (p *suffix) major() { p.major7 = true }

// triangle is the sign of a major seventh, whether or not a 7 follows it.
func (p *suffix) triangle() {
	p.major7 = true
	p.seventh()
}

func (p *suffix) minor() { p.tones, p.quality = 1|1<<3|1<<7, Minor }

func (p *suffix) half() {
	p.tones, p.quality, p.has7, p.minor7 = 1|1<<3|1<<6|1<<10, HalfDiminished, true, true
}

func (p *suffix) diminished() { p.tones, p.quality = 1|1<<3|1<<6, Diminished }

func (p *suffix) augmented() {
	p.tones, p.fifth = p.tones&^(1<<7)|1<<8, 1
	if p.quality == Major {
		p.quality = Augmented
	}
}

func (p *suffix) omit(name string, tones uint16) {
	p.tones &^= tones
	p.omitted = append(p.omitted, name)
}

func (p *suffix) suspend(tone int) {
	p.tones = p.tones&^(1<<3|1<<4) | 1<<tone
	p.quality = Suspended
}

func (p *suffix) alter() {
	p.tones, p.quality, p.altered = 1|1<<1|1<<4|1<<6|1<<10, Dominant, true
}

// add puts a number into the chord.
func (p *suffix) add(n, alter int) {
	switch {
	case n == 5:
		p.tones, p.fifth = p.tones&^(1<<7)|1<<(7+alter), alter
	case n == 6 && alter == 0:
		p.tones, p.sixth = p.tones|1<<9, true
	case n == 7 && alter == 0:
		p.seventh()
	default: // 9, 11, 13, 2, 4
		p.tones |= 1 << ((map[int]int{9: 2, 2: 2, 11: 5, 4: 5, 13: 9, 6: 9, 7: 11}[n] + alter + 12) % 12)
		p.tensions = append(p.tensions, tension{n, alter, p.added})
		if p.number == 0 && n >= 9 && alter == 0 && !p.added { // C9 includes the seventh
			p.seventh()
		}
	}
	p.number, p.natural, p.added = n, alter == 0, false
}

// seventh adds the seventh of the chord's quality.
func (p *suffix) seventh() {
	p.has7 = true
	switch {
	case p.major7:
		p.tones |= 1 << 11
	case p.quality == Diminished:
		p.tones |= 1 << 9
	default:
		p.minor7 = true
		p.tones |= 1 << 10
		if p.quality == Major {
			p.quality = Dominant
		}
	}
}

// spelling is the suffix as lead sheets print it: "maj7", "m7b5", "7b9", "69", "m(maj7)".
// Read again it gives the same tones and the same quality.
func (p *suffix) spelling() string {
	switch {
	case p.altered:
		return "7alt"
	case p.power:
		return "5"
	}
	s := map[Quality]string{Minor: "m", HalfDiminished: "m", Diminished: "dim", Augmented: "+"}[p.quality]
	number, rest := p.numbers()
	if p.major7 && number != "" && number[0] != '6' {
		if number = "maj" + number; p.quality == Minor || p.quality == Diminished {
			number = "(" + number + ")"
		}
	}
	s += number
	if p.quality == Suspended {
		s += "sus4"
		if p.tones>>5&1 == 0 {
			s = strings.TrimSuffix(s, "4") + "2"
		}
	}
	switch {
	case p.quality == HalfDiminished || p.fifth < 0 && p.quality != Diminished:
		rest = "b5" + rest
	case p.fifth > 0 && p.quality != Augmented:
		rest = "#5" + rest
	}
	if s == "" && rest != "" && accidentals[rest[0]] != 0 {
		i := strings.IndexByte(rest+"(", '(')
		rest = "(" + rest[:i] + ")" + rest[i:] // C(b5) is not Cb5
	}
	return s + rest
}

// numbers are the number that stands for the seventh or the sixth, and the other tones.
func (p *suffix) numbers() (number, rest string) {
	seventh := p.has7
	if seventh {
		number = "7"
	} else if p.sixth {
		number = "6"
	}
	natural := ""
	tensions := p.sorted()
	if seventh && p.sixth && !slices.ContainsFunc(tensions, func(t tension) bool { return t.number == 13 && t.alter == 0 }) {
		tensions = append(tensions, tension{number: 13, added: true}) // over a seventh
	}
	for _, t := range tensions {
		text := strconv.Itoa(t.number)
		switch {
		case t.alter != 0:
			rest += map[int]string{-1: "b", 1: "#"}[t.alter] + text
		case number == "7" && t.number >= 9 && !t.added:
			number = text
		case number == "6" && t.number == 9 && !p.alters():
			number = "69"
		case number == "" || t.added || t.number < 9:
			natural += "(add" + text + ")"
		default:
			natural += "(" + text + ")"
		}
	}
	if number == "" && strings.Count(natural, "(") == 1 && rest == "" {
		natural = strings.Trim(natural, "()") // Cadd9
	}
	for _, x := range p.omitted {
		natural += "(no" + x + ")"
	}
	return number, rest + natural
}

// alters reports whether a tension has an accidental.
func (p *suffix) alters() bool {
	return slices.ContainsFunc(p.tensions, func(t tension) bool { return t.alter != 0 })
}

// sorted are the tensions in ascending order, each once.
func (p *suffix) sorted() []tension {
	out := slices.Clone(p.tensions)
	slices.SortStableFunc(out, func(a, b tension) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.alter, b.alter))
	})
	return slices.CompactFunc(out, func(a, b tension) bool { return a.number == b.number && a.alter == b.alter })
}
