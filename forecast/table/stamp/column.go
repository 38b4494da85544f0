package stamp

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Column reads the cells of a column with every layout that has fitted so far.
type Column struct {
	live  []*reader
	fixed *Layout
	First struct {
		Line int
		Cell string
	}
	count int
}

// reader is a layout with the times that it has read.
type reader struct {
	*Layout
	times []time.Time
}

// NewColumn reads with one layout, or with all that fit if it is nil.
func NewColumn(fixed *Layout) *Column { return &Column{fixed: fixed} }

// An Unread is a cell that is no time, or not one in the layout of the others.
type Unread struct {
	Cell, Layout string // Layout is empty where no layout is known
	FirstLine    int    // where the layout was seen first
}

// Error says which cell does not fit.
func (e *Unread) Error() string {
	if e.Layout == "" {
		return fmt.Sprintf("%q is not a time that I know", e.Cell)
	}
	return fmt.Sprintf("time %q does not match layout %q of line %d", e.Cell, e.Layout, e.FirstLine)
}

// Add reads one more cell. The error is an *Unread.
func (c *Column) Add(cell string, line int) error {
	cell = strings.TrimSpace(cell)
	if c.count == 0 {
		c.begin(cell)
		if len(c.live) == 0 {
			u := &Unread{Cell: cell}
			if c.fixed != nil && c.fixed.family == 0 {
				u.Layout, u.FirstLine = c.fixed.String(), line
			}
			return u
		}
		c.First.Line, c.First.Cell = line, cell
	} else if !c.read(cell) && !c.widen(cell) && !c.thirteen(cell) {
		return &Unread{Cell: cell, Layout: c.live[0].String(), FirstLine: c.First.Line}
	}
	c.count++
	return nil
}

// begin finds the layouts of the first cell.
func (c *Column) begin(cell string) {
	var layouts []*Layout
	switch {
	case c.fixed != nil && c.fixed.family == 0:
		layouts = []*Layout{c.fixed.clone()}
	case c.fixed != nil && c.fixed.family == hour:
		layouts = guessClock(cell)
	default:
		layouts = Guess(cell)
	}
	for _, l := range layouts {
		if c.fixed != nil && c.fixed.family != 0 && c.fixed.family != hour && !l.has(c.fixed.family) {
			continue
		}
		if t, ok := l.Parse(cell); ok {
			c.live = append(c.live, &reader{l, []time.Time{t}})
		}
	}
}

// read reads a cell with all layouts and drops those that cannot; if none can,
// all stay and it reports false.
func (c *Column) read(cell string) bool {
	kept := 0
	for i, l := range c.live {
		if t, ok := l.Parse(cell); ok {
			l.times = append(l.times, t)
			c.live[i], c.live[kept] = c.live[kept], c.live[i]
			kept++
		}
	}
	if kept == 0 {
		return false
	}
	c.live = c.live[:kept]
	return true
}

// widen takes a layout with a time of day where all cells so far, at midnight,
// had only the date.
func (c *Column) widen(cell string) bool {
	var wider []*reader
	for _, l := range Guess(cell) {
		if l.clock == 0 {
			continue
		}
		for _, old := range c.live {
			date := &Layout{fields: l.fields[:l.clock]}
			if date.String() != old.String() && !sameFields(date.fields, old.fields) {
				continue
			}
			for i := range old.fields {
				l.fields[i].habit = old.fields[i].habit
			}
			l.months, l.days = old.months, old.days
			if t, ok := l.Parse(cell); ok {
				wider = append(wider, &reader{l, append(old.times, t)})
				break
			}
		}
	}
	if len(wider) == 0 {
		return false
	}
	c.live = wider
	return true
}

func sameFields(a, b []field) bool {
	return slices.EqualFunc(a, b, func(x, y field) bool { return x.kind == y.kind && x.text == y.text && x.width == y.width })
}

// An Ambiguous column has two readings, and nothing decides.
type Ambiguous struct{ Cell, A, B string }

// Error names both layouts.
func (e *Ambiguous) Error() string {
	return fmt.Sprintf("time %q could be %q or %q, and no line of the file decides; give the date format", e.Cell, e.A, e.B)
}

