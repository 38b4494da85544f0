package seq

// State is what a network remembers between steps: for every layer the last
// Dilation hidden states and memories (for LSTM: cell states) of B sequences.
type State struct {
	B      int
	layers []layerState
}

// layerState holds the states after d steps, oldest first.
type layerState struct {
	d     int
	h, mh int       // widths
	hs    []float32 // (d,B,H) hidden states
	cs    []float32 // (d,B,MH) memories; nil if the cell has none
}

// NewState returns the zero state of batch sequences.
func (n *Net) NewState(batch int) *State {
	s := &State{B: batch}
	h := n.cfg.Hidden
	mh := n.cfg.Cell.kind().Shape().Memory * h
	for _, d := range n.cfg.Dilations {
		l := layerState{d: d, h: h, mh: mh, hs: make([]float32, d*batch*h)}
		if mh > 0 {
			l.cs = make([]float32, d*batch*mh)
		}
		s.layers = append(s.layers, l)
	}
	return s
}

// Clone returns an independent copy.
func (s *State) Clone() *State {
	c := &State{B: s.B, layers: append([]layerState(nil), s.layers...)}
	for i := range c.layers {
		l := &c.layers[i]
		l.hs = append([]float32(nil), l.hs...)
		l.cs = append([]float32(nil), l.cs...)
	}
	return c
}

// Fork returns a state of k sequences that all start where sequence i is.
func (s *State) Fork(i, k int) *State {
	c := &State{B: k}
	for _, l := range s.layers {
		spread := func(src []float32, width int) []float32 {
			if src == nil {
				return nil
			}
			dst := make([]float32, l.d*k*width)
			for j := range l.d {
				for b := range k {
					copy(dst[(j*k+b)*width:][:width], src[(j*s.B+i)*width:])
				}
			}
			return dst
		}
		c.layers = append(c.layers, layerState{d: l.d, h: l.h, mh: l.mh, hs: spread(l.hs, l.h), cs: spread(l.cs, l.mh)})
	}
	return c
}

// Reset zeroes sequence i.
func (s *State) Reset(i int) {
	for _, l := range s.layers {
		zeroSequence(l.hs, l.h, l.d, s.B, i)
		zeroSequence(l.cs, l.mh, l.d, s.B, i)
	}
}

// zeroSequence zeroes sequence i of x (d,batch,width).
func zeroSequence(x []float32, width, d, batch, i int) {
	for j := range d {
		clear(x[(j*batch+i)*width:][:width])
	}
}

// restore writes the state into the first slots of layer y, zeros where there
// is none.
func (s *State) restore(y *layer, i int, b *Batch) {
	slots := y.d * b.B
	if s == nil {
		clear(y.hs[:slots*y.h])
		clear(y.cs[:slots*y.mh])
		return
	}
	if s.B != b.B || len(s.layers) <= i {
		panic("seq: the state belongs to another batch size or network")
	}
	copy(y.hs[:slots*y.h], s.layers[i].hs)
	copy(y.cs[:slots*y.mh], s.layers[i].cs)
	for k, reset := range b.Reset {
		if reset {
			zeroSequence(y.hs, y.h, y.d, b.B, k)
			zeroSequence(y.cs, y.mh, y.d, b.B, k)
		}
	}
}

// store takes the state at every sequence's end from layer y.
func (s *State) store(y *layer, i int, b *Batch) {
	if s == nil {
		return
	}
	l := &s.layers[i]
	for j := range y.d {
		for k := range b.B {
			dst, src := j*b.B+k, (b.length(k)+j)*b.B+k
			copy(l.hs[dst*y.h:][:y.h], y.hs[src*y.h:])
			copy(l.cs[dst*y.mh:][:y.mh], y.cs[src*y.mh:])
		}
	}
}
