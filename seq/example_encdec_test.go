package seq_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/seq"
)

// An encoder–decoder with attention learns to write backwards what it has read.
func ExampleJoin() {
	const words, hidden = 9, 32 // the digits 1 to 9 are the tokens 0 to 8
	must := func(n *seq.Net, err error) *seq.Net {
		if err != nil {
			panic(err)
		}
		return n
	}
	cfg := seq.Config{Tokens: []seq.TokenStream{{Name: "digit", Size: words, Dim: 8}}, Hidden: hidden, Head: seq.HeadSpec{Kind: "none"}}
	encoder := must(seq.New(cfg, 1))
	cfg.Head.Kind = ""
	cfg.Factors = []seq.Factor{{Name: "digit", Size: words, Side: hidden, Hidden: hidden}} // Side: attention
	m, err := seq.Join(encoder, must(seq.New(cfg, 2)))
	if err != nil {
		fmt.Println(err)
		return
	}
	const steps, batch = 4, 16
	pairs := func(step int, in, out *seq.Batch) error {
		r := rand.New(rand.NewPCG(1, uint64(step)))
		in.Resize(m.Encoder, steps, batch)
		out.Resize(m.Decoder, steps, batch)
		for row := range in.Tokens[0] {
			in.Tokens[0][row] = int32(r.IntN(words))
		}
		for row := range out.Tokens[0] {
			t, b := row/batch, row%batch
			out.Labels[0][row], out.Weight[row] = in.Tokens[0][(steps-1-t)*batch+b], 1
			out.Tokens[0][row] = -1 // the decoder reads what it wrote before
			if t > 0 {
				out.Tokens[0][row] = out.Labels[0][row-batch]
			}
		}
		return nil
	}
	if _, err := seq.Fit(context.Background(), m.From(pairs, 1), seq.TrainOptions{Steps: 1000, LearningRate: .01}); err != nil {
		fmt.Println(err)
		return
	}
	// use it: read once, then write a step at a time
	memory := m.Read(&seq.Batch{T: 4, B: 1, Tokens: [][]int32{{2, 0, 7, 4}}}) // 3 1 8 5
	s, last := m.Decoder.NewStepper(1), int32(-1)
	for range 4 {
		s.Step(memory.State, nil, [][]int32{{last}})
		state, _ := s.Hidden()
		context, _ := memory.Attend(0, state)
		logits := s.Logits(0, context)
		last = int32(slices.Index(logits, slices.Max(logits)))
		fmt.Print(last+1, " ")
	}
	// Output: 5 8 1 3
}

// The loss adds up all ways in which three steps can spell "1 2": 1 2 blank,
// 1 blank 2, blank 1 2, 1 1 2 and 1 2 2.
func ExampleCTC() {
	ctc := seq.CTC(2)
	out := make([]float32, 3*3) // blank, 1 and 2 are equally likely at all three steps
	nan := float32(math.NaN())
	loss := ctc.SequenceLoss(nil, out, []float32{1, 2, nan})
	fmt.Printf("probability %.4f of %.4f\n", math.Exp(-loss), 5./27)
	out[0*3+1], out[1*3+0], out[2*3+2] = 9, 9, 9 // now it shows 1, blank, 2
	fmt.Println(ctc.Decode(out))
	// Output:
	// probability 0.1852 of 0.1852
	// [1 2]
}
