package stamp

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Years that are not counted from the birth of Christ: Japanese ones from the beginning of
// an era (令和5年, 平成元年), and Buddhist ones, as Thailand writes them, which are 543 more.

// era is the text of a field that is the year of a Japanese era, with the era's name.
const era = "era"

// eras are the Japanese eras of the Gregorian calendar, the last first.
var eras = []struct {
	name  string
	begin time.Time
}{
	{"令和", time.Date(2019, 5, 1, 0, 0, 0, 0, time.UTC)},
	{"平成", time.Date(1989, 1, 8, 0, 0, 0, 0, time.UTC)},
	{"昭和", time.Date(1926, 12, 25, 0, 0, 0, 0, time.UTC)},
	{"大正", time.Date(1912, 7, 30, 0, 0, 0, 0, time.UTC)},
	{"明治", time.Date(1868, 1, 25, 0, 0, 0, 0, time.UTC)},
}

// firstYear is how the first year of an era is written.
const firstYear = "元"

// readEra reads an era and its year at the start of s and gives the length and the year;
// -1 if there is none.
func readEra(s string) (n, y int) {
	for _, e := range eras {
		rest, ok := strings.CutPrefix(s, e.name)
		if !ok {
			continue
		}
		if strings.HasPrefix(rest, firstYear) {
			return len(e.name) + len(firstYear), e.begin.Year()
		}
		k := 0
		for k < len(rest) && k < 2 && rest[k] >= '0' && rest[k] <= '9' {
			k++
		}
		v, err := strconv.Atoi(rest[:k])
		if err != nil || v < 1 {
			return -1, 0
		}
		return len(e.name) + k, e.begin.Year() + v - 1
	}
	return -1, 0
}

// writeEra writes the era of a time and its year.
func writeEra(t time.Time) string {
	t = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	for _, e := range eras {
		if t.Before(e.begin) {
			continue
		}
		if y := t.Year() - e.begin.Year() + 1; y > 1 {
			return e.name + strconv.Itoa(y)
		}
		return e.name + firstYear
	}
	return strconv.Itoa(t.Year())
}

// eraTokens is the number of tokens from i on that are the year of an era, and what the
// last of them has behind it.
func (g *guesser) eraTokens(i int) (n int, rest string) {
	text := g.tokens[i].text
	for _, e := range eras {
		after, ok := strings.CutPrefix(text, e.name)
		switch {
		case !ok:
		case after == "" && i+1 < len(g.tokens) && g.tokens[i+1].kind == digits && len(g.tokens[i+1].text) <= 2:
			return 2, ""
		case strings.HasPrefix(after, firstYear):
			return 1, strings.TrimPrefix(after, firstYear)
		}
	}
	return 0, ""
}

// Buddhist years; no table is about the times of their Gregorian namesakes.
const (
	buddhist      = 543
	firstBuddhist = 2400
	lastBuddhist  = 2700
)

// gregorian turns years that were read into Gregorian ones; both ends of a range are
// counted alike.
func (l *Layout) gregorian(start, end *reading) {
	if !l.has(year) || start.year < firstBuddhist || start.year > lastBuddhist {
		return
	}
	start.year -= buddhist
	if end.year > 0 {
		end.year -= buddhist
	}
	l.buddhist = true
}

// thaiMonths are the short names, whose points are inside; they are read as one word.
var thaiMonths = strings.Fields("ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.")

// pointed is the length of a word at the start of s that has points inside, 0 for none.
func pointed(s string) int {
	if r, _ := utf8.DecodeRuneInString(s); r < '\u0e00' || r > '\u0e7f' {
		return 0
	}
	for _, m := range thaiMonths {
		if strings.HasPrefix(s, m) {
			return len(m)
		}
	}
	return 0
}
