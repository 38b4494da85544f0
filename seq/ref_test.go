package seq_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/segue-go/segue/seq"
	"github.com/segue-go/segue/seq/internal/ref"
)

// spec translates a configuration for the reference.
func spec(c seq.Config) ref.Spec {
	s := ref.Spec{
		Cell: string(c.Cell), Inputs: c.Inputs, Hidden: c.Hidden, Layers: c.Layers, Dilations: c.Dilations,
		Residual: c.Residual, Skip: c.Skip, HeadHidden: c.HeadHidden,
		Head: c.Head.Kind, Targets: c.Head.Targets, Levels: c.Head.Levels,
	}
	for _, t := range c.Tokens {
		s.Tokens = append(s.Tokens, [2]int{t.Size, t.Dim})
		s.TokenNames = append(s.TokenNames, t.Name)
	}
	for _, f := range c.Factors {
		s.Factors = append(s.Factors, ref.Factor{Name: f.Name, Size: f.Size, Dim: f.Dim, Side: f.Side, Hidden: f.Hidden})
	}
	return s
}

func wide(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func params(n *seq.Net) ref.Params {
	p := ref.Params{}
	for _, t := range n.Params() {
		p[t.Name] = wide(t.Data)
	}
	return p
}

// refBatch translates a batch; lengths become zero weights.
func refBatch(b *seq.Batch) ref.Batch {
	r := ref.Batch{T: b.T, B: b.B, X: wide(b.X), Target: wide(b.Target), Weight: wide(b.Weight), Lengths: b.Lengths}
	if r.Lengths == nil {
		r.Lengths = slices.Repeat([]int{b.T}, b.B)
	}
	ints := func(s []int32) []int {
		var out []int
		for _, v := range s {
			out = append(out, int(v))
		}
		return out
	}
	for _, t := range b.Tokens {
		r.Tokens = append(r.Tokens, ints(t))
	}
	for _, l := range b.Labels {
		r.Labels = append(r.Labels, ints(l))
	}
	for _, s := range b.Side {
		r.Side = append(r.Side, wide(s))
	}
	for i, n := range b.Lengths {
		for t := n; t < b.T; t++ {
			r.Weight[t*b.B+i] = 0
		}
	}
	return r
}

// randomBatch fills a batch with values that suit the network's heads.
func randomBatch(n *seq.Net, steps, batch int, seed uint64) *seq.Batch {
	r := rand.New(rand.NewPCG(seed, 1))
	var b seq.Batch
	b.Resize(n, steps, batch)
	normal := func(x []float32) {
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
	}
	normal(b.X)
	normal(b.Target)
	c := n.Config()
	for i := range b.Target {
		switch c.Head.Kind {
		case "negbin":
			b.Target[i] = float32(r.IntN(8))
		case "bernoulli":
			b.Target[i] = float32(r.IntN(2))
		}
	}
	if c.Head.Kind == "ctc" { // 0, 1, 2, ... labels in the sequences, repeats among them
		for i := range b.Target {
			if step, s := i/batch, i%batch; step < s {
				b.Target[i] = float32(1 + r.IntN(c.Head.Classes))
			} else {
				b.Target[i] = float32(math.NaN())
			}
		}
	} else if len(b.Target) > 3 && c.Head.Kind != "bernoulli" {
		b.Target[2] = float32(math.NaN()) // a missing target
	}
	for i := range b.Weight {
		b.Weight[i] = r.Float32()
	}
	if len(b.Weight) > 1 {
		b.Weight[1] = 0
	}
	for k, t := range c.Tokens {
		for i := range b.Tokens[k] {
			b.Tokens[k][i] = int32(r.IntN(t.Size+1) - 1)
		}
	}
	for k, f := range c.Factors {
		normal(b.Side[k])
		for i := range b.Labels[k] {
			b.Labels[k][i] = int32(r.IntN(f.Size+1) - 1)
		}
	}
	return &b
}

// configs covers every cell, head and structural option.
func configs() map[string]seq.Config {
	cs := map[string]seq.Config{}
	for _, cell := range []seq.Cell{seq.LSTM, seq.GRU, seq.Elman} {
		cs[string(cell)+"/plain"] = seq.Config{Inputs: 3, Cell: cell, Hidden: 5, Layers: 2, Head: seq.HeadSpec{Kind: "mse", Targets: 2}}
		cs[string(cell)+"/dilated residual"] = seq.Config{
			Inputs: 2, Tokens: []seq.TokenStream{{Name: "a", Size: 4, Dim: 3}}, Cell: cell, Hidden: 5, Layers: 3, Dilations: []int{1, 2, 3},
			Residual: true, Head: seq.HeadSpec{Kind: "gaussian", Targets: 2},
		}
		cs[string(cell)+"/factors"] = seq.Config{
			Inputs: 1, Tokens: []seq.TokenStream{{Name: "a", Size: 4, Dim: 2}, {Name: "b", Size: 3, Dim: 2}}, Cell: cell, Hidden: 6, Skip: true,
			Factors: []seq.Factor{{Name: "p", Size: 5, Dim: 3}, {Name: "q", Size: 4, Dim: 2, Side: 2, Hidden: 7}, {Name: "r", Size: 3}},
		}
	}
	for _, kind := range []string{"mse", "mae", "smape", "quantile", "gaussian", "student", "negbin", "bernoulli"} {
		cs["head/"+kind] = seq.Config{Inputs: 2, Hidden: 4, Head: seq.HeadSpec{Kind: kind, Targets: 3, Levels: []float64{.1, .5, .9}}}
	}
	cs["head/deep with skip"] = seq.Config{
		Inputs: 2, Tokens: []seq.TokenStream{{Name: "a", Size: 4, Dim: 2}}, Hidden: 4, Skip: true, HeadHidden: 6,
		Head: seq.HeadSpec{Kind: "mae", Targets: 2},
	}
	cs["head and factors"] = seq.Config{
		Inputs: 2, Hidden: 4, Head: seq.HeadSpec{Kind: "mse", Targets: 2}, Factors: []seq.Factor{{Name: "p", Size: 5}},
	}
	cs["head/ctc"] = seq.Config{Inputs: 2, Hidden: 4, Layers: 2, Head: seq.HeadSpec{Kind: "ctc", Classes: 2}}
	cs["ctc and factors"] = seq.Config{
		Inputs: 2, Hidden: 4, Head: seq.HeadSpec{Kind: "ctc", Classes: 3}, Factors: []seq.Factor{{Name: "p", Size: 5}},
	}
	cs["one deep factor"] = seq.Config{Inputs: 2, Hidden: 4, Factors: []seq.Factor{{Name: "p", Size: 5, Hidden: 6}}}
	cs["wide"] = seq.Config{Inputs: 17, Hidden: 33, Head: seq.HeadSpec{Kind: "mse"}}
	return cs
}

func network(t testing.TB, c seq.Config) *seq.Net {
	t.Helper()
	n, err := seq.New(c, 7)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// relative is the distance of two vectors over the length of the second; infinite
// if there is nothing to compare or they have different lengths.
func relative(got, want []float64) float64 {
	if len(want) == 0 || len(got) != len(want) {
		return math.Inf(1)
	}
	var d, s float64
	for i := range want {
		d += (got[i] - want[i]) * (got[i] - want[i])
		s += want[i] * want[i]
	}
	if s == 0 {
		return math.Sqrt(d)
	}
	return math.Sqrt(d / s)
}

// Loss and every gradient of the fast code agree with the float64 reference.
// Tolerance in float32: 2e-5 of a tensor's norm.
func TestGradientsAgainstReference(t *testing.T) {
	for name, c := range configs() {
		t.Run(name, func(t *testing.T) {
			n := network(t, c)
			b := randomBatch(n, 7, 3, 1)
			b.Lengths = []int{7, 4, 6}
			want, wantGrad := ref.Loss(spec(n.Config()), params(n), refBatch(b))
			grad := make([]float32, len(n.Flat()))
			p := n.NewPass(1)
			p.Gradient(randomBatch(n, 9, 4, 8), nil, grad, 0) // leaves its traces in every buffer
			clear(grad)
			loss := p.Gradient(b, nil, grad, 0)
			if math.Abs(loss-want) > 1e-5*math.Abs(want) {
				t.Errorf("loss %v, want %v", loss, want)
			}
			at := 0
			for _, p := range n.Params() {
				got := wide(grad[at : at+len(p.Data)])
				at += len(p.Data)
				if d := relative(got, wantGrad[p.Name]); d > 2e-5 {
					t.Errorf("gradient of %s is off by %.2g of its norm", p.Name, d)
				}
			}
		})
	}
}

// The reference's own gradients agree with central differences of its loss.
func TestReferenceAgainstDifferences(t *testing.T) {
	const h = 1e-5
	for name, c := range configs() {
		if name == "wide" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			n := network(t, c)
			s, p, b := spec(n.Config()), params(n), refBatch(randomBatch(n, 4, 2, 2))
			_, grad := ref.Loss(s, p, b)
			for tensor, x := range p {
				want := make([]float64, len(x))
				for i, v := range x {
					x[i] = v + h
					up, _ := ref.Loss(s, p, b)
					x[i] = v - h
					down, _ := ref.Loss(s, p, b)
					x[i] = v
					want[i] = (up - down) / (2 * h)
				}
				if d := relative(grad[tensor], want); d > 1e-7 {
					t.Errorf("gradient of %s is off by %.2g of its norm", tensor, d)
				}
			}
		})
	}
}
