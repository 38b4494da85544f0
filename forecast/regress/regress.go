// Package regress takes the effects of regressors, holidays and the calendar out
// of series before a method of package forecast sees them: see [Regressed].
package regress

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
	"github.com/segue-go/segue/seq/repro"
)

// Regressed removes the effects of regressors, holidays and the calendar from the
// series before another method sees them, and adds their future effects to its
// forecasts. Season and trend are removed from both sides first, so that an effect is
// what a regressor explains in addition to them (Frisch and Waugh 1933). Effects with a
// t value below 2 are dropped. Positive series have multiplicative effects.
//
// Regressors that are known for the past only are forecast themselves, by
// forecast.Blend.
//
// A short series cannot carry many effects: with n values the (n-8)/3 regressors that
// explain most by themselves are tried, and Notes says so.
type Regressed struct {
	forecast.Method
	Terms    []Term           // nil means every regressor of a series, as it is
	Holidays Holidays         // nil means none; package holidays has those of countries
	Events   []calendar.Event // days that have an effect, by name; those after the series too
	Calendar bool             // month starts, middles and ends for days; the number of weekend days for months
}

// Effect is the estimated effect of one regressor on a series.
type Effect struct {
	Series     string  `json:"series"`
	Name       string  `json:"name"`
	Reference  string  `json:"reference,omitempty"` // of a text: the text that it is compared with
	Size       float64 `json:"size"`                // per unit: added, or a share of the value if Relative
	Low        float64 `json:"low"`                 // of the 95% confidence interval of Size
	High       float64 `json:"high"`
	SD         float64 `json:"sd"`         // standard deviation of the regressor
	Relative   bool    `json:"relative"`   // a size of .1 means that one more unit makes the value about 10% larger
	T          float64 `json:"t"`          // size in units of its standard error
	Importance float64 `json:"importance"` // share of the variance without season and trend that it explains
}

// Trains reports whether the method trains.
func (r Regressed) Trains(panel []forecast.Series) bool {
	t, ok := r.Method.(forecast.Trainer)
	return ok && t.Trains(panel)
}

// Fit estimates the effects and fits the method to what remains.
func (r Regressed) Fit(ctx context.Context, panel []forecast.Series, task forecast.Task) (forecast.Model, error) {
	out := &regressedModel{Regressed: r, task: task, fits: map[string]*effects{}}
	rest := make([]forecast.Series, len(panel))
	for i, s := range panel {
		e, err := r.effects(ctx, s, task)
		if err != nil {
			return nil, err
		}
		out.fits[s.ID] = e
		rest[i] = e.remove(s)
	}
	model, err := r.Method.Fit(ctx, rest, task)
	if err != nil {
		return nil, err
	}
	out.inner = model
	return out, nil
}

type regressedModel struct {
	Regressed
	task  forecast.Task
	inner forecast.Model
	fits  map[string]*effects
}

// Affected is a model that estimated effects of regressors.
type Affected interface {
	Effects() []Effect // by series and then by importance, the largest first
	Notes() []string   // remarks for people, for instance on regressors that were left out
}

// Effects lists the effects by series and then by importance, the largest first.
func (m *regressedModel) Effects() []Effect {
	var out []Effect
	for _, e := range m.fits {
		out = append(out, e.list...)
	}
	return sorted(out)
}

