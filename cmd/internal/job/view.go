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
	ID     string                `json:"id"`
	Timed  bool                  `json:"timed"` // times are seconds since 1970, otherwise steps
	Times  []int64               `json:"times"` // of the values and then of the forecast
	Values []*float64            `json:"values"`
	Mean   []*float64            `json:"mean"`
	Lower  map[string][]*float64 `json:"lower"` // per level in percent
	Upper  map[string][]*float64 `json:"upper"`
}

// what a page can show
const (
	shownSeries = 100
	shownValues = 2000
)

// Answer runs the job for a request.
func (s *ForecastSpec) Answer(ctx context.Context, in Inputs, l Listener) (any, error) {
	l.step(Step{Stage: "fitting", Steps: 1})
	f, err := s.Run(ctx, in, l)
	if err != nil {
		return nil, err
	}
	v := &ForecastView{Document: *f.Document(), Count: len(f.Table.Series)}
	for i, one := range f.Table.Series[:min(v.Count, shownSeries)] {
		v.Series = append(v.Series, show(one, f.Forecasts[i], s.Levels))
	}
	svg, err := f.Chart("svg")
	if err != nil {
		return nil, err
	}
	v.SVG = string(svg)
	v.CSV, err = text(f.WriteCSV)
	return v, err
}

// show is a series as a page draws it.
func show(s forecast.Series, f forecast.Forecast, levels []float64) Series {
	from := max(0, len(s.Values)-shownValues)
	out := Series{
		ID: s.ID, Timed: s.Freq.Unit != forecast.None, Values: finite(s.Values[from:]), Mean: finite(f.Mean),
		Lower: map[string][]*float64{}, Upper: map[string][]*float64{},
	}
	for i := from; i < len(s.Values)+f.Horizon(); i++ {
		at := int64(i)
		if out.Timed {
			at = s.Time(i).Unix()
		}
		out.Times = append(out.Times, at)
	}
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
