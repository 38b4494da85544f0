package hierarchy

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/segue-go/segue/forecast"
)

// temporalKept are the kept models of every length. Sums go on where those of the fit
// ended: after 14 new months a year has come to an end, and the next has begun. Of a
// season that has begun, the steps that are known are known, and what is left of its
// sums' forecasts is shared out among the others.
type temporalKept struct {
	model *temporalModel
	seen  []int // per series: its number of values when the sums were fitted
	parts []forecast.Kept
}

// Keep keeps the models of every length.
func (m *temporalModel) Keep(ctx context.Context, panel []forecast.Series) (forecast.Kept, error) {
	k := &temporalKept{model: m}
	for _, s := range panel {
		k.seen = append(k.seen, len(s.Values))
	}
	for l, model := range m.models {
		keeper, ok := model.(forecast.Keeper)
		if !ok {
			return nil, fmt.Errorf("forecast: %s: %w", m.method.Name(), forecast.ErrNotSaved)
		}
		part, err := keeper.Keep(ctx, sumsOver(panel, m.lengths[l], k.seen))
		if err != nil {
			return nil, err
		}
		k.parts = append(k.parts, part)
	}
	return k, nil
}

func (k *temporalKept) Continue(ctx context.Context, panel []forecast.Series, horizon int) ([]forecast.Forecast, error) {
	for i := range min(len(k.seen), len(panel)) {
		if len(panel[i].Values) < k.seen[i] {
			return nil, &forecast.Problem{What: fmt.Sprintf("the model has seen %d values of the series, here are %d", k.seen[i], len(panel[i].Values)), Err: forecast.ErrNoModel}
		}
	}
	return k.model.forecast(ctx, panel, k.seen, horizon, func(l, steps int) forecast.Model { return forecast.Continuing(k.parts[l], steps) })
}

// Weights are those of the model for the series' own steps; nil if it has none.
func (k *temporalKept) Weights() []forecast.Weight {
	if w, ok := k.parts[0].(forecast.Weighted); ok {
		return w.Weights()
	}
	return nil
}

// Check is that of the model for the series' own steps; nil if it made none.
func (k *temporalKept) Check() *forecast.Check {
	if c, ok := k.parts[0].(forecast.Checked); ok {
		return c.Check()
	}
	return nil
}

// Notes are those of the models, each once.
func (k *temporalKept) Notes() []string {
	var out []string
	for _, p := range k.parts {
		if n, ok := p.(interface{ Notes() []string }); ok {
			out = append(out, n.Notes()...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

type temporalFile struct {
	Kind  string         `json:"kind"` // "temporal"
	Seen  []int          `json:"seen"`
	Parts []temporalPart `json:"parts"`
}

type temporalPart struct {
	Length int             `json:"length"` // of a step, in the series' own
	State  json.RawMessage `json:"state"`
}

func (k *temporalKept) Encode() ([]byte, error) {
	out := temporalFile{Kind: "temporal", Seen: k.seen}
	for l, p := range k.parts {
		state, err := p.Encode()
		if err != nil {
			return nil, err
		}
		out.Parts = append(out.Parts, temporalPart{k.model.lengths[l], state})
	}
	return json.Marshal(out)
}

// Restore reads what a model of the method that was kept wrote.
func (t Temporal) Restore(data []byte, task forecast.Task) (forecast.Kept, error) {
	bad := func(what string, args ...any) (forecast.Kept, error) {
		return nil, fmt.Errorf("forecast: %s: %s: %w", t.Name(), fmt.Sprintf(what, args...), forecast.ErrNoModel)
	}
	inner, ok := t.Method.(forecast.Restorer)
	if !ok {
		return nil, fmt.Errorf("forecast: %s: %w", t.Name(), forecast.ErrNotSaved)
	}
	var in temporalFile
	if err := json.Unmarshal(data, &in); err != nil {
		return bad("%v", err)
	}
	if in.Kind != "temporal" || len(in.Parts) == 0 || len(in.Parts) > mostLengths+1 || in.Parts[0].Length != 1 {
		return bad("what the file holds was made by another method")
	}
	for _, n := range in.Seen {
		if n < 1 {
			return bad("a series of %d values", n)
		}
	}
	k := &temporalKept{model: &temporalModel{method: t, task: task}, seen: in.Seen}
	for i, p := range in.Parts {
		if i > 0 && (p.Length <= in.Parts[i-1].Length || task.Season%p.Length != 0 || task.Season > mostProjected) {
			return bad("steps of length %d in a season of %d", p.Length, task.Season)
		}
		k.model.lengths = append(k.model.lengths, p.Length)
	}
	for _, p := range in.Parts {
		part, err := inner.Restore(p.State, k.model.longer(p.Length))
		if err != nil {
			return nil, err
		}
		k.parts = append(k.parts, part)
	}
	return k, nil
}
