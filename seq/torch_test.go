package seq_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/segue-go/segue/seq"
	"github.com/segue-go/segue/seq/internal/ref"
)

// vector is a case that testdata/make_vectors.py computed with PyTorch.
type vector struct {
	Cell           string
	Inputs, Hidden int
	Layers         int
	Tokens         [][3]any
	Head           string
	Targets        int
	Levels         []float64
	Factors        [][3]any
	T, B           int
	X, Weight, Y   []float64
	Tok, Labels    [][]int32
	Params, Grad   map[string][]float64
	Loss           float64
	Training       []float64
}

func (v vector) config() seq.Config {
	c := seq.Config{
		Cell: seq.Cell(v.Cell), Inputs: v.Inputs, Hidden: v.Hidden, Layers: v.Layers,
		Head: seq.HeadSpec{Kind: v.Head, Targets: v.Targets, Levels: v.Levels},
	}
	for _, t := range v.Tokens {
		c.Tokens = append(c.Tokens, seq.TokenStream{Name: t[0].(string), Size: int(t[1].(float64)), Dim: int(t[2].(float64))})
	}
	for _, f := range v.Factors {
		c.Factors = append(c.Factors, seq.Factor{Name: f[0].(string), Size: int(f[1].(float64)), Dim: int(f[2].(float64))})
	}
	return c
}

func narrow(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

// vectors reads a file that make_vectors.py wrote.
func vectors(t *testing.T, file string, v any) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func TestAgainstPyTorch(t *testing.T) {
	for _, name := range []string{
		"elman_bernoulli", "elman_mse", "gru_gaussian", "gru_mae", "gru_negbin", "lstm_factors", "lstm_quantile", "lstm_student",
	} {
		t.Run(name, func(t *testing.T) {
			var v vector
			vectors(t, "torch_"+name+".json", &v)
			n := network(t, v.config())
			b := &seq.Batch{
				T: v.T, B: v.B, X: narrow(v.X), Tokens: v.Tok, Labels: v.Labels,
				Target: narrow(v.Y), Weight: narrow(v.Weight),
			}
			if v.Head == "" {
				b.Target = nil
			}

			// the reference, in float64, with PyTorch's own numbers
			rb := refBatch(b)
			rb.X, rb.Weight, rb.Target = v.X, v.Weight, v.Y
			if len(v.Params) != len(n.Params()) || len(v.Grad) != len(n.Params()) || len(v.Training) != 10 {
				t.Fatalf("the file has %d parameters, %d gradients and %d training losses", len(v.Params), len(v.Grad), len(v.Training))
			}
			loss, grad := ref.Loss(spec(n.Config()), v.Params, rb)
			if math.Abs(loss-v.Loss) > 1e-9*math.Abs(v.Loss) || v.Loss == 0 {
				t.Errorf("reference loss %v, want %v", loss, v.Loss)
			}
			for name, want := range v.Grad {
				if d := relative(grad[name], want); d > 1e-8 {
					t.Errorf("reference gradient of %s is off by %.2g of its norm", name, d)
				}
			}

			// the fast code, in float32
			for _, p := range n.Params() {
				copy(p.Data, narrow(v.Params[p.Name]))
			}
			fast := make([]float32, len(n.Flat()))
			if l := n.NewPass(1).Gradient(b, nil, fast, 0); math.Abs(l-v.Loss) > 1e-5*math.Abs(v.Loss) {
				t.Errorf("loss %v, want %v", l, v.Loss)
			}
			at := 0
			for _, p := range n.Params() {
				if d := relative(wide(fast[at:at+len(p.Data)]), v.Grad[p.Name]); d > 5e-5 {
					t.Errorf("gradient of %s is off by %.2g of its norm", p.Name, d)
				}
				at += len(p.Data)
			}
			var losses []float64
			_, err := seq.Train(context.Background(), n, seq.SourceFunc(func(_ int, dst *seq.Batch) error {
				*dst = *b
				return nil
			}), seq.TrainOptions{
				Steps: 10, LearningRate: .01, WeightDecay: .1, Clip: .5, FinalRate: -1,
				Progress: func(p seq.Progress) { losses = append(losses, p.Loss) },
			})
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range v.Training {
				if math.Abs(losses[i]-want) > 1e-4*math.Abs(want) {
					t.Errorf("training loss %d is %v, want %v", i, losses[i], want)
				}
			}
		})
	}
}

func TestLoadsPyTorchFile(t *testing.T) {
	file, err := os.ReadFile("testdata/torch_lstm.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	n, err := seq.DecodeAs(file, seq.Config{Inputs: 3, Hidden: 4, Layers: 2, Head: seq.HeadSpec{Kind: "mse", Targets: 2}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var v struct{ X, Y []float64 }
	vectors(t, "torch_lstm.json", &v)
	p := n.NewPass(1)
	p.Forward(&seq.Batch{T: 5, B: 2, X: narrow(v.X)}, nil)
	if d := relative(wide(p.Outputs()), v.Y); d > 1e-6 {
		t.Errorf("outputs are off by %.2g of their norm", d)
	}
}
