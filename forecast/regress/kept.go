package regress

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
)

// kept are the effects on each series of a panel, with the kept model of what remains.
type kept struct {
	Regressed
	task    forecast.Task
	effects []effectsFile
	inner   forecast.Kept
}

// effectsFile is what files hold of the effects on one series.
type effectsFile struct {
	Log   bool     `json:"log"`
	Loads []load   `json:"loads"`
	List  []Effect `json:"list"`
}

// file is what files hold of a kept model.
type file struct {
	Kind    string          `json:"kind"` // "effects"
	Events  []event         `json:"events,omitempty"`
	Effects []effectsFile   `json:"effects"`
	Inner   json.RawMessage `json:"inner"`
}

// event is a calendar.Event.
type event struct {
	Name   string    `json:"name"`
	Date   time.Time `json:"date"`
	Before int       `json:"before,omitempty"`
	After  int       `json:"after,omitempty"`
}

// Keep keeps the effects and the method's model.
func (m *regressedModel) Keep(ctx context.Context, panel []forecast.Series) (forecast.Kept, error) {
	k := &kept{Regressed: m.Regressed, task: m.task}
	rest := make([]forecast.Series, len(panel))
	for i, s := range panel {
		e, err := m.known(ctx, s)
		if err != nil {
			return nil, err
		}
		k.effects = append(k.effects, effectsFile{e.log, e.loads, e.list})
		rest[i] = e.remove(s)
	}
	inner, ok := m.inner.(forecast.Keeper)
	if !ok {
		return nil, fmt.Errorf("forecast: %s: %w", m.Name(), forecast.ErrNotSaved)
	}
	var err error
	k.inner, err = inner.Keep(ctx, rest)
	return k, err
}

func (k *kept) Continue(ctx context.Context, panel []forecast.Series, horizon int) ([]forecast.Forecast, error) {
	task := k.task
	task.Horizon = horizon
	all, rest := make([]*effects, len(panel)), make([]forecast.Series, len(panel))
	for i, s := range panel {
		var err error
		if i < len(k.effects) {
			all[i], err = k.along(k.effects[i], s, task)
		} else {
			all[i], err = k.Regressed.effects(ctx, s, task)
		}
		if err != nil {
			return nil, err
		}
		rest[i] = all[i].remove(s)
	}
	fs, err := forecast.ForecastAll(ctx, forecast.Continuing(k.inner, horizon), rest, task.Threads)
	if err != nil {
		return nil, err
	}
	for i, f := range fs {
		fs[i] = all[i].restore(f).For(panel[i])
	}
	return fs, nil
}

// along lays effects that were estimated before along a series.
func (r Regressed) along(in effectsFile, s forecast.Series, task forecast.Task) (*effects, error) {
	e := &effects{length: len(s.Values), log: in.Log, list: in.List, loads: in.Loads}
	if len(in.Loads) == 0 {
		e.list = nil
		return e, nil
	}
	task.Horizon = r.ahead(s, task.Horizon)
	cols, _, err := r.columns(s, task)
	if err != nil {
		return nil, err
	}
	e.path = make([]float64, len(s.Values)+task.Horizon)
	for _, t := range in.Loads {
		found := false
		for _, c := range cols {
			if c.name == t.Name {
				found = true
				for i := range e.path {
					e.path[i] += t.Size * (c.values[i] - t.Mean)
				}
			}
		}
		if !found {
			return nil, &forecast.Problem{Place: fmt.Sprintf("series %q", s.ID), What: fmt.Sprintf("%s has an effect in the model and no values here", t.Name)}
		}
	}
	return e, nil
}

// Effects lists the effects by series and then by importance, the largest first.
func (k *kept) Effects() []Effect {
	var out []Effect
	for _, e := range k.effects {
		out = append(out, e.List...)
	}
	return sorted(out)
}

// Weights are those of the method's model; nil if it has none.
func (k *kept) Weights() []forecast.Weight {
	if w, ok := k.inner.(forecast.Weighted); ok {
		return w.Weights()
	}
	return nil
}

// Check is that of the method's model; nil if it made none.
func (k *kept) Check() *forecast.Check {
	if c, ok := k.inner.(forecast.Checked); ok {
		return c.Check()
	}
	return nil
}

// Notes are those of the method's model.
func (k *kept) Notes() []string {
	if n, ok := k.inner.(interface{ Notes() []string }); ok {
		return n.Notes()
	}
	return nil
}

func (k *kept) Encode() ([]byte, error) {
	inner, err := k.inner.Encode()
	if err != nil {
		return nil, err
	}
	out := file{Kind: "effects", Effects: k.effects, Inner: inner}
	for _, e := range k.Events {
		out.Events = append(out.Events, event(e))
	}
	return json.Marshal(out)
}

// Restore reads what a model of the method that was kept wrote. Terms, holidays and
// calendar are the method's, not the file's; so are events, if the method has any.
func (r Regressed) Restore(data []byte, task forecast.Task) (forecast.Kept, error) {
	var in file
	if err := json.Unmarshal(data, &in); err != nil || in.Kind != "effects" {
		return nil, fmt.Errorf("forecast: %s with effects: what the file holds was made by another method: %w", r.Name(), forecast.ErrNoModel)
	}
	for _, e := range in.Effects {
		for _, t := range e.Loads {
			if math.Abs(t.Size) > 1e300 || math.Abs(t.Mean) > 1e300 {
				return nil, fmt.Errorf("forecast: the effect of %q is %v around %v: %w", t.Name, t.Size, t.Mean, forecast.ErrNoModel)
			}
		}
	}
	if r.Events == nil {
		for _, e := range in.Events {
			if y := e.Date.Year(); min(e.Before, e.After) < 0 || max(e.Before, e.After) > calendar.MaxEventDays || y < 1 || y > 9999 {
				return nil, fmt.Errorf("forecast: the event %q on %v, from %d days before to %d after: %w", e.Name, e.Date, e.Before, e.After, forecast.ErrNoModel)
			}
			r.Events = append(r.Events, calendar.Event(e))
		}
	}
	inner, ok := r.Method.(forecast.Restorer)
	if !ok {
		return nil, fmt.Errorf("forecast: %s: %w", r.Name(), forecast.ErrNotSaved)
	}
	k := &kept{Regressed: r, task: task, effects: in.Effects}
	var err error
	k.inner, err = inner.Restore(in.Inner, task)
	return k, err
}
