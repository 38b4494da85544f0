package cell

import "github.com/segue-go/segue/seq/internal/kernel"

// elman is the simple recurrent cell of Elman (1990) with tanh:
//
//	h = tanh(g)
type elman struct{}

func (elman) Shape() Shape { return Shape{Prefix: "rnn", Gates: 1} }

func (elman) Forward(k kernel.Target, s Step) {
	k.Tanh(s.Next, s.G[:s.Rows*s.H])
}

func (elman) Backward(_ kernel.Target, s Step) {
	for i, h := range s.Next[:s.Rows*s.H] {
		s.G[i] = s.DH[i] * (1 - float32(h*h))
	}
}
