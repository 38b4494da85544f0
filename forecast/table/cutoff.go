package table

import (
	"fmt"
	"math"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table/stamp"
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
