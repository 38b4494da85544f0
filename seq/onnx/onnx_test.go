package onnx

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/seq"
)

var configs = map[string]seq.Config{
	"lstm":    {Inputs: 3, Hidden: 5, Head: seq.HeadSpec{Kind: "mse", Targets: 2}},
	"gru":     {Inputs: 3, Hidden: 5, Cell: seq.GRU, Layers: 2, Head: seq.HeadSpec{Kind: "mse"}},
	"elman":   {Inputs: 3, Hidden: 5, Cell: seq.Elman, Head: seq.HeadSpec{Kind: "mse"}},
	"dilated": {Inputs: 3, Hidden: 4, Layers: 3, Dilations: []int{1, 2, 4}, Residual: true, Skip: true, HeadHidden: 6, Head: seq.HeadSpec{Kind: "quantile", Levels: []float64{.1, .5, .9}}},
	"tokens":  {Tokens: []seq.TokenStream{{Name: "a", Size: 7, Dim: 3}, {Name: "b", Size: 4, Dim: 2}}, Hidden: 5, Factors: []seq.Factor{{Name: "next", Size: 7}}},
	"factors": {Inputs: 2, Tokens: []seq.TokenStream{{Name: "a", Size: 7, Dim: 3}}, Hidden: 5, Skip: true, Factors: []seq.Factor{{Name: "p", Size: 6, Dim: 3, Side: 2, Hidden: 4}, {Name: "q", Size: 5, Dim: 2, Side: 1}, {Name: "r", Size: 3}}},
	"encoder": {Inputs: 3, Hidden: 5, Layers: 2, Head: seq.HeadSpec{Kind: "none"}},
	"ctc":     {Inputs: 3, Hidden: 5, Head: seq.HeadSpec{Kind: "ctc", Classes: 4}},
	// the network for every rate of package forecast/neural/universal, smaller
	"universal": {Inputs: 6, Hidden: 5, Layers: 2, Residual: true, ForgetBias: 1, Skip: true, HeadHidden: 7, HeadScale: .05, Head: seq.HeadSpec{Kind: "quantile", Targets: 4, Levels: []float64{.025, .5, .975}}},
	"residual":  {Inputs: 4, Hidden: 4, Residual: true, Head: seq.HeadSpec{Kind: "gaussian"}},
}

type feed struct {
	Type string    `json:"type"`
	Dims []int     `json:"dims"`
	Data []float64 `json:"data"`
}

// runtimeCase is a model with inputs, as run.cjs reads it, and the results wanted.
type runtimeCase struct {
	Model string          `json:"model"`
	Feeds map[string]feed `json:"feeds"`

	name   string
	want   map[string][]float32 // by output; "loss.NAME" is the loss of factor NAME
	labels map[string][]int32   // per factor
}

// newCase writes a model to dir and computes what Pass makes of random inputs.
func newCase(t *testing.T, dir, name string, cfg seq.Config, r *rand.Rand) runtimeCase {
	t.Helper()
	net, err := seq.New(cfg, 7)
	if err != nil {
		t.Fatal(err)
	}
	return caseOf(t, dir, name, net, r)
}

// caseOf does it for a network.
func caseOf(t *testing.T, dir, name string, net *seq.Net, r *rand.Rand) runtimeCase {
	t.Helper()
	const steps, batch = 8, 3
	file, err := Encode(net)
	if err != nil {
		t.Fatal(err)
	}
	c := runtimeCase{Model: filepath.Join(dir, name+".onnx"), name: name}
	if err := os.WriteFile(c.Model, file, 0o600); err != nil {
		t.Fatal(err)
	}
	b := &seq.Batch{}
	b.Resize(net, steps, batch)
	for i := range b.Weight {
		b.Weight[i] = 1
	}
	c.fill(net.Config(), b, r)
	c.compute(net, b)
	return c
}

