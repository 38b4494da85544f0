package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/segue-go/segue/forecast/table/stamp"
)

// Some tables spread the time over several columns. They are found by name, in the
// languages of the usual sources, and joined into one column.

// part is what a column holds of a time.
type part int

const (
	noPart part = iota
	partDate
	partYear
	partQuarter
	partHalf
	partMonth
	partPeriod // of a fiscal year
	partWeek
	partDay
	partHour      // 0 to 23, the start
	partHourEnd   // 1 to 24
	partMinute    //
	partClock     // 22:00
	partHalfHours // settlement periods: 1 to 48, half hours from midnight
)

var partNames = map[part]string{
	partDate:      "date day fecha data datum dia jour settlementdate tradingdate deliverydate readdate usagedate intervaldate datelocal localdate",
	partYear:      "isoyear calendaryear calyear weekyear reportyear reportingyear year yr yyyy año ano jahr année annee anno rok år jaar vuosi yıl fiscalyear fy год",
	partQuarter:   "quarter qtr trimestre quartal q kwartaal kvartal fiscalquarter",
	partHalf:      "half halfyear semester semestre halbjahr",
	partMonth:     "month mon mm mes mês monat mois mese maand månad kk ay monthofyear monthnumber monthno monthname месяц",
	partPeriod:    "period fiscalperiod fiscalmonth accountingperiod periodo período periode fp",
	partWeek:      "week ww wk weekofyear isoweek weeknumber weekno weeknum epiweek woche kw kalenderwoche semana semaine settimana uge vecka",
	partDay:       "day dd dayofmonth dateofmonth daynumber mday dia día tag jour giorno dag päivä gün день dom",
	partHour:      "hour hh hr hourofday hora stunde heure ora uur timme hourbeginning hb starthour",
	partHourEnd:   "he hourending hourend hourended endhour opr_hr oprhr",
	partMinute:    "minute min minuto minuut",
	partClock:     "time timeofday clock starttime hora uhrzeit heure ora tijd intervalstart timestart fromtime begin beginn start",
	partHalfHours: "settlementperiod sp tradingperiod halfhour period dispatchinterval periodnumber",
}

var partByName = func() map[string][]part {
	m := map[string][]part{}
	for p, names := range partNames {
		for _, n := range strings.Fields(names) {
			m[n] = append(m[n], p)
		}
	}
	for _, ps := range m {
		slices.Sort(ps)
	}
	return m
}()

// partsOf are the meanings of a column's name. Many names end in "date": trade date,
// OPER_DATE.
func partsOf(header string) []part {
	name := plainName(header)
	if ps := partByName[name]; len(ps) > 0 {
		return ps
	}
	if strings.HasSuffix(name, "date") || strings.HasSuffix(name, "datum") || strings.HasPrefix(name, "fecha") {
		return []part{partDate}
	}
	return nil
}

// partOf is the first of them.
func partOf(header string) part {
	if ps := partsOf(header); len(ps) > 0 {
		return ps[0]
	}
	return noPart
}

// partOrders are the sets of parts that make a time, the finest first.
var partOrders = [][]part{
	{partYear, partMonth, partDay, partHour, partMinute},
	{partYear, partMonth, partDay, partHour},
	{partYear, partMonth, partDay, partHourEnd},
	{partYear, partMonth, partDay, partClock},
	{partYear, partMonth, partDay},
	{partDate, partHour, partMinute},
	{partDate, partClock},
	{partDate, partHourEnd},
	{partDate, partHalfHours},
	{partDate, partHour},
	{partYear, partWeek},
	{partYear, partMonth},
	{partYear, partQuarter},
	{partYear, partPeriod},
	{partYear, partHalf},
}

// parts are columns and what each holds.
type parts struct {
	kinds   []part
	columns []int
	fiscal  bool
	above   []string // the last cell with anything in it
}

// timeParts finds columns that hold the parts of a time; nil if there are none.
func (t *rawTable) timeParts() *parts {
	holds := map[part][]int{}
	for i, h := range t.header {
		for _, p := range partsOf(h) {
			if t.fitsPart(i, p) {
				holds[p] = append(holds[p], i)
			}
		}
	}
	for _, order := range partOrders {
		out := &parts{kinds: order}
		for _, p := range order {
			for _, i := range holds[p] {
				if !slices.Contains(out.columns, i) {
					out.columns = append(out.columns, i)
					break
				}
			}
		}
		if len(out.columns) == len(order) {
			first := plainName(t.header[out.columns[0]])
			out.fiscal = strings.HasPrefix(first, "fiscal") || first == "fy"
			return out
		}
	}
	return t.yearBeside()
}

