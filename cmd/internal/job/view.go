package job

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/regress/holidays"
	"github.com/segue-go/segue/forecast/table"
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
	Marks  []Mark     `json:"marks,omitempty"`
	Fan

	Scenario  string `json:"scenario,omitempty"`  // the future of the regressors to which Fan belongs
	Scenarios []Fan  `json:"scenarios,omitempty"` // under the document's other scenarios, in their order
	Compared  string `json:"compared,omitempty"`  // how they differ
}

// Mark is what is said of one step of a series: a repair, or a holiday.
type Mark struct {
	Step    int    `json:"step"` // index among the times shown
	What    string `json:"what"`
	Holiday bool   `json:"holiday,omitempty"`
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
		if view.Scenario = f.Scenario; len(f.Others) > 0 {
			view.Compared = f.compare(i)
		}
		for _, o := range f.Others {
			view.Scenarios = append(view.Scenarios, fan(o.Forecasts[i], len(one.Values)-from, s.Levels))
		}
		v.Series = append(v.Series, view)
	}
	if err := s.mark(v.Series, t); err != nil {
		return nil, err
	}
	svg, err := f.Chart("svg")
	if err != nil {
		return nil, err
	}
	v.SVG = string(svg)
	v.CSV, err = text(f.WriteCSV)
	return v, err
}

// mark says which steps were repaired, and which are holidays.
func (s *ForecastSpec) mark(shown []Series, t *table.Table) error {
	at := map[string]int{}
	for i := range shown {
		at[shown[i].ID] = i
	}
	for _, m := range t.Marks {
		i, ok := at[m.ID]
		if !ok {
			continue
		}
		if step := m.Step - shown[i].Hidden; step >= 0 && step < len(shown[i].Values) {
			shown[i].Marks = append(shown[i].Marks, Mark{Step: step, What: m.What})
		}
	}
	if len(s.Causes.Holidays) == 0 {
		return nil
	}
	known, err := holidays.Of(s.Causes.Holidays...)
	if err != nil {
		return err
	}
	for i := range shown {
		if one := t.Series[i]; shown[i].Timed && one.Freq.Unit <= forecast.BusinessDay {
			shown[i].celebrate(known, func(step int) time.Time { return one.Time(step + shown[i].Hidden) })
		}
	}
	return nil
}

// mostHolidays that are marked on a series
const mostHolidays = 1000

// celebrate marks the holidays, each on its first step of the day; at tells when a step is.
func (s *Series) celebrate(known *holidays.Calendar, at func(step int) time.Time) {
	n := len(s.Times)
	names := map[string][]string{}
	for name, days := range known.Days(at(0).Year(), at(n-1).Year()) {
		for _, d := range days {
			names[d.Format(time.DateOnly)] = append(names[d.Format(time.DateOnly)], name)
		}
	}
	count := 0
	for i := n - 1; i >= 0 && count < mostHolidays; i-- { // the newest, if there are too many
		day := at(i).Format(time.DateOnly)
		if list := names[day]; list != nil && (i == 0 || at(i-1).Format(time.DateOnly) != day) {
			slices.Sort(list)
			s.Marks = append(s.Marks, Mark{i, strings.Join(list, ", "), true})
			count++
		}
	}
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
