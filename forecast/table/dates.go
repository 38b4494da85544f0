package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
)

// TimeLayout is a way of writing times: a layout of package time, or one of
// the special names "quarter", "isoweek", "epoch" and "epoch-ms".
type TimeLayout struct {
	Layout    string
	style     string // special layouts: how the file writes it, for example "2006Q1"
	days      bool   // ISO weeks are written with a day,
	beforeDay string // after this
	months    *monthReader
}

// layouts are tried in this order; those that read the whole column are kept.
var layouts = []string{
	"2006-01-02", "2006-01-02 15:04:05", "2006-01-02 15:04", time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700 MST",
	"2006-01", "2006/01/02", "2006/1/2", "2006/01", "2006/1/2 15:04:05", "2006/1/2 15:04", "2006.01.02", "2006.01", "20060102",
	// with leading zeros first: a file that has them gets them back
	"01/02/2006", "02/01/2006", "01/02/2006 15:04:05", "02/01/2006 15:04:05", "01/02/2006 15:04", "02/01/2006 15:04",
	"01-02-2006", "02-01-2006", "02.01.2006", "02.01.2006 15:04",
	"1/2/2006", "2/1/2006", "1/2/06", "2/1/06", "1/2/2006 15:04:05", "2/1/2006 15:04:05", "1/2/2006 15:04", "2/1/2006 15:04",
	"1/2/2006 3:04:05 PM", "1/2/2006 3:04 PM",
	"1-2-2006", "2-1-2006", "2.1.2006", "2.1.2006 15:04", "2.1.06", "1/2006", "1-2006",
	"Jan-06", "Jan-2006", "Jan 2006", "January 2006", "2006 Jan", "2006-Jan", "2-Jan-06", "2-Jan-2006", "2 Jan 2006", "Jan 2, 2006", "January 2, 2006",
	"Jan-2-2006", "Jan 2 2006", "2 January 2006", "2006 January", "2006-Jan-02", "02Jan2006", "2006-1-2", "2006-1", "2006M01", "200601", "January-2006", "Jan. 2006",
	"2006", "quarter", "isoweek", "epoch", "epoch-ms",
}

// parse reads one cell.
func (l TimeLayout) parse(s string) (time.Time, bool) {
	switch l.Layout {
	case "quarter":
		return parseQuarter(s)
	case "isoweek":
		return parseISOWeek(s)
	case "epoch", "epoch-ms":
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return time.Time{}, false
		}
		if l.Layout == "epoch" {
			return time.Unix(n, 0).UTC(), len(s) >= 9 && len(s) <= 10
		}
		return time.UnixMilli(n).UTC(), len(s) >= 12 && len(s) <= 13
	}
	t, err := time.Parse(l.Layout, s)
	return t, err == nil && t.Year() > 0
}

// Format writes a time as the column does.
func (l TimeLayout) Format(t time.Time) string {
	switch l.Layout {
	case "":
		return t.Format(time.RFC3339)
	case "quarter":
		q := fmt.Sprintf("%04d%sQ%d", t.Year(), l.style, (int(t.Month())+2)/3)
		return q
	case "isoweek":
		y, w := t.ISOWeek()
		day := ""
		if l.days {
			day = l.beforeDay + strconv.Itoa((int(t.Weekday())+6)%7+1)
		}
		return fmt.Sprintf("%04d%sW%02d%s", y, l.style, w, day)
	case "epoch":
		return strconv.FormatInt(t.Unix(), 10)
	case "epoch-ms":
		return strconv.FormatInt(t.UnixMilli(), 10)
	}
	s := t.Format(l.Layout)
	if l.months != nil {
		s = l.months.write(s, t)
	}
	return s
}