// fitsPart reports whether the cells of the sample can be a part, but for the last rows
// of the file: sources, notes, totals.
func (t *rawTable) fitsPart(i int, p part) bool {
	lo, hi := 0, 0
	switch p {
	case partYear:
		lo, hi = 1000, 2999
	case partQuarter:
		lo, hi = 1, 4
	case partHalf:
		lo, hi = 1, 2
	case partMonth:
		lo, hi = 1, 12
	case partPeriod:
		lo, hi = 1, 13
	case partWeek:
		lo, hi = 1, 53
	case partDay:
		lo, hi = 1, 31
	case partHour:
		lo, hi = 0, 24
	case partHourEnd:
		lo, hi = 1, 25
	case partMinute:
		lo, hi = 0, 59
	case partHalfHours:
		lo, hi = 1, 50
	}
	known := 0
	for _, s := range t.body() {
		text := strings.TrimSpace(cell(s.cells, i))
		if text == "" || text == t.header[i] && t.namesAgain(s.cells, []int{0, i}) {
			continue
		}
		known++
		switch p {
		case partDate:
			if !slices.ContainsFunc(stamp.Guess(text), func(l *stamp.Layout) bool { return isStrong(l) && l.Daily() }) {
				return false
			}
		case partClock:
			if _, ok := clockTime(text); !ok {
				return false
			}
		default:
			if p == partPeriod && coded(text) != "" {
				continue
			}
			n, err := strconv.Atoi(partDigits(p, text))
			if (err != nil || n < lo || n > hi) && !(p == partMonth && stamp.Month(text) > 0) {
				return false
			}
		}
	}
	return known > 0
}

// body is the sample without the last rows that are not full, five at most.
func (t *rawTable) body() []sampleRow {
	n := len(t.sample)
	for least := max(n-5, n/2); n > least && filledCells(t.sample[n-1].cells) < len(t.header); {
		n--
	}
	return t.sample[:n]
}

// partDigits takes the letter from Q1, W05, P09 and the zeros from 2019.0.
func partDigits(p part, text string) string {
	text = strings.TrimSuffix(text, ".0")
	switch p {
	case partYear:
		text = strings.TrimLeft(text, "FYfy ")
	case partHourEnd, partHour:
		text = strings.TrimSuffix(strings.TrimLeft(text, "HEhe "), ":00")
	case partQuarter, partWeek, partPeriod, partHalf, partMonth:
		text = strings.TrimLeft(text, "QWPMHSTqwpmhst ")
	}
	return text
}

// coded is a period as labour statistics code it: M01 to M12 are months, Q01 to Q04
// quarters, S01 and S02 halves; M13, Q05, S03 and A01 are the year's average ("year").
func coded(text string) string {
	if len(text) != 3 {
		return ""
	}
	n, err := strconv.Atoi(text[1:])
	if err != nil || n < 1 {
		return ""
	}
	most := map[byte]int{'M': 12, 'Q': 4, 'S': 2, 'A': 0}[text[0]]
	switch {
	case n == most+1 && strings.IndexByte("MQSA", text[0]) >= 0:
		return "year"
	case n > most:
		return ""
	case text[0] == 'M':
		return fmt.Sprintf("-%02d", n)
	case text[0] == 'Q':
		return fmt.Sprintf("-Q%d", n)
	}
	return fmt.Sprintf("-H%d", n)
}

// clockTime reads a cell as a time of day: 22:00, 9:30 PM, 0930.
func clockTime(text string) (time.Time, bool) {
	for _, l := range []string{"15:04", "15:04:05", "3:04 PM", "3:04:05 PM", "3:04PM", "15.04", "15:04:05.000", "15h04"} {
		if t, err := time.Parse(l, strings.ToUpper(text)); err == nil {
			return t, true
		}
	}
	if n, err := strconv.Atoi(text); err == nil && len(text) >= 3 && len(text) <= 4 && n >= 0 && n <= 2400 && n%100 < 60 { // 100, 0930, 2400
		return time.Date(0, 1, 1, n/100, n%100, 0, 0, time.UTC), true
	}
	if text == "24:00" || text == "24:00:00" {
		return time.Date(0, 1, 2, 0, 0, 0, 0, time.UTC), true
	}
	return time.Time{}, false
}

