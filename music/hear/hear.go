package hear

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/segue-go/segue/music"
	"github.com/segue-go/segue/music/harmony"
	"github.com/segue-go/segue/seq"
)

// Model hears chords and keys.
type Model struct {
	net   networks
	links []float64 // (linkAll)
	usual []float64 // see usualChords
}

// Where a model file keeps the weights of one chord after another and how usual chords
// are in a key.
const (
	linksKey = "segue.links"
	usualKey = "segue.usual"
)

// Encode writes the model as a safetensors file, in float16 if half.
func (m *Model) Encode(half bool) ([]byte, error) {
	meta := map[string]string{}
	for key, list := range map[string][]float64{linksKey: m.links, usualKey: m.usual} {
		short := make([]float64, len(list))
		for i, v := range list {
			short[i] = math.Round(v*1000) / 1000
		}
		text, err := json.Marshal(short)
		if err != nil {
			return nil, err
		}
		meta[key] = string(text)
	}
	return seq.Encode(seq.EncodeOptions{Half: half, Meta: meta}, m.net.forward, m.net.backward)
}

// Decode reads what Encode wrote. Errors wrap music.ErrModel.
func Decode(file []byte) (*Model, error) {
	nets, meta, err := seq.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", music.ErrModel, err)
	}
	bad := func(what string) (*Model, error) {
		return nil, fmt.Errorf("%w: %s", music.ErrModel, what)
	}
	m := &Model{}
	if len(nets) != 2 {
		return bad("not a network that hears chords")
	}
	for key, list := range map[string]*[]float64{linksKey: &m.links, usualKey: &m.usual} {
		if err := json.Unmarshal([]byte(meta[key]), list); err != nil {
			return bad("not a network that hears chords")
		}
	}
	if len(m.links) != linkAll || len(m.usual) != modes*states {
		return bad("not a network that hears chords as this program does")
	}
	for _, n := range nets {
		if c := n.Config(); c.Inputs != inputs || c.Head.Targets != outputs || c.Head.Kind != "mse" || len(c.Tokens)+len(c.Factors) > 0 {
			return bad("not a network that hears chords as this program does")
		}
	}
	for _, v := range slices.Concat(m.links, m.usual) {
		if !(math.Abs(v) < 50) {
			return bad(fmt.Sprintf("a weight of %v", v))
		}
	}
	m.net = networks{nets[0], nets[1]}
	return m, nil
}

// keyState is 12*minor + tonic of a key, -1 if it is not known.
func keyState(k harmony.Key) int {
	switch {
	case !k.Known:
		return -1
	case k.Minor:
		return 12 + k.Tonic
	}
	return k.Tonic
}
