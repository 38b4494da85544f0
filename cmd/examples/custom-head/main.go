// Custom-head trains a network with a loss of its own: the asinh loss, which is
// about squared for small errors and about logarithmic for large ones. A sine with
// wild outliers is learned as if they were not there.
package main

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/seq"
)

// robust is a seq.Head: one output, scored against one target.
type robust struct{}

func (robust) Outputs() int { return 1 }
func (robust) Targets() int { return 1 }

// Loss is ln(1+e²), and its gradient 2e/(1+e²).
func (robust) Loss(grad, out, target []float32) float64 {
	e := float64(out[0] - target[0])
	if grad != nil {
		grad[0] = float32(2 * e / (1 + e*e))
	}
	return math.Log1p(e * e)
}

func clean(t int) float64 { return math.Sin(float64(t) / 4) }

// source gives windows of the sine; what a network is scored against is dirty.
func source(net *seq.Net) seq.Source {
	return seq.SourceFunc(func(step int, b *seq.Batch) error {
		b.Resize(net, 32, 16)
		r := rand.New(rand.NewPCG(1, uint64(step)))
		for i := range b.B {
			start := r.IntN(1000)
			for t := range b.T {
				y := clean(start+t+1) + .1*r.NormFloat64()
				if r.Float64() < .1 {
					y += 20 * r.NormFloat64()
				}
				row := t*b.B + i
				b.X[row], b.Target[row], b.Weight[row] = float32(clean(start+t)), float32(y), 1
			}
		}
		return nil
	})
}

func main() {
	for _, c := range []struct {
		name string
		head seq.Head
	}{{"squared error", seq.Squared(1)}, {"robust", robust{}}} {
		net, err := seq.NewWithHead(seq.Config{Inputs: 1, Hidden: 24, ForgetBias: 1}, c.head, 1)
		if err != nil {
			log.Fatal(err)
		}
		if _, err := seq.Train(context.Background(), net, source(net), seq.TrainOptions{Steps: 400, LearningRate: 1e-2}); err != nil {
			log.Fatal(err)
		}
		// one step at a time, as a program would that hears a sensor
		s, state := net.NewStepper(1), net.NewState(1)
		var sum float64
		for t := range 200 {
			s.Step(state, []float32{float32(clean(t))}, nil)
			if e := float64(s.Outputs()[0]) - clean(t+1); t >= 50 {
				sum += e * e / 150
			}
		}
		fmt.Printf("%s: off the clean sine by %.3f\n", c.name, math.Sqrt(sum))
	}
}
