package regress

import (
	"slices"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
)

// Holidays tells the days of holidays; package holidays has those of countries.
type Holidays interface {
	// Days lists the days of every holiday, by its name, from the first to the
	// last year. A name that ends in calendar.Observed has the days off in place of holidays
	// that fall on a weekend. A type with a method Left() []string says in it which
	// holidays it does not know.
	Days(first, last int) map[string][]time.Time
}

// holidayColumns counts, for every holiday that occurs in the first n steps of a
// series, the days of it in each step.
func holidayColumns(h Holidays, s forecast.Series, n int) []regressorValues {
	all := map[string]map[time.Time]bool{}
	for name, days := range h.Days(s.Time(0).Year(), s.Time(n).Year()) {
		if s.Freq.Unit == forecast.BusinessDay {
			name = strings.TrimSuffix(name, calendar.Observed)
		}
		if all[name] == nil {
			all[name] = map[time.Time]bool{}
		}
		for _, day := range days {
			all[name][dayOf(day)] = true
		}
	}
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	var out []regressorValues
	for _, name := range names {
		values := dayColumn(s, n, all[name])
		if seen(values[:len(s.Values)]) > 1 { // an effect cannot be estimated from one day
			out = append(out, regressorValues{name: "holiday " + name, values: values})
		}
	}
	return out
}

// dayOf is the day of a time, without its zone.
func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// seen counts the steps at which a column is not zero.
func seen(values []float64) (n int) {
	for _, v := range values {
		if v != 0 {
			n++
		}
	}
	return n
}

// dayColumn counts the given days in every step. Days between the steps, when a
// business or a shop is closed, are in none.
func dayColumn(s forecast.Series, n int, days map[time.Time]bool) []float64 {
	out := make([]float64, n)
	oneDay := withinDay(s.Freq)
	for i := range out {
		d := dayOf(s.Time(i))
		if oneDay {
			if days[d] {
				out[i] = 1
			}
			continue
		}
		for end := dayOf(s.Time(i + 1)); ; {
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

// withinDay reports whether a step is a day or a part of one.
func withinDay(f forecast.Freq) bool {
	return f.Unit == forecast.BusinessDay && f.N <= 1 || f.Duration() <= 24*time.Hour
}
