package seq_test

import (
	"math"
	"slices"
	"testing"

	"github.com/segue-go/segue/seq"
)

// Stepping through a sequence gives what the batch pass gives.
func TestStepperAgreesWithPass(t *testing.T) {
	for name, c := range configs() {
		t.Run(name, func(t *testing.T) {
			n := network(t, c)
			c := n.Config()
			for _, batch := range []int{1, 3} {
				b := randomBatch(n, 6, batch, 3)
				p := n.NewPass(1)
				p.Forward(b, nil)
				s, st := n.NewStepper(batch), n.NewState(batch)
				tokens := make([][]int32, len(c.Tokens))
				for step := range b.T {
					r := step * batch
					for k := range tokens {
						tokens[k] = b.Tokens[k][r : r+batch]
					}
					s.Step(st, b.X[r*c.Inputs:(r+batch)*c.Inputs], tokens)
					u, w := s.Hidden()
					for i := range batch {
						got := wide(u[i*w : i*w+c.Hidden])
						want := wide(p.Hidden()[(r+i)*c.Hidden : (r+i+1)*c.Hidden])
						if d := relative(got, want); d > 1e-5 {
							t.Fatalf("step %d: hidden state is off by %.2g", step, d)
						}
					}
					if c.Head.Kind != "" {
						o := n.Head().Outputs()
						if d := relative(wide(s.Outputs()), wide(p.Outputs()[r*o:(r+batch)*o])); d > 1e-5 {
							t.Fatalf("step %d: outputs are off by %.2g", step, d)
						}
					}
				}
			}
		})
	}
}

// Threads do not change what a stepper gives; bfloat16 changes it a little.
func TestStepperOptions(t *testing.T) {
	n := network(t, seq.Config{
		Inputs: 3, Hidden: 300, Layers: 2, Cell: seq.LSTM, Factors: []seq.Factor{{Name: "a", Size: 900, Dim: 4}, {Name: "b", Size: 5}},
	})
	run := func(o seq.StepperOptions) []float64 {
		s, st := n.NewStepperWith(o), n.NewState(1)
		for i := range 20 {
			s.Step(st, []float32{float32(i % 3), 1, -1}, nil)
		}
		out := wide(s.Logits(0, nil))
		s.Choose(0, 0, 7)
		return append(out, wide(s.Logits(1, nil))...)
	}
	want := run(seq.StepperOptions{})
	if !slices.Equal(run(seq.StepperOptions{Threads: 3}), want) {
		t.Error("three threads give other logits")
	}
	d := relative(run(seq.StepperOptions{BFloat16: true}), want)
	t.Logf("bfloat16 moves the logits by %.2g of their norm", d)
	if d > .02 || d == 0 {
		t.Errorf("bfloat16 moves the logits by %.2g of their norm", d)
	}
}

// A sequence has the same numbers, to the last bit, in a step of several as alone, and
// in a stepper that shares its parameters.
func TestStepsTogether(t *testing.T) {
	for name, c := range configs() {
		for _, tier := range seq.Tiers() {
			n := network(t, c).On(tier)
			c := n.Config()
			const batch = 5
			b := randomBatch(n, 4, batch, 3)
			one := n.NewStepper(1)
			many, state := one.With(batch), n.NewState(1).Fork(0, batch)
			states := make([]*seq.State, batch)
			for i := range states {
				states[i] = n.NewState(1)
			}
			pick := func(r, count int) [][]int32 {
				var out [][]int32
				for k := range c.Tokens {
					out = append(out, b.Tokens[k][r:r+count])
				}
				return out
			}
			for step := range b.T {
				r := step * batch
				many.Step(state, b.X[r*c.Inputs:(r+batch)*c.Inputs], pick(r, batch))
				for i := range batch {
					one.Step(states[i], b.X[(r+i)*c.Inputs:(r+i+1)*c.Inputs], pick(r+i, 1))
					got, w := many.Hidden()
					want, _ := one.Hidden()
					if !slices.Equal(got[i*w:i*w+c.Hidden], want[:c.Hidden]) {
						t.Fatalf("%s, %s: sequence %d of step %d has another state", name, tier, i, step)
					}
					if c.Head.Kind != "" {
						want := slices.Clone(one.Outputs())
						if !slices.Equal(many.Outputs()[i*len(want):][:len(want)], want) {
							t.Fatalf("%s, %s: sequence %d of step %d has other outputs", name, tier, i, step)
						}
					}
				}
			}
		}
	}
}

// The chain of factors seen through the stepper has the loss that the pass
// reports.
func TestStepperFactorsAgreeWithLoss(t *testing.T) {
	n := network(t, configs()["lstm/factors"])
	c := n.Config()
	b := randomBatch(n, 5, 1, 4)
	for k := range b.Labels {
		for i := range b.Labels[k] {
			b.Labels[k][i] = max(b.Labels[k][i], 0)
		}
	}
	for i := range b.Weight {
		b.Weight[i] = 1
	}
	want := n.NewPass(1).Loss(b, nil)
	s, st := n.NewStepper(1), n.NewState(1)
	var got float64
	for step := range b.T {
		s.Step(st, b.X[step:step+1], [][]int32{b.Tokens[0][step : step+1], b.Tokens[1][step : step+1]})
		for k, f := range c.Factors {
			logits := s.Logits(k, b.Side[k][step*f.Side:(step+1)*f.Side])
			got -= seq.LogProb(logits, int(b.Labels[k][step])) / float64(b.T)
			s.Choose(k, 0, int(b.Labels[k][step]))
		}
	}
	if math.Abs(got-want) > 1e-5 {
		t.Errorf("stepper's loss %v, pass's %v", got, want)
	}
}
