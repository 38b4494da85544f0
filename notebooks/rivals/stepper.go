package rivals

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// Stepper runs a model one token at a time.
type Stepper struct {
	m      *Model
	steps  int
	inputs map[int][][]float64   // per layer: what it read, of a convolution
	keys   map[int]*[2][]float64 // per layer: keys and values so far, of a transformer
	work   int
}

// NewStepper returns a stepper at the start of a sequence.
func (m *Model) NewStepper() *Stepper {
	m.load()
	return &Stepper{m: m, inputs: map[int][][]float64{}, keys: map[int]*[2][]float64{}}
}

// Step reads a token and returns the logits of the label.
func (s *Stepper) Step(token int32) []float64 {
	g := &graph{}
	y := s.m.body.logits(g, []int32{token}, s)
	s.steps++
	s.work = g.work
	return y.x
}

// Work is the number of multiplications in the last step's products.
func (s *Stepper) Work() int { return s.work }

// Held is how many numbers the stepper keeps for the next step.
func (s *Stepper) Held() int {
	n := 0
	for _, in := range s.inputs {
		n += len(in) * len(in[0])
	}
	for _, kv := range s.keys {
		n += len(kv[0]) + len(kv[1])
	}
	return n
}

func (s *Stepper) position(int) int { return s.steps }

func (s *Stepper) delayed(_ *graph, layer int, x *matrix, steps int) *matrix {
	y := newMatrix(1, x.cols)
	held := s.inputs[layer]
	if len(held) == steps {
		copy(y.x, held[0])
		held = held[1:]
	}
	s.inputs[layer] = append(held, x.x)
	return y
}

func (s *Stepper) attend(g *graph, layer int, q, k, v *matrix) *matrix {
	kv := s.keys[layer]
	if kv == nil {
		kv = &[2][]float64{}
		s.keys[layer] = kv
	}
	kv[0], kv[1] = append(kv[0], k.x...), append(kv[1], v.x...)
	n := s.steps + 1
	a, y := make([]float64, n), newMatrix(1, v.cols)
	vector := func(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }
	blas64.Gemv(blas.NoTrans, 1/math.Sqrt(float64(q.cols)), general(kv[0], n, q.cols, 0, 1), vector(q.x), 0, vector(a))
	softmax(a, a)
	blas64.Gemv(blas.Trans, 1, general(kv[1], n, v.cols, 0, 1), vector(a), 0, vector(y.x))
	g.work += 2 * n * q.cols
	return y
}
