package table

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// place sorts every series by time and lays it on its calendar.
func (b *builder) place(times []time.Time, freq forecast.Freq, broken []error) error {
	times = b.oneZone(times)
	b.clock = slices.ContainsFunc(times, func(t time.Time) bool { return t.Hour() > 0 })
	for k, rows := range b.rows {
		if !sort.SliceIsSorted(rows, func(i, j int) bool { return times[rows[i]].Before(times[rows[j]]) }) {
			b.t.note("series not in order of time, now sorted", b.lines[rows[0]])
			sort.SliceStable(rows, func(i, j int) bool { return times[rows[i]].Before(times[rows[j]]) })
		}
		merged, err := b.merge(rows, times)
		if err != nil && broken[k] == nil {
			broken[k] = err
		}
		if err == nil {
			b.rows[k] = merged
		}
	}
	if freq.Unit == forecast.None {
		var ok bool
		if freq, ok = b.frequency(times); !ok {
			if i := slices.IndexFunc(broken, func(err error) bool { return err != nil }); i >= 0 {
				return broken[i]
			}
			if len(b.lines) == len(b.rows) {
				return fmt.Errorf("forecast: line %d: one time is too few to tell the frequency: %w", b.lines[0], forecast.ErrInput)
			}
			return fmt.Errorf("forecast: line %d: the times are not evenly spaced; give the frequency: %w", b.lines[b.rows[0][min(1, len(b.rows[0])-1)]], forecast.ErrInput)
		}
	}
	for k, rows := range b.rows {
		s := forecast.Series{ID: b.names[k]}
		err := broken[k]
		if err == nil {
			s, err = b.grid(b.names[k], rows, times, freq, b.t.Layout)
		}
		b.keep(s, err)
	}
	return b.check()
}

// oneZone brings times whose offsets change, as daylight-saving time makes them,
// into the zone of the last one. Days and coarser steps keep their clock time,
// finer ones their distance.
func (b *builder) oneZone(times []time.Time) []time.Time {
	same := true
	_, first := times[0].Zone()
	for _, t := range times {
		_, off := t.Zone()
		same = same && off == first
	}
	if same {
		return times
	}
	zone := times[len(times)-1].Location()
	clock, shifted := make([]time.Time, len(times)), make([]time.Time, len(times))
	for i, t := range times {
		clock[i] = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
		shifted[i] = t.In(zone)
	}
	if f, ok := b.frequency(clock); ok && f.Unit >= forecast.Day {
		return clock
	}
	b.t.note("offsets from UTC change; all times are in the last one's zone", 0)
	return shifted
}

// merge does as the policy says about rows (sorted by time) for the same time.
func (b *builder) merge(rows []int, times []time.Time) ([]int, error) {
	out := rows[:0:0]
	for i := 0; i < len(rows); {
		j := i + 1
		for j < len(rows) && times[rows[j]].Equal(times[rows[i]]) {
			j++
		}
		if j-i == 1 {
			out = append(out, rows[i])
			i = j
			continue
		}
		policy := b.opt.Duplicates
		what := "rows for the same time, merged (" + string(policy) + ")"
		if policy == DuplicateError && j-i == 2 && b.clock && repeatedHour(times[rows[i]]) {
			policy, what = DuplicateMean, "hours that the end of daylight-saving time repeats, averaged"
		}
		if policy == DuplicateError {
			a, c := b.lines[rows[i]], b.lines[rows[i+1]]
			where := ""
			if len(b.cols.ids) == 0 {
				where = "; does a column tell several series apart?"
			}
			return nil, fmt.Errorf("forecast: line %d: time %s stands on line %d too%s: %w", max(a, c), b.t.Layout.Format(times[rows[i]]), min(a, c), where, forecast.ErrInput)
		}
		b.t.note(what, b.lines[rows[i+1]])
		b.join(rows[i:j], policy)
		out = append(out, rows[i])
		i = j
	}
	return out, nil
}

