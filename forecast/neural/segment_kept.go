package neural

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/seq"
)

// segmentKept holds the networks of a Segment, with the scales of the series that they
// were trained on.
type segmentKept struct{ *segmentModel }

// Keep keeps the networks and the scales.
func (m *segmentModel) Keep(context.Context, []forecast.Series) (forecast.Kept, error) {
	return segmentKept{m}, nil
}

// Continue runs the networks; beyond their own horizon they run again on their forecasts.
func (k segmentKept) Continue(ctx context.Context, panel []forecast.Series, horizon int) ([]forecast.Forecast, error) {
	return extend(ctx, k.segmentModel, k.task.Horizon, panel, horizon)
}

// segmentFile is what files hold of it.
type segmentFile struct {
	Kind   string                `json:"kind"` // "segment"
	Spec   Segment               `json:"spec"`
	Levels []segmentLevel        `json:"levels"` // of the members
	Scales map[string][2]float64 `json:"scales"` // mean and deviation by series
	SD     []float64             `json:"sd"`     // of the errors, step by step
	File   []byte                `json:"file"`   // the members, as seq.Encode writes them
}

func (k segmentKept) Encode() ([]byte, error) {
	out := segmentFile{Kind: "segment", Spec: k.Segment, Scales: map[string][2]float64{}, SD: k.sd}
	for id, s := range k.scales {
		out.Scales[id] = [2]float64{s.mean, s.sd}
	}
	var nets []*seq.Net
	for _, m := range k.members {
		out.Levels, nets = append(out.Levels, m.level), append(nets, m.net)
	}
	var err error
	if out.File, err = seq.Encode(seq.EncodeOptions{}, nets...); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// Restore reads what a model of the method that was kept wrote; its settings are the
// file's.
func (g Segment) Restore(data []byte, task forecast.Task) (forecast.Kept, error) {
	fail := func(what string) error {
		return fmt.Errorf("forecast: segment: %s: %w", what, forecast.ErrNoModel)
	}
	var in segmentFile
	if err := json.Unmarshal(data, &in); err != nil || in.Kind != "segment" {
		return nil, fail("what the file holds was made by another method")
	}
	nets, _, err := seq.Decode(in.File)
	if err != nil {
		return nil, fail(err.Error())
	}
	const most = 1 << 20 // steps that a forecast looks back
	if s := in.Spec; s.Step < 1 || s.Origins < 1 || s.Window < 1 || s.Step > most || s.Origins > most/s.Step || len(nets) == 0 || len(in.Levels) != len(nets) || len(in.SD) != task.Horizon {
		return nil, fail("its parts do not fit together")
	}
	m := &segmentModel{Segment: in.Spec, task: task, scales: map[string]standard{}, sd: in.SD}
	for i, n := range nets {
		if cfg := n.Config(); cfg.Inputs != m.Window || n.Head() == nil || n.Head().Outputs() != task.Horizon || in.Levels[i] < levelLast || in.Levels[i] > levelWindow {
			return nil, fail(fmt.Sprintf("network %d does not fit", i+1))
		}
		m.members = append(m.members, segmentMember{n.On(tierOf(task)), in.Levels[i]})
	}
	for id, s := range in.Scales {
		if !(s[1] > 0) || math.Abs(s[0]) > 1e300 || s[1] > 1e300 {
			return nil, fail(fmt.Sprintf("series %q has the scale %v", id, s))
		}
		m.scales[id] = standard{mean: s[0], sd: s[1]}
	}
	return segmentKept{m}, nil
}
