package regress

import (
	"fmt"
	"math"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/internal/classic"
)

// regressorValues hold a regressor at the steps of history and horizon, without gaps.
type regressorValues struct {
	name, reference string
	values          []float64
}

// columns collects the regressors of a series, with gaps filled, its holidays, its
// events and its calendar. Notes say what was left out.
func (r Regressed) columns(s forecast.Series, task forecast.Task) (out []regressorValues, notes []string, err error) {
	n, h := len(s.Values), task.Horizon
	if out, err = r.regressors(s, task); err != nil {
		return nil, nil, err
	}
	if s.Freq.Unit == forecast.None {
		if r.Holidays != nil || len(r.Events) > 0 || r.Calendar {
			return nil, nil, &forecast.Problem{Place: fmt.Sprintf("series %q", s.ID), What: "without times there are no holidays, events or ends of months"}
		}
		return out, nil, nil
	}
	if r.Holidays != nil {
		out = append(out, holidayColumns(r.Holidays, s, n+h)...)
	}
	if len(r.Events) > 0 {
		events, left := eventColumns(r.Events, s, n+h)
		out, notes = append(out, events...), left
	}
	if r.Calendar {
		out = append(out, calendarColumns(s, n+h)...)
	}
	return out, notes, nil
}

// regressors are those of the series as the terms say, or all as they are.
func (r Regressed) regressors(s forecast.Series, task forecast.Task) ([]regressorValues, error) {
	terms := r.Terms
	if len(terms) == 0 {
		for _, x := range s.Regressors {
			terms = append(terms, Term{Column: x.Name})
		}
	}
	var out []regressorValues
	for _, t := range terms {
		found := false
		for _, x := range s.Regressors {
			if !t.of(x) {
				continue
			}
			found = true
			values, err := fullValues(s, x, task, t.Lag)
			if err != nil {
				return nil, err
			}
			c := regressorValues{name: x.Name + t.suffix(), reference: x.Reference, values: t.apply(values)}
			if !t.Weekday {
				out = append(out, c)
				continue
			}
			days, err := byWeekday(s, c)
			if err != nil {
				return nil, err
			}
			out = append(out, days...)
		}
		if !found {
			return nil, fmt.Errorf("forecast: series %q has no regressor %q: %w", s.ID, t.Column, forecast.ErrInput)
		}
	}
	return out, nil
}

// ahead is how many of the next steps all regressors are known for that must be; where
// one is not known for any, columns says so.
func (r Regressed) ahead(s forecast.Series, horizon int) int {
	most := horizon
	for _, x := range s.Regressors {
		if !x.Known {
			continue
		}
		last := len(x.Values)
		for last > 0 && math.IsNaN(x.Values[last-1]) {
			last--
		}
		lags := []int{0}
		if len(r.Terms) > 0 {
			lags = nil
		}
		for _, t := range r.Terms {
			if t.of(x) {
				lags = append(lags, t.Lag)
			}
		}
		for _, lag := range lags {
			if k := last + lag - len(s.Values); k > 0 {
				most = min(most, k)
			}
		}
	}
	return most
}

// fullValues are the values of a regressor at all steps of history and horizon. What
// is known for the past only goes on as forecast.Blend says. The last values are not
// needed where a lag makes them act after the horizon.
func fullValues(s forecast.Series, x forecast.Regressor, task forecast.Task, lag int) ([]float64, error) {
	n, h := len(s.Values), task.Horizon
	known := x.Values
	if !x.Known {
		known = known[:min(n, len(known))]
	}
	last := len(known)
	for last > 0 && math.IsNaN(known[last-1]) {
		last--
	}
	known = known[:last]
	if len(known) == 0 {
		return nil, fmt.Errorf("forecast: series %q: regressor %q has no value: %w", s.ID, x.Name, forecast.ErrInput)
	}
	if x.Known && len(known)+lag < n+h {
		return nil, &forecast.Problem{
			Place: fmt.Sprintf("series %q", s.ID), What: fmt.Sprintf("regressor %q is known for %d of the %d steps to forecast", x.Name, max(0, len(known)+lag-n), h),
			Remedies: []forecast.Remedy{{Do: "give the values in a file", Option: "future", Suggest: "FILE"}, {Do: "name the column as one that is known for the past only", Option: "past-regressors", Suggest: x.Name}},
		}
	}
	values := classic.Extend(known, n+h-len(known), task.Season)
	lead := len(known) - len(classic.Fill(known, 1)) // leading gaps: the first value
	full := make([]float64, 0, n+h)
	for range lead {
		full = append(full, values[0])
	}
	full = append(full, values...)
	return full[:n+h], nil
}