// observe remembers how a special layout is written.
func (l *TimeLayout) observe(s string) {
	letter := map[string]string{"quarter": "Q", "isoweek": "W"}[l.Layout]
	if i := strings.IndexAny(s, strings.ToUpper(letter)+strings.ToLower(letter)); letter != "" && i > 4 {
		l.style = s[4:i]
	}
	if i := strings.IndexAny(s, "Ww"); l.Layout == "isoweek" && i >= 4 && len(s) > i+3 {
		l.days, l.beforeDay = true, s[i+3:len(s)-1]
	}
}

// parseQuarter reads 2020Q1, 2020 Q1, 2020-Q1 and Q1 2020.
func parseQuarter(s string) (time.Time, bool) {
	u := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s))
	if len(u) == 6 && u[0] == 'Q' {
		u = u[2:] + u[:2]
	}
	if len(u) != 6 || u[4] != 'Q' || u[5] < '1' || u[5] > '4' {
		return time.Time{}, false
	}
	y, err := strconv.Atoi(u[:4])
	return time.Date(y, time.Month(u[5]-'1')*3+1, 1, 0, 0, 0, 0, time.UTC), err == nil
}

// parseISOWeek reads 2020W05, 2020-W05 and 2020-W05-1; the time is the Monday
// (or the weekday given).
func parseISOWeek(s string) (time.Time, bool) {
	u := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s))
	if len(u) != 7 && len(u) != 8 || u[4] != 'W' {
		return time.Time{}, false
	}
	y, err1 := strconv.Atoi(u[:4])
	w, err2 := strconv.Atoi(u[5:7])
	day := 1
	if len(u) == 8 {
		day = int(u[7] - '0')
	}
	if err1 != nil || err2 != nil || w < 1 || w > 53 || day < 1 || day > 7 {
		return time.Time{}, false
	}
	jan4 := time.Date(y, 1, 4, 0, 0, 0, 0, time.UTC) // always in week 1
	monday := jan4.AddDate(0, 0, -(int(jan4.Weekday())+6)%7)
	t := monday.AddDate(0, 0, 7*(w-1)+day-1)
	iy, iw := t.ISOWeek()
	return t, iy == y && iw == w
}

// ParseTimeLayout reads a layout as a user gives it: Go's reference time
// ("2006-01-02"), strftime ("%d/%m/%Y"), or a special name.
func ParseTimeLayout(s string) (TimeLayout, error) {
	if strings.Contains(s, "%") {
		r := strings.NewReplacer("%Y", "2006", "%y", "06", "%m", "01", "%d", "02", "%H", "15", "%M", "04", "%S", "05",
			"%b", "Jan", "%B", "January", "%p", "PM", "%I", "03", "%z", "-0700", "%Z", "MST", "%F", "2006-01-02", "%T", "15:04:05", "%j", "002")
		s = r.Replace(s)
		if strings.Contains(s, "%") {
			return TimeLayout{}, fmt.Errorf("forecast: date format %q has a field that is not known: %w", s, forecast.ErrInput)
		}
	}
	for _, l := range layouts {
		if l == s {
			return TimeLayout{Layout: s}, nil
		}
	}
	probe := time.Date(2017, 11, 23, 17, 48, 59, 0, time.UTC)
	if probe.Format(s) == s {
		return TimeLayout{}, fmt.Errorf("forecast: date format %q has no date field (write it as 2006-01-02 or %%Y-%%m-%%d): %w", s, forecast.ErrInput)
	}
	return TimeLayout{Layout: s}, nil
}

// timeColumn reads a column with every layout that has fitted so far. Layouts
// that have read the same times, as most do, share the memory of one of them.
type timeColumn struct {
	live   []liveLayout
	months monthReader
	lines  []int
	first  struct {
		line int
		cell string
	}
}

type liveLayout struct {
	TimeLayout
	times []time.Time // nil while they are those of another
	owner int         // index of the layout whose times they are; itself if its own
	t     time.Time   // of the latest row
	ok    bool        // it could read the latest row
}

