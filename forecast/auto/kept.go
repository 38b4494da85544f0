package auto

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/segue-go/segue/forecast/neural/universal"
)

// kept is a model whose parts have their parameters for a panel.
type kept struct {
	task  forecast.Task
	kinds []kind                   // of the series that were fitted
	parts [kindCount]forecast.Kept // by kind; nil if it was fitted to no series
}

// Keep sorts the series by kind, once and for all, and keeps the model of each kind.
func (m *model) Keep(ctx context.Context, panel []forecast.Series) (forecast.Kept, error) {
	k := &kept{task: m.task, kinds: kindsOf(panel, nil, m.task)}
	parts, _ := sortKinds(panel, k.kinds, m.dense != nil)
	for i, model := range m.models() {
		if model == nil {
			continue
		}
		keeper, ok := model.(forecast.Keeper)
		if !ok {
			return nil, fmt.Errorf("forecast: %w", forecast.ErrNotSaved)
		}
		var err error
		if k.parts[i], err = keeper.Keep(ctx, parts[i]); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func (k *kept) Continue(ctx context.Context, panel []forecast.Series, horizon int) ([]forecast.Forecast, error) {
	var models [kindCount]forecast.Model
	for i, p := range k.parts {
		if p != nil {
			models[i] = forecast.Continuing(p, horizon)
		}
	}
	return continueKinds(ctx, panel, kindsOf(panel, k.kinds, k.task), models, k.task)
}

// Weights are the ensemble's; nil if it was fitted to no series.
func (k *kept) Weights() []forecast.Weight {
	if w, ok := k.parts[ordinary].(forecast.Weighted); ok {
		return w.Weights()
	}
	return nil
}

// Check is the ensemble's; nil if it was fitted to no series.
func (k *kept) Check() *forecast.Check {
	if c, ok := k.parts[ordinary].(forecast.Checked); ok {
		return c.Check()
	}
	return nil
}

// Notes are the ensemble's.
func (k *kept) Notes() []string {
	if n, ok := k.parts[ordinary].(interface{ Notes() []string }); ok {
		return n.Notes()
	}
	return nil
}

// file is what files hold of a kept model.
type file struct {
	Kind  string                 `json:"kind"` // "auto"
	Kinds []kind                 `json:"kinds"`
	Parts [total]json.RawMessage `json:"parts"` // of the kinds before total, which has none
}

func (k *kept) Encode() ([]byte, error) {
	out := file{Kind: "auto", Kinds: k.kinds}
	for i, p := range k.parts[:total] {
		if p == nil {
			continue
		}
		var err error
		if out.Parts[i], err = p.Encode(); err != nil {
			return nil, err
		}
	}
	return json.Marshal(out)
}

// Restore reads what a model of the method that was kept wrote. The members of its
// ensemble are those that the file names, whatever the method has by now.
func (a Method) Restore(data []byte, task forecast.Task) (forecast.Kept, error) {
	var in file
	if err := json.Unmarshal(data, &in); err != nil || in.Kind != "auto" {
		return nil, fmt.Errorf("forecast: %s: what the file holds was made by another method: %w", a.Name(), forecast.ErrNoModel)
	}
	k := &kept{task: task, kinds: in.Kinds}
	for _, kind := range in.Kinds {
		if kind < ordinary || kind >= kindCount {
			return nil, fmt.Errorf("forecast: %s: there is no kind of series %d: %w", a.Name(), kind, forecast.ErrNoModel)
		}
	}
	if !absent(in.Parts[ordinary]) {
		dense, err := a.ensemble(in.Parts[ordinary], task.Season)
		if err != nil {
			return nil, err
		}
		if k.parts[ordinary], err = dense.Restore(in.Parts[ordinary], task); err != nil {
			return nil, err
		}
	}
	var err error
	if k.parts[intermittent], err = forecast.Intermittent.Restore(in.Parts[intermittent], task); err != nil {
		return nil, err
	}
	if k.parts[long], err = a.seasons(in.Parts[long], task); err != nil {
		return nil, err
	}
	totals, err := a.totals(context.Background(), task)
	if err != nil {
		return nil, err
	}
	k.parts[total], err = totals.Keep(context.Background(), nil)
	return k, err
}

// ensemble is one with the members that a file names.
func (a Method) ensemble(data []byte, season int) (forecast.Ensemble, error) {
	var in struct {
		Members []struct {
			Method string `json:"method"`
		} `json:"members"`
	}
	e := forecast.Ensemble{Title: a.Name()}
	if err := json.Unmarshal(data, &in); err != nil {
		return e, fmt.Errorf("forecast: %s: %w: %w", a.Name(), err, forecast.ErrNoModel)
	}
	for _, m := range in.Members {
		if m.Method == a.Name() {
			return e, fmt.Errorf("forecast: %s is no member of itself: %w", a.Name(), forecast.ErrNoModel)
		}
		method, err := a.memberOf(m.Method, season)
		if err != nil {
			return e, err
		}
		e.Members = append(e.Members, method)
	}
	return e, nil
}

// memberOf finds a member by its name.
func (a Method) memberOf(name string, season int) (forecast.Method, error) {
	if a.ZeroShot != nil {
		for _, m := range []forecast.Method{a.ZeroShot, a.ZeroShot.Tuned(season)} {
			if m.Name() == name {
				return m, nil
			}
		}
	}
	if name == (universal.Tuned{}).Name() {
		return universal.Tuned{}, nil // its network is in the file
	}
	return Lookup(name)
}

// absent reports whether a file has no such part.
func absent(data []byte) bool { return len(data) == 0 || string(data) == "null" }

// averageKept is an average whose models are kept.
type averageKept struct {
	average
	parts [2]forecast.Kept
}

// Keep keeps both models.
func (a average) Keep(ctx context.Context, panel []forecast.Series) (forecast.Kept, error) {
	k := &averageKept{average: a}
	for i, m := range a.models {
		keeper, ok := m.(forecast.Keeper)
		if !ok {
			return nil, fmt.Errorf("forecast: %w", forecast.ErrNotSaved)
		}
		var err error
		if k.parts[i], err = keeper.Keep(ctx, panel); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func (k *averageKept) Continue(ctx context.Context, panel []forecast.Series, horizon int) ([]forecast.Forecast, error) {
	a := k.average
	for i, p := range k.parts {
		a.models[i] = forecast.Continuing(p, horizon)
	}
	return a.ForecastAll(ctx, panel)
}

// averageFile is what files hold of it.
type averageFile struct {
	Kind string `json:"kind"` // "average"
	shares
	Parts [2]json.RawMessage `json:"parts"`           // of the pretrained networks and of the other method
	Other string             `json:"other,omitempty"` // its name; MultiSeason if there is none
}

func (k *averageKept) Encode() ([]byte, error) {
	out := averageFile{Kind: "average", shares: k.shares, Other: k.other.Name()}
	for i, p := range k.parts {
		var err error
		if out.Parts[i], err = p.Encode(); err != nil {
			return nil, err
		}
	}
	return json.Marshal(out)
}

// seasons reads the part of long series: MultiSeason, or an average with the networks.
func (a Method) seasons(data []byte, task forecast.Task) (forecast.Kept, error) {
	var in averageFile
	if err := json.Unmarshal(data, &in); err != nil || in.Kind != "average" {
		return forecast.MultiSeason{}.Restore(data, task)
	}
	if !in.valid() {
		return nil, fmt.Errorf("forecast: %s: weights of %v: %w", a.Name(), in.shares, forecast.ErrNoModel)
	}
	zero, err := networks(a.ZeroShot)
	if err != nil {
		return nil, err
	}
	other := forecast.Method(forecast.MultiSeason{})
	if in.Other == (neural.Segment{}).Name() {
		other = neural.Segment{}
	}
	k := &averageKept{average: average{other: other, shares: in.shares, threads: task.Threads}}
	for i, m := range []forecast.Method{zero, other} {
		if k.parts[i], err = m.(forecast.Restorer).Restore(in.Parts[i], task); err != nil {
			return nil, err
		}
	}
	return k, nil
}