// joinParts puts a column "time" before the others, which no longer hold the
// parts.
func (t *rawTable) joinParts(p *parts) *rawTable {
	out := &rawTable{header: []string{"time"}, line: t.line, notes: t.notes}
	var names []string
	for _, i := range p.columns {
		names = append(names, t.header[i])
	}
	out.remark(fmt.Sprintf("the time is joined from the columns %s", quoteList(names)), t.line)
	var others []int
	for i, h := range t.header {
		if !slices.Contains(p.columns, i) {
			others = append(others, i)
			out.header = append(out.header, h)
		}
	}
	next := t.rows()
	out.rest = func() ([]string, int, error) {
		rec, line, err := next()
		if err != nil {
			return nil, line, err
		}
		row := []string{out.header[0]} // the names again: another table begins
		if !t.namesAgain(rec, p.columns) {
			row[0] = p.join(p.fillDown(rec))
		}
		for _, i := range others {
			row = append(row, strings.TrimSpace(cell(rec, i)))
		}
		return row, line, nil
	}
	return out
}

// namesAgain reports whether cells of a row are the names of their columns.
func (t *rawTable) namesAgain(rec []string, columns []int) bool {
	return !slices.ContainsFunc(columns, func(i int) bool { return t.header[i] == "" || strings.TrimSpace(cell(rec, i)) != t.header[i] })
}

// fillDown takes a part that is written only where it changes, as merged cells leave
// it, from the rows above. The finest part is in every row.
func (p *parts) fillDown(rec []string) []string {
	n := len(p.columns)
	if p.above == nil {
		p.above = make([]string, n)
	}
	if strings.TrimSpace(cell(rec, p.columns[n-1])) == "" {
		return rec
	}
	copied := false
	for k, i := range p.columns[:n-1] {
		switch text := cell(rec, i); {
		case strings.TrimSpace(text) != "":
			p.above[k] = strings.Clone(text)
			clear(p.above[k+1:]) // a new year begins with a month of its own
		case p.above[k] != "" && i < len(rec):
			if !copied {
				rec, copied = slices.Clone(rec), true
			}
			rec[i] = p.above[k]
		}
	}
	return rec
}

// join writes the parts of one row as a time; a row without one of them has none, or
// the words of its first: Total.
func (p *parts) join(rec []string) string {
	for _, i := range p.columns {
		if strings.TrimSpace(cell(rec, i)) != "" {
			continue
		}
		if first := strings.TrimSpace(cell(rec, p.columns[0])); strings.IndexFunc(first, unicode.IsDigit) < 0 {
			return first
		}
		return ""
	}
	var b strings.Builder
	for k, i := range p.columns {
		text, kind := strings.TrimSpace(cell(rec, i)), p.kinds[k]
		if kind == partDate || kind == partClock {
			if k > 0 {
				b.WriteByte(' ')
			}
			if n, err := strconv.Atoi(text); err == nil && kind == partClock {
				text = fmt.Sprintf("%02d:%02d", n/100, n%100)
			}
			b.WriteString(text)
			continue
		}
		if c := coded(text); kind == partPeriod && c != "" {
			if c == "year" {
				return ""
			}
			b.WriteString(c)
			continue
		}
		n, err := strconv.Atoi(partDigits(kind, text))
		if m := stamp.Month(text); err != nil && kind == partMonth && m > 0 {
			n, err = m, nil
		}
		if err != nil {
			return text // the reader of times complains about it
		}
		switch kind {
		case partYear:
			if p.fiscal {
				b.WriteString("FY")
			}
			fmt.Fprintf(&b, "%d", n)
		case partQuarter:
			fmt.Fprintf(&b, "Q%d", n)
		case partHalf:
			fmt.Fprintf(&b, "-H%d", n)
		case partWeek:
			fmt.Fprintf(&b, "-W%02d", n)
		case partPeriod:
			fmt.Fprintf(&b, "-P%02d", n)
		case partMonth, partDay:
			fmt.Fprintf(&b, "-%02d", n)
		case partHour, partHourEnd:
			fmt.Fprintf(&b, " %02d", n)
			if !slices.Contains(p.kinds, partMinute) {
				b.WriteString(":00")
			}
		case partMinute:
			fmt.Fprintf(&b, ":%02d", n)
		case partHalfHours:
			clock := halfHours(b.String(), n)
			fmt.Fprintf(&b, " %02d:%02d", clock/60, clock%60)
		}
	}
	return b.String()
}

// halfHours is the clock time, in minutes, at which a settlement period begins.
// Periods count half hours that pass, so on the last Sundays of March and October,
// when European clocks change, the later ones are an hour off.
func halfHours(date string, period int) (minutes int) {
	minutes = 30 * (period - 1)
	if period < 3 {
		return minutes
	}
	for _, l := range stamp.Guess(date) {
		d, ok := l.Parse(date)
		if !ok || d.Weekday() != time.Sunday || d.Day() < 25 {
			continue
		}
		switch d.Month() {
		case time.March:
			return minutes + 60
		case time.October:
			if period >= 5 {
				return minutes - 60
			}
		}
	}
	return minutes
}
