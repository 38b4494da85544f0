package universal

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/seq"
)

// kept is a network that goes with a kept model: it was fitted to no series in
// particular, or to all of them.
type kept struct{ model }

// Keep keeps the network.
func (m model) Keep(context.Context, []forecast.Series) (forecast.Kept, error) {
	return kept{m}, nil
}

func (k kept) Continue(ctx context.Context, panel []forecast.Series, horizon int) ([]forecast.Forecast, error) {
	m := k.model
	m.task.Horizon = horizon
	return m.ForecastAll(ctx, panel)
}

// file is what files hold of it.
type file struct {
	Kind string `json:"kind"` // "universal"
	Once bool   `json:"once,omitempty"`
	File []byte `json:"file"` // as Net.Encode writes it
}

func (k kept) Encode() ([]byte, error) {
	data, err := k.Net.Encode(false)
	if err != nil {
		return nil, err
	}
	return json.Marshal(file{"universal", k.Once, data})
}

// Restore reads what a model of the method that was kept wrote, with its network.
func (m Method) Restore(data []byte, task forecast.Task) (forecast.Kept, error) {
	var in file
	if err := json.Unmarshal(data, &in); err != nil || in.Kind != "universal" {
		return nil, fmt.Errorf("forecast: %s: what the file holds was made by another method: %w", m.Name(), forecast.ErrNoModel)
	}
	net, err := Decode(in.File)
	if err != nil {
		return nil, err
	}
	if task.Portable {
		net = net.On(seq.Portable)
	}
	return kept{model{Method{net, in.Once}, task}}, nil
}
