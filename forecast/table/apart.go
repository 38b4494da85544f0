package table

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast/table/number"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// group divides the rows into series: by the ids or, where the same time comes
// more than once, by the columns of text with which it does not.
func (b *builder) group(times []time.Time) {
	if len(b.cols.ids) == 0 && len(b.labels) > 0 && repeats(times, nil) {
		if found := b.tellApart(times); found != nil {
			b.useLabels(found)
		}
	}
	if s := &b.sections; len(b.cols.ids) == 0 && s.rows != nil && (s.differ || b.sameTimesAgain(times)) {
		b.ids, s.rows, b.t.ID = s.rows, nil, "table"
		b.t.note(fmt.Sprintf("%d tables below each other, a series each", len(b.ids.names)), 0)
	}
	b.names = b.ids.names
	b.rows = make([][]int, len(b.names))
	for r, k := range b.ids.rows {
		b.rows[k] = append(b.rows[k], r)
	}
}

// repeats reports whether two rows have the same time and, with labels, the same
// labels.
func repeats(times []time.Time, with []*labels) bool {
	type key struct {
		at   int64
		code [4]int32
	}
	seen := make(map[key]bool, len(times))
	for r, t := range times {
		k := key{at: t.UnixNano()}
		for i, l := range with {
			k.code[i] = l.rows[r]
		}
		if seen[k] {
			return true
		}
		seen[k] = true
	}
	return false
}

// tellApart finds the columns of text that tell series apart: one, or else two or
// three together. Of several that would do, one whose values are fewest is taken,
// of equals the first.
func (b *builder) tellApart(times []time.Time) []int {
	// in a sample that is one moment of many series every row has a name of its own
	moment := !slices.ContainsFunc(times, func(t time.Time) bool { return !t.Equal(times[0]) })
	var useful []int
	for k, l := range b.labels {
		if n := len(l.names); n > 1 && (moment || n <= len(l.rows)/2) {
			useful = append(useful, k)
		}
	}
	best := -1
	for _, k := range useful {
		if !repeats(times, b.labels[k:k+1]) && (best < 0 || len(b.labels[k].names) < len(b.labels[best].names)) {
			best = k
		}
	}
	if best >= 0 {
		return []int{best}
	}
	const most = 6 // columns that are tried in pairs
	useful = useful[:min(len(useful), most)]
	for i := range useful {
		for j := range i {
			if pair := []int{useful[j], useful[i]}; !repeats(times, b.pick(pair)) {
				return pair
			}
		}
	}
	if len(useful) > 2 && len(useful) <= 4 && !repeats(times, b.pick(useful)) {
		return useful
	}
	return nil
}

func (b *builder) pick(which []int) (out []*labels) {
	for _, k := range which {
		out = append(out, b.labels[k])
	}
	return out
}

// useLabels makes ids of columns.
func (b *builder) useLabels(which []int) {
	ids := &labels{codes: map[string]int{}}
	for r := range b.lines {
		var parts []string
		for _, l := range b.pick(which) {
			parts = append(parts, l.names[l.rows[r]])
		}
		ids.add(strings.Join(parts, "/"))
	}
	var names []string
	for _, k := range which {
		b.cols.ids = append(b.cols.ids, b.cols.labels[k])
		names = append(names, b.header[b.cols.labels[k]])
	}
	b.ids, b.t.ID = ids, strings.Join(names, "/")
	what := "series told apart by column"
	if len(names) > 1 {
		what += "s"
	}
	b.t.note(fmt.Sprintf("%s %s", what, quoteList(names)), 0)
	b.labels, b.cols.labels = nil, slices.Delete(b.cols.labels, 0, len(b.cols.labels))
}

// sections are the tables that stand below each other in a file.
type sections struct {
	title   string  // of the first one; "" if it has none
	current string  // name of the one that is read
	rows    *labels // which one each row is in; nil while there is one
	count   int     // of rows
	differ  bool    // they have values of different names
	titled  bool    // some have a title above them
}

func (s *sections) addRow() {
	if s.count++; s.rows != nil {
		s.rows.add(s.current)
	}
}

// begin begins the next table. The rows so far are those of the first one, if it is the second.
func (s *sections) begin(first, name string) {
	if s.rows == nil {
		s.rows = &labels{codes: map[string]int{}}
		for range s.count {
			s.rows.add(first)
		}
	}
	for k := 2; ; k++ {
		if _, taken := s.rows.codes[name]; !taken {
			break
		}
		name = fmt.Sprintf("%s#%d", strings.TrimSuffix(name, fmt.Sprintf("#%d", k-1)), k)
	}
	s.current = name
}

