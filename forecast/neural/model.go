package neural

import (
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/seq"
)

// metaKey is where a model file keeps what its networks must be fed with.
const metaKey = "segue.forecast"

// limits on what a model file may ask for
const maxWindowWord = 1 << 14

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
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, forecast.ErrNoModel)
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

// Networks reads the networks of a model file and its metadata, to look at.
func Networks(file []byte) ([]*seq.Net, map[string]string, error) {
	nets, _, meta, err := decode(file)
	return nets, meta, err
}

func decode(file []byte) (nets []*seq.Net, specs []netSpec, meta map[string]string, err error) {
	nets, meta, err = seq.DecodeWith(file, func(i int, cfg seq.Config, meta map[string]string) (seq.Head, error) {
		if specs == nil {
			if json.Unmarshal([]byte(meta[metaKey]), &specs) != nil {
				return nil, fmt.Errorf("forecast: the file holds another kind of network: %w", forecast.ErrNoModel)
			}
		}
		if i >= len(specs) || !specs[i].valid() || cfg.Inputs != specs[i].Window+extraInputs {
			return nil, fmt.Errorf("forecast: network %d does not fit its description: %w", i, forecast.ErrNoModel)
		}
		return &panelHead{horizon: specs[i].Horizon, smape: 1, mase: 1}, nil
	})
	return nets, specs, meta, err
}

func (s netSpec) valid() bool {
	in := func(x, lo int) bool { return x >= lo && x <= maxWindowWord }
	return in(s.Horizon, 1) && in(s.Season, 1) && in(s.Window, 1) && in(s.Origins, 1) && s.Sigma > 0 && len(s.Widths) <= levelCount/2
}