func sorted(out []Effect) []Effect {
	slices.SortFunc(out, func(a, b Effect) int {
		return cmp.Or(cmp.Compare(a.Series, b.Series), cmp.Compare(b.Importance, a.Importance), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// Notes say what could not be done: events that never occur in the past, series too short
// for their regressors, holidays that the calendar of a country leaves out.
func (m *regressedModel) Notes() []string {
	var out []string
	for _, e := range m.fits {
		out = append(out, e.notes...)
	}
	if h, ok := m.Holidays.(interface{ Left() []string }); ok {
		out = append(out, h.Left()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Weights are those of the method's model; nil if it has none.
func (m *regressedModel) Weights() []forecast.Weight {
	if w, ok := m.inner.(forecast.Weighted); ok {
		return w.Weights()
	}
	return nil
}

// Check is that of the method's model, which does not know the effects; nil if it made
// none.
func (m *regressedModel) Check() *forecast.Check {
	if c, ok := m.inner.(forecast.Checked); ok {
		return c.Check()
	}
	return nil
}

func (m *regressedModel) Forecast(s forecast.Series) (forecast.Forecast, error) {
	return forecast.Single(m, s)
}

func (m *regressedModel) ForecastAll(ctx context.Context, panel []forecast.Series) ([]forecast.Forecast, error) {
	rest := make([]forecast.Series, len(panel))
	all := make([]*effects, len(panel))
	for i, s := range panel {
		e, err := m.known(ctx, s)
		if err != nil {
			return nil, err
		}
		all[i], rest[i] = e, e.remove(s)
	}
	fs, err := forecast.ForecastAll(ctx, m.inner, rest, m.task.Threads)
	if err != nil {
		return nil, err
	}
	for i, f := range fs {
		fs[i] = all[i].restore(f).For(panel[i])
	}
	return fs, nil
}

// known gives the effects that were estimated on a history or a longer one, with the
// regressors' values after it that the series has; those on another history are estimated
// now.
func (m *regressedModel) known(ctx context.Context, s forecast.Series) (*effects, error) {
	e, ok := m.fits[s.ID].part(s)
	switch {
	case !ok:
		return m.effects(ctx, s, m.task)
	case len(e.loads) > 0 && !e.sameFuture(s, m.task.Horizon):
		return m.along(effectsFile{e.log, e.loads, e.list}, s, m.task)
	}
	return e, nil
}

// sameFuture reports whether the regressors of a series have the values after its end that
// the effects were laid along.
func (e *effects) sameFuture(s forecast.Series, horizon int) bool {
	at := func(values []float64, i int) float64 {
		if i < len(values) {
			return values[i]
		}
		return math.NaN()
	}
	for k, r := range s.Regressors {
		if !r.Known || k >= len(e.regressors) {
			continue
		}
		for i := len(s.Values); i < len(s.Values)+horizon; i++ {
			if a, b := at(r.Values, i), at(e.regressors[k].Values, i+e.from); a != b && !(math.IsNaN(a) && math.IsNaN(b)) {
				return false
			}
		}
	}
	return true
}

// effects are the coefficients of one series.
type effects struct {
	freq   forecast.Freq
	start  time.Time
	length int
	log    bool
	path   []float64 // sum of all effects at every step, past and future
	from   int       // step of the regressors at which the history begins

	regressors []forecast.Regressor // that the path was laid along
	list       []Effect
	loads      []load // what path is made of
	notes      []string
}

// load is the effect of one column: Size times its distance from Mean.
type load struct {
	Name string  `json:"name"`
	Size float64 `json:"size"`
	Mean float64 `json:"mean"`
}

// part is what the effects are at the steps of a part of the history that they were
// estimated from: a holiday is not forgotten because the part has only one. ok is false
// if s is no part of it.
func (e *effects) part(s forecast.Series) (part *effects, ok bool) {
	if e == nil || s.Freq != e.freq {
		return nil, false
	}
	if s.Freq.Unit == forecast.None || s.Start.Equal(e.start) && len(s.Values) == e.length {
		return e, len(s.Values) == e.length
	}
	at, ok := s.Freq.Steps(e.start, s.Start)
	if !ok || at < 0 || at+len(s.Values) > e.length {
		return nil, false
	}
	p := *e
	p.length, p.from = len(s.Values), e.from+at
	if e.list != nil {
		p.path = e.path[at:]
	}
	return &p, true
}

// remove takes the effects from a series.
func (e *effects) remove(s forecast.Series) forecast.Series {
	s.Regressors = nil
	if e.list == nil {
		return s
	}
	values := make([]float64, len(s.Values))
	for i, v := range s.Values {
		values[i] = v - e.path[i]
		if e.log {
			values[i] = v * repro.Exp(-e.path[i])
		}
	}
	s.Values = values
	return s
}

// restore adds the future effects to a forecast.
func (e *effects) restore(f forecast.Forecast) forecast.Forecast {
	if e.list == nil {
		return f
	}
	if known := len(e.path) - e.length; known < len(f.Mean) {
		f.Note = fmt.Sprintf("the regressors are known for %d of the %d steps; the forecast ends there", known, len(f.Mean))
		f = f.Head(known)
	}
	for h := range f.Mean {
		f.Shift(h, e.path[e.length+h], e.log)
	}
	return f
}
