package seq_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/segue-go/segue/seq"
	"github.com/segue-go/segue/seq/internal/ref"
)

// pair is an encoder-decoder that reads tokens "a" and writes tokens "b".
func pair(t testing.TB, cell seq.Cell, layers, hidden int, attend bool) *seq.EncoderDecoder {
	t.Helper()
	c := seq.Config{
		Tokens: []seq.TokenStream{{Name: "a", Size: 7, Dim: 3}}, Cell: cell, Hidden: hidden, Layers: layers,
		Head: seq.HeadSpec{Kind: "none"},
	}
	encoder := network(t, c)
	c.Tokens = []seq.TokenStream{{Name: "b", Size: 6, Dim: 4}}
	c.Head.Kind = ""
	c.Factors = []seq.Factor{{Name: "p", Size: 6, Hidden: 8}}
	if attend {
		c.Factors[0].Side = hidden
	}
	m, err := seq.Join(encoder, network(t, c))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// fixed gives the same pair of batches at every step.
func fixed(in, out *seq.Batch) seq.PairSource {
	return func(_ int, a, b *seq.Batch) error {
		*a, *b = *in, *out
		return nil
	}
}

// same fails the test if the loss and the gradient of m differ from what is
// wanted. Tolerance in float32: 2e-5 of a tensor's norm.
func same(t *testing.T, m *seq.EncoderDecoder, in, out *seq.Batch, want float64, encoder, decoder map[string][]float64) {
	t.Helper()
	for _, threads := range []int{1, 3} {
		model := m.From(fixed(in, out), threads)
		grad := make([]float32, len(model.Flat()))
		loss, err := model.Gradient(0, grad, 0)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(loss-want) > 1e-5*math.Abs(want) {
			t.Errorf("loss %v, want %v", loss, want)
		}
		at := 0
		for i, n := range []*seq.Net{m.Encoder, m.Decoder} {
			for _, p := range n.Params() {
				if d := relative(wide(grad[at:at+len(p.Data)]), []map[string][]float64{encoder, decoder}[i][p.Name]); d > 2e-5 {
					t.Errorf("%d threads: gradient of %s in network %d is off by %.2g of its norm", threads, p.Name, i, d)
				}
				at += len(p.Data)
			}
		}
	}
	if l := m.Loss(in, out); math.Abs(l-want) > 1e-5*math.Abs(want) {
		t.Errorf("Loss is %v, want %v", l, want)
	}
}

func TestEncoderDecoderAgainstReference(t *testing.T) {
	for _, cell := range []seq.Cell{seq.LSTM, seq.GRU, seq.Elman} {
		for _, attend := range []bool{false, true} {
			m := pair(t, cell, 2, 5, attend)
			in, out := randomBatch(m.Encoder, 6, 4, 1), randomBatch(m.Decoder, 5, 4, 2)
			in.Lengths = []int{6, 2, 5, 1}
			loss, ge, gd := ref.Translate(spec(m.Encoder.Config()), spec(m.Decoder.Config()), params(m.Encoder), params(m.Decoder), refBatch(in), refBatch(out), attend)
			same(t, m, in, out, loss, ge, gd)
		}
	}
}

func TestEncoderDecoderAgainstPyTorch(t *testing.T) {
	for _, file := range []string{"translate_elman.json", "translate_gru_attention.json", "translate_lstm.json", "translate_lstm_attention.json"} {
		type side struct{ Params, Grad map[string][]float64 }
		var v struct {
			Cell                string
			Attend              bool
			Hidden, Layers      int
			S, T, B             int
			Lengths             []int
			Read, Write, Labels []int32
			Weight              []float64
			Loss                float64
			Encoder, Decoder    side
		}
		vectors(t, file, &v)
		m := pair(t, seq.Cell(v.Cell), v.Layers, v.Hidden, v.Attend)
		for i, n := range []*seq.Net{m.Encoder, m.Decoder} {
			for _, p := range n.Params() {
				copy(p.Data, narrow([]side{v.Encoder, v.Decoder}[i].Params[p.Name]))
			}
		}
		var in, out seq.Batch
		in.Resize(m.Encoder, v.S, v.B)
		out.Resize(m.Decoder, v.T, v.B)
		in.Tokens[0], in.Lengths = v.Read, v.Lengths
		out.Tokens[0], out.Labels[0], out.Weight = v.Write, v.Labels, narrow(v.Weight)
		same(t, m, &in, &out, v.Loss, v.Encoder.Grad, v.Decoder.Grad)

		rb := refBatch(&out)
		rb.Weight = v.Weight
		loss, ge, gd := ref.Translate(spec(m.Encoder.Config()), spec(m.Decoder.Config()), v.Encoder.Params, v.Decoder.Params, refBatch(&in), rb, v.Attend)
		if math.Abs(loss-v.Loss) > 1e-9*v.Loss {
			t.Errorf("%s: reference loss %v, want %v", file, loss, v.Loss)
		}
		for i, want := range []map[string][]float64{v.Encoder.Grad, v.Decoder.Grad} {
			for name, g := range []ref.Params{ge, gd}[i] {
				if d := relative(g, want[name]); d > 1e-8 {
					t.Errorf("%s: reference gradient of %s is off by %.2g of its norm", file, name, d)
				}
			}
		}
	}
}

// reversal asks for the sequence that was read, from its end to its start.
func reversal(m *seq.EncoderDecoder, seed uint64) seq.PairSource {
	const steps, batch = 6, 16
	return func(step int, in, out *seq.Batch) error {
		r := rand.New(rand.NewPCG(seed, uint64(step)))
		in.Resize(m.Encoder, steps, batch)
		out.Resize(m.Decoder, steps, batch)
		in.Lengths = make([]int, batch)
		for b := range batch {
			n := 3 + r.IntN(steps-2)
			in.Lengths[b] = n
			for t := range n {
				in.Tokens[0][t*batch+b] = int32(r.IntN(6))
			}
			for t := range n {
				row := t*batch + b
				out.Labels[0][row], out.Weight[row] = in.Tokens[0][(n-1-t)*batch+b], 1
				out.Tokens[0][row] = -1
				if t > 0 {
					out.Tokens[0][row] = out.Labels[0][row-batch]
				}
			}
		}
		return nil
	}
}

// With attention a small pair learns to reverse what it reads, and the steps
// that it looks at are the ones it is writing; stepping gives what batches give.
func TestAttentionLearnsToReverse(t *testing.T) {
	m := pair(t, seq.LSTM, 1, 32, true)
	if _, err := seq.Fit(context.Background(), m.From(reversal(m, 1), 1), seq.TrainOptions{Steps: 1200, LearningRate: .01}); err != nil {
		t.Fatal(err)
	}
	var in, out seq.Batch
	if err := reversal(m, 2)(0, &in, &out); err != nil {
		t.Fatal(err)
	}
	loss := m.Loss(&in, &out)
	if loss > .1 {
		t.Errorf("loss on other sequences %.3f nats, want below .1", loss)
	}
	memory := m.Read(&in)
	s := m.Decoder.NewStepper(in.B)
	var sum, weight float64
	looked := 0
	for step := range out.T {
		s.Step(memory.State, nil, [][]int32{out.Tokens[0][step*in.B : (step+1)*in.B]})
		u, width := s.Hidden()
		var side []float32
		for b := range in.B {
			context, a := memory.Attend(b, u[b*width:])
			side = append(side, context...)
			best := 0
			for i := range a {
				if a[i] > a[best] {
					best = i
				}
			}
			if step < in.Lengths[b] && best == in.Lengths[b]-1-step {
				looked++
			}
		}
		logits := s.Logits(0, side)
		for b := range in.B {
			row := step*in.B + b
			if out.Weight[row] > 0 {
				sum -= seq.LogProb(logits[6*b:6*b+6], int(out.Labels[0][row]))
				weight++
			}
		}
	}
	if d := math.Abs(sum/weight - loss); d > 1e-5 {
		t.Errorf("step by step the loss is %v, want %v", sum/weight, loss)
	}
	if float64(looked) < .5*weight {
		t.Errorf("looked at the letter it wrote %d times of %.0f", looked, weight)
	}
}

// A training of a pair that is interrupted and resumed gives the same bytes.
func TestFitResumesExactly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "checkpoint")
	train := func(checkpoint string, stops ...int) *seq.EncoderDecoder {
		var m *seq.EncoderDecoder
		for _, stop := range stops {
			m = pair(t, seq.GRU, 1, 8, true)
			_, err := seq.Fit(context.Background(), m.From(reversal(m, 1), 2), seq.TrainOptions{
				Steps: 20, Stop: stop, Average: .9, Checkpoint: checkpoint, CheckpointEvery: 1,
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		return m
	}
	whole, parts := train("", 20), train(path, 7, 20)
	for i, n := range []*seq.Net{whole.Encoder, whole.Decoder} {
		other := []*seq.Net{parts.Encoder, parts.Decoder}[i]
		for j, v := range n.Flat() {
			if v != other.Flat()[j] {
				t.Fatalf("parameter %d of network %d is %v after the resume, want %v", j, i, other.Flat()[j], v)
			}
		}
	}
}

// parabola is a model of one's own: (x-3)², judged by |x-2|.
type parabola struct{ x []float32 }

func (p parabola) Flat() []float32 { return p.x }

func (p parabola) Gradient(_ int, grad []float32, _ uint64) (float64, error) {
	d := p.x[0] - 3
	grad[0] += 2 * d
	return float64(d * d), nil
}

func (p parabola) Score() (float64, error) { return math.Abs(float64(p.x[0]) - 2), nil }

func TestFitKeepsTheBest(t *testing.T) {
	p := parabola{make([]float32, 1)}
	r, err := seq.Fit(context.Background(), p, seq.TrainOptions{Steps: 400, LearningRate: .1, EvalEvery: 1})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(float64(p.x[0])-2) > .1 || r.Best > .1 {
		t.Errorf("ended at %v with score %v, want the best on the way, near 2", p.x[0], r.Best)
	}
}

func TestJoinErrors(t *testing.T) {
	plain := seq.Config{Inputs: 1, Hidden: 4, Head: seq.HeadSpec{Kind: "none"}}
	with := func(change func(c *seq.Config)) *seq.Net {
		c := plain
		change(&c)
		return network(t, c)
	}
	decoder := func(c *seq.Config) { c.Head.Kind = "mse" }
	for name, nets := range map[string][2]*seq.Net{
		"width":   {with(func(c *seq.Config) { c.Hidden = 5 }), with(decoder)},
		"cell":    {with(func(c *seq.Config) { c.Cell = seq.GRU }), with(decoder)},
		"layers":  {with(func(c *seq.Config) { c.Layers = 2 }), with(decoder)},
		"outputs": {with(decoder), with(decoder)},
		"skip":    {with(func(c *seq.Config) { c.Skip = true }), with(decoder)},
		"dilated": {with(func(c *seq.Config) { c.Dilations = []int{2} }), with(decoder)},
	} {
		if _, err := seq.Join(nets[0], nets[1]); !errors.Is(err, seq.ErrConfig) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
