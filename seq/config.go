package seq

import (
	"errors"
	"fmt"
	"math"

	"github.com/segue-go/segue/seq/internal/cell"
)

// ErrConfig is wrapped by every error about a Config.
var ErrConfig = errors.New("invalid network configuration")

// A Cell names a recurrent cell.
type Cell string

const (
	LSTM  Cell = "lstm"  // Hochreiter and Schmidhuber (1997) with forget gate, Gers et al. (2000)
	GRU   Cell = "gru"   // Cho et al. (2014), PyTorch's variant
	Elman Cell = "elman" // Elman (1990) with tanh
)

// kind is the cell's arithmetic; nil if there is no such cell.
func (c Cell) kind() cell.Cell { return cell.Named(string(c)) }

// Config describes a network. The zero value of an optional field is its
// documented default.
type Config struct {
	Inputs    int           `json:"inputs"`              // real features per step
	Tokens    []TokenStream `json:"tokens,omitempty"`    // token streams, embedded and appended to the features
	Cell      Cell          `json:"cell,omitempty"`      // default LSTM
	Hidden    int           `json:"hidden"`              // H, units per layer
	Layers    int           `json:"layers,omitempty"`    // default 1
	Dilations []int         `json:"dilations,omitempty"` // per layer: how many steps back the state comes from; default 1 each (Chang et al. 2017)
	Residual  bool          `json:"residual,omitempty"`  // add a layer's input to its output where the widths agree
	Head      HeadSpec      `json:"head,omitempty"`      // real-valued head; Kind "" means none
	Factors   []Factor      `json:"factors,omitempty"`   // chain of categorical outputs

	// Skip gives the heads the network's input in addition to the hidden state.
	Skip bool `json:"skip,omitempty"`
	// HeadHidden puts a ReLU layer of this width before the real-valued head;
	// 0 means none. With Skip, a linear path from the input bypasses it.
	HeadHidden int `json:"head_hidden,omitempty"`

	// Probabilities with which values are zeroed in training; 0 is off.
	InputDropout float64 `json:"input_dropout,omitempty"` // the first layer's input
	Dropout      float64 `json:"dropout,omitempty"`       // between layers
	HeadDropout  float64 `json:"head_dropout,omitempty"`  // the top layer's output

	// ForgetBias is added to the initial bias of the forget gate, where the cell
	// has one (LSTM).
	ForgetBias float64 `json:"forget_bias,omitempty"`
	// HeadScale multiplies the initial output weights of the head; 0 means 1,
	// negative means that they start at zero.
	HeadScale float64 `json:"head_scale,omitempty"`
}

// TokenStream is a stream of integers 0 <= v < Size, embedded in Dim dimensions.
// A negative token embeds as zeros ("unknown").
type TokenStream struct {
	Name string `json:"name"`
	Size int    `json:"size"` // V
	Dim  int    `json:"dim"`
}

// Factor is one categorical output. Factors form a chain: each sees the hidden
// state, the side features of itself and of the earlier factors, and an
// embedding of the earlier factors' values, so that the product of their
// probabilities is the exact joint distribution.
type Factor struct {
	Name   string `json:"name"`
	Size   int    `json:"size"`             // V, number of classes
	Dim    int    `json:"dim,omitempty"`    // embedding of this factor's value for later factors; 0 hides it from them
	Side   int    `json:"side,omitempty"`   // real features that become known just before this factor
	Hidden int    `json:"hidden,omitempty"` // ReLU layer before the logits; 0 means none
}

// limits on what a file may ask for
const (
	maxWidth   = 1 << 16
	maxLayers  = 64
	maxParams  = 1 << 28
	maxInitial = 1000    // ForgetBias and HeadScale
	maxState   = 1 << 22 // numbers that one sequence remembers
)

