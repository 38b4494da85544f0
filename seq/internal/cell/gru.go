package cell

import "github.com/segue-go/segue/seq/internal/kernel"

// gru is the cell of Cho et al. (2014) as in PyTorch. With the input product x
// and the recurrent product w, both in the gate order r, z, n:
//
//	r, z = sigmoid(x + w),  n = tanh(x_n + r*w_n),  h = (1-z)*n + z*hprev
type gru struct{}

func (gru) Shape() Shape { return Shape{Prefix: "gru", Gates: 3, Split: true, Direct: true} }

// Forward leaves the activations in G.
func (gru) Forward(k kernel.Target, s Step) {
	h := s.H
	for i := range s.Rows {
		x, w := s.G[i*3*h:(i+1)*3*h], s.R[i*3*h:(i+1)*3*h]
		for j := range 2 * h {
			x[j] += w[j]
		}
		k.Sigmoid(x[:2*h], x[:2*h])
		r, z, n := x[:h], x[h:2*h], x[2*h:]
		for j := range n {
			n[j] += float32(r[j] * w[2*h+j])
		}
		k.Tanh(n, n)
		prev, next := s.Prev[i*h:(i+1)*h], s.Next[i*h:(i+1)*h]
		for j := range next {
			next[j] = n[j] + float32(z[j]*(prev[j]-n[j]))
		}
	}
}

func (gru) Backward(_ kernel.Target, s Step) {
	h := s.H
	for i := range s.Rows {
		x, w := s.G[i*3*h:(i+1)*3*h], s.R[i*3*h:(i+1)*3*h]
		prev, d := s.Prev[i*h:(i+1)*h], s.DH[i*h:(i+1)*h]
		for j := range h {
			r, z, n := x[j], x[h+j], x[2*h+j]
			dn := d[j] * (1 - z) * (1 - float32(n*n))
			dz := d[j] * (prev[j] - n) * z * (1 - z)
			dr := dn * w[2*h+j] * r * (1 - r)
			d[j] *= z
			x[j], x[h+j], x[2*h+j] = dr, dz, dn
			w[j], w[h+j], w[2*h+j] = dr, dz, dn*r
		}
	}
}
