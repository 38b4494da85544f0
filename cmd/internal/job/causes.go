package job

import (
	"errors"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/regress/holidays"
)

// Causes are what explains a series besides its own past. The regressors' columns are
// the table's: see SeriesSpec.
type Causes struct {
	Holidays []string // countries by code
	Calendar bool
}

// bind adds the fields, those of the table's columns too.
func (c *Causes) bind(f *field.Set, s *SeriesSpec) {
	f.List(&s.Regressors, nil, field.Field{Name: "regressors", Help: "columns that explain the values and are known for the future too", Label: "Regressors", Length: 1000})
	f.List(&s.Past, nil, field.Field{Name: "past-regressors", Help: "columns that explain the values and are known for the past only", Label: "Past regressors", Length: 1000})
	f.List(&c.Holidays, nil, field.Field{Name: "holidays", Help: "countries whose holidays matter, by code: BR,US", Label: "Holidays of"})
	f.Bool(&c.Calendar, field.Field{Name: "calendar", Help: "ends of months (for days) and weekends (for months) may matter"})
}

// any reports whether there are causes.
func (c *Causes) any(s *SeriesSpec) bool {
	return c.Calendar || len(c.Holidays)+len(s.Regressors)+len(s.Past) > 0
}

// around puts their effects around a method; without causes it is the method.
func (c *Causes) around(m forecast.Method, s *SeriesSpec) (forecast.Method, error) {
	if !c.any(s) {
		return m, nil
	}
	r := regress.Regressed{Method: m, Calendar: c.Calendar}
	if len(c.Holidays) > 0 {
		days, err := holidays.Of(c.Holidays...)
		if err != nil {
			return nil, &Problem{err.Error(), errors.Join(ErrUsage, err)}
		}
		r.Holidays = days
	}
	return r, nil
}