// fill draws a batch and copies it to the feeds.
func (c *runtimeCase) fill(cfg seq.Config, b *seq.Batch, r *rand.Rand) {
	c.Feeds, c.labels = map[string]feed{}, map[string][]int32{}
	reals := func(x []float32) (out []float64) {
		for i := range x {
			x[i] = float32(r.NormFloat64())
			out = append(out, float64(x[i]))
		}
		return out
	}
	whole := func(x []int32, size int) (out []float64) {
		for i := range x {
			x[i] = int32(r.IntN(size+1)) - 1 // unknown ones too
			out = append(out, float64(x[i]))
		}
		return out
	}
	if cfg.Inputs > 0 {
		c.Feeds["x"] = feed{"float32", []int{b.T, b.B, cfg.Inputs}, reals(b.X)}
	}
	for i, k := range cfg.Tokens {
		c.Feeds["tokens."+k.Name] = feed{"int64", []int{b.T, b.B}, whole(b.Tokens[i], k.Size)}
	}
	for i, f := range cfg.Factors {
		if f.Side > 0 {
			c.Feeds["side."+f.Name] = feed{"float32", []int{b.T, b.B, f.Side}, reals(b.Side[i])}
		}
		if labels := whole(b.Labels[i], f.Size); f.Dim > 0 && i+1 < len(cfg.Factors) {
			c.Feeds["value."+f.Name] = feed{"int64", []int{b.T, b.B}, labels}
		}
		c.labels[f.Name] = b.Labels[i]
	}
	for l := range cfg.Layers {
		wide := cfg.Dilations[l] * b.B
		zeros := feed{"float32", []int{1, wide, cfg.Hidden}, make([]float64, wide*cfg.Hidden)}
		c.Feeds[fmt.Sprintf("h0_l%d", l)] = zeros
		if cfg.Cell == seq.LSTM {
			c.Feeds[fmt.Sprintf("c0_l%d", l)] = zeros
		}
	}
}

// compute runs a Pass.
func (c *runtimeCase) compute(net *seq.Net, b *seq.Batch) {
	cfg, p := net.Config(), net.NewPass(1)
	c.want = map[string][]float32{}
	p.Forward(b, nil)
	if net.Head() != nil {
		c.want["out"] = slices.Clone(p.Outputs())
	}
	if cfg.Head.Kind == "none" {
		c.want["hidden"] = slices.Clone(p.Hidden())
	}
	if cfg.Layers == 1 && !cfg.Residual {
		c.want["hn_l0"] = slices.Clone(p.Hidden()[(b.T-1)*b.B*cfg.Hidden:])
	}
	if len(cfg.Factors) > 0 {
		p.Loss(b, nil)
	}
	for k, f := range cfg.Factors {
		c.want["loss."+f.Name] = []float32{float32(p.Losses()[k+1])}
	}
}

// A runtime that others wrote computes what Pass computes, outputs and states, for
// every cell, head and option.
func TestRuntime(t *testing.T) {
	if os.Getenv("ONNXRUNTIME") == "" {
		t.Skip("ONNXRUNTIME does not name onnxruntime-node; see make onnx")
	}
	dir := t.TempDir()
	var cases []runtimeCase
	r := rand.New(rand.NewPCG(1, 1))
	for _, name := range slices.Sorted(maps.Keys(configs)) {
		cases = append(cases, newCase(t, dir, name, configs[name], r))
	}
	for _, name := range []string{"forecast/neural/weights/universal", "music/jazz/solo", "music/jazz/bass", "music/hear/hear", "music/style/styles"} {
		cases = append(cases, shipped(t, dir, name, r)...)
	}
	for i, got := range runNode(t, cases) {
		c := cases[i]
		for key, want := range c.want {
			g := got[key].Data
			if f, ok := strings.CutPrefix(key, "loss."); ok {
				g = []float32{crossEntropy(got["logits."+f].Data, c.labels[f])}
			}
			if len(g) != len(want) || len(want) == 0 {
				t.Errorf("%s: %s has %d values, want %d", c.name, key, len(g), len(want))
				continue
			}
			for j, w := range want {
				if math.Abs(float64(g[j]-w)) > 2e-5*(1+math.Abs(float64(w))) {
					t.Errorf("%s: %s[%d] is %v, want %v", c.name, key, j, g[j], w)
					break
				}
			}
		}
	}
}

