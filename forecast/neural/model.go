package neural

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/seq"
)

// metaKey is where a model file keeps what its networks must be fed with.
const metaKey = "segue.forecast"

// limits on what a model file may ask for
const (
	maxWindowWord = 1 << 14
	maxStretch    = 100     // of a quantile
	maxSequence   = 1 << 26 // numbers that a network computes for one series
)

// Encode writes the networks as a safetensors file.
func (m *lstmModel) Encode(half bool) ([]byte, error) {
	var specs []netSpec
	var nets []*seq.Net
	for _, mb := range m.members {
		specs = append(specs, mb.spec)
		nets = append(nets, mb.net)
	}
	meta, err := json.Marshal(specs)
	if err != nil {
		return nil, err
	}
	return seq.Encode(seq.EncodeOptions{Half: half, Meta: map[string]string{metaKey: string(meta)}}, nets...)
}

// Decode reads a file that forecast.Save made of a model of LSTM, and returns the
// model with the horizon and season that it was trained for. Errors wrap
// forecast.ErrNoModel.
func Decode(file []byte) (m forecast.Model, horizon, season int, err error) {
	l, err := decodeLSTM(file)
	if err != nil {
		return nil, 0, 0, err
	}
	spec := l.members[0].spec
	return l, spec.Horizon, spec.Season, nil
}

func decodeLSTM(file []byte) (*lstmModel, error) {
	nets, specs, _, err := decode(file)
	if err != nil && !errors.Is(err, forecast.ErrNoModel) {
		err = fmt.Errorf("%w: %w", err, forecast.ErrNoModel)
	}
	if err != nil {
		return nil, err
	}
	m := &lstmModel{threads: runtime.GOMAXPROCS(0)}
	for i, n := range nets {
		if specs[i].Horizon != specs[0].Horizon || specs[i].Season != specs[0].Season {
			return nil, fmt.Errorf("forecast: the networks have different horizons: %w", forecast.ErrNoModel)
		}
		m.members = append(m.members, member{n, specs[i]})
	}
	if len(m.members) == 0 {
		return nil, fmt.Errorf("forecast: the file holds no network: %w", forecast.ErrNoModel)
	}
	return m, nil
}

// On returns m with its networks computing on another tier; a model without
// networks is returned as it is. Models that are fitted follow Task.Portable.
func On(m forecast.Model, t seq.Tier) forecast.Model {
	if l, ok := m.(*lstmModel); ok {
		return l.on(t)
	}
	return m
}

func (m *lstmModel) on(t seq.Tier) *lstmModel {
	c := &lstmModel{threads: m.threads}
	for _, mb := range m.members {
		c.members = append(c.members, member{mb.net.On(t), mb.spec})
	}
	return c
}

// tierOf is the tier that a task wants networks to compute on.
func tierOf(t forecast.Task) seq.Tier {
	if t.Portable {
		return seq.Portable
	}
	return ""
}

// Networks reads the networks of a model file and its metadata, to look at.
func Networks(file []byte) ([]*seq.Net, map[string]string, error) {
	nets, _, meta, err := decode(file)
	return nets, meta, err
}

func decode(file []byte) (nets []*seq.Net, specs []netSpec, meta map[string]string, err error) {
	nets, meta, err = seq.DecodeWith(file, func(i int, cfg seq.Config, meta map[string]string) (seq.Head, error) {
		if meta[metaKey] == "" && meta["segue.music"] != "" {
			return nil, fmt.Errorf("forecast: the file holds a music model: %w", forecast.ErrNoModel)
		}
		if specs == nil {
			if json.Unmarshal([]byte(meta[metaKey]), &specs) != nil {
				return nil, fmt.Errorf("forecast: the file holds another kind of network: %w", forecast.ErrNoModel)
			}
		}
		if i >= len(specs) {
			return nil, fmt.Errorf("forecast: network %d has no description: %w", i, forecast.ErrNoModel)
		}
		if err := specs[i].check(cfg); err != nil {
			return nil, fmt.Errorf("forecast: network %d: %w: %w", i, err, forecast.ErrNoModel)
		}
		return &panelHead{horizon: specs[i].Horizon, smape: 1, mase: 1}, nil
	})
	return nets, specs, meta, err
}

