package table

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table/stamp"
	"github.com/segue-go/segue/seq/repro"
)

// cutoff lets every series end at one time: later values are cut off, and the steps
// that a series lacks up to there are missing values. A series of which little would
// be left, or that ended long before, is left out.
func (b *builder) cutoff() error {
	last, ok := b.readTime(b.opt.Cutoff)
	if !ok {
		return fmt.Errorf("forecast: the cutoff %q is not a time as the file writes them (%s): %w", b.opt.Cutoff, b.t.Layout, forecast.ErrInput)
	}
	all := b.t.Series
	b.t.Series = nil
	for _, s := range all {
		n := stepsUntil(s, last) + 1
		switch known := s.Head(max(0, min(n, len(s.Values)))).Known(); {
		case known < 2:
			b.t.Skipped = append(b.t.Skipped, Skipped{ID: s.ID, Reason: "fewer than two values up to the cutoff", Err: forecast.ErrTooShort})
			continue
		case n > 2*len(s.Values):
			b.t.Skipped = append(b.t.Skipped, Skipped{ID: s.ID, Reason: "ends long before the cutoff", Err: forecast.ErrInput})
			continue
		}
		if n < len(s.Values) {
			b.t.note("series cut off at the given time", b.lines[0])
			s = s.Head(n)
		}
		for len(s.Values) < n {
			b.t.note("steps missing up to the cutoff", b.lines[0])
			s.Values = append(s.Values, math.NaN())
		}
		b.t.Series = append(b.t.Series, s)
	}
	if len(b.t.Series) == 0 {
		return fmt.Errorf("forecast: no series has two values up to the cutoff %q: %w", b.opt.Cutoff, forecast.ErrInput)
	}
	return nil
}

// readTime reads a time in the layout of the column, or in any that is clear.
func (b *builder) readTime(text string) (time.Time, bool) {
	if b.t.Layout == nil {
		return time.Time{}, false
	}
	for _, l := range append([]*stamp.Layout{b.t.Layout}, stamp.Guess(text)...) {
		if t, ok := l.Parse(text); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// stepsUntil counts the steps from the start of a series to the last one that is not
// after t.
func stepsUntil(s forecast.Series, t time.Time) int {
	if n, ok := s.Freq.Steps(s.Start, t); ok {
		return n
	}
	n := max(0, int(t.Sub(s.Start)/s.Freq.Duration())-2)
	for !s.Time(n + 1).After(t) {
		n++
	}
	for n >= 0 && s.Time(n).After(t) {
		n--
	}
	return n
}

// A last value may be that of a period that is not over: a month begun, a day
// still running. Such a value is far lower than its own past says.

// partial says which last values look unfinished, and leaves them out if the
// options want that.
func (b *builder) partial() {
	told := 0
	for i := range b.t.Series {
		s := &b.t.Series[i]
		n := len(s.Values) - 1
		expected, odd := unfinished(s.Values, s.Freq.Season())
		if !odd {
			continue
		}
		of := ""
		if s.ID != "" {
			of = fmt.Sprintf("series %q: ", s.ID)
		}
		what := fmt.Sprintf("%sthe last value (%s: %.4g) is far below what its past suggests (about %.4g)", of, b.when(s, n), s.Values[n], expected)
		if b.opt.DropPartial && len(s.Regressors) == 0 {
			*s = s.Head(n)
			b.t.note(what+", as if the period were not over: left out", 0)
			continue
		}
		if told++; told > mostTold {
			b.t.note("further series whose last value is far below what their past suggests", b.lines[0])
			continue
		}
		b.t.note(what+": if the period is not over, drop the partial value", 0)
	}
}

// when names step i of a series.
func (b *builder) when(s *forecast.Series, i int) string {
	if s.Freq.Unit == forecast.None {
		return fmt.Sprintf("step %d", i+1)
	}
	return b.t.Layout.Format(s.Time(i))
}

// unfinished reports whether the last value looks like part of a whole: the series
// is positive, and the value is lower against what the season and the level lead to
// expect than any before it, by far.
func unfinished(values []float64, season int) (expected float64, odd bool) {
	const (
		fewest = 12
		recent = 400 // values that are looked at
		drop   = .75 // of the expected value at most
		apart  = 2.5 // times the largest drop before
		beyond = 6   // times the usual error
	)
	values = values[max(0, len(values)-recent):]
	n := len(values) - 1
	if n < fewest || slices.ContainsFunc(values, func(v float64) bool { return v < 0 }) || !(values[n] > 0) {
		return 0, false
	}
	if season >= n/2 {
		season = 1
	}
	logs := make([]float64, n+1)
	zeros := 0
	for i, v := range values {
		logs[i] = math.Log(v)
		if v == 0 { // closed then
			logs[i] = math.NaN()
			zeros++
		}
	}
	if zeros*3 > n {
		return 0, false
	}
	// the error of what the season before and the change since then lead to expect
	var errs []float64
	at := func(i int) float64 {
		before := i - 1
		for before > 0 && i-before < 3 && math.IsNaN(logs[before]) {
			before--
		}
		e := logs[i] - logs[before]
		if season > 1 && before >= season {
			e -= logs[i-season] - logs[before-season]
		}
		return e
	}
	for i := max(1, season+1); i < n; i++ {
		if e := at(i); !math.IsNaN(e) {
			errs = append(errs, e)
		}
	}
	last := at(n)
	if len(errs) < fewest || math.IsNaN(last) {
		return 0, false
	}
	size := make([]float64, len(errs))
	for i, e := range errs {
		size[i] = math.Abs(e)
	}
	slices.Sort(size)
	usual, lowest := size[len(size)/2], -slices.Min(errs)
	odd = last < math.Log(drop) && -last > beyond*usual && -last > apart*max(lowest, 0)
	return repro.Exp(logs[n] - last), odd
}