// sameTimesAgain reports whether the later ones of the tables below each other are about the
// times of earlier ones, and have titles or other values. Exports of one series that overlap
// by some rows, or of which one goes on where the other ends, are not.
func (b *builder) sameTimesAgain(times []time.Time) bool {
	first := make(map[int64]int, len(times)) // row by time
	rows, again, alike := 0, 0, 0
	for r, t := range times {
		f, known := first[t.UnixNano()]
		section := b.sections.rows.rows[r]
		if section > 0 {
			rows++
		}
		switch {
		case !known:
			first[t.UnixNano()] = r
		case b.sections.rows.rows[f] != section:
			again++
			if v, w := b.values[f], b.values[r]; v == w || math.IsNaN(v) && math.IsNaN(w) {
				alike++
			}
		}
	}
	return again*2 > rows && (b.sections.titled || alike*2 < again)
}

// nextTable reports whether a row is a header again, with the same name of the times: pages
// of one table, or another table below it, whose name is that of its values or the title
// above it.
func (b *builder) nextTable(rec []string, line int) bool {
	if b.cols.time < 0 || b.cols.value < 0 || len(b.lines) == 0 || strings.TrimSpace(cell(rec, b.cols.time)) != b.header[b.cols.time] {
		return false
	}
	value := strings.TrimSpace(cell(rec, b.cols.value))
	if number.Missing(value) {
		b.t.note("headers that come again, skipped", line)
		return true
	}
	same := value == b.header[b.cols.value]
	if !same && (len(b.cols.ids) > 0 || !onlyWords(rec)) {
		return false
	}
	first, name := b.header[b.cols.value], value
	if n := len(b.trailing); n > 0 && b.trailing[n-1].text != "" {
		name = b.trailing[n-1].text
	}
	if name != value && b.sections.title != "" {
		first = b.sections.title
	}
	b.sections.differ = b.sections.differ || !same
	b.sections.titled = b.sections.titled || name != value
	if same {
		b.t.note("headers that come again, skipped", line)
	}
	b.sections.begin(first, name)
	b.trailing = nil
	return true
}

// findWeeks finds a column that its name calls weeks and whose cells do not say so: 23/2020
// may be a week, and 03/2020 would be a month.
func (c *chooser) findWeeks() {
	for i, h := range c.header {
		if partOf(h) != partWeek || c.taken(i) || c.kind[i].empty {
			continue
		}
		for _, format := range []string{"{W}/2006", "{W}-2006", "{W}.2006", "{W} 2006", "2006/{W}", "2006-{W}", "2006.{W}", "2006 {W}"} {
			layout, err := stamp.ParseLayout(format)
			if err == nil && !slices.ContainsFunc(c.sample, func(s sampleRow) bool {
				text := strings.TrimSpace(cell(s.cells, i))
				_, ok := layout.Parse(text)
				return text != "" && !ok
			}) {
				c.time, c.weeks = i, format
				return
			}
		}
	}
}

// idLike reports whether a column of whole numbers is rather one of names, by what
// it is called: store, item_id, customer no.
func idLike(name string) bool {
	const names = " id no nr number code sku store shop item product article site sensor device meter station customer account branch outlet warehouse dept department depot route mpan nmi "
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(" _-.", r) })
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	return strings.Contains(names, " "+last+" ") || len(name) > 2 && strings.HasSuffix(name, "ID") || len(name) > 2 && strings.HasSuffix(name, "Id")
}

// isIDName reports whether a column is named as those that tell series apart are.
func isIDName(name string) bool {
	return idLike(name) || slices.Contains(idNames, plainName(name))
}

// sameTimes reports whether column i has the times of the rows in another form, as seconds
// since 1970.
func (c *chooser) sameTimes(i int) bool {
	if c.time < 0 || i == c.time || !c.kind[i].time {
		return false
	}
	return !slices.ContainsFunc(c.sample[:min(len(c.sample), 5)], func(s sampleRow) bool {
		own, its := momentsOf(cell(s.cells, i)), momentsOf(cell(s.cells, c.time))
		return !slices.ContainsFunc(own, func(t time.Time) bool { return slices.ContainsFunc(its, t.Equal) })
	})
}

// momentsOf are the times that a cell may mean.
func momentsOf(text string) (all []time.Time) {
	text = strings.TrimSpace(text)
	for _, l := range stamp.Guess(text) {
		if t, ok := l.Parse(text); ok {
			all = append(all, t)
		}
	}
	return all
}

