package main

import (
	"math/rand/v2"

	"github.com/segue-go/segue/seq"
)

// shape is a network and batch whose speed is measured.
type shape struct {
	Name   string `json:"name"`
	B      int    `json:"b"`
	T      int    `json:"t"`
	I      int    `json:"i"` // real inputs, or the embedding's width with a vocabulary
	V      int    `json:"v"` // vocabulary; 0 means real inputs
	H      int    `json:"h"`
	Layers int    `json:"layers"`
	Out    int    `json:"out"`
}

var shapes = []shape{
	{"forecast-small", 64, 24, 16, 0, 40, 1, 12},
	{"forecast", 256, 48, 32, 0, 128, 2, 12},
	{"music", 32, 128, 128, 400, 256, 2, 400},
	{"music-large", 32, 256, 256, 400, 512, 2, 400},
	{"m4-monthly", 256, 36, 27, 0, 64, 1, 216},
}

// flops of one forward pass over the whole batch; a training step counts three.
func (s shape) flops() float64 {
	per, in := 0, s.I
	for range s.Layers {
		per += 2 * 4 * s.H * (in + s.H)
		in = s.H
	}
	return float64(s.B*s.T) * float64(per+2*s.H*s.Out)
}

func (s shape) net() (*seq.Net, error) {
	c := seq.Config{Hidden: s.H, Layers: s.Layers}
	if s.V > 0 {
		c.Tokens = []seq.TokenStream{{Name: "x", Size: s.V, Dim: s.I}}
		c.Factors = []seq.Factor{{Name: "y", Size: s.V}}
	} else {
		c.Inputs = s.I
		c.Head = seq.HeadSpec{Kind: "mse", Targets: s.Out}
	}
	return seq.New(c, 1)
}

func (s shape) batch(n *seq.Net) *seq.Batch {
	r := rand.New(rand.NewPCG(1, 1))
	b := &seq.Batch{}
	b.Resize(n, s.T, s.B)
	for i := range b.X {
		b.X[i] = float32(r.NormFloat64())
	}
	for i := range b.Target {
		b.Target[i] = float32(r.NormFloat64())
	}
	for i := range b.Weight {
		b.Weight[i] = 1
	}
	for _, ids := range append(b.Tokens, b.Labels...) {
		for i := range ids {
			ids[i] = int32(r.IntN(s.V))
		}
	}
	return b
}

// work returns a function that does one unit of a mode's work.
func (s shape) work(mode string, threads int, tier seq.Tier) (unit func(), err error) {
	n, err := s.net()
	if err != nil {
		return nil, err
	}
	n = n.On(tier)
	b := s.batch(n)
	switch mode {
	case "train":
		o := seq.NewOptimiser(n, seq.TrainOptions{Steps: 1 << 30, FinalRate: -1, Threads: threads})
		return func() { o.Step(b) }, nil
	case "forward":
		p := n.NewPass(threads)
		return func() { p.Forward(b, nil) }, nil
	}
	st, step := n.NewState(1), n.NewStepperWith(seq.StepperOptions{Threads: threads, BFloat16: mode == "sample-bf16"})
	var x []float32
	var tokens [][]int32
	var ch seq.Chooser
	r := rand.New(rand.NewPCG(1, 1))
	if s.V == 0 {
		x = b.X[:s.I]
		return func() {
			step.Step(st, x, nil)
			step.Outputs()
		}, nil
	}
	tokens = [][]int32{{0}}
	return func() {
		step.Step(st, nil, tokens)
		tokens[0][0] = int32(ch.Choose(step.Logits(0, nil), seq.Sampling{}, r))
	}, nil
}
