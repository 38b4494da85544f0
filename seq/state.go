package seq

import "github.com/segue-go/segue/seq/internal/layer"

// State is what a network remembers between steps: for every layer the last
// Dilation hidden states and memories (for LSTM: cell states) of B sequences.
type State struct {
	B      int
	layers []layer.State
}

// NewState returns the zero state of batch sequences.
func (n *Net) NewState(batch int) *State {
	s := &State{B: batch}
	h := n.cfg.Hidden
	mh := n.cfg.Cell.kind().Shape().Memory * h
	for _, d := range n.cfg.Dilations {
		s.layers = append(s.layers, layer.NewState(d, h, mh, batch))
	}
	return s
}

// Clone returns an independent copy.
func (s *State) Clone() *State {
	c := &State{B: s.B}
	for _, l := range s.layers {
		c.layers = append(c.layers, l.Clone())
	}
	return c
}

// Fork returns a state of k sequences that all start where sequence i is.
func (s *State) Fork(i, k int) *State {
	c := &State{B: k}
	for _, l := range s.layers {
		c.layers = append(c.layers, l.Fork(s.B, i, k))
	}
	return c
}

// Reset zeroes sequence i.
func (s *State) Reset(i int) {
	for _, l := range s.layers {
		l.Reset(s.B, i)
	}
}

// restore writes the state into the first slots of layer y, zeros where there
// is none.
func (s *State) restore(y *layer.Recurrent, i int, b *Batch) {
	if s == nil {
		y.Start(nil, b.B, nil)
		return
	}
	if s.B != b.B || len(s.layers) <= i {
		panic("seq: the state belongs to another batch size or network")
	}
	y.Start(&s.layers[i], b.B, b.Reset)
}

// store takes the state at every sequence's end from layer y.
func (s *State) store(y *layer.Recurrent, i int, b *Batch) {
	if s == nil {
		return
	}
	for k := range b.B {
		y.End(&s.layers[i], b.B, k, b.length(k))
	}
}
