package regress

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/segue-go/segue/forecast"
)

// Term is a regressor, and how it acts on a series.
type Term struct {
	Column   string // the name of a regressor, or of the column whose texts are regressors
	Lag      int    // steps: the value of this many steps before acts; 0 to 1000
	Mean     int    // steps: the mean of this many values up to the step acts; 0 and 1 mean the value; at most 1000
	Weekday  bool   // it has an effect of its own on every day of the week
	Category bool   // its numbers are names: for readers of tables, see table.Options
}

// mostSteps is the most that a Term looks back.
const mostSteps = 1000

var termSuffix = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?i)(lag|mean)(\d+)$|^(?i)(weekday|category)$`)
})

// ParseTerm reads a term as people write it: a column's name, and after it what is made
// of the column: price@lag7 (the price seven steps before), price@mean7 (the mean of
// seven steps up to this one), price@mean7@lag1 (the mean of the seven steps before),
// promotion@weekday, shop_type@category. What follows an @ and is none of these belongs
// to the name. The error wraps forecast.ErrInput.
func ParseTerm(text string) (Term, error) {
	var t Term
	t.Column = strings.TrimSpace(text)
	for {
		i := strings.LastIndexByte(t.Column, '@')
		if i <= 0 {
			return t, nil
		}
		m := termSuffix().FindStringSubmatch(t.Column[i+1:])
		if m == nil {
			return t, nil
		}
		t.Column = t.Column[:i]
		switch strings.ToLower(m[1] + m[3]) {
		case "weekday":
			t.Weekday = true
			continue
		case "category":
			t.Category = true
			continue
		}
		n, err := strconv.Atoi(m[2])
		if err != nil || n < 1 || n > mostSteps {
			return t, fmt.Errorf("forecast: %s: %s is a number of steps from 1 to %d: %w", text, m[1]+m[2], mostSteps, forecast.ErrInput)
		}
		if strings.EqualFold(m[1], "lag") {
			t.Lag = n
		} else {
			t.Mean = n
		}
	}
}

// suffix is what the term makes of its column.
func (t Term) suffix() string {
	s := ""
	if t.Mean > 1 {
		s += fmt.Sprintf("@mean%d", t.Mean)
	}
	if t.Lag > 0 {
		s += fmt.Sprintf("@lag%d", t.Lag)
	}
	return s
}

// String writes the term as ParseTerm reads it.
func (t Term) String() string {
	s := t.Column
	if t.Category {
		s += "@category"
	}
	s += t.suffix()
	if t.Weekday {
		s += "@weekday"
	}
	return s
}

// of reports whether the term is about a regressor.
func (t Term) of(x forecast.Regressor) bool {
	return strings.EqualFold(t.Column, x.Name) || x.Column != "" && strings.EqualFold(t.Column, x.Column)
}

// apply makes of the values of a regressor at every step what acts at every step. Before
// the first value it counts as it was then.
func (t Term) apply(values []float64) []float64 {
	out := values
	if t.Mean > 1 {
		out = make([]float64, len(values))
		sum := float64(t.Mean) * values[0]
		for i, v := range values {
			sum += v - values[max(0, i-t.Mean)]
			out[i] = sum / float64(t.Mean)
		}
	}
	if t.Lag > 0 {
		late := make([]float64, len(out))
		for i := range late {
			late[i] = out[max(0, i-t.Lag)]
		}
		out = late
	}
	return out
}

// byWeekday splits a column into one for every day of the week that the series has.
func byWeekday(s forecast.Series, c regressorValues) ([]regressorValues, error) {
	switch s.Freq.Unit {
	case forecast.Second, forecast.Minute, forecast.Hour, forecast.Day, forecast.BusinessDay:
	default:
		return nil, &forecast.Problem{Place: fmt.Sprintf("series %q", s.ID), What: fmt.Sprintf("%s@weekday: the steps (%s) are not days or parts of days", c.name, s.Freq), Remedies: []forecast.Remedy{{Do: "leave @weekday out"}}}
	}
	var days [7]*regressorValues
	for i, v := range c.values {
		d := s.Time(i).Weekday()
		if days[d] == nil {
			days[d] = &regressorValues{name: c.name + " on " + d.String(), reference: c.reference, values: make([]float64, len(c.values))}
		}
		days[d].values[i] = v
	}
	var out []regressorValues
	for k := range days {
		if d := days[(k+1)%7]; d != nil { // from Monday on
			out = append(out, *d)
		}
	}
	return out, nil
}
