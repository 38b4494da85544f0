package seq

import (
	"fmt"

	"github.com/segue-go/segue/seq/internal/kernel"
)

// Net is a network: a configuration and its parameters.
type Net struct {
	cfg    Config
	lay    *layout
	head   Head
	params []float32
	tier   Tier
	// Meta is kept with the network in files; keys starting with "segue." are
	// the package's own.
	Meta map[string]string
}

// New makes a network with freshly drawn parameters.
func New(cfg Config, seed uint64) (*Net, error) { return NewWithHead(cfg, nil, seed) }

// NewWithHead makes a network with a head of the caller's own instead of
// cfg.Head; head may be nil.
func NewWithHead(cfg Config, head Head, seed uint64) (*Net, error) {
	cfg, head, lay, err := plan(cfg, head)
	if err != nil {
		return nil, err
	}
	n := blank(cfg, head, lay)
	n.initialise(seed)
	return n, nil
}

// blank makes a network of zeros from a plan.
func blank(cfg Config, head Head, lay *layout) *Net {
	return &Net{cfg: cfg, lay: lay, head: head, params: kernel.Alloc(lay.size), Meta: map[string]string{}}
}

// plan fills in a configuration and lays its parameters out; head may be nil.
func plan(cfg Config, head Head) (Config, Head, *layout, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return cfg, nil, nil, err
	}
	if head == nil {
		if head, err = cfg.Head.New(); err != nil {
			return cfg, nil, nil, err
		}
	}
	outputs := 0
	if head != nil {
		if outputs = head.Outputs(); outputs < 1 || outputs > maxWidth {
			return cfg, nil, nil, fmt.Errorf("seq: %w: head with %d outputs", ErrConfig, outputs)
		}
	}
	if outputs == 0 && len(cfg.Factors) == 0 && cfg.Head.Kind != "none" {
		return cfg, nil, nil, fmt.Errorf("seq: %w: neither a head nor factors; a head of kind \"none\" marks a network that is used for its hidden states", ErrConfig)
	}
	lay, err := newLayout(cfg, outputs)
	return cfg, head, lay, err
}

// Config returns the configuration with defaults filled in.
func (n *Net) Config() Config { return n.cfg }

// Head returns the real-valued head, or nil.
func (n *Net) Head() Head { return n.head }

// Flat returns all parameters as one slice; changing it changes the network.
func (n *Net) Flat() []float32 { return n.params }

// Params returns a view of every tensor, in the order of
// Flat.
func (n *Net) Params() []Param {
	ps := append([]Param(nil), n.lay.table...)
	for i := range ps {
		ps[i].Data = n.params[ps[i].at : ps[i].at+size(ps[i].Shape)]
	}
	return ps
}

// Clone returns an independent copy.
func (n *Net) Clone() *Net {
	c := *n
	c.params = kernel.Alloc(len(n.params))
	copy(c.params, n.params)
	c.Meta = map[string]string{}
	for k, v := range n.Meta {
		c.Meta[k] = v
	}
	return &c
}

func size(shape []int) int {
	n := 1
	for _, s := range shape {
		n *= s
	}
	return n
}
