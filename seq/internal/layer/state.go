package layer

import "slices"

// State is what a layer remembers between steps: the states after the last D
// steps, oldest first.
type State struct {
	D, H, MH int       // dilation; widths
	HS       []float32 // (D,B,H) hidden states
	CS       []float32 // (D,B,MH) memories; nil if the cell has none
}

// NewState returns the zero state of batch sequences.
func NewState(d, h, mh, batch int) State {
	s := State{D: d, H: h, MH: mh, HS: make([]float32, d*batch*h)}
	if mh > 0 {
		s.CS = make([]float32, d*batch*mh)
	}
	return s
}

// Clone returns an independent copy.
func (s State) Clone() State {
	s.HS, s.CS = slices.Clone(s.HS), slices.Clone(s.CS)
	return s
}

// Fork returns a state of k sequences that all start where sequence i of batch is.
func (s State) Fork(batch, i, k int) State {
	spread := func(src []float32, width int) []float32 {
		if src == nil {
			return nil
		}
		dst := make([]float32, s.D*k*width)
		for j := range s.D {
			for b := range k {
				copy(dst[(j*k+b)*width:][:width], src[(j*batch+i)*width:])
			}
		}
		return dst
	}
	s.HS, s.CS = spread(s.HS, s.H), spread(s.CS, s.MH)
	return s
}

// Reset zeroes sequence i of batch.
func (s State) Reset(batch, i int) {
	zeroSequence(s.HS, s.H, s.D, batch, i)
	zeroSequence(s.CS, s.MH, s.D, batch, i)
}

// zeroSequence zeroes sequence i of x (d,batch,width).
func zeroSequence(x []float32, width, d, batch, i int) {
	for j := range d {
		clear(x[(j*batch+i)*width:][:width])
	}
}

// Start puts s before the first step of a batch, zeros if it is nil and in the
// sequences that reset names.
func (y *Recurrent) Start(s *State, batch int, reset []bool) {
	slots := y.D * batch
	if s == nil {
		clear(y.HS[:slots*y.H])
		clear(y.CS[:slots*y.MH])
		return
	}
	copy(y.HS[:slots*y.H], s.HS)
	copy(y.CS[:slots*y.MH], s.CS)
	for k, zero := range reset {
		if zero {
			zeroSequence(y.HS, y.H, y.D, batch, k)
			zeroSequence(y.CS, y.MH, y.D, batch, k)
		}
	}
}

// End takes the state of sequence k, which has length steps, into s.
func (y *Recurrent) End(s *State, batch, k, length int) {
	for j := range y.D {
		dst, src := j*batch+k, (length+j)*batch+k
		copy(s.HS[dst*y.H:][:y.H], y.HS[src*y.H:])
		copy(s.CS[dst*y.MH:][:y.MH], y.CS[src*y.MH:])
	}
}
