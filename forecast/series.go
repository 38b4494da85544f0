package forecast

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/segue-go/segue/forecast/calendar"
	"github.com/segue-go/segue/forecast/internal/classic"
)

// Sentinels that errors of this package wrap.
var (
	ErrInput    = errors.New("bad input")            // the data cannot be read as the options say
	ErrTooShort = errors.New("too few values")       // a method or backtest needs more history
	ErrUnknown  = errors.New("unknown name")         // no such method
	ErrNoModel  = errors.New("not a forecast model") // a model file of another kind
)

// Series is one time series at equal steps.
type Series struct {
	ID     string
	Start  time.Time // time of Values[0]; zero if the series has no times
	Freq   Freq      // zero if the series has no times
	Values []float64 // NaN = missing

	Regressors []Regressor // other quantities that may explain the values
}

// Regressor is another quantity at the steps of a series that may explain it. A quantity
// that is a text, such as the weather, is a regressor of ones and zeros for every text
// but the usual one, which is the reference of the others.
type Regressor struct {
	Name   string
	Values []float64 // from step 0 on; NaN = missing
	Known  bool      // the values after the end of the series are known in advance

	Column    string // the column of texts that it is one text of; empty for a column of numbers
	Reference string // the text with which this one is compared; empty for a column of numbers
}

// Time is the time of step i, counted from 0; i may be in the future.
func (s Series) Time(i int) time.Time { return s.Freq.Add(s.Start, i) }

// Head returns the first n values as a series of its own, with the regressors
// that are known then.
func (s Series) Head(n int) Series {
	s.Values = s.Values[:n:n]
	if len(s.Regressors) > 0 {
		s.Regressors = slices.Clone(s.Regressors)
		for i, r := range s.Regressors {
			if !r.Known {
				s.Regressors[i].Values = r.Values[:min(n, len(r.Values))]
			}
		}
	}
	return s
}

// Tail returns the series from its last n steps on.
func (s Series) Tail(n int) Series {
	from := len(s.Values) - n
	if from <= 0 {
		return s
	}
	s.Values = s.Values[from:]
	if s.Freq.Unit != None {
		s.Start = s.Freq.Add(s.Start, from)
	}
	s.Regressors = slices.Clone(s.Regressors)
	for i, r := range s.Regressors {
		s.Regressors[i].Values = r.Values[min(from, len(r.Values)):]
	}
	return s
}

// Known counts the values that are not missing.
func (s Series) Known() int {
	n := 0
	for _, v := range s.Values {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}

// NonNegative reports whether no value is below zero.
func (s Series) NonNegative() bool {
	for _, v := range s.Values {
		if v < 0 {
			return false
		}
	}
	return true
}

// largest is the largest absolute value of a series: sums of squared scaled errors
// and extrapolations must stay finite.
const largest = 1e302

// Check refuses a series that no method can continue: one without a value, or with one
// that is infinite or beyond 1e302. Its error wraps ErrInput or ErrTooShort.
func (s Series) Check() error {
	for i, v := range s.Values {
		if math.IsInf(v, 0) {
			return fmt.Errorf("forecast: series %q: value %d is infinite: %w", s.ID, i+1, ErrInput)
		}
		if math.Abs(v) > largest {
			return fmt.Errorf("forecast: series %q: value %d, %g, is too large: %w", s.ID, i+1, v, ErrInput)
		}
	}
	if s.Known() == 0 {
		return fmt.Errorf("forecast: series %q has no value: %w", s.ID, ErrTooShort)
	}
	return nil
}

// checkAll refuses a panel with a series that no method can continue.
func checkAll(panel []Series) error {
	for _, s := range panel {
		if err := s.Check(); err != nil {
			return err
		}
	}
	return nil
}

// Freq is the distance of two steps of a series; see package calendar.
type Freq = calendar.Freq

// The units that a Freq counts.
const (
	None        = calendar.None
	Second      = calendar.Second
	Minute      = calendar.Minute
	Hour        = calendar.Hour
	Day         = calendar.Day
	BusinessDay = calendar.BusinessDay
	Week        = calendar.Week
	Month       = calendar.Month
	Quarter     = calendar.Quarter
	Year        = calendar.Year
)

// DetectSeason finds the season that the series of a panel show, in steps, by tests of the
// periodogram and the autocorrelation; 1 means none, or that fewer than a fifth of the
// series show the same. It looks at 200 series at most.
// It is for series without times; Task.Resolve takes it for others where the season that
// their frequency suggests does not show.
func DetectSeason(panel []Series) int {
	const chance = .01 // of a season in noise, per series
	const enough = .2  // of the series: noise does not agree on a season
	if m, share := detectSeason(panel, chance); share >= enough {
		return m
	}
	return 1
}

// detectSeason gives the season that most series show, and their share; 1 if none shows
// any.
func detectSeason(panel []Series, chance float64) (season int, share float64) {
	const looked, least = 200, 12
	votes := map[int]int{}
	seen := 0
	for i := 0; i < len(panel) && seen < looked; i++ {
		y := classic.Fill(panel[i].Values, 1)
		if len(y) < least {
			continue
		}
		seen++
		votes[classic.Period(y, chance)]++
	}
	season = 1
	for m, n := range votes {
		if m > 1 && (season == 1 || n > votes[season] || n == votes[season] && m < season) {
			season = m
		}
	}
	return season, float64(votes[season]) / float64(max(1, seen))
}

// usualSeason is the season that the frequency of a panel suggests or, where hardly any
// series shows that one and nearly all show another, the other one. What is measured every
// few seconds keeps the time of a machine: there a season that shows is the season, and
// where none shows there is none.
func usualSeason(panel []Series) int {
	const looked, few, most, chance = 50, .1, .8, 1e-3 // not tuned
	m := panel[0].Freq.Season()
	if m == 1 { // years, and what else has none: cycles of theirs drift
		return m
	}
	if len(panel) > looked {
		panel = panel[:looked]
	}
	shown := 0
	for _, s := range panel {
		if y := classic.Fill(s.Values, 1); classic.Repeats(y, m) || m > 1 && len(y) < 3*m {
			shown++ // or too short to tell
		}
	}
	machine := panel[0].Freq.Unit == Second
	if float64(shown) > few*float64(len(panel)) && !machine {
		return m
	}
	if p, share := detectSeason(panel, chance); share >= most && p > 1 {
		return p
	}
	if machine {
		return 1
	}
	return m
}
