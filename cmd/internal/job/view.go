package job

import (
	"context"
	"strconv"

	"github.com/segue-go/segue/forecast"
)

// ForecastView is a forecast as requests get it: the document that the command
// prints, and what a page needs to show it.
type ForecastView struct {
	Document
	Count  int      `json:"count"`  // series in the file
	Series []Series `json:"series"` // the first of them, with their history
	CSV    string   `json:"csv"`    // all series, as the command prints them
	SVG    string   `json:"svg"`    // the first dozen
}

// Series is one series with its forecast.
type Series struct {
	ID     string     `json:"id"`
	Timed  bool       `json:"timed"`  // times are seconds since 1970, otherwise steps
	Hidden int        `json:"hidden"` // values before those that are shown
	Times  []int64    `json:"times"`  // of the values and then of the forecast
	Values []*float64 `json:"values"`
	Past   []Fan      `json:"past,omitempty"` // what would have been forecast earlier
	Fan
}

// Fan is a forecast as a page draws it.
type Fan struct {
	From  int                   `json:"from"` // index among the values shown of its first step
	Mean  []*float64            `json:"mean"`
	Lower map[string][]*float64 `json:"lower"` // per level in percent
	Upper map[string][]*float64 `json:"upper"`
}

// what a page can show
const (
	shownSeries = 100
	shownValues = 400000 // of all series together
	leastValues = 2000   // of each, whatever their number
	mostPast    = 30000  // values of a table whose forecasts of the past are shown
)

// Answer runs the job for a request.
func (s *ForecastSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	l.step(Step{Stage: "fitting", Steps: 1})
	s.Rehearse, s.quick = true, true
	f, err := s.Run(ctx, in, l)
	if err != nil {
		return nil, err
	}
	t := f.Table
	v := &ForecastView{Document: *f.Document(), Count: len(t.Series)}
	shown := min(v.Count, shownSeries)
	for i, one := range t.Series[:shown] {
		from := max(0, len(one.Values)-max(leastValues, shownValues/shown))
		view := show(one, from, f.Forecasts[i], s.Levels)
		if i < len(f.Past) {
			for _, p := range f.Past[i] {
				view.Past = append(view.Past, fan(p.Forecast, p.From-from, s.Levels))
			}
		}
		v.Series = append(v.Series, view)
	}
	svg, err := f.Chart("svg")
	if err != nil {
		return nil, err
	}
	v.SVG = string(svg)
	v.CSV, err = text(f.WriteCSV)
	return v, err
}

// show is a series from a step on, as a page draws it.
func show(s forecast.Series, from int, f forecast.Forecast, levels []float64) Series {
	out := Series{ID: s.ID, Timed: s.Freq.Unit != forecast.None, Hidden: from, Values: finite(s.Values[from:]), Fan: fan(f, len(s.Values)-from, levels)}
	for i := from; i < len(s.Values)+f.Horizon(); i++ {
		at := int64(i)
		if out.Timed {
			at = s.Time(i).Unix()
		}
		out.Times = append(out.Times, at)
	}
	return out
}

// fan is a forecast from a step on.
func fan(f forecast.Forecast, from int, levels []float64) Fan {
	out := Fan{From: from, Mean: finite(f.Mean), Lower: map[string][]*float64{}, Upper: map[string][]*float64{}}
	for _, l := range levels {
		lo, hi := make([]float64, f.Horizon()), make([]float64, f.Horizon())
		for h := range lo {
			lo[h], hi[h] = f.Interval(h, l)
		}
		key := strconv.FormatFloat(l, 'g', -1, 64)
		out.Lower[key], out.Upper[key] = finite(lo), finite(hi)
	}
	return out
}
