package kernel

import "math"

// This file defines what every routine computes. Each operation is rounded by itself: a
// conversion keeps the compiler of an architecture with fused multiply-add (arm64, or
// amd64 from GOAMD64=v3 on) from using it. So the results are the same everywhere, and
// vectors that multiply and add in this order have the same bits.

// gemmLoop: c[i][j] = init[i][j] + sum_p a[i*rs+p*cs] * b[p*32+j].
func gemmLoop(c []float32, ldc int, init []float32, ldi int, a []float32, rs, cs int, b []float32, k, rows, n int) {
	var acc [panel]float32
	for i := range rows {
		copy(acc[:n], init[i*ldi:i*ldi+n])
		for p := range k {
			x := a[i*rs+p*cs]
			row := b[p*panel : p*panel+n]
			for j, w := range row {
				acc[j] += float32(x * w)
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
		at := r * h
		lstmForwardCells(0, h, g[4*at:], cprev[at:], c[at:], tc[at:], hout[at:])
	}
}

// lstmForwardCells applies the gates to a row's cells from the given one on.
func lstmForwardCells(from, h int, g, cprev, c, tc, hout []float32) {
	for j := from; j < h; j++ {
		i, f, u, o := sigmoid32(g[j]), sigmoid32(g[h+j]), tanh32(g[2*h+j]), sigmoid32(g[3*h+j])
		g[j], g[h+j], g[2*h+j], g[3*h+j] = i, f, u, o
		v := float32(f*cprev[j]) + float32(i*u)
		c[j] = v
		v = tanh32(v)
		tc[j] = v
		hout[j] = o * v
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
			out := dh[k] * o
			d := dc[k] + float32(out*(1-float32(t*t)))
			in, forget := d*i, d*f
			x[j] = in * u * (1 - i)
			x[h+j] = forget * cprev[k] * (1 - f)
			x[2*h+j] = in * (1 - float32(u*u))
			x[3*h+j] = out * t * (1 - o)
			dcprev[k] = forget
		}
	}
}

// adamLoop is one AdamW step (Loshchilov and Hutter 2019) with the bias
// corrections folded into step and root.
func adamLoop(p, g, m, v []float32, s *AdamStep) {
	for i := range p {
		x := g[i] * s.Scale
		m[i] = float32(s.Beta1*m[i]) + float32((1-s.Beta1)*x)
		v[i] = float32(s.Beta2*v[i]) + float32((1-s.Beta2)*float32(x*x))
		p[i] = float32(p[i]*s.Keep) - s.Step*m[i]/(float32(sqrt32(v[i])*s.Root)+s.Eps)
	}
}

func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// exp32 is e^x with x clamped to [-87, 88].
func exp32(x float32) float32 {
	if x < -87 {
		x = -87
	} else if x > 88 {
		x = 88
	} else if x != x {
		return x
	}
	n := float32(math.RoundToEven(float64(x * 1.44269504088896341)))
	r := x - float32(n*0.693359375) - float32(n*-2.12194440e-4)
	p := float32(0.001381461318005624)
	for _, c := range [...]float32{0.008368709928165043, 0.041668387370335735, 0.16666520688956793, 0.49999993451647473, 1, 1} {
		p = float32(p*r) + c
	}
	return float32(p * math.Float32frombits(uint32(int32(n)+127)<<23))
}

func sigmoid32(x float32) float32 { return 1 / (1 + exp32(-x)) }

func tanh32(x float32) float32 { return 1 - 2/(1+exp32(2*x)) }
