package universal

import (
	"encoding/json"
	"fmt"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/seq"
)

// Levels are the probabilities of the quantiles that a network gives.
var Levels = []float64{.025, .1, .2, .3, .4, .5, .6, .7, .8, .9, .975}

// version of the features; a file of another one is refused.
const version = 2

const metaKey = "segue.universal"

// Size is the shape of a network.
type Size struct {
	Hidden int // units of a layer, default 96
	Layers int // default 2
	Dense  int // units of the layer before the output, default 128
}

// Net is a network and its use.
type Net struct{ net *seq.Net }

// New makes a network that forecasts the drafts' average; Train makes it better.
func New(s Size, seed uint64) (*Net, error) {
	def := func(x *int, v int) {
		if *x == 0 {
			*x = v
		}
	}
	def(&s.Hidden, 96)
	def(&s.Layers, 2)
	def(&s.Dense, 128)
	net, err := seq.New(seq.Config{
		Inputs: inputs, Hidden: s.Hidden, Layers: s.Layers, Residual: true, ForgetBias: 1,
		Skip: true, HeadHidden: s.Dense, HeadScale: .05,
		Head: seq.HeadSpec{Kind: "quantile", Targets: block, Levels: Levels},
	}, seed)
	if err != nil {
		return nil, err
	}
	return &Net{net}, nil
}

// Network is the network itself.
func (n *Net) Network() *seq.Net { return n.net }

// On returns n computing on another tier.
func (n *Net) On(t seq.Tier) *Net { return &Net{n.net.On(t)} }

type meta struct {
	Version int `json:"version"`
}

// Encode writes the network as a safetensors file, in half precision if half is true.
func (n *Net) Encode(half bool) ([]byte, error) {
	m, err := json.Marshal(meta{version})
	if err != nil {
		return nil, err
	}
	return seq.Encode(seq.EncodeOptions{Half: half, Meta: map[string]string{metaKey: string(m)}}, n.net)
}

// Decode reads what Encode wrote. Errors wrap forecast.ErrNoModel.
func Decode(file []byte) (*Net, error) {
	nets, metas, err := seq.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("forecast: universal: %w: %w", err, forecast.ErrNoModel)
	}
	var m meta
	if json.Unmarshal([]byte(metas[metaKey]), &m) != nil || m.Version != version || len(nets) != 1 {
		return nil, fmt.Errorf("forecast: universal: the file holds another kind of network: %w", forecast.ErrNoModel)
	}
	cfg := nets[0].Config()
	if cfg.Inputs != inputs || nets[0].Head() == nil || nets[0].Head().Outputs() != block*len(Levels) || len(cfg.Tokens)+len(cfg.Factors) > 0 {
		return nil, fmt.Errorf("forecast: universal: the network has %d inputs, want %d, and %d outputs: %w", cfg.Inputs, inputs, block*len(Levels), forecast.ErrNoModel)
	}
	return &Net{nets[0]}, nil
}
