package table

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
	"github.com/segue-go/segue/forecast/table/number"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// This file reads what explains values and is no number: columns of texts and tables of
// events.

// Columns of texts as regressors: the weather, the kind of a promotion. Each text but
// the most frequent one becomes a regressor of ones and zeros.

// mostTexts is how many different texts a regressor may have. A column with more is
// rather one of names or remarks, and its effects could not be estimated.
const mostTexts = 50

// texts are those of a column, sorted; the reference is the one that most rows with a
// value have.
type texts struct {
	names     []string
	reference string
}

// findTexts marks the regressors that hold texts: those that the options name, and
// those in whose first rows fewer than half of the cells are numbers or true or false.
func (c *chooser) findTexts(opt Options) {
	for k := range c.regressors {
		r := &c.regressors[k]
		name := c.header[r.at]
		r.texts = slices.ContainsFunc(opt.Categories, func(s string) bool { return plainName(s) == plainName(name) }) || opt.texts[name] != nil
		if opt.plan || r.texts || c.kind[r.at].number || c.kind[r.at].empty {
			continue
		}
		numbers, words, known := 0, 0, 0
		for _, s := range c.sample {
			text := strings.TrimSpace(cell(s.cells, r.at))
			n := number.Read(text)
			if textOf(text) == "" {
				continue
			}
			known++
			if _, err := strconv.ParseBool(text); err == nil || n.OK() {
				numbers++
			} else if !n.Missing {
				words++
			}
		}
		r.texts = words > 0 && 2*numbers < known
	}
}

// textColumns makes room for the cells of the regressors that hold texts.
func textColumns(cols columns) []*labels {
	out := make([]*labels, len(cols.regressors))
	for k, r := range cols.regressors {
		if r.texts {
			out[k] = &labels{codes: map[string]int{}}
		}
	}
	return out
}

// textOf is the text of a cell; empty if it is missing. Words that are missing numbers
// elsewhere, "none" or "x", are names here.
func textOf(cell string) string {
	cell = strings.TrimSpace(cell)
	switch strings.ToLower(cell) {
	case "na", "n/a", "nan", "null", "#n/a", "-", "?":
		return ""
	}
	return cell
}

// numbers are the codes of the rows, NaN where the text is missing.
func (l *labels) numbers() []float64 {
	out := make([]float64, len(l.rows))
	for i, k := range l.rows {
		if out[i] = float64(k); l.names[k] == "" {
			out[i] = math.NaN()
		}
	}
	return out
}

// settleTexts finds the texts of every column and their reference, and renumbers the
// codes by the order of the texts.
func (b *builder) settleTexts() error {
	b.sets = make([]*texts, len(b.texts))
	for k, l := range b.texts {
		if l == nil {
			continue
		}
		name := b.header[b.cols.regressors[k].at]
		seen := make([]int, len(l.names))
		for row, v := range b.values {
			if v == v {
				seen[l.rows[row]]++
			}
		}
		set := b.opt.texts[name]
		if set == nil {
			set = &texts{}
			most := -1
			for i, text := range l.names {
				if text == "" || seen[i] == 0 {
					continue
				}
				set.names = append(set.names, text)
				if most < 0 || seen[i] > seen[most] || seen[i] == seen[most] && text < l.names[most] {
					most = i
				}
			}
			if len(set.names) > mostTexts {
				return atLine(1, fmt.Sprintf("column %q holds %d different texts, and a regressor may have %d", name, len(set.names), mostTexts),
					forecast.Remedy{Do: "group them into fewer, or leave the column out"})
			}
			if most >= 0 {
				set.reference = l.names[most]
			}
			slices.Sort(set.names)
		}
		code := make([]float64, len(l.names))
		for i, text := range l.names {
			at, ok := slices.BinarySearch(set.names, text)
			switch {
			case text == "":
				at = -1
			case !ok:
				at, _ = slices.BinarySearch(set.names, set.reference)
				b.t.note(fmt.Sprintf("regressor %q: %q has no value in the past, so that its effect is not known; it counts as %q", name, text, set.reference), 0)
			}
			code[i] = float64(at)
		}
		for row, v := range b.others[k] {
			if v == v {
				b.others[k][row] = code[l.rows[row]]
			}
		}
		b.sets[k] = set
		if b.t.texts == nil {
			b.t.texts = map[string]*texts{}
		}
		b.t.texts[name] = set
	}
	return nil
}

