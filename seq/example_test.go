package seq_test

import (
	"context"
	"fmt"

	"github.com/segue-go/segue/seq"
)

// A many-to-many network learns to say, at every step, whether it has seen an
// odd number of ones: something that needs memory.
func Example() {
	net, err := seq.New(seq.Config{Inputs: 1, Hidden: 16, Factors: []seq.Factor{{Name: "parity", Size: 2}}}, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	const steps, batch = 12, 32
	source := seq.SourceFunc(func(step int, b *seq.Batch) error {
		b.Resize(net, steps, batch)
		for i := range batch {
			bits := uint32(step*batch+i) * 2654435761
			odd := int32(0)
			for t := range steps {
				bit := int32(bits >> (t + 8) & 1)
				odd ^= bit
				row := t*batch + i
				b.X[row], b.Labels[0][row], b.Weight[row] = float32(bit), odd, 1
			}
		}
		return nil
	})
	if _, err := seq.Train(context.Background(), net, source, seq.TrainOptions{Steps: 1500, LearningRate: .01}); err != nil {
		fmt.Println(err)
		return
	}
	// use it one step at a time
	s, state := net.NewStepper(1), net.NewState(1)
	for _, bit := range []float32{1, 0, 1, 1, 0} {
		s.Step(state, []float32{bit}, nil)
		logits := s.Logits(0, nil)
		fmt.Print(logits[1] > logits[0], " ")
	}
	// Output: true true false true true
}