// shipped are cases of the networks in a file that ships.
func shipped(t *testing.T, dir, name string, r *rand.Rand) (out []runtimeCase) {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("../..", filepath.FromSlash(name)+".safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	nets, _, err := seq.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range nets {
		out = append(out, caseOf(t, dir, fmt.Sprintf("%s-%d", filepath.Base(name), i+1), n, r))
	}
	return out
}

// result is an output of the runtime.
type result struct {
	Dims []int
	Data []float32
}

// runNode lets onnxruntime compute the cases.
func runNode(t *testing.T, cases []runtimeCase) []map[string]result {
	t.Helper()
	in, err := json.Marshal(map[string]any{"cases": cases})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "run.cjs")
	cmd.Stdin = bytes.NewReader(in)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	var got []map[string]result
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(cases) {
		t.Fatalf("%d results of %d cases", len(got), len(cases))
	}
	return got
}

// crossEntropy is the mean loss in nats over all steps, those without a label
// counting nothing, as a Pass reports it.
func crossEntropy(logits []float32, labels []int32) float32 {
	size := len(logits) / len(labels)
	var sum float64
	for i, l := range labels {
		if l >= 0 {
			sum -= seq.LogProb(logits[i*size:(i+1)*size], int(l))
		}
	}
	return float32(sum / float64(len(labels)))
}

// field is one field of a message in the wire format.
type field struct {
	number uint64
	size   int    // with its tag
	bytes  []byte // nil for a number
}

// parse reads a message, or fails the test if it is damaged.
func parse(t *testing.T, m []byte) (fields []field) {
	t.Helper()
	uvarint := func() uint64 {
		v, n := binary.Uvarint(m)
		if n <= 0 {
			t.Fatal("a number is damaged")
		}
		m = m[n:]
		return v
	}
	for len(m) > 0 {
		before := len(m)
		tag := uvarint()
		f, v := field{number: tag >> 3}, uvarint()
		switch tag & 7 {
		case 0:
		case 2:
			if v > uint64(len(m)) {
				t.Fatalf("field %d has %d bytes of %d", f.number, v, len(m))
			}
			f.bytes, m = m[:v], m[v:]
		default:
			t.Fatalf("field %d has wire type %d", f.number, tag&7)
		}
		f.size = before - len(m)
		fields = append(fields, f)
	}
	return fields
}

// The file is well-formed: fields to its end, a graph with nodes, and weights whose
// sizes add up to the network's parameters and the rows for unknown tokens.
func TestFile(t *testing.T) {
	for name, cfg := range configs {
		net, err := seq.New(cfg, 1)
		if err != nil {
			t.Fatal(err)
		}
		file, err := Encode(net)
		if err != nil {
			t.Fatal(err)
		}
		nodes, weights := 0, 0
		for _, f := range parse(t, file) {
			if f.number != 7 {
				continue
			}
			for _, g := range parse(t, f.bytes) {
				switch g.number {
				case 1:
					nodes++
				case 5:
					weights += g.size
				}
			}
		}
		if nodes == 0 || weights < 4*(len(net.Flat())-20) {
			t.Errorf("%s: %d nodes, %d bytes of weights for %d parameters", name, nodes, weights, len(net.Flat()))
		}
	}
}

// Encoding a message gives the bytes that the Protocol Buffers documentation has
// as its examples: field 1 = 150, field 2 = "testing", and a message in field 3.
func TestWireFormat(t *testing.T) {
	inner := message(nil).number(1, 150)
	for want, m := range map[string]message{
		"089601":                 inner,
		"120774657374696e67":     message(nil).text(2, "testing"),
		"1a03089601":             message(nil).inner(3, inner),
		"08ffffffffffffffffff01": message(nil).number(1, -1),
	} {
		if got := hex.EncodeToString(m); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