// yearless reports whether times that were read as months of years, Jan 01, are rather
// days of months: from row to row the number goes up and the month stays.
func yearless(l *stamp.Layout, times []time.Time) bool {
	if !l.Spoken() || l.Daily() || l.Subday() || len(times) < 3 {
		return false
	}
	days := 0
	for i := 1; i < len(times); i++ {
		if d := times[i].Year() - times[i-1].Year(); times[i].Month() == times[i-1].Month() && (d == 1 || d == -1) {
			days++
		}
	}
	return days*2 > len(times)
}

// beside finds tables that stand beside each other: columns of times with one name, or with
// an empty column before them, each with its own columns behind it. It gives the first column
// of each table, and of what follows the last.
func (t *rawTable) beside() []int {
	var at []int
	for i, h := range t.header {
		k := judge(t.sample, i)
		again := len(at) > 0 && h != "" && plainName(h) == plainName(t.header[at[0]])
		apart := i > 0 && len(at) > 0 && t.header[i-1] == "" && judge(t.sample, i-1).empty
		if k.time && !k.number && (len(at) == 0 || again || apart) {
			at = append(at, i)
		}
	}
	if len(at) < 2 {
		return nil
	}
	at = append(at, len(t.header))
	for k, first := range at[:len(at)-1] {
		if len(t.valuesBeside(first, at[k+1])) == 0 {
			return nil
		}
	}
	return at
}

// valuesBeside are the columns of numbers of one of the tables.
func (t *rawTable) valuesBeside(first, end int) (columns []int) {
	for i := first + 1; i < end; i++ {
		if t.header[i] != "" && judge(t.sample, i).number {
			columns = append(columns, i)
		}
	}
	return columns
}

// fromBeside takes the tables that stand beside each other apart: one of them, if the value
// is one of its columns, or else several columns as series, each with its own times and the
// name of its column, or the title above it. Which ones must be said unless they have one name.
func (t *rawTable) fromBeside(at []int, opt Options) (*rawTable, Options) {
	type column struct {
		time, value int
		id          string
	}
	var columns []column
	seen := map[string]int{}
	all := slices.Contains(opt.Values, "*")
	for k, first := range at[:len(at)-1] {
		for _, i := range t.valuesBeside(first, at[k+1]) {
			name := t.header[i]
			if opt.Value != "" && strings.EqualFold(opt.Value, name) {
				return t.between(first, at[k+1]), opt
			}
			seen[name]++
			if title := strings.TrimSpace(strings.Join(t.above[min(first, len(t.above)):min(at[k+1], len(t.above))], "")); title != "" {
				name = title
			} else if seen[name] > 1 {
				name = fmt.Sprintf("%s#%d", name, seen[name])
			}
			if all || slices.ContainsFunc(opt.Values, func(v string) bool { return strings.EqualFold(v, t.header[i]) }) || len(opt.Values) == 0 {
				columns = append(columns, column{first, i, name})
			}
		}
	}
	if opt.Value != "" || len(columns) == 0 || len(opt.Values) == 0 && len(seen) > 1 {
		return nil, opt
	}
	out := &rawTable{header: []string{"series", "time", "value"}, line: t.line, notes: t.notes}
	out.remark(fmt.Sprintf("%d tables beside each other, each with its own times", len(at)-1), t.line)
	next := t.rows()
	var cells []string
	k, line := len(columns), 0
	out.rest = func() ([]string, int, error) {
		for {
			for ; k == len(columns); k = 0 {
				rec, n, err := next()
				if err != nil {
					return nil, n, err
				}
				cells, line = append(cells[:0], rec...), n
			}
			c := columns[k]
			k++
			if text := strings.TrimSpace(cell(cells, c.time)); text != "" {
				return []string{c.id, text, cell(cells, c.value)}, line, nil
			}
		}
	}
	return out, opt.relaid("series", opt.DateFormat)
}

// between is the table without the columns before and after, and without rows that are then
// empty.
func (t *rawTable) between(first, end int) *rawTable {
	out := &rawTable{header: t.header[first:end], line: t.line, notes: t.notes}
	next := t.rows()
	out.rest = func() ([]string, int, error) {
		for {
			rec, line, err := next()
			if err != nil {
				return nil, line, err
			}
			if rec = rec[min(first, len(rec)):min(end, len(rec))]; filledCells(rec) > 0 {
				return rec, line, nil
			}
		}
	}
	return out
}
