package sample

import "github.com/segue-go/segue/seq"

// nets are networks that take every step together, each with its own state.
type nets struct {
	steppers []*seq.Stepper
	states   []*seq.State
	mean     []float32 // of the logits computed last, if there are several networks
}

func newNets(networks []*seq.Net) *nets {
	e := &nets{}
	for _, n := range networks {
		e.steppers = append(e.steppers, n.NewStepper(1))
		e.states = append(e.states, n.NewState(1))
	}
	return e
}

// fork returns the same networks for n sequences that go on where sequence 0 is.
func (e *nets) fork(n int) *nets {
	c := &nets{}
	for i, s := range e.steppers {
		c.steppers = append(c.steppers, s.With(n))
		c.states = append(c.states, e.states[i].Fork(0, n))
	}
	return c
}

// step is seq.Stepper.Step of every network.
func (e *nets) step(x []float32, tokens [][]int32) {
	for i, s := range e.steppers {
		s.Step(e.states[i], x, tokens)
	}
}

// logits is the mean of the networks' logits of factor k: up to a constant, the logarithm
// of the geometric mean of their probabilities. They are valid until the next call.
func (e *nets) logits(k int, side []float32) []float32 {
	if len(e.steppers) == 1 {
		return e.steppers[0].Logits(k, side)
	}
	e.mean = append(e.mean[:0], e.steppers[0].Logits(k, side)...)
	for _, s := range e.steppers[1:] {
		for j, v := range s.Logits(k, side) {
			e.mean[j] += v
		}
	}
	for j := range e.mean {
		e.mean[j] /= float32(len(e.steppers))
	}
	return e.mean
}

// choose is seq.Stepper.Choose of every network.
func (e *nets) choose(k, row, value int) {
	for _, s := range e.steppers {
		s.Choose(k, row, value)
	}
}
