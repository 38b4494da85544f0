package table

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/segue-go/segue/forecast/table/number"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// Around the header of a table stand lines that are not part of it: titles above,
// units and the particulars of the series below.

// skipTitles drops the lines above the header: those with much less in them than
// the lines of the table have.
func (t *rawTable) skipTitles() {
	skipped, first := 0, 0
	if k := t.otherTable(); k > 0 {
		skipped, first = k, t.sample[0].line
		t.sample = t.sample[k:]
	}
	if k := t.comments(); k > 0 {
		skipped, first = skipped+k, t.sample[0].line
		t.sample = t.sample[k:]
	}
	if k := t.pairsAbove(); k > 0 {
		skipped, first = skipped+k, t.sample[0].line
		t.sample = t.sample[k:]
	}
	usual := t.usualCells()
	for len(t.sample) > 1 && usual > 1 && (filledCells(t.sample[0].cells) < max(2, (usual+1)/2) || t.titleOverHeader()) {
		if filledCells(t.sample[0].cells) > 0 {
			if skipped++; skipped == 1 {
				first = t.sample[0].line
			}
			t.above = t.sample[0].cells
		}
		t.sample = t.sample[1:]
	}
	if skipped > 0 {
		t.notes = append(t.notes, Note{"lines above the header, skipped", skipped, first})
	}
}

// comments is the number of rows at the start that begin with #, where the header follows
// them and is none of them.
func (t *rawTable) comments() int {
	k := 0
	for k < len(t.sample) && strings.HasPrefix(strings.TrimSpace(cell(t.sample[k].cells, 0)), "#") {
		k++
	}
	if k == 0 || k >= len(t.sample)-1 || !onlyWords(t.sample[k].cells) || filledCells(t.sample[k].cells) < 2 {
		return 0
	}
	return k
}

// pairsAbove is the number of rows at the start that have a name and a value each (Report:,
// Sales), where the header follows them: words only, one in every column. If there are two
// columns only, one must have a usual name of times, which no row before has.
func (t *rawTable) pairsAbove() int {
	const most = 20 // rows
	names := func(cells []string) bool {
		return slices.ContainsFunc(cells, func(c string) bool { return slices.Contains(timeNames, plainName(c)) })
	}
	usual, pairs := t.usualCells(), 0
	for k, s := range t.sample[:max(0, min(most, len(t.sample)-2))] {
		n := filledCells(s.cells)
		if pairs > 0 && n >= max(usual, 2) && onlyWords(s.cells) && (names(s.cells) || usual > 2 && !onlyWords(t.sample[k+1].cells)) {
			return k
		}
		if n > 2 || names(s.cells) {
			return 0
		}
		if n == 2 && strings.TrimSpace(cell(s.cells, 0)) != "" && strings.TrimSpace(cell(s.cells, 1)) != "" {
			pairs++
		}
	}
	return 0
}

// otherTable is the number of rows at the start that have more cells than all those after
// them, of which the first holds only words and is the header: a table about the table.
func (t *rawTable) otherTable() int {
	const most, fewest = 20, 3
	if len(t.sample) < most {
		return 0
	}
	n := len(t.sample[len(t.sample)-1].cells)
	k := len(t.sample)
	for k > 0 && len(t.sample[k-1].cells) == n {
		k--
	}
	if n < 2 || k == 0 || k > most || len(t.sample)-k < fewest || !onlyWords(t.sample[k].cells) || filledCells(t.sample[k].cells) < n {
		return 0
	}
	for _, s := range t.sample[:k] {
		if len(s.cells) <= n {
			return 0
		}
	}
	return k
}

// titleOverHeader reports whether the second row would be the better header: it
// holds only words, and more of them.
func (t *rawTable) titleOverHeader() bool {
	for _, c := range t.sample[1].cells {
		c = strings.TrimSpace(c)
		if c != "" && (number.Read(c).OK() || isTime(c)) {
			return false
		}
	}
	first := t.sample[0].cells
	if len(first) > 1 && strings.TrimSpace(first[0]) == "" && filledCells(first) == len(first)-1 && distinct(first) {
		return false // only the column of times, or of names, has no name
	}
	return filledCells(t.sample[1].cells) > filledCells(first)
}

