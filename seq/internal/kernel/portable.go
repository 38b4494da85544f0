package kernel

import "math"

// This file defines what every routine computes.

// gemmLoop: c[i][j] = init[i][j] + sum_p a[i*rs+p*cs] * b[p*32+j].
func gemmLoop(c []float32, ldc int, init []float32, ldi int, a []float32, rs, cs int, b []float32, k, rows, n int) {
	var acc [panel]float32
	for i := range rows {
		copy(acc[:n], init[i*ldi:i*ldi+n])
		for p := range k {
			x := a[i*rs+p*cs]
			row := b[p*panel : p*panel+n]
			for j, w := range row {
				acc[j] += x * w
			}
		}
		copy(c[i*ldc:i*ldc+n], acc[:n])
	}
}

// lstmForwardLoop applies the gates of Hochreiter and Schmidhuber (1997) with
// the forget gate of Gers et al. (2000) to rows of g (4H: i, f, g, o), which
// hold pre-activations and receive activations:
//
//	c = f*cprev + i*g,  tc = tanh(c),  hout = o*tc
func lstmForwardLoop(rows, h int, g, cprev, c, tc, hout []float32) {
	for r := range rows {
		x := g[r*4*h : (r+1)*4*h]
		for j := range h {
			i, f, u, o := sigmoid32(x[j]), sigmoid32(x[h+j]), tanh32(x[2*h+j]), sigmoid32(x[3*h+j])
			x[j], x[h+j], x[2*h+j], x[3*h+j] = i, f, u, o
			v := f*cprev[r*h+j] + i*u
			c[r*h+j] = v
			v = tanh32(v)
			tc[r*h+j] = v
			hout[r*h+j] = o * v
		}
	}
}

// lstmBackwardLoop takes the activations in g, dh and the incoming dc, and
// leaves the gradients of the pre-activations in g and of cprev in dcprev.
func lstmBackwardLoop(rows, h int, g, cprev, dcprev, tc, dh, dc []float32) {
	for r := range rows {
		x := g[r*4*h : (r+1)*4*h]
		for j := range h {
			k := r*h + j
			i, f, u, o, t := x[j], x[h+j], x[2*h+j], x[3*h+j], tc[k]
			d := dc[k] + dh[k]*o*(1-t*t)
			x[j] = d * u * i * (1 - i)
			x[h+j] = d * cprev[k] * f * (1 - f)
			x[2*h+j] = d * i * (1 - u*u)
			x[3*h+j] = dh[k] * t * o * (1 - o)
			dcprev[k] = d * f
		}
	}
}

// adamLoop is one AdamW step (Loshchilov and Hutter 2019) with the bias
// corrections folded into step and root.
func adamLoop(p, g, m, v []float32, s *AdamStep) {
	for i := range p {
		x := g[i] * s.Scale
		m[i] = s.Beta1*m[i] + (1-s.Beta1)*x
		v[i] = s.Beta2*v[i] + (1-s.Beta2)*x*x
		p[i] = p[i]*s.Keep - s.Step*m[i]/(sqrt32(v[i])*s.Root+s.Eps)
	}
}

func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// exp32 is e^x with x clamped to [-87, 88], as the assembly computes it.
func exp32(x float32) float32 {
	if x < -87 {
		x = -87
	} else if x > 88 {
		x = 88
	} else if x != x {
		return x
	}
	n := float32(math.RoundToEven(float64(x * 1.44269504088896341)))
	r := x - n*0.693359375 - n*-2.12194440e-4
	p := float32(0.0013814576)
	for _, c := range [...]float32{0.0083687063, 0.041668388, 0.16666521, 0.49999993, 1, 1} {
		p = p*r + c
	}
	return p * math.Float32frombits(uint32(int32(n)+127)<<23)
}

func sigmoid32(x float32) float32 { return 1 / (1 + exp32(-x)) }

func tanh32(x float32) float32 { return 1 - 2/(1+exp32(2*x)) }
