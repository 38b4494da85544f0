package table

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
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
		if err == nil {
			err = b.seconds(merged, times)
		}
		if err != nil && broken[k] == nil {
			broken[k] = err
		}
		if err == nil {
			b.rows[k] = merged
		}
	}
	cal := calendar.Found{Freq: freq}
	if freq.Unit == forecast.None {
		var ok bool
		if cal, ok = b.frequency(times); !ok {
			if i := slices.IndexFunc(broken, func(err error) bool { return err != nil }); i >= 0 {
				return broken[i]
			}
			if len(b.lines) == len(b.rows) {
				return atLine(b.lines[0], "one time is too few to tell the frequency", giveFreq("M"))
			}
			return atLine(b.lines[b.rows[0][min(1, len(b.rows[0])-1)]], "the times are not evenly spaced; give the frequency", giveFreq("D"))
		}
	}
	cal, err := b.opening(cal)
	if err != nil {
		return err
	}
	for k, rows := range b.rows {
		s := forecast.Series{ID: b.names[k]}
		err := broken[k]
		if err == nil {
			s, err = b.grid(b.names[k], rows, times, cal)
		}
		b.keep(s, err)
	}
	return b.check()
}

// seconds refuses times that are less than a second apart.
func (b *builder) seconds(rows []int, times []time.Time) error {
	for i := 1; i < len(rows); i++ {
		if times[rows[i]].Sub(times[rows[i-1]]) < time.Second {
			return fmt.Errorf("forecast: line %d: time %s is less than a second after the one before; a second is the shortest step: %w",
				b.lines[rows[i]], times[rows[i]].Format("2006-01-02 15:04:05.999999999"), forecast.ErrInput)
		}
	}
	return nil
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
		if policy == DuplicateError && b.alike(rows[i:j]) {
			policy, what = DuplicateFirst, "rows that come again with the same numbers, taken once"
		}
		if policy == DuplicateError {
			a, c := b.lines[rows[i]], b.lines[rows[i+1]]
			where := ""
			if len(b.cols.ids) == 0 {
				where = "; does a column tell several series apart?"
			}
			return nil, atLine(max(a, c), fmt.Sprintf("time %s stands on line %d too%s", b.t.Layout.Format(times[rows[i]]), min(a, c), where),
				forecast.Remedy{Do: "name the column that tells series apart", Option: "id", Suggest: "NAME"}, forecast.Remedy{Do: "average the rows", Option: "duplicates", Suggest: "mean"}, forecast.Remedy{Do: "add them up", Option: "duplicates", Suggest: "sum"})
		}
		b.t.noteAt(what, b.lines[rows[i+1]])
		for _, what := range slices.Clone(b.t.lines[b.lines[rows[i+1]]]) { // the first of the rows stays
			b.t.remember(what, b.lines[rows[i]])
		}
		b.join(rows[i:j], policy)
		out = append(out, rows[i])
		i = j
	}
	return out, nil
}