func newTimeColumn(fixed *TimeLayout) *timeColumn {
	c := &timeColumn{}
	if fixed != nil {
		c.live = []liveLayout{{TimeLayout: *fixed}}
		return c
	}
	for i, l := range layouts {
		c.live = append(c.live, liveLayout{TimeLayout: TimeLayout{Layout: l}, owner: i})
	}
	return c
}

// add reads one more cell.
func (c *timeColumn) add(cell string, line int) error {
	written := strings.TrimSpace(cell)
	cell = c.months.translate(written)
	n, readers := len(c.lines), 0
	for i := range c.live {
		l := &c.live[i]
		if l.t, l.ok = l.parse(cell); l.ok {
			readers++
		}
	}
	if readers == 0 {
		if n == 0 {
			return fmt.Errorf("forecast: line %d: %q is not a time that I know: %w", line, written, forecast.ErrInput)
		}
		return fmt.Errorf("forecast: line %d: time %q does not match layout %q of line %d: %w", line, written, c.live[0].Layout, c.first.line, forecast.ErrInput)
	}
	for i := range c.live {
		l := &c.live[i]
		if !l.ok {
			continue
		}
		if n == 0 {
			l.observe(cell)
		}
		if o := &c.live[l.owner]; l.owner != i {
			if o.ok && o.t.Equal(l.t) {
				continue
			}
			// the owner is gone, or they part: times of its own
			l.times = slices.Clone(o.times[:n])
			if !o.ok {
				for k := i + 1; k < len(c.live); k++ {
					if c.live[k].owner == l.owner {
						c.live[k].owner = i
					}
				}
			}
			l.owner = i
		}
		l.times = append(l.times, l.t)
	}
	if readers < len(c.live) {
		c.drop()
	}
	if n == 0 {
		c.first.line, c.first.cell = line, written
		for i := range c.live { // those that agree on the first time share from now on
			for k := range i {
				if c.live[k].owner == k && c.live[k].t.Equal(c.live[i].t) {
					c.live[i].owner, c.live[i].times = k, nil
					break
				}
			}
		}
	}
	c.lines = append(c.lines, line)
	return nil
}

// drop forgets the layouts that could not read the latest row.
func (c *timeColumn) drop() {
	place := make([]int, len(c.live))
	kept := c.live[:0:0]
	for i, l := range c.live {
		if l.ok {
			place[i] = len(kept)
			kept = append(kept, l)
		}
	}
	for i := range kept {
		kept[i].owner = place[kept[i].owner]
	}
	c.live = kept
}

// of gives the times as layout i reads them.
func (c *timeColumn) of(i int) []time.Time { return c.live[c.live[i].owner].times }

// choose settles on one layout. Two that differ only in writing (1/2/2006 and
// 01/02/2006) agree on every time; where times differ, a layout under which
// the times are evenly spaced wins over one under which they are not.
func (c *timeColumn) choose(regular func(times []time.Time) bool) (TimeLayout, []time.Time, error) {
	best := 0
	var rivals []int
	for i := range c.live {
		if !slices.ContainsFunc(rivals, func(k int) bool { return c.live[i].owner == k || sameTimes(c.of(i), c.of(k)) }) {
			rivals = append(rivals, i)
		}
	}
	if len(rivals) > 1 {
		var even []int
		for _, i := range rivals {
			if regular(c.of(i)) {
				even = append(even, i)
			}
		}
		if len(even) != 1 {
			return TimeLayout{}, nil, fmt.Errorf("forecast: line %d: time %q could be %q or %q, and no line of the file decides; give the date format: %w",
				c.first.line, c.first.cell, c.live[rivals[0]].Layout, c.live[rivals[1]].Layout, forecast.ErrInput)
		}
		best = even[0]
	}
	l := c.live[best].TimeLayout
	if c.months.possible != nil {
		l.months = &c.months
	}
	return l, c.of(best), nil
}

func sameTimes(a, b []time.Time) bool {
	for i := range a {
		if !a[i].Equal(b[i]) {
			return false
		}
	}
	return true
}
