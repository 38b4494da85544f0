package ref

// cellFunc is one step of a cell: from the input product in and the recurrent
// product rec (each gates·H, biases included), the hidden state hp (H) and the
// memory cp (memory·H) to the next of both.
type cellFunc func(in, rec, hp, cp []Value) (h, c []Value)

// cell is a recurrent cell as package seq names it.
type cell struct {
	prefix string // of its parameters' names
	memory int    // H-wide arrays of state in addition to h
	step   cellFunc
}

var cells = map[string]cell{"lstm": {"lstm", 1, lstm}, "gru": {"gru", 0, gru}, "elman": {"rnn", 0, elman}}

// lstm is that of Hochreiter and Schmidhuber (1997) with the forget gate of Gers et
// al. (2000); gates in the order i, f, g, o.
func lstm(in, rec, hp, cp []Value) (hs, cs []Value) {
	h := len(hp)
	for j := range h {
		i := in[j].Add(rec[j]).Sigmoid()
		f := in[h+j].Add(rec[h+j]).Sigmoid()
		g := in[2*h+j].Add(rec[2*h+j]).Tanh()
		o := in[3*h+j].Add(rec[3*h+j]).Sigmoid()
		c := f.Mul(cp[j]).Add(i.Mul(g))
		hs, cs = append(hs, o.Mul(c.Tanh())), append(cs, c)
	}
	return hs, cs
}

// gru is that of Cho et al. (2014) as in PyTorch; gates in the order r, z, n.
func gru(in, rec, hp, _ []Value) (hs, cs []Value) {
	h := len(hp)
	for j := range h {
		r := in[j].Add(rec[j]).Sigmoid()
		z := in[h+j].Add(rec[h+j]).Sigmoid()
		n := in[2*h+j].Add(r.Mul(rec[2*h+j])).Tanh()
		hs = append(hs, n.Add(z.Mul(hp[j].Sub(n))))
	}
	return hs, nil
}

// elman is that of Elman (1990) with tanh.
func elman(in, rec, hp, _ []Value) (hs, cs []Value) {
	for j := range hp {
		hs = append(hs, in[j].Add(rec[j]).Tanh())
	}
	return hs, nil
}
