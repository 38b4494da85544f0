package forecast

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"time"
)

// tableBuilder collects rows per series.
type tableBuilder struct {
	t            *Table
	cols         columns
	decimalComma bool
	width        int
	ids          map[string]int
	names        []string
	rows         [][]int // per series: row numbers
	values       []float64
	lines        []int
	times        *timeColumn // nil without times
}

func (b *tableBuilder) add(rec []string, line int) error {
	if len(rec) == 1 && strings.TrimSpace(rec[0]) == "" {
		return nil
	}
	need := max(b.cols.time, b.cols.id)
	if len(rec) <= need {
		return fmt.Errorf("forecast: line %d: %d cells, the header has %d: %w", line, len(rec), b.width, ErrInput)
	}
	v := math.NaN()
	if b.cols.value < len(rec) {
		var ok, missing bool
		if v, ok, missing = parseNumber(rec[b.cols.value], b.decimalComma); !ok {
			return fmt.Errorf("forecast: line %d: column %q: %q is not a number: %w", line, b.t.Value, rec[b.cols.value], ErrInput)
		}
		if missing {
			b.t.note("missing values", line)
		}
	} else {
		b.t.note("missing values", line)
	}
	if b.times != nil {
		if err := b.times.add(rec[b.cols.time], line); err != nil {
			return err
		}
	}
	id := ""
	if b.cols.id >= 0 {
		id = strings.TrimSpace(rec[b.cols.id])
	}
	k, ok := b.ids[id]
	if !ok {
		k = len(b.names)
		id = strings.Clone(id)
		b.ids[id] = k
		b.names = append(b.names, id)
		b.rows = append(b.rows, nil)
	}
	b.rows[k] = append(b.rows[k], len(b.values))
	b.values = append(b.values, v)
	b.lines = append(b.lines, line)
	return nil
}

// finish sorts every series by time, finds the frequency and lays the values
// on its grid.
func (b *tableBuilder) finish(freq Freq) error {
	if len(b.values) == 0 {
		return fmt.Errorf("forecast: line 2: there is a header and no data: %w", ErrInput)
	}
	if b.times == nil {
		for k, rows := range b.rows {
			s := Series{ID: b.names[k]}
			for _, r := range rows {
				s.Values = append(s.Values, b.values[r])
			}
			b.t.Series = append(b.t.Series, s)
		}
		return nil
	}
	layout, times, err := b.times.choose(func(ts []time.Time) bool {
		_, ok := b.frequency(ts)
		return ok
	})
	if err != nil {
		return err
	}
	b.t.Layout = layout
	for _, rows := range b.rows {
		if !sort.SliceIsSorted(rows, func(i, j int) bool { return times[rows[i]].Before(times[rows[j]]) }) {
			b.t.note("series not in order of time, now sorted", b.lines[rows[0]])
			sort.SliceStable(rows, func(i, j int) bool { return times[rows[i]].Before(times[rows[j]]) })
		}
		for i := 1; i < len(rows); i++ {
			if times[rows[i]].Equal(times[rows[i-1]]) {
				a, c := b.lines[rows[i-1]], b.lines[rows[i]]
				where := ""
				if b.cols.id < 0 {
					where = "; does a column tell several series apart?"
				}
				return fmt.Errorf("forecast: line %d: time %s stands on line %d too%s: %w", max(a, c), layout.Format(times[rows[i]]), min(a, c), where, ErrInput)
			}
		}
	}
	if freq.Unit == None {
		var ok bool
		if freq, ok = b.frequency(times); !ok {
			if len(b.values) == len(b.rows) {
				return fmt.Errorf("forecast: line %d: one time is too few to tell the frequency: %w", b.lines[0], ErrInput)
			}
			return fmt.Errorf("forecast: line %d: the times are not evenly spaced; give the frequency: %w", b.lines[b.rows[0][min(1, len(b.rows[0])-1)]], ErrInput)
		}
	}
	for k, rows := range b.rows {
		s, err := b.grid(b.names[k], rows, times, freq, layout)
		if err != nil {
			return err
		}
		b.t.Series = append(b.t.Series, s)
	}
	return nil
}

// frequency infers the step from the series with the most rows.
func (b *tableBuilder) frequency(times []time.Time) (Freq, bool) {
	longest := 0
	for k := range b.rows {
		if len(b.rows[k]) > len(b.rows[longest]) {
			longest = k
		}
	}
	ts := make([]time.Time, 0, len(b.rows[longest]))
	for _, r := range b.rows[longest] {
		ts = append(ts, times[r])
	}
	slices.SortFunc(ts, time.Time.Compare)
	return InferFreq(slices.CompactFunc(ts, time.Time.Equal))
}

// grid lays one series on its calendar; times without a row are missing.
func (b *tableBuilder) grid(id string, rows []int, times []time.Time, freq Freq, layout TimeLayout) (Series, error) {
	const tooSparse = 1000 // grid steps per row
	s := Series{ID: id, Start: times[rows[0]], Freq: freq}
	for _, r := range rows {
		at, ok := 0, true
		if freq.Unit != None {
			at, ok = freq.Steps(s.Start, times[r])
		}
		if !ok || at < len(s.Values) && len(s.Values) > 0 {
			return s, fmt.Errorf("forecast: line %d: time %s is not on the grid of frequency %s that starts at %s: %w",
				b.lines[r], layout.Format(times[r]), freq, layout.Format(s.Start), ErrInput)
		}
		if at > tooSparse*len(rows) {
			return s, fmt.Errorf("forecast: line %d: time %s is %d steps of %s after the start, with %d rows: %w",
				b.lines[r], layout.Format(times[r]), at, freq, len(rows), ErrInput)
		}
		for len(s.Values) < at {
			s.Values = append(s.Values, math.NaN())
			b.t.note("times without a row, filled as missing", b.lines[r])
		}
		s.Values = append(s.Values, b.values[r])
	}
	return s, nil
}