// distinct reports whether no two cells are the same.
func distinct(cells []string) bool {
	for i, c := range cells {
		if slices.Contains(cells[:i], c) {
			return false
		}
	}
	return true
}

// joinHeaders joins a second row of names with the first, where that has names twice, and
// takes the name of the times from the row that pandas gives it: Price,Close,Close and
// Ticker,A,B and Date,, become Date, Close/A, Close/B.
func (t *rawTable) joinHeaders() {
	if len(t.sample) < 3 || !onlyWords(t.sample[0].cells) {
		return
	}
	second := t.sample[0].cells
	names := make([]string, len(t.header))
	seen := map[string]bool{}
	twice := false
	for i, h := range t.header {
		twice = twice || h != "" && slices.Contains(t.header[:i], h)
		names[i] = h
		if word := strings.TrimSpace(cell(second, i)); i > 0 && word != "" && h != "" {
			names[i] += "/" + word
		}
		if seen[names[i]] {
			return
		}
		seen[names[i]] = true
	}
	if !twice {
		return
	}
	t.remark("two rows of names, joined", t.sample[0].line)
	t.header, t.sample = names, t.sample[1:]
	third := t.sample[0].cells
	if word := strings.TrimSpace(cell(third, 0)); word != "" && filledCells(third) == 1 && onlyWords(third) {
		t.header[0], t.sample = word, t.sample[1:]
	}
}

// yearsOverParts joins two rows of a header, of which one has years, each over the first of
// its columns at least, and the next the quarters or months of the years: 2019,,2020, and
// Q1,Q2,Q1,Q2 become 2019 Q1 and so on. Columns of the years' totals are left out.
func (t *rawTable) yearsOverParts() {
	const deepest, fewest = 20, 3
	for k := range min(deepest, len(t.sample)-1) {
		upper, lower := t.sample[k].cells, t.sample[k+1].cells
		joined, year, count := make([]string, max(len(upper), len(lower))), "", 0
		totals := map[int]bool{}
		for i := range joined {
			above, below := strings.TrimSpace(cell(upper, i)), strings.TrimSpace(cell(lower, i))
			if y, err := strconv.Atoi(above); err == nil && len(above) == 4 && y >= 1500 && y <= 2999 {
				year = above
			} else if above != "" {
				year = ""
			}
			switch {
			case year != "" && (quarterOf(below) > 0 && !digitsOnly(below) || stamp.Month(below) > 0):
				joined[i] = year + " " + below
				count++
			case year != "" && isTotal(below):
				totals[i] = true
			case year != "" && below != "" || above != "" && below != "":
				count = -len(joined)
			default:
				joined[i] = above + below
			}
		}
		if count >= fewest {
			t.remark("two rows of names, joined", t.sample[k].line)
			t.sample[k+1].cells = joined
			t.sample = append(t.sample[:k], t.sample[k+1:]...)
			t.dropColumns(totals)
			return
		}
	}
}

// dropColumns leaves columns out of all rows.
func (t *rawTable) dropColumns(which map[int]bool) {
	if len(which) == 0 {
		return
	}
	t.remark("columns of totals, skipped", t.sample[0].line)
	without := func(rec []string) (out []string) {
		for i, c := range rec {
			if !which[i] {
				out = append(out, c)
			}
		}
		return out
	}
	for i := range t.sample {
		t.sample[i].cells = without(t.sample[i].cells)
	}
	next := t.rest
	t.rest = func() ([]string, int, error) {
		rec, line, err := next()
		return without(rec), line, err
	}
}

// onlyWords reports whether no cell is a number or a time, and one is filled.
func onlyWords(cells []string) bool {
	for _, c := range cells {
		if c = strings.TrimSpace(c); c != "" && (number.Read(c).OK() || isTime(c)) {
			return false
		}
	}
	return filledCells(cells) > 0
}