// check finds what in a description is out of range or does not fit the network.
func (s netSpec) check(cfg seq.Config) error {
	for _, f := range []struct {
		name    string
		x, from int
	}{{"horizon", s.Horizon, 1}, {"season", s.Season, 1}, {"window", s.Window, 1}, {"origins", s.Origins, 1}, {"stride", s.Stride, 1}, {"lag", s.Lag, 0}} {
		if f.x < f.from || f.x > maxWindowWord {
			return fmt.Errorf("%s %d, want %d to %d", f.name, f.x, f.from, maxWindowWord)
		}
	}
	if !(s.Sigma > 0 && s.Sigma < 1e12) {
		return fmt.Errorf("sigma %v, want more than 0", s.Sigma)
	}
	if len(s.Widths) > levelCount/2 {
		return fmt.Errorf("%d widths, want at most %d", len(s.Widths), levelCount/2)
	}
	for _, w := range s.Widths {
		if !(w >= 0 && w <= maxStretch) {
			return fmt.Errorf("width %v, want 0 to %v", w, float64(maxStretch))
		}
	}
	if cfg.Inputs != s.Window+extraInputs || len(cfg.Tokens) > 0 || len(cfg.Factors) > 0 {
		return fmt.Errorf("%d inputs, %d token streams and %d factors do not fit a window of %d", cfg.Inputs, len(cfg.Tokens), len(cfg.Factors), s.Window)
	}
	if n := s.cost(cfg); n > maxSequence {
		return fmt.Errorf("a series takes %d numbers, more than %d", n, maxSequence)
	}
	return nil
}

// cost is the number of floats that a network computes for one series, about.
func (s netSpec) cost(cfg seq.Config) int {
	step := cfg.Inputs + (1+levelCount)*s.Horizon + 8*cfg.Hidden*max(cfg.Layers, 1)
	return s.Origins * step
}

// kept holds the networks of a model; they were fitted to no series in particular.
type kept struct {
	*lstmModel
}

// Keep keeps the networks.
func (m *lstmModel) Keep(context.Context, []forecast.Series) (forecast.Kept, error) {
	return kept{m}, nil
}

// Continue runs the networks; beyond their own horizon they run again on their
// forecasts.
func (k kept) Continue(ctx context.Context, panel []forecast.Series, horizon int) ([]forecast.Forecast, error) {
	return extend(ctx, k.lstmModel, k.members[0].spec.Horizon, panel, horizon)
}

// keptFile is what files hold of them.
type keptFile struct {
	Kind string `json:"kind"` // "networks"
	File []byte `json:"file"` // as forecast.Save writes it
}

func (k kept) Encode() ([]byte, error) {
	file, err := k.lstmModel.Encode(false)
	if err != nil {
		return nil, err
	}
	return json.Marshal(keptFile{"networks", file})
}

// Restore reads what a model of the method that was kept wrote.
func (l LSTM) Restore(data []byte, task forecast.Task) (forecast.Kept, error) {
	var in keptFile
	if err := json.Unmarshal(data, &in); err != nil || in.Kind != "networks" {
		return nil, fmt.Errorf("forecast: %s: what the file holds was made by another method: %w", l.Name(), forecast.ErrNoModel)
	}
	m, err := decodeLSTM(in.File)
	if err != nil {
		return nil, err
	}
	if t := tierOf(task); t != "" {
		m = m.on(t)
	}
	m.threads = max(task.Threads, 1)
	return kept{m}, nil
}

// extend forecasts any horizon with networks of a fixed one, block: their forecasts are
// appended to the series and the networks run again. Later quantiles are widened by
// the uncertainty at the end of the block before.
func extend(ctx context.Context, model forecast.BatchModel, block int, panel []forecast.Series, horizon int) ([]forecast.Forecast, error) {
	out, err := model.ForecastAll(ctx, panel)
	if err != nil {
		return nil, err
	}
	if horizon <= block {
		for i := range out {
			out[i] = out[i].Head(horizon)
		}
		return out, nil
	}
	grown := slices.Clone(panel)
	for done := block; done < horizon; done += block {
		for i := range grown {
			grown[i].Values = append(slices.Clone(grown[i].Values), out[i].Mean[done-block:]...)
		}
		more, err := model.ForecastAll(ctx, grown)
		if err != nil {
			return nil, err
		}
		for i, f := range more {
			last := out[i].Q[done-1]
			mid := len(last) / 2
			for h := range f.Mean {
				q := f.Q[h]
				centre := q[mid]
				for k := range q {
					if k != mid {
						q[k] = centre + math.Copysign(math.Hypot(q[k]-centre, last[k]-last[mid]), float64(k-mid))
					}
				}
			}
			out[i].Mean = append(out[i].Mean, f.Mean...)
			out[i].Q = append(out[i].Q, f.Q...)
		}
	}
	for i := range out {
		out[i] = out[i].Head(horizon)
	}
	return out, nil
}
