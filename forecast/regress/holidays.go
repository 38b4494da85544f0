package regress

import (
	"slices"
	"time"

	"github.com/segue-go/segue/forecast"
)

// Holidays tells the days of holidays; package holidays has those of countries.
type Holidays interface {
	// Days lists the days of every holiday, by its name, from the first to the
	// last year.
	Days(first, last int) map[string][]time.Time
}

// holidayColumns counts, for every holiday that occurs in the first n steps of a
// series, the days of it in each step.
func holidayColumns(h Holidays, s forecast.Series, n int) []regressorValues {
	all := h.Days(s.Time(0).Year(), s.Time(n).Year())
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	var out []regressorValues
	for _, name := range names {
		days := map[time.Time]bool{}
		for _, day := range all[name] {
			days[time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)] = true
		}
		values := holidayColumn(s, n, days)
		seen := 0
		for _, v := range values[:len(s.Values)] {
			if v > 0 {
				seen++
			}
		}
		if seen > 1 { // an effect cannot be estimated from one day
			out = append(out, regressorValues{"holiday " + name, values})
		}
	}
	return out
}

// holidayColumn counts the days of a step on which a holiday falls.
func holidayColumn(s forecast.Series, n int, days map[time.Time]bool) []float64 {
	out := make([]float64, n)
	for i := range out {
		from, to := s.Time(i), s.Time(i+1)
		d := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, time.UTC)
		end := time.Date(to.Year(), to.Month(), to.Day(), 0, 0, 0, 0, time.UTC)
		for {
			if days[d] {
				out[i]++
			}
			if d = d.AddDate(0, 0, 1); !d.Before(end) {
				break
			}
		}
	}
	return out
}
