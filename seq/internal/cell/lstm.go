package cell

import "github.com/segue-go/segue/seq/internal/kernel"

// lstm is the cell of Hochreiter and Schmidhuber (1997) with the forget gate of
// Gers et al. (2000). Its formulas are in package kernel, at the portable loops.
type lstm struct{}

func (lstm) Shape() Shape {
	return Shape{Prefix: "lstm", Gates: 4, Memory: 1, Saved: 1, Forget: 1}
}

func (lstm) Forward(k kernel.Target, s Step) {
	k.LSTMForward(s.Rows, s.H, s.G, s.MemPrev, s.MemNext, s.Saved, s.Next)
}

func (lstm) Backward(k kernel.Target, s Step) {
	k.LSTMBackward(s.Rows, s.H, s.G, s.MemPrev, s.DMemPrev, s.Saved, s.DH, s.DMem)
}
