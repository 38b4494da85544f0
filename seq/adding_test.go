package seq_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/segue-go/segue/seq"
)

// addingProblem fills a many-to-one batch of the adding problem (Hochreiter
// and Schmidhuber 1997): of T numbers two are marked, and after the last step
// the network must give their sum.
func addingProblem(n *seq.Net, b *seq.Batch, steps, batch int, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 2))
	b.Resize(n, steps, batch)
	for i := range batch {
		first, second := r.IntN(steps/2), steps/2+r.IntN(steps/2)
		var sum float32
		for t := range steps {
			x := b.X[(t*batch+i)*2:]
			x[0] = r.Float32()
			if t == first || t == second {
				x[1] = 1
				sum += x[0]
			}
		}
		b.Target[(steps-1)*batch+i] = sum
		b.Weight[(steps-1)*batch+i] = 1
	}
}

// The LSTM carries two numbers over a hundred steps; the Elman cell, trained
// the same way, stays near the error of always answering 1, which is 1/6.
func TestAddingProblem(t *testing.T) {
	if testing.Short() {
		t.Skip("trains two networks")
	}
	const steps, batch = 100, 32
	mse := map[seq.Cell]float64{}
	for _, cell := range []seq.Cell{seq.LSTM, seq.Elman} {
		n := network(t, seq.Config{Inputs: 2, Cell: cell, Hidden: 32, ForgetBias: 1, Head: seq.HeadSpec{Kind: "mse"}})
		src := seq.SourceFunc(func(step int, b *seq.Batch) error {
			addingProblem(n, b, steps, batch, uint64(step))
			return nil
		})
		if _, err := seq.Train(context.Background(), n, src, seq.TrainOptions{Steps: 4000, LearningRate: 5e-3, FinalRate: .02, Threads: 2}); err != nil {
			t.Fatal(err)
		}
		var test seq.Batch
		addingProblem(n, &test, steps, 500, 1<<40)
		mse[cell] = seq.Evaluate(n, 1, &test)
	}
	t.Logf("mean squared error: LSTM %.4f, Elman %.4f", mse[seq.LSTM], mse[seq.Elman])
	if mse[seq.LSTM] > .01 {
		t.Errorf("the LSTM has error %.4f, want below 0.01", mse[seq.LSTM])
	}
	if mse[seq.Elman] < .05 {
		t.Errorf("the Elman cell has error %.4f: the problem is too easy", mse[seq.Elman])
	}
}
