package table

import (
	"fmt"
	"math"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
	"github.com/segue-go/segue/forecast/internal/classic"
)

// Fill says what times without a row mean.
type Fill string

// The meanings. By default they are missing values, which methods fill for
// themselves.
const (
	FillNone     Fill = ""
	FillZero     Fill = "zero"     // nothing happened: 0; every series goes on to the file's last time
	FillLinear   Fill = "linear"   // on the line between the neighbours
	FillSeasonal Fill = "seasonal" // as usual at that time of the season
)

// fillWord says what was done with them.
func (b *builder) fillWord() string {
	switch b.opt.Fill {
	case FillZero:
		return "taken as zero"
	case FillLinear, FillSeasonal:
		return "filled in (" + string(b.opt.Fill) + ")"
	}
	return "filled as missing"
}

// shares of steps without a row from which the reader says so, and warns
const (
	manyAbsent = .3
	mostAbsent = .6
)

// sparse fills the steps without a row as the options say. Where many are absent
// and nothing says what that means, it offers the two readings.
func (b *builder) sparse(s *forecast.Series, rows []int) {
	absent := 1 - float64(len(rows))/float64(len(s.Values))
	if b.opt.Fill != FillNone {
		b.fill(s)
		return
	}
	if len(s.Values) < 10 || absent <= manyAbsent {
		return
	}
	b.thin = append(b.thin, thin{s.ID, absent, s.Freq})
}

// thin is a series with many steps that have no row.
type thin struct {
	id     string
	absent float64 // share
	freq   forecast.Freq
}

// remarkThin says which series those are, in one remark for all.
func (b *builder) remarkThin() {
	if len(b.thin) == 0 {
		return
	}
	lo, hi, of := 1., 0., ""
	for i, s := range b.thin {
		lo, hi = min(lo, s.absent), max(hi, s.absent)
		switch {
		case s.id == "" || i > mostTold:
		case i == mostTold:
			of += fmt.Sprintf(" and %d more", len(b.thin)-mostTold)
		case i > 0:
			of += fmt.Sprintf(", %q", s.id)
		default:
			of = fmt.Sprintf("series %q", s.id)
		}
	}
	if of != "" {
		of += ": "
	}
	share := fmt.Sprintf("%.0f%%", 100*lo)
	if most := fmt.Sprintf("%.0f%%", 100*hi); most != share {
		share += " to " + most
	}
	what := fmt.Sprintf("%s%s of the steps (%s) between the first row and the last have no row", of, share, b.thin[0].freq)
	if hi > mostAbsent {
		what = "warning: " + what
	}
	b.t.note(what+"; they are taken as missing: if nothing happened then, fill them with zero; if it was closed then, give the open days", 0)
}

// mostTold is how many series of a panel a remark names.
const mostTold = 4

// closedAlone counts the days and hours on which one series of a panel never has a row
// as zero where others are open then: the calendar of the panel has them.
func (b *builder) closedAlone(s *forecast.Series, ts []time.Time, cal calendar.Found) {
	if len(b.rows) < 2 || b.opt.Open != "" || b.opt.Fill != FillNone || cal.Unit == calendar.None || cal.Unit > calendar.Day {
		return
	}
	own, ok := calendar.Infer(ts)
	weekdays := own.Unit == calendar.BusinessDay
	if !ok || !weekdays && (own.Open.Always() || own.Open == cal.Open || own.Unit != cal.Unit) {
		return
	}
	for i, v := range s.Values {
		if !math.IsNaN(v) {
			continue
		}
		t := s.Time(i)
		if d := t.Weekday(); weekdays && (d == time.Saturday || d == time.Sunday) || !weekdays && own.Closed(t) {
			s.Values[i] = 0
			b.t.note("steps at which one series is always closed and others are open, counted as zero", b.lines[0])
		}
	}
}

// fill fills all missing steps of a series.
func (b *builder) fill(s *forecast.Series) {
	switch b.opt.Fill {
	case FillZero:
		for i, v := range s.Values {
			if math.IsNaN(v) {
				s.Values[i] = 0
			}
		}
	case FillLinear:
		copy(s.Values[leading(s.Values):], classic.Fill(s.Values, 1))
	case FillSeasonal:
		copy(s.Values[leading(s.Values):], classic.Fill(s.Values, s.Freq.Season()))
	}
}

// leading is the number of missing values at the start, which stay missing.
func leading(values []float64) (n int) {
	for n < len(values) && math.IsNaN(values[n]) {
		n++
	}
	return n
}

// extend lets all series of a panel that are filled with zeros end at the same
// time: where the last sale was says nothing about the days since.
func (b *builder) extend() {
	if b.opt.Fill != FillZero || len(b.t.Series) < 2 || b.t.Series[0].Freq.Unit == calendar.None {
		return
	}
	last := b.t.Series[0].Time(len(b.t.Series[0].Values) - 1)
	for _, s := range b.t.Series {
		if end := s.Time(len(s.Values) - 1); end.After(last) {
			last = end
		}
	}
	for i := range b.t.Series {
		s := &b.t.Series[i]
		n, ok := s.Freq.Steps(s.Start, last)
		for ok && len(s.Values) <= n && len(s.Regressors) == 0 {
			s.Values = append(s.Values, 0)
		}
	}
}
