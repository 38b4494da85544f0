package neural

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"

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
