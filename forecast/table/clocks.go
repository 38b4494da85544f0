package table

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/segue-go/segue/forecast/table/number"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// Meters write a day per row and a column per hour, half hour or quarter of an hour;
// weather services a month per row and a column per day. Their cells are put below each
// other here.

// slots are the columns of a table that divide the day, or the month, of their rows.
type slots struct {
	columns []int
	suffix  []string // of each, behind the row's day or month
	periods bool     // settlement periods: half hours that pass, which clock changes shift
	of      string   // "day" or "month"
	date    int      // the column of the days; -1 if they have parts
	parts   *parts
}

// slotName is the name of such a column: 00:30, 00:00-00:30, H1, HE01, Hour 24, 3B, 07h, P48.
var slotName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(?:(\d{1,2})[:.]?(\d\d)(?::00)?(?: ?([ap])m)?(?: *(?:-|–|to|bis|/) *\d{1,2}[:.]?\d\d(?::00)?(?: ?[ap]m)?)?|(h|he|hr|hour|hora|heure|ora|uur|std|stunde|godz|p|sp|period|tp|d|day|dia|jour|tag|interval|v|value|e)?[ _.]?(\d{1,3})([ab]|h)?)$`)
})

// daysOfMonth are the kinds of slots that divide nothing but months, anyKind those that so
// many columns of other tables are called that only the parts of an hour are believed.
var (
	daysOfMonth = setOfWords("d day dia jour tag")
	anyKind     = setOfWords("v value e p")
)

// findSlots finds a run of columns that divide the day or the month, and the column of days
// or the columns of year and month.
func (t *rawTable) findSlots() *slots {
	var best *slots
	for i := 0; i < len(t.header); {
		s := t.slotsFrom(i)
		if s != nil && (best == nil || len(s.columns) > len(best.columns)) {
			best = s
		}
		if s != nil {
			i += len(s.columns)
		} else {
			i++
		}
	}
	if best == nil {
		return nil
	}
	best.date = -1
	for i := range t.header {
		if best.date < 0 && !slices.Contains(best.columns, i) && t.holdsDays(i) {
			best.date = i
		}
	}
	best.parts = t.timeParts()
	switch p := best.parts; {
	case best.of == "month" && p != nil && slices.Equal(p.kinds, []part{partYear, partMonth}):
		return best
	case best.of == "day" && (best.date >= 0 || p != nil && slices.Equal(p.kinds, []part{partYear, partMonth, partDay})):
		return best
	}
	return nil
}

// namesSlots reports whether the names of columns, some of which are numbers, are those of
// the parts of a day or a month.
func (t *rawTable) namesSlots() bool {
	for i := range min(len(t.header), 10) {
		if t.slotsFrom(i) != nil {
			return true
		}
	}
	return false
}

// slotsFrom is the run of such columns that begins with column i; nil if there is none.
func (t *rawTable) slotsFrom(i int) *slots {
	clocks, kind := 0, ""
	var counts []int // minutes of clock times, or numbers
	for _, h := range t.header[i:] {
		m := slotName().FindStringSubmatch(h)
		if m == nil {
			break
		}
		isClock := m[1] != "" && (strings.ContainsAny(h, ":.-") || len(h) == 4)
		if len(counts) > 0 && (isClock != (clocks > 0) || kind != strings.ToLower(m[4])) {
			break
		}
		kind = strings.ToLower(m[4])
		n, _ := strconv.Atoi(m[5])
		if isClock {
			hour, _ := strconv.Atoi(m[1])
			minute, _ := strconv.Atoi(m[2])
			if m[3] != "" {
				hour = hour%12 + map[string]int{"p": 12}[strings.ToLower(m[3])]
			}
			n = 60*hour + minute
			clocks++
		} else if m[1] != "" {
			n, _ = strconv.Atoi(h)
		}
		counts = append(counts, n)
	}
	s := &slots{of: "day"}
	n := len(counts)
	for k := range counts {
		s.columns = append(s.columns, i+k)
	}
	switch {
	case n < 23 || n != 31 && daysOfMonth[kind] || n < 48 && anyKind[kind]:
		return nil
	case clocks > 0:
		for _, c := range counts {
			s.suffix = append(s.suffix, clockText(c))
		}
		if last := n - 1; counts[last] == 0 {
			s.suffix[last] = clockText(24 * 60)
			counts[last] = 24 * 60
		}
		if !slices.IsSorted(counts) {
			return nil
		}
	case n == 31 && counts[0] == 1 && counts[30] == 31 && (kind == "" || daysOfMonth[kind]):
		s.of = "month"
		for _, c := range counts {
			s.suffix = append(s.suffix, fmt.Sprintf("-%02d", c))
		}
	case !slices.IsSorted(counts) || counts[0] > 1 || counts[n-1] != n-1+counts[0] && counts[n-1] != n-2+counts[0]:
		return nil // but for an hour that comes twice
	case counts[n-1] == 23 || counts[n-1] == 24 || counts[n-1] == 25 && counts[0] == 1:
		for _, c := range counts {
			s.suffix = append(s.suffix, clockText(60*min(c, 24)))
		}
	case n == 48 || n == 50 || n == 96 || n == 144 || n == 288:
		step := 24 * 60 / n
		if s.periods = n <= 50; s.periods {
			step = 30
		}
		for _, c := range counts {
			s.suffix = append(s.suffix, clockText(step*(c-counts[0])))
		}
	default:
		return nil
	}
	return s
}

func clockText(minutes int) string { return fmt.Sprintf(" %02d:%02d", minutes/60, minutes%60) }

// fromSlots puts the cells of the columns below each other. Columns before them that tell
// rows of the same day apart are the id.
func (t *rawTable) fromSlots(s *slots, opt Options) (*rawTable, Options, error) {
	taken := []int{s.date}
	if s.parts != nil {
		taken = append(taken, s.parts.columns...)
	}
	ids, err := t.seriesColumns(opt, s.day, s.columns[0], taken)
	if err != nil {
		return nil, opt, err
	}
	out := &rawTable{header: []string{"time", "value"}, line: t.line, notes: t.notes}
	opt = opt.relaid("", "")
	if len(ids) > 0 {
		out.header = []string{"series", "time", "value"}
		opt.ID = "series"
	}
	out.remark(fmt.Sprintf("a %s in every row, %d columns for its parts", s.of, len(s.columns)), t.line)
	next := t.rows()
	var cells []string
	var id, day string
	at, line := len(s.columns), 0
	out.rest = func() ([]string, int, error) {
		for {
			for ; at < len(s.columns); at++ {
				text := strings.TrimSpace(cell(cells, s.columns[at]))
				if text == "" && (s.of == "month" || len(s.columns)%24 != 0) {
					continue // the 31st of a shorter month, the hour of a clock change
				}
				if s.of == "month" && at >= 28 && len(momentsOf(day+s.suffix[at])) == 0 {
					continue // whatever stands there: the month does not have this day
				}
				row := []string{day + s.suffixOf(at, day), text}
				if len(ids) > 0 {
					row = append([]string{id}, row...)
				}
				at++
				return row, line, nil
			}
			rec, n, err := next()
			if err != nil {
				return nil, n, err
			}
			if day = s.day(rec); day == "" || isTotal(day) {
				continue
			}
			var names []string
			for _, i := range ids {
				names = append(names, strings.TrimSpace(cell(rec, i)))
			}
			cells, line, at, id = append(cells[:0], rec...), n, 0, strings.Join(names, "/")
		}
	}
	return out, opt, nil
}

// holdsDays reports whether all cells of a column are days, perhaps with their midnight.
func (t *rawTable) holdsDays(i int) bool {
	known := 0
	for _, s := range t.body() {
		text := withoutMidnight(cell(s.cells, i))
		if text == "" {
			continue
		}
		if known++; !slices.ContainsFunc(stamp.Guess(text), func(l *stamp.Layout) bool { return isStrong(l) && l.Daily() }) {
			return false
		}
	}
	return known > 0
}

func withoutMidnight(text string) string {
	text = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(text), ":00"), "00:00")
	return strings.TrimRight(text, " T")
}

// day is the row's day, or month.
func (s *slots) day(rec []string) string {
	if s.of == "day" && s.date >= 0 {
		return withoutMidnight(cell(rec, s.date))
	}
	return s.parts.join(s.parts.fillDown(rec))
}

func (s *slots) suffixOf(k int, day string) string {
	if s.periods {
		return clockText(halfHours(day, k+1))
	}
	return s.suffix[k]
}

// sampleRows are the rows of the sample that have a time, without those that come again word
// for word, and these times, of which only the order in which they come is known.
func (t *rawTable) sampleRows(when func([]string) string) (rows []sampleRow, times []time.Time, distinct int) {
	first, seen := map[string]int64{}, map[string]bool{}
	for _, s := range t.sample {
		w, whole := when(s.cells), strings.Join(s.cells, "\x00")
		if w == "" || isTotal(w) || seen[whole] {
			continue
		}
		seen[whole] = true
		if _, ok := first[w]; !ok {
			first[w] = int64(len(first))
		}
		rows, times = append(rows, s), append(times, time.Unix(first[w], 0))
	}
	return rows, times, len(first)
}

// seriesColumns are the columns that tell series apart in a table that has a day, a month or
// a year in every row, which when gives: those that the options name; or else such before the
// column end as tell rows of one time apart; or one that by its name does so, and by its cells,
// each of which is on a run of rows: one, if not all rows have been looked at. There are none
// where a column would do so only by chance.
func (t *rawTable) seriesColumns(opt Options, when func([]string) string, end int, taken []int) ([]int, error) {
	if opt.ID != "" {
		return findIDs(t.header, opt.ID)
	}
	if err := t.readAhead(t.longest(), always); err != nil {
		return nil, err
	}
	fewest := 2
	if len(t.sample) >= t.longest() {
		fewest = 1 // others may follow
	}
	rows, times, distinct := t.sampleRows(when)
	var candidates, byName []int
	b := &builder{}
	for i, h := range t.header[:end] {
		if k := judge(t.sample, i); slices.Contains(taken, i) || partOf(h) != noPart || k.empty || k.number && !k.whole {
			continue
		}
		l := &labels{codes: map[string]int{}}
		for _, s := range rows {
			l.add(strings.TrimSpace(cell(s.cells, i)))
		}
		candidates, b.labels = append(candidates, i), append(b.labels, l)
		if n := len(l.names); isIDName(h) && n >= fewest && n <= len(rows)/2 && (distinct < len(rows) || l.runs() == n) {
			byName = append(byName, i)
		}
	}
	if distinct == len(rows) {
		return byName[:min(len(byName), 1)], nil
	}
	var found []int
	which := b.tellApart(times)
	certain := len(which) > 0 && 2*len(rows) >= 3*distinct && !gaps(times, b.pick(which))
	for _, k := range which {
		found = append(found, candidates[k])
	}
	if certain || len(found) > 0 && !slices.ContainsFunc(found, func(i int) bool { return !isIDName(t.header[i]) }) {
		return found, nil
	}
	return byName, nil
}

// runs counts the runs of rows with one label.
func (l *labels) runs() (n int) {
	for r, k := range l.rows {
		if r == 0 || k != l.rows[r-1] {
			n++
		}
	}
	return n
}

// gaps reports whether series that labels tell apart lack a good part of the times between
// their first and their last.
func gaps(times []time.Time, with []*labels) bool {
	type span struct{ first, last time.Time }
	spans := map[[4]int32]span{}
	for r, t := range times {
		var key [4]int32
		for i, l := range with {
			key[i] = l.rows[r]
		}
		s, ok := spans[key]
		if !ok || t.Before(s.first) {
			s.first = t
		}
		if !ok || t.After(s.last) {
			s.last = t
		}
		spans[key] = s
	}
	between := 0
	for _, s := range spans {
		between += int(s.last.Sub(s.first)/time.Second) + 1
	}
	return 2*between > 3*len(times)
}

// slotsDown finds a table whose header holds days, and whose first column divides the day;
// its columns are put below each other.
func (t *rawTable) slotsDown(first, last int) (*rawTable, error) {
	const most = 24*60/5 + sniffRows // rows: some are blank, or totals
	if err := t.readAhead(most, func() bool { return first == 1 }); err != nil || first != 1 || len(t.sample) == most {
		return nil, err
	}
	var rows []sampleRow
	names := &rawTable{}
	for _, s := range t.sample {
		if name := strings.TrimSpace(cell(s.cells, 0)); filledCells(s.cells) > 1 && !isTotal(name) {
			rows, names.header = append(rows, s), append(names.header, name)
		}
	}
	s := names.slotsFrom(0)
	if s == nil || s.of != "day" || len(s.columns) < len(rows) {
		return nil, nil
	}
	out := &rawTable{header: []string{"time", "value"}, line: t.line, notes: t.notes}
	out.remark(fmt.Sprintf("a day in every column, %d rows for its parts", len(rows)), t.line)
	for i := first; i < last; i++ {
		for k, r := range rows {
			out.sample = append(out.sample, sampleRow{[]string{t.header[i] + s.suffixOf(k, t.header[i]), cell(r.cells, i)}, r.line})
		}
	}
	out.rest = func() ([]string, int, error) { return nil, 0, io.EOF }
	return out, nil
}

// nem12 reads the format of Australian meters: a record of 200 says which meter and how
// many minutes an interval has, those of 300 below it are the meter's days.
func (t *rawTable) nem12() {
	if len(t.sample) < 2 || strings.TrimSpace(cell(t.sample[0].cells, 0)) != "100" || !strings.HasPrefix(cell(t.sample[0].cells, 1), "NEM12") {
		return
	}
	rows := (&rawTable{sample: t.sample[1:], rest: t.rest}).rows()
	var cells []string
	meter, minutes, at, of, line := "", 30, 0, 0, 0
	t.header, t.sample = nil, []sampleRow{{[]string{"meter", "time", "value"}, t.sample[0].line}}
	t.remark("meter readings in the NEM12 format", t.sample[0].line)
	t.rest = func() ([]string, int, error) {
		for at >= of {
			rec, n, err := rows()
			if err != nil {
				return nil, n, err
			}
			switch strings.TrimSpace(cell(rec, 0)) {
			case "200":
				meter = strings.TrimSpace(cell(rec, 1)) + "/" + strings.TrimSpace(cell(rec, 4))
				if m, err := strconv.Atoi(strings.TrimSpace(cell(rec, 8))); err == nil && m > 0 && m <= 60 {
					minutes = m
				}
			case "300":
				cells, line, at, of = append(cells[:0], rec...), n, 0, 24*60/minutes
			case "900":
				return nil, n, io.EOF
			}
		}
		day, value := strings.TrimSpace(cell(cells, 1)), cell(cells, 2+at)
		if len(day) == 8 {
			day = day[:4] + "-" + day[4:6] + "-" + day[6:]
		}
		row := []string{meter, day + clockText(minutes*at), value}
		at++
		return row, line, nil
	}
	for len(t.sample) < sniffRows {
		rec, n, err := t.rest()
		if err != nil {
			break
		}
		if !number.Missing(rec[2]) || len(t.sample) > 1 {
			t.sample = append(t.sample, sampleRow{rec, n})
		}
	}
}
