package regress

import (
	"time"

	"github.com/segue-go/segue/forecast"
)

// calendarColumns are features of the calendar that a season of fixed length cannot
// express: for days and business days the first, the last and the 15th day of a month;
// for months and quarters the number of weekend days.
func calendarColumns(s forecast.Series, n int) []regressorValues {
	column := func(name string, f func(from, to time.Time) float64) regressorValues {
		v := regressorValues{name: name, values: make([]float64, n)}
		for i := range v.values {
			v.values[i] = f(s.Time(i), s.Time(i+1))
		}
		return v
	}
	flag := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	if s.Freq.N > 1 {
		return nil
	}
	switch s.Freq.Unit {
	case forecast.Day, forecast.BusinessDay:
		// of business days, the first and last that are open, and the first from the 15th on
		before := func(t time.Time) time.Time { return s.Freq.Add(t, -1) }
		return []regressorValues{
			column("first day of the month", func(from, _ time.Time) float64 { return flag(before(from).Month() != from.Month()) }),
			column("last day of the month", func(from, to time.Time) float64 { return flag(to.Month() != from.Month()) }),
			column("middle of the month", func(from, _ time.Time) float64 {
				return flag(from.Day() >= 15 && (before(from).Day() < 15 || before(from).Month() != from.Month()))
			}),
		}
	case forecast.Month, forecast.Quarter:
		return []regressorValues{column("weekend days", func(from, to time.Time) float64 {
			days := 0.0
			first := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
			end := time.Date(to.Year(), to.Month(), 1, 0, 0, 0, 0, time.UTC)
			for d := first; d.Before(end); d = d.AddDate(0, 0, 1) {
				days += flag(d.Weekday() == time.Saturday || d.Weekday() == time.Sunday)
			}
			return days
		})}
	}
	return nil
}