// Settle chooses the layout. Where several read different times, those win under
// which the steps from the first time to the last are the fullest: present gives
// their share, 0 where the times are on no calendar. Days written with points come
// before the month. Of what is left, one under which all are the first of a month
// wins over one under which they are days of one month. chosen says so in words where
// something had to be decided.
func (c *Column) Settle(present func(times []time.Time) float64) (l *Layout, times []time.Time, chosen string, err error) {
	const nearly = .9
	var rivals []*reader
	for _, r := range c.live {
		if !slices.ContainsFunc(rivals, func(o *reader) bool { return slices.EqualFunc(o.times, r.times, time.Time.Equal) }) {
			rivals = append(rivals, r)
		}
	}
	if len(rivals) > 1 {
		if strict := filter(rivals, func(r *reader) bool { return r.has(nextYear) && len(r.times) > 2 }); len(strict) > 0 {
			rivals = strict
		}
		if pointed := filter(rivals, func(r *reader) bool { return r.dayFirst() }); len(pointed) > 0 {
			rivals = pointed
		}
		best, shares := 0., map[*reader]float64{}
		for _, r := range rivals {
			shares[r] = present(r.times)
			best = max(best, shares[r])
		}
		rivals = filter(rivals, func(r *reader) bool { return shares[r] >= nearly*best })
		rivals = persianOrNot(rivals)
	}
	if len(rivals) > 1 {
		firsts := filter(rivals, (*reader).onFirsts)
		if len(firsts) == 1 && len(firsts[0].times) > 2 {
			rivals = firsts
			chosen = fmt.Sprintf("times as %q are read as %s: all are the first of a month then", c.First.Cell, firsts[0])
		}
	}
	if len(rivals) > 1 && rivals[0].Weak() == rivals[1].Weak() {
		return nil, nil, "", &Ambiguous{c.First.Cell, rivals[0].String(), rivals[1].String()}
	}
	best := rivals[0]
	if best.quartersAsMonths() {
		chosen = fmt.Sprintf("times as %q are read as quarters: no month is above 4, and years have all four", c.First.Cell)
	}
	return best.Layout, best.times, chosen, nil
}

// onFirsts reports whether all times are the first of a month.
func (r *reader) onFirsts() bool {
	return !slices.ContainsFunc(r.times, func(t time.Time) bool { return t.Day() != 1 })
}

func filter(rs []*reader, f func(*reader) bool) (out []*reader) {
	for _, r := range rs {
		if f(r) {
			out = append(out, r)
		}
	}
	return out
}

// dayFirst reports whether a layout has the day, a point, and then the month, as no
// country writes it the other way round.
func (l *Layout) dayFirst() bool {
	for i := 0; i+2 < len(l.fields); i++ {
		if l.fields[i].kind == day && strings.HasPrefix(l.fields[i+1].text, ".") && l.fields[i+2].kind == month {
			return true
		}
	}
	return false
}

// quartersAsMonths turns months into quarters where they are: no month is above 4,
// and two years or more have all four.
func (r *reader) quartersAsMonths() bool {
	at := slices.IndexFunc(r.fields, func(f field) bool { return f.kind == month })
	if at < 0 || r.has(day) {
		return false
	}
	years := map[int]int{}
	for _, t := range r.times {
		if t.Month() > 4 {
			return false
		}
		years[t.Year()] |= 1 << t.Month()
	}
	whole := 0
	for _, months := range years {
		if months == 0b11110 {
			whole++
		}
	}
	if whole < 2 {
		return false
	}
	f := &r.fields[at]
	if f.kind = quarter; f.width == 0 && f.habit.zero {
		f.width = 2
	}
	for i, t := range r.times {
		r.times[i] = t.AddDate(0, 2*int(t.Month()-1), 0)
	}
	return true
}

// Finer compares the period that a cell names with those of the column, where they are
// years, halves, quarters and months: 1 if it is shorter, -1 if it is longer, and 0
// where they are equal or of another kind.
func (c *Column) Finer(cell string) int {
	if len(c.live) == 0 {
		return 0
	}
	own := c.live[0].grain()
	for _, l := range Guess(cell) {
		if g := l.grain(); !l.Weak() && g > 0 && own > 0 && g != own {
			return map[bool]int{true: 1, false: -1}[g > own]
		}
	}
	return 0
}

// grain is the length of the period that a layout names: 1 for years to 4 for months,
// 0 for others.
func (l *Layout) grain() int {
	switch {
	case l.has(day) || l.has(week) || l.has(period) || l.has(period4) || l.Subday() || l.has(fraction12):
		return 0
	case l.has(month) || l.has(monthName):
		return 4
	case l.has(quarter):
		return 3
	case l.has(half):
		return 2
	}
	return 1
}
