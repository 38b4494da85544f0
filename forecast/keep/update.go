package keep

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/segue-go/segue/forecast"
)

// UpdateOptions says how Update goes about values that are known already, and about
// series that are made of others.
type UpdateOptions struct {
	// Refit takes the newer values where they differ, and estimates all parameters
	// anew. Without it a difference is an error.
	Refit bool
	// Sums, if it is not nil, makes the series of the model that are sums of others
	// anew: it is given all series with the new values and returns them with the
	// sums, as hierarchy.NewWith does. A series that is new changes sums and needs Refit.
	Sums func(panel []forecast.Series) ([]forecast.Series, error)
}

// Change is what an update did.
type Change struct {
	Appended int // steps that the series are longer by, over all series
	Agreed   int // values that were known already, and are the same
	Filled   int // values that were missing before
	Revised  int // values that differ from what was known, with Refit
	Missing  int // steps between the old end and the first new value
	Earlier  int // values before the first step of a series, which are left out
	New      int // series that were not there before
}

// Update appends values to the histories: those of a panel after the end of the series
// with the same id. Values at times that are known already must be the same, to nine
// digits; without times, a series that begins with the whole history goes on after it,
// and any other begins after its end. Series with new ids are added. Parameters stay as
// they are, unless opt.Refit; series that are new are fitted when they are forecast.
// After an error the model is as it was.
func (m *Model) Update(ctx context.Context, panel []forecast.Series, opt UpdateOptions) (Change, error) {
	var c Change
	at, err := byID(m.panel)
	if err != nil {
		return c, err
	}
	if _, err := byID(panel); err != nil {
		return c, err
	}
	next := *m
	next.panel = slices.Clone(m.panel)
	for _, s := range panel {
		i, ok := at[s.ID]
		if !ok && len(panel) == 1 && len(m.panel) == 1 && (s.ID == "" || m.panel[0].ID == "") {
			i, ok = 0, true // one series needs no name
		}
		if !ok {
			if s.Known() == 0 {
				continue
			}
			if s.Freq != m.panel[0].Freq {
				return c, &forecast.Problem{Place: place(s), What: fmt.Sprintf("it is new and has the frequency %s, the model's series have %s", s.Freq, m.panel[0].Freq)}
			}
			next.panel = append(next.panel, s)
			c.New++
			continue
		}
		if next.panel[i], err = c.join(next.panel[i], s, opt.Refit); err != nil {
			return Change{}, err
		}
	}
	if opt.Sums != nil {
		if err := next.addUp(opt, c.New); err != nil {
			return Change{}, err
		}
	}
	if opt.Refit {
		if err := next.Refit(ctx); err != nil {
			return Change{}, err
		}
	}
	*m = next
	return c, nil
}

// addUp makes the sums anew.
func (m *Model) addUp(opt UpdateOptions, added int) error {
	if added > 0 && !opt.Refit {
		return &forecast.Problem{
			What:     "there are new series, which change the sums that the model knows",
			Remedies: []forecast.Remedy{{Do: "estimate all parameters anew", Option: "refit"}},
		}
	}
	panel, err := opt.Sums(m.panel)
	if err != nil {
		return err
	}
	if opt.Refit {
		m.panel = panel
		return nil
	}
	sums, err := byID(panel)
	if err != nil {
		return err
	}
	for k, s := range m.panel { // their order is that of the parameters
		i, ok := sums[s.ID]
		if !ok {
			continue
		}
		if n := len(panel[i].Values); n < len(s.Values) {
			return &forecast.Problem{Place: place(s), What: fmt.Sprintf("the sum is of %d values now, and was of %d", n, len(s.Values))}
		}
		m.panel[k] = panel[i]
	}
	return nil
}