// rdbWidth is a width and a type of a column, as the tables of the US Geological Survey
// write them below the names: 5s, 14n, 20d.
var rdbWidth = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d{1,3}[snd]$`) })

// skipUnits drops rows of words under the header where the rows below hold
// numbers: units, or the names of codes.
func (t *rawTable) skipUnits() {
	const units = "rows of units below the header, skipped"
	if len(t.sample) > 2 && !slices.ContainsFunc(t.sample[0].cells, func(c string) bool { return !rdbWidth().MatchString(c) }) {
		t.remark(units, t.sample[0].line)
		t.sample = t.sample[1:]
	}
	for len(t.sample) > 2 {
		row, below, words := t.sample[0].cells, t.sample[1:min(len(t.sample), 20)], 0
		for i, c := range row {
			c = strings.TrimSpace(c)
			if n := number.Read(c); n.OK() || c != "" && isTime(c) {
				return
			}
			if k := judge(below, i); c != "" && !number.Missing(c) && (k.number || k.time) {
				words++
			} else if c != "" && !number.Missing(c) {
				return
			}
		}
		if words == 0 {
			return
		}
		if n := len(t.notes); n > 0 && t.notes[n-1].What == units {
			t.notes[n-1].Count++
		} else {
			t.remark(units, t.sample[0].line)
		}
		t.sample = t.sample[1:]
	}
}

// skipDescription drops rows under the header that tell about the series, as
// statistical offices write them: its code, its unit, the day of its release. The
// table begins where a column turns into times and goes on with them.
func (t *rawTable) skipDescription() {
	const most = 20 // rows
	best := 0
	for j, h := range t.header {
		if isTime(h) {
			continue
		}
		first := slices.IndexFunc(t.sample, func(s sampleRow) bool { return isTime(strings.TrimSpace(cell(s.cells, j))) })
		if first < 1 || first > most || best > 0 && first >= best {
			continue
		}
		times, rows := 0, 0
		for _, s := range t.sample[first:] {
			if text := strings.TrimSpace(cell(s.cells, j)); filledCells(s.cells) > 1 {
				rows++
				if isTime(text) {
					times++
				}
			}
		}
		if times > 2 && times*10 >= rows*9 && !t.dataAbove(first, j) {
			best = first
		}
	}
	if best > 0 {
		t.notes = append(t.notes, Note{"lines about the series below the header, skipped", best, t.sample[0].line})
		t.sample = t.sample[best:]
	}
}

// dataAbove reports whether the rows before row first look like those after it: they
// hold numbers, so that a time is missing or wrong in column j, or they hold times in
// another column, and what was taken for times in column j are numbers from 1000 up.
func (t *rawTable) dataAbove(first, j int) bool {
	like := 0
	for _, s := range t.sample[:first] {
		for i := range t.header {
			if text := strings.TrimSpace(cell(s.cells, i)); number.Read(text).OK() && !isTime(text) {
				like++
				break
			}
		}
	}
	if like*2 >= first {
		return true
	}
	for i := range t.header {
		if i != j && !slices.ContainsFunc(t.sample, func(s sampleRow) bool { return !isTime(strings.TrimSpace(cell(s.cells, i))) }) {
			return true
		}
	}
	return false
}

// quarterOf is the quarter that a heading or a cell names without its year: Q1, 1.
// Quartal, III, 2nd quarter; 0 for none.
func quarterOf(text string) int {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 24 {
		return 0
	}
	for _, l := range stamp.Guess("2000 " + text) {
		if at, ok := l.Parse("2000 " + text); ok && l.Quarterly() {
			return (int(at.Month()) + 2) / 3
		}
	}
	return 0
}

// noHeader reports whether the first row is data already: it holds a number
// that is not a year or other time.
func noHeader(cells []string) bool {
	times := 0
	for _, c := range cells {
		if n := number.Read(c); n.OK() && quarterOf(c) == 0 {
			if isTime(strings.TrimSpace(c)) {
				times++
				continue
			}
			return true
		}
	}
	return times == 1 || times > 0 && times == len(cells)
}

// numbered reports whether the cells count from 0 or 1: names that a program
// gave.
func numbered(cells []string) bool {
	first, err := strconv.Atoi(cells[0])
	if err != nil || len(cells) < 3 || first > 1 || first < 0 {
		return false
	}
	for i, c := range cells {
		if c != strconv.Itoa(first+i) {
			return false
		}
	}
	return true
}
