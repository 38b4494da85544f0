package seq

import "github.com/segue-go/segue/seq/internal/kernel"

// gruForward applies the gates of a GRU (Cho et al. 2014, as in PyTorch) to
// rows: g (3H: r,z,n) holds the input products and receives the activations,
// rec (3H) the recurrent products.
//
//	n = tanh(g_n + r*rec_n),  h = (1-z)*n + z*hprev
func gruForward(rows, h int, g, rec, hprev, out []float32) {
	for i := range rows {
		x, w := g[i*3*h:(i+1)*3*h], rec[i*3*h:(i+1)*3*h]
		for j := range 2 * h {
			x[j] += w[j]
		}
		kernel.Sigmoid(x[:2*h], x[:2*h])
		r, z, n := x[:h], x[h:2*h], x[2*h:]
		for j := range n {
			n[j] += r[j] * w[2*h+j]
		}
		kernel.Tanh(n, n)
		hp, o := hprev[i*h:(i+1)*h], out[i*h:(i+1)*h]
		for j := range o {
			o[j] = n[j] + z[j]*(hp[j]-n[j])
		}
	}
}

// gruBackward turns dh into the gradients of the input products (in g) and of
// the recurrent products (in rec), and dh into dh*z, the part that flows to
// hprev directly.
func gruBackward(rows, h int, g, rec, hprev, dh []float32) {
	for i := range rows {
		x, w := g[i*3*h:(i+1)*3*h], rec[i*3*h:(i+1)*3*h]
		hp, d := hprev[i*h:(i+1)*h], dh[i*h:(i+1)*h]
		for j := range h {
			r, z, n := x[j], x[h+j], x[2*h+j]
			dn := d[j] * (1 - z) * (1 - n*n)
			dz := d[j] * (hp[j] - n) * z * (1 - z)
			dr := dn * w[2*h+j] * r * (1 - r)
			d[j] *= z
			x[j], x[h+j], x[2*h+j] = dr, dz, dn
			w[j], w[h+j], w[2*h+j] = dr, dz, dn*r
		}
	}
}

// gruCarry adds the direct path dh*z of the later step, which gruBackward left
// in that step's dh, to this step's dh.
func gruCarry(rows, h int, dh, later []float32) {
	for i, v := range later[:rows*h] {
		dh[i] += v
	}
}
