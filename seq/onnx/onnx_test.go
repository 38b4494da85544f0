package onnx

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/segue-go/segue/seq"
	"google.golang.org/protobuf/encoding/protowire"
)

var configs = map[string]seq.Config{
	"lstm":     {Inputs: 3, Hidden: 5, Head: seq.HeadSpec{Kind: "mse", Targets: 2}},
	"gru":      {Inputs: 3, Hidden: 5, Cell: seq.GRU, Layers: 2, Head: seq.HeadSpec{Kind: "mse"}},
	"elman":    {Inputs: 3, Hidden: 5, Cell: seq.Elman, Head: seq.HeadSpec{Kind: "mse"}},
	"dilated":  {Inputs: 3, Hidden: 4, Layers: 3, Dilations: []int{1, 2, 4}, Residual: true, Skip: true, HeadHidden: 6, Head: seq.HeadSpec{Kind: "quantile", Levels: []float64{.1, .5, .9}}},
	"tokens":   {Tokens: []seq.Token{{Name: "a", Size: 7, Dim: 3}, {Name: "b", Size: 4, Dim: 2}}, Hidden: 5, Factors: []seq.Factor{{Name: "next", Size: 7}}},
	"factors":  {Inputs: 2, Tokens: []seq.Token{{Name: "a", Size: 7, Dim: 3}}, Hidden: 5, Skip: true, Factors: []seq.Factor{{Name: "p", Size: 6, Dim: 3, Side: 2, Hidden: 4}, {Name: "q", Size: 5, Dim: 2, Side: 1}, {Name: "r", Size: 3}}},
	"encoder":  {Inputs: 3, Hidden: 5, Layers: 2, Head: seq.HeadSpec{Kind: "none"}},
	"ctc":      {Inputs: 3, Hidden: 5, Head: seq.HeadSpec{Kind: "ctc", Classes: 4}},
	"nostalgy": {Inputs: 4, Hidden: 4, Residual: true, Head: seq.HeadSpec{Kind: "gaussian"}},
}

type feed struct {
	Type string    `json:"type"`
	Dims []int     `json:"dims"`
	Data []float64 `json:"data"`
}

// A runtime that others wrote computes what Pass computes, outputs and states, for
// every cell, head and option.
func TestRuntime(t *testing.T) {
	if os.Getenv("ONNXRUNTIME") == "" {
		t.Skip("ONNXRUNTIME does not name onnxruntime-node; see make onnx")
	}
	const T, B = 8, 3
	dir := t.TempDir()
	type oneCase struct {
		Model string          `json:"model"`
		Feeds map[string]feed `json:"feeds"`
	}
	var cases []oneCase
	var wants []map[string][]float32
	var names []string
	r := rand.New(rand.NewPCG(1, 1))
	for name, cfg := range configs {
		net, err := seq.New(cfg, 7)
		if err != nil {
			t.Fatal(err)
		}
		file, err := Encode(net)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name+".onnx")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		cfg = net.Config()
		b := &seq.Batch{}
		b.Resize(net, T, B)
		c := oneCase{path, map[string]feed{}}
		real := func(x []float32) (out []float64) {
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
			c.Feeds["x"] = feed{"float32", []int{T, B, cfg.Inputs}, real(b.X)}
		}
		for i, k := range cfg.Tokens {
			c.Feeds["tokens."+k.Name] = feed{"int64", []int{T, B}, whole(b.Tokens[i], k.Size)}
		}
		for i, f := range cfg.Factors {
			if f.Side > 0 {
				c.Feeds["side."+f.Name] = feed{"float32", []int{T, B, f.Side}, real(b.Side[i])}
			}
			if labels := whole(b.Labels[i], f.Size); f.Dim > 0 && i+1 < len(cfg.Factors) {
				c.Feeds["value."+f.Name] = feed{"int64", []int{T, B}, labels}
			}
		}
		for l := range cfg.Layers {
			wide := cfg.Dilations[l] * B
			for _, s := range []string{"h0", "c0"} {
				if s == "h0" || cfg.Cell == seq.LSTM {
					c.Feeds[fmt.Sprintf("%s_l%d", s, l)] = feed{"float32", []int{1, wide, cfg.Hidden}, make([]float64, wide*cfg.Hidden)}
				}
			}
		}
		want := map[string][]float32{}
		p := net.NewPass(1)
		p.Forward(b, nil)
		if net.Head() != nil {
			want["out"] = append([]float32(nil), p.Outputs()...)
		}
		if cfg.Head.Kind == "none" {
			want["hidden"] = append([]float32(nil), p.Hidden()...)
		}
		if cfg.Layers == 1 && !cfg.Residual {
			want["hn_l0"] = append([]float32(nil), p.Hidden()[(T-1)*B*cfg.Hidden:]...)
		}
		cases, wants, names = append(cases, c), append(wants, want), append(names, name)
		// factors are compared by their loss, below
		for k, f := range cfg.Factors {
			want["logits."+f.Name] = nil
			for i := range b.Weight {
				b.Weight[i] = 1
			}
			p.Loss(b, nil)
			want["loss."+f.Name] = []float32{float32(p.Losses()[k+1])}
		}
		labels[name] = b.Labels
	}
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
	var got []map[string]struct {
		Dims []int
		Data []float32
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	for i, want := range wants {
		for key, w := range want {
			if w == nil {
				continue
			}
			g := got[i][key].Data
			if f, ok := bytes.CutPrefix([]byte(key), []byte("loss.")); ok {
				k := 0
				for configs[names[i]].Factors[k].Name != string(f) {
					k++
				}
				g = []float32{crossEntropy(got[i]["logits."+string(f)].Data, labels[names[i]][k])}
			}
			if len(g) != len(w) {
				t.Errorf("%s: %s has %d values, want %d", names[i], key, len(g), len(w))
				continue
			}
			for j := range w {
				if math.Abs(float64(g[j]-w[j])) > 2e-5*(1+math.Abs(float64(w[j]))) {
					t.Errorf("%s: %s[%d] is %v, want %v", names[i], key, j, g[j], w[j])
					break
				}
			}
		}
	}
}

var labels = map[string][][]int32{}

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

// The file is well-formed: fields of known numbers to its end, a graph with nodes,
// and weights whose sizes add up to the network's parameters and the rows for
// unknown tokens.
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
		var graph []byte
		for rest := []byte(file); len(rest) > 0; {
			num, kind, n := protowire.ConsumeTag(rest)
			if n < 0 {
				t.Fatalf("%s: %v", name, protowire.ParseError(n))
			}
			m := protowire.ConsumeFieldValue(num, kind, rest[n:])
			if m < 0 {
				t.Fatalf("%s: %v", name, protowire.ParseError(m))
			}
			if num == 7 {
				graph, _ = protowire.ConsumeBytes(rest[n:])
			}
			rest = rest[n+m:]
		}
		nodes, weights := 0, 0
		for rest := graph; len(rest) > 0; {
			num, kind, n := protowire.ConsumeTag(rest)
			m := protowire.ConsumeFieldValue(num, kind, rest[n:])
			if n < 0 || m < 0 {
				t.Fatalf("%s: the graph is damaged", name)
			}
			switch num {
			case 1:
				nodes++
			case 5:
				weights += m
			}
			rest = rest[n+m:]
		}
		if nodes == 0 || weights < 4*(len(net.Flat())-20) {
			t.Errorf("%s: %d nodes, %d bytes of weights for %d parameters", name, nodes, weights, len(net.Flat()))
		}
	}
}