// withDefaults returns c with defaults filled in, or what is wrong with it.
func (c Config) withDefaults() (Config, error) {
	bad := func(format string, args ...any) (Config, error) {
		return Config{}, fmt.Errorf("seq: %w: %s", ErrConfig, fmt.Sprintf(format, args...))
	}
	if c.Cell == "" {
		c.Cell = LSTM
	}
	if c.Cell.kind() == nil {
		return bad("unknown cell %q", c.Cell)
	}
	if c.Layers == 0 {
		c.Layers = 1
	}
	if c.Layers < 1 || c.Layers > maxLayers {
		return bad("%d layers, want 1 to %d", c.Layers, maxLayers)
	}
	if c.Hidden < 1 || c.Hidden > maxWidth {
		return bad("hidden width %d, want 1 to %d", c.Hidden, maxWidth)
	}
	if c.Inputs < 0 || c.Inputs > maxWidth {
		return bad("%d inputs, want 0 to %d", c.Inputs, maxWidth)
	}
	if len(c.Dilations) == 0 {
		c.Dilations = make([]int, c.Layers)
		for i := range c.Dilations {
			c.Dilations[i] = 1
		}
	}
	if len(c.Dilations) != c.Layers {
		return bad("%d dilations for %d layers", len(c.Dilations), c.Layers)
	}
	if err := c.checkState(); err != nil {
		return bad("%v", err)
	}
	names := map[string]bool{}
	for _, t := range c.Tokens {
		if t.Name == "" || names[t.Name] {
			return bad("token stream name %q is empty or used twice", t.Name)
		}
		names[t.Name] = true
		if t.Size < 1 || t.Size > maxParams || t.Dim < 1 || t.Dim > maxWidth {
			return bad("token stream %q: size %d, dim %d", t.Name, t.Size, t.Dim)
		}
	}
	if c.InputWidth() == 0 || c.InputWidth() > maxWidth {
		return bad("input width %d, want 1 to %d", c.InputWidth(), maxWidth)
	}
	clear(names)
	for _, f := range c.Factors {
		if f.Name == "" || names[f.Name] {
			return bad("factor name %q is empty or used twice", f.Name)
		}
		names[f.Name] = true
		if f.Size < 1 || f.Size > maxWidth || f.Dim < 0 || f.Dim > maxWidth ||
			f.Side < 0 || f.Side > maxWidth || f.Hidden < 0 || f.Hidden > maxWidth {
			return bad("factor %q: size %d, dim %d, side %d, hidden %d", f.Name, f.Size, f.Dim, f.Side, f.Hidden)
		}
	}
	if c.Head.Kind != "" && c.Head.Targets == 0 {
		c.Head.Targets = 1
	}
	if c.HeadHidden < 0 || c.HeadHidden > maxWidth {
		return bad("head_hidden %d", c.HeadHidden)
	}
	for _, x := range []float64{c.ForgetBias, c.HeadScale} {
		if !(math.Abs(x) <= maxInitial) {
			return bad("forget_bias or head_scale %v, want -%v to %v", x, float64(maxInitial), float64(maxInitial))
		}
	}
	for _, p := range []float64{c.InputDropout, c.Dropout, c.HeadDropout} {
		if !(p >= 0 && p < 1) {
			return bad("dropout %v, want 0 <= p < 1", p)
		}
	}
	return c, nil
}

// checkState checks the dilations and the size of the state that they make.
func (c Config) checkState() error {
	state := 0
	for _, d := range c.Dilations {
		if d < 1 || d > maxWidth {
			return fmt.Errorf("dilation %d, want 1 to %d", d, maxWidth)
		}
		state += d * c.Hidden
	}
	if state > maxState {
		return fmt.Errorf("the state of a sequence holds %d numbers, want at most %d", state, maxState)
	}
	return nil
}

// InputWidth is the width of the first layer's input: the real features and
// all embeddings.
func (c Config) InputWidth() int {
	w := c.Inputs
	for _, t := range c.Tokens {
		w += t.Dim
	}
	return w
}

// layerInput is the input width of layer l.
func (c Config) layerInput(l int) int {
	if l == 0 {
		return c.InputWidth()
	}
	return c.Hidden
}

// featureWidths gives the columns of the feature matrix U that the heads read:
// [h | input if Skip | side_1 | emb_1 | side_2 | emb_2 ...]. base is the
// prefix that the real-valued head reads, prefix[k] what factor k reads and
// total the width of U.
func (c Config) featureWidths() (base int, prefix []int, total int) {
	base = c.Hidden
	if c.Skip {
		base += c.InputWidth()
	}
	total = base
	prefix = make([]int, len(c.Factors))
	for k, f := range c.Factors {
		total += f.Side
		prefix[k] = total
		total += f.Dim
	}
	return base, prefix, total
}