// alike reports whether rows hold the same numbers, and some.
func (b *builder) alike(rows []int) bool {
	for _, r := range rows[1:] {
		if b.values[r] != b.values[rows[0]] { // nor where both are missing
			return false
		}
		for _, x := range b.others {
			if x[r] != x[rows[0]] {
				return false
			}
		}
	}
	return true
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
	for k, x := range b.others {
		switch {
		case b.texts[k] != nil && policy != DuplicateLast:
			one(x, DuplicateFirst) // a text has no mean
		case policy == DuplicateSum:
			one(x, DuplicateMean) // a temperature does not add up
		default:
			one(x, policy)
		}
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

// frequency infers the calendar from the series with the most rows; the hours that
// are open, from all series.
func (b *builder) frequency(times []time.Time) (calendar.Found, bool) {
	longest := 0
	for k := range b.rows {
		if len(b.rows[k]) > len(b.rows[longest]) {
			longest = k
		}
	}
	sorted := func(rows []int) []time.Time {
		ts := make([]time.Time, 0, len(rows))
		for _, r := range rows {
			ts = append(ts, times[r])
		}
		slices.SortFunc(ts, time.Time.Compare)
		return slices.CompactFunc(ts, time.Time.Equal)
	}
	f, ok := calendar.Infer(sorted(b.rows[longest]))
	if ok && !f.Open.Always() && len(b.rows) > 1 {
		var all []int
		for _, rows := range b.rows {
			all = append(all, rows...)
		}
		if together, ok := calendar.Infer(sorted(all)); ok && together.Unit == f.Unit && together.N == f.N {
			f.Open = together.Open
		}
	}
	return f, ok
}

// runOn gives times of day their days: rows follow one another, and where the time goes
// back, a new day has begun.
func (b *builder) runOn(times []time.Time) ([]time.Time, error) {
	b.group(times)
	name := b.header[b.cols.time]
	out := slices.Clone(times)
	days := 1
	steps, pairs, usual := map[time.Duration]int{}, 0, 0 // between rows of a day
	for _, rows := range b.rows {
		day := 0
		for k := 1; k < len(rows); k++ {
			now, before := times[rows[k]], times[rows[k-1]]
			if now.Equal(before) {
				return nil, atLine(b.lines[rows[k]], fmt.Sprintf("column %q holds times of day without dates, and this one is that of the row before; rows cannot be told apart without dates", name))
			}
			if now.Before(before) {
				day++
			} else {
				step := now.Sub(before)
				steps[step]++
				pairs++
				usual = max(usual, steps[step])
			}
			out[rows[k]] = now.AddDate(0, 0, day)
		}
		days = max(days, day+1)
	}
	if _, ok := b.frequency(out); b.opt.Freq.Unit == forecast.None && (!ok || 2*usual < pairs) {
		return nil, atLine(b.lines[0], fmt.Sprintf("column %q holds times of day without dates, and they do not run on in even steps; add a column of dates", name))
	}
	b.t.note(fmt.Sprintf("column %q holds times of day without dates: rows are taken as they follow one another, and a day begins where the time goes back (%d in all)", name, days), 0)
	return out, nil
}

// opening applies the open hours that the options give, and says what was inferred.
func (b *builder) opening(cal calendar.Found) (calendar.Found, error) {
	if b.opt.Open != "" {
		open, err := calendar.ParseOpen(b.opt.Open)
		if err != nil {
			return cal, fmt.Errorf("forecast: %w: %w", err, forecast.ErrInput)
		}
		if cal.Open = open; cal.Unit == calendar.BusinessDay {
			cal.Unit = calendar.Day
		}
		return cal, nil
	}
	if b.opt.Fill == FillZero {
		cal.Open = calendar.Open{} // what has no row is nothing, not closed
		if cal.Unit == calendar.BusinessDay {
			cal.Unit = calendar.Day
		}
	}
	if !cal.Open.Always() {
		what := "days"
		if cal.Unit != calendar.Day {
			what = "days and hours"
		}
		b.t.note(fmt.Sprintf("%s without any row are taken for closed and left out; open: %s", what, cal.Open), 0)
	}
	return cal, nil
}

// tooSparse is the number of steps per row of a series that is taken for a mistake.
const tooSparse = 1000

// room is the number of steps that further series may take: memory follows the rows of
// a table, however far apart their times are, but a small table may have large gaps.
func (b *builder) room() int {
	const perRow, always = 20, 4 << 20
	return max(always, perRow*len(b.lines)) - b.steps
}

// grid lays one series on its calendar; times without a row are missing, and
// times that come early or late are moved to the nearest step.
func (b *builder) grid(id string, rows []int, times []time.Time, cal calendar.Found) (forecast.Series, error) {
	ts := make([]time.Time, 0, len(rows))
	for _, r := range rows {
		ts = append(ts, times[r])
	}
	cal.Start = cal.First(ts)
	s := forecast.Series{ID: id, Start: cal.Start, Freq: cal.Freq}
	places, kept := make([]int, 0, len(rows)), make([]int, 0, len(rows))
	next := 0 // the first step that is free
	for _, r := range rows {
		if cal.Closed(times[r]) {
			b.t.note("rows outside the open days and hours, left out", b.lines[r])
			continue
		}
		if len(kept) == 0 && !cal.Loose {
			cal.Start, s.Start = times[r], times[r]
		}
		at, ok := 0, true
		if cal.Unit != forecast.None {
			at, ok = cal.Place(times[r])
		}
		if ok && cal.Loose && !cal.Add(cal.Start, at).Equal(times[r]) {
			b.t.noteAt(map[bool]string{true: "times a little early or late, moved to the nearest step", false: "times some days early or late, moved to the usual ones"}[cal.Unit < calendar.Day], b.lines[r])
		}
		if !ok {
			if at, ok = cal.Near(s.Start, times[r]); ok && at >= next {
				b.t.noteAt("times beside the grid, moved to the nearest step", b.lines[r])
			}
		}
		if cal.Loose && cal.Unit < calendar.Day && at == next-1 && len(kept) > 0 {
			b.t.note("further readings for the same step, left out", b.lines[r])
			continue
		}
		if !ok || at < next {
			return s, atLine(b.lines[r], fmt.Sprintf("time %s is not on the grid of frequency %s that starts at %s", b.t.Layout.Format(times[r]), cal.Freq, b.t.Layout.Format(s.Start)), giveFreq("D"))
		}
		if at > tooSparse*len(rows) || at >= b.room() {
			return s, fmt.Errorf("forecast: line %d: time %s is %d steps of %s after the start, with %d rows: %w",
				b.lines[r], b.t.Layout.Format(times[r]), at, cal.Freq, len(rows), forecast.ErrInput)
		}
		for ; next < at; next++ {
			b.t.note("times without a row, "+b.fillWord(), b.lines[r])
			b.t.markAt(id, next, "a time without a row, "+b.fillWord())
		}
		places, kept = append(places, at), append(kept, r)
		next = at + 1
	}
	if len(kept) == 0 {
		return s, fmt.Errorf("forecast: series %q has no row in the open hours: %w", id, forecast.ErrInput)
	}
	b.steps += next
	if len(b.t.lines) > 0 {
		for i, r := range kept {
			b.t.mark(id, places[i], b.lines[r])
		}
	}
	s.Values = spreadOut(b.values, kept, places)
	b.closedAlone(&s, ts, cal)
	b.regressors(&s, kept, places)
	b.sparse(&s, kept)
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
		if b.texts[k] != nil {
			s.Regressors = append(s.Regressors, b.sets[k].regressors(b.header[c.at], c.known, spreadOut(x, rows, places))...)
			continue
		}
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