// join puts what the rows say into the first of them.
func (b *builder) join(rows []int, policy Duplicates) {
	one := func(values []float64, policy Duplicates) {
		var sum float64
		n, last := 0, math.NaN()
		first := math.NaN()
		for _, r := range rows {
			v := values[r]
			if v != v {
				continue
			}
			if n == 0 {
				first = v
			}
			sum, last = sum+v, v
			n++
		}
		v := math.NaN()
		if n > 0 {
			v = map[Duplicates]float64{DuplicateMean: sum / float64(n), DuplicateSum: sum, DuplicateFirst: first, DuplicateLast: last}[policy]
		}
		values[rows[0]] = v
	}
	one(b.values, policy)
	for _, x := range b.others {
		if policy == DuplicateSum {
			policy = DuplicateMean // a temperature does not add up
		}
		one(x, policy)
	}
}

// repeatedHour reports whether clocks are put back at this hour somewhere: on a
// Sunday (or Saturday night) of spring or autumn, between midnight and three.
func repeatedHour(t time.Time) bool {
	switch t.Month() {
	case time.March, time.April, time.September, time.October, time.November:
		return t.Hour() <= 3 && (t.Weekday() == time.Sunday || t.Weekday() == time.Saturday)
	}
	return false
}

// frequency infers the step from the series with the most rows.
func (b *builder) frequency(times []time.Time) (forecast.Freq, bool) {
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
	return forecast.InferFreq(slices.CompactFunc(ts, time.Time.Equal))
}

// grid lays one series on its calendar; times without a row are missing, and
// times that miss the grid by less than half a step are moved to it.
func (b *builder) grid(id string, rows []int, times []time.Time, freq forecast.Freq, layout *stamp.Layout) (forecast.Series, error) {
	const tooSparse = 1000 // grid steps per row
	s := forecast.Series{ID: id, Start: times[rows[0]], Freq: freq}
	places := make([]int, 0, len(rows))
	next := 0 // the first step that is free
	for i, r := range rows {
		if i > 0 && times[r].Sub(times[rows[i-1]]) < time.Second {
			return s, fmt.Errorf("forecast: line %d: time %s is less than a second after the one before; a second is the shortest step: %w",
				b.lines[r], times[r].Format("2006-01-02 15:04:05.999999999"), forecast.ErrInput)
		}
		at, ok := 0, true
		if freq.Unit != forecast.None {
			at, ok = freq.Steps(s.Start, times[r])
		}
		if !ok {
			if at, ok = freq.Nearest(s.Start, times[r]); ok && at >= next {
				b.t.note("times beside the grid, moved to the nearest step", b.lines[r])
			}
		}
		if !ok || at < next {
			return s, fmt.Errorf("forecast: line %d: time %s is not on the grid of frequency %s that starts at %s: %w",
				b.lines[r], layout.Format(times[r]), freq, layout.Format(s.Start), forecast.ErrInput)
		}
		if at > tooSparse*len(rows) {
			return s, fmt.Errorf("forecast: line %d: time %s is %d steps of %s after the start, with %d rows: %w",
				b.lines[r], layout.Format(times[r]), at, freq, len(rows), forecast.ErrInput)
		}
		for ; next < at; next++ {
			b.t.note("times without a row, filled as missing", b.lines[r])
		}
		places = append(places, at)
		next = at + 1
	}
	s.Values = spreadOut(b.values, rows, places)
	b.regressors(&s, rows, places)
	return s, nil
}

// spreadOut puts values[rows[i]] at places[i], and NaN elsewhere; nil places
// mean one after the other.
func spreadOut(values []float64, rows, places []int) []float64 {
	n := len(rows)
	if places != nil {
		n = places[len(places)-1] + 1
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	for i, r := range rows {
		at := i
		if places != nil {
			at = places[i]
		}
		out[at] = values[r]
	}
	return out
}

// regressors adds the series' regressors. Rows at its end without a value are
// then the future for which the regressors are known.
func (b *builder) regressors(s *forecast.Series, rows, places []int) {
	for k, x := range b.others {
		c := b.cols.regressors[k]
		s.Regressors = append(s.Regressors, forecast.Regressor{Name: b.header[c.at], Values: spreadOut(x, rows, places), Known: c.known})
	}
	if len(s.Regressors) == 0 {
		return
	}
	n := len(s.Values)
	for n > 0 && math.IsNaN(s.Values[n-1]) {
		n--
	}
	if n > 0 {
		*s = s.Head(n)
	}
}