// regressors turns codes into a regressor for every text but the reference; into one
// of zeros, which explains nothing, where there is no other text.
func (t *texts) regressors(column string, known bool, codes []float64) []forecast.Regressor {
	if len(t.names) < 2 {
		return []forecast.Regressor{{Name: column, Values: make([]float64, len(codes)), Known: known, Column: column, Reference: t.reference}}
	}
	var out []forecast.Regressor
	for k, name := range t.names {
		if name == t.reference {
			continue
		}
		values := make([]float64, len(codes))
		for i, c := range codes {
			switch {
			case math.IsNaN(c):
				values[i] = math.NaN()
			case int(c) == k:
				values[i] = 1
			}
		}
		out = append(out, forecast.Regressor{Name: column + "=" + name, Values: values, Known: known, Column: column, Reference: t.reference})
	}
	return out
}

// mostEvents bounds a table of events.
const mostEvents = 10000

// ParseEvents reads a table of events with the columns event and date and, if they are
// there, before and after: the days before and after the date that are affected too. A
// column holiday stands for event and ds for date. Dates are read as Parse reads times;
// opt.DateFormat, opt.Comma and opt.Sheet apply. Errors name the line and wrap
// forecast.ErrInput.
func ParseEvents(r io.Reader, opt Options) ([]calendar.Event, error) {
	next, _, err := open(r, Options{Comma: opt.Comma, Sheet: opt.Sheet})
	if err != nil {
		return nil, err
	}
	head, line, err := next()
	if err != nil {
		return nil, atLine(1, "the table of events is empty")
	}
	e := &eventReader{}
	if err := e.columns(head, line); err != nil {
		return nil, err
	}
	var fixed *stamp.Layout
	if opt.DateFormat != "" {
		if fixed, err = stamp.ParseLayout(opt.DateFormat); err != nil {
			return nil, atLine(line, err.Error())
		}
	}
	e.dates = stamp.NewColumn(fixed)
	for {
		rec, line, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if filledCells(rec) == 0 {
			continue
		}
		if len(e.events) == mostEvents {
			return nil, atLine(line, fmt.Sprintf("more than %d events", mostEvents))
		}
		if err := e.add(rec, line); err != nil {
			return nil, err
		}
	}
	if len(e.events) == 0 {
		return nil, atLine(line, "the table of events has a header and no events")
	}
	_, times, _, err := e.dates.Settle(func([]time.Time) float64 { return 0 })
	if err != nil {
		return nil, badTime(e.dates.First.Line, err)
	}
	for i := range e.events {
		e.events[i].Date = times[i]
	}
	return e.events, nil
}

// eventReader collects the rows of a table of events.
type eventReader struct {
	name, date, before, after int // columns; before and after may be -1
	dates                     *stamp.Column
	events                    []calendar.Event
}

func (e *eventReader) columns(head []string, line int) error {
	at := func(names ...string) int {
		for i, h := range head {
			for _, n := range names {
				if plainName(h) == n {
					return i
				}
			}
		}
		return -1
	}
	e.name, e.date = at("event", "holiday", "name"), at("date", "ds", "day")
	e.before, e.after = at("before", "lowerwindow"), at("after", "upperwindow")
	if e.name < 0 || e.date < 0 {
		return atLine(line, fmt.Sprintf("a table of events has the columns event and date, and before and after if they are wanted; the columns are %s", quoteList(head)))
	}
	return nil
}

func (e *eventReader) add(rec []string, line int) error {
	ev := calendar.Event{Name: strings.Clone(strings.TrimSpace(cell(rec, e.name)))}
	if ev.Name == "" {
		return atLine(line, "the event has no name")
	}
	for _, w := range []struct {
		days *int
		at   int
		name string
	}{{&ev.Before, e.before, "before"}, {&ev.After, e.after, "after"}} {
		text := strings.TrimSpace(cell(rec, w.at))
		if text == "" {
			continue
		}
		n := number.Read(text)
		days := n.Value[number.Point]
		if w.name == "before" && days < 0 { // as Prophet writes it
			days = -days
		}
		if !n.OK() || days != float64(int(days)) || days < 0 || days > calendar.MaxEventDays {
			return atLine(line, fmt.Sprintf("%s: %q is not a whole number of days from 0 to %d", w.name, text, calendar.MaxEventDays))
		}
		*w.days = int(days)
	}
	text := strings.TrimSpace(cell(rec, e.date))
	if err := e.dates.Add(text, line); err != nil {
		return badTime(line, err)
	}
	e.events = append(e.events, ev)
	return nil
}