// join appends one series to another.
func (c *Change) join(old, s forecast.Series, revise bool) (forecast.Series, error) {
	from, err := offset(old, s)
	if err != nil {
		return old, err
	}
	values := slices.Clone(old.Values)
	n := len(values)
	last := from + len(s.Values) // a tail without values is no news
	for last > from && math.IsNaN(s.Values[last-from-1]) {
		last--
	}
	for i := from; i < last; i++ {
		v := s.Values[i-from]
		switch {
		case i < 0:
			if !math.IsNaN(v) {
				c.Earlier++
			}
		case i >= n:
			for len(values) < i {
				values = append(values, math.NaN())
				c.Missing++
				c.Appended++
			}
			values = append(values, v)
			c.Appended++
		case math.IsNaN(v):
		case math.IsNaN(values[i]):
			values[i] = v
			c.Filled++
		case math.Abs(v-values[i]) <= 1e-9*max(math.Abs(v), math.Abs(values[i])):
			c.Agreed++
		case revise:
			values[i] = v
			c.Revised++
		default:
			return old, differs(old, i, v)
		}
	}
	old.Values = values
	old.Regressors, err = joinRegressors(old, s, from)
	return old, err
}

// differs words a value that is not what the model has seen.
func differs(old forecast.Series, i int, v float64) error {
	when := fmt.Sprintf("step %d", i+1)
	if old.Freq.Unit != forecast.None {
		when = strings.TrimSuffix(old.Time(i).Format("2006-01-02 15:04:05"), " 00:00:00")
	}
	return &forecast.Problem{
		Place: strings.TrimPrefix(place(old)+", "+when, ", "), What: fmt.Sprintf("the value is %v here and %v in the model", v, old.Values[i]),
		Remedies: []forecast.Remedy{{Do: "take the new values and estimate all parameters anew", Option: "refit"}},
	}
}

// place names a series, if it has a name.
func place(s forecast.Series) string {
	if s.ID == "" {
		return ""
	}
	return fmt.Sprintf("series %q", s.ID)
}

// offset is the step of old at which s begins.
func offset(old, s forecast.Series) (int, error) {
	if (old.Freq.Unit == forecast.None) != (s.Freq.Unit == forecast.None) {
		return 0, &forecast.Problem{Place: place(old), What: "the model or the new values have times, and the others have none"}
	}
	if old.Freq.Unit == forecast.None {
		if len(s.Values) >= len(old.Values) && same(old.Values, s.Values[:len(old.Values)]) {
			return 0, nil
		}
		return len(old.Values), nil
	}
	from, ok := old.Freq.Steps(old.Start, s.Start)
	if !ok || s.Freq != old.Freq && len(s.Values) > 1 {
		return 0, &forecast.Problem{Place: place(old), What: fmt.Sprintf("the new values start at %s with the frequency %s, which is not on the model's grid: %s from %s", s.Start.Format("2006-01-02 15:04"), s.Freq, old.Freq, old.Start.Format("2006-01-02 15:04"))}
	}
	const far = 1_000_000
	if from > len(old.Values)+far {
		return 0, &forecast.Problem{Place: place(old), What: fmt.Sprintf("the new values start %d steps after the model's", from-len(old.Values))}
	}
	return from, nil
}

func same(a, b []float64) bool {
	for i, v := range a {
		if v != b[i] && !(math.IsNaN(v) && math.IsNaN(b[i])) {
			return false
		}
	}
	return true
}

// joinRegressors lays newer values of the regressors over the old ones.
func joinRegressors(old, s forecast.Series, from int) ([]forecast.Regressor, error) {
	out := slices.Clone(old.Regressors)
	for k, r := range out {
		i := slices.IndexFunc(s.Regressors, func(o forecast.Regressor) bool { return strings.EqualFold(o.Name, r.Name) })
		if i < 0 {
			return nil, &forecast.Problem{Place: place(old), What: fmt.Sprintf("the model knows a regressor %q, the new values have none", r.Name)}
		}
		values := slices.Clone(r.Values)
		for j, v := range s.Regressors[i].Values {
			at := from + j
			if at < 0 || math.IsNaN(v) {
				continue
			}
			for len(values) <= at {
				values = append(values, math.NaN())
			}
			values[at] = v
		}
		out[k].Values = values
	}
	return out, nil
}
