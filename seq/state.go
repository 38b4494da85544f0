package seq

// State is what a network remembers between steps: for every layer the last
// Dilation hidden (and, for LSTM, cell) states of B sequences.
type State struct {
	B      int
	layers []layerState
}

// layerState holds (d,B,H) arrays, oldest first.
type layerState struct {
	d, width int
	h, c     []float32
}

// NewState returns the zero state of batch sequences.
func (n *Net) NewState(batch int) *State {
	s := &State{B: batch}
	for _, d := range n.cfg.Dilations {
		l := layerState{d: d, width: n.cfg.Hidden, h: make([]float32, d*batch*n.cfg.Hidden)}
		if n.cfg.Cell == LSTM {
			l.c = make([]float32, len(l.h))
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
		l.h = append([]float32(nil), l.h...)
		l.c = append([]float32(nil), l.c...)
	}
	return c
}

// Fork returns a state of k sequences that all start where sequence i is.
func (s *State) Fork(i, k int) *State {
	c := &State{B: k}
	for _, l := range s.layers {
		spread := func(src []float32) []float32 {
			if src == nil {
				return nil
			}
			dst := make([]float32, l.d*k*l.width)
			for j := range l.d {
				for b := range k {
					copy(dst[(j*k+b)*l.width:][:l.width], src[(j*s.B+i)*l.width:])
				}
			}
			return dst
		}
		c.layers = append(c.layers, layerState{d: l.d, width: l.width, h: spread(l.h), c: spread(l.c)})
	}
	return c
}

// Reset zeroes sequence i.
func (s *State) Reset(i int) {
	for _, l := range s.layers {
		for j := range l.d {
			at := (j*s.B + i) * l.width
			clear(l.h[at : at+l.width])
			if l.c != nil {
				clear(l.c[at : at+l.width])
			}
		}
	}
}

// restore writes the state into the first slots of layer y, zeros where there
// is none.
func (s *State) restore(y *layer, i int, b *Batch) {
	n := y.d * b.B * y.h
	if s == nil {
		clear(y.hs[:n])
		if y.cs != nil {
			clear(y.cs[:n])
		}
		return
	}
	if s.B != b.B || len(s.layers) <= i {
		panic("seq: the state belongs to another batch size or network")
	}
	l := &s.layers[i]
	copy(y.hs[:n], l.h)
	if y.cs != nil {
		copy(y.cs[:n], l.c)
	}
	for k, reset := range b.Reset {
		if !reset {
			continue
		}
		for j := range y.d {
			at := (j*b.B + k) * y.h
			clear(y.hs[at : at+y.h])
			if y.cs != nil {
				clear(y.cs[at : at+y.h])
			}
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
			dst, src := (j*b.B+k)*y.h, ((b.length(k)+j)*b.B+k)*y.h
			copy(l.h[dst:dst+y.h], y.hs[src:])
			if l.c != nil {
				copy(l.c[dst:dst+y.h], y.cs[src:])
			}
		}
	}
}
