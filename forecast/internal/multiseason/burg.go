package multiseason

import "math"

// autoregression fits e_t = Σ φ_k e_{t-k} by Burg's method (Burg 1975), which is
// always stable; of the orders up to most the one with the least AICc is taken.
func autoregression(e []float64, most int) []float64 {
	n := len(e)
	most = min(most, n/4)
	var power float64
	for _, v := range e {
		power += v * v
	}
	power /= float64(n)
	if most < 1 || power == 0 {
		return nil
	}
	f, b := append([]float64(nil), e...), append([]float64(nil), e...)
	phi, old := make([]float64, 0, most), make([]float64, most)
	var best []float64
	least := math.Log(power)
	for k := range most {
		var num, den float64
		for t := k + 1; t < n; t++ {
			num += f[t] * b[t-1]
			den += f[t]*f[t] + b[t-1]*b[t-1]
		}
		if den == 0 {
			break
		}
		r := 2 * num / den
		for t := n - 1; t > k; t-- {
			f[t], b[t] = f[t]-r*b[t-1], b[t-1]-r*f[t]
		}
		copy(old, phi)
		for j := range phi {
			phi[j] -= r * old[k-1-j]
		}
		phi = append(phi, r)
		power *= 1 - r*r
		p := float64(k + 1)
		if c := math.Log(max(power, 1e-300)) + 2*(p+1)/(float64(n)-p-2); c < least-1e-9 {
			least, best = c, append(best[:0], phi...)
		}
	}
	return best
}

// carry continues e for n steps.
func carry(e, phi []float64, n int) []float64 {
	out := make([]float64, n)
	for h := range out {
		for k, c := range phi {
			if j := h - 1 - k; j >= 0 {
				out[h] += c * out[j]
			} else if j += len(e); j >= 0 {
				out[h] += c * e[j]
			}
		}
	}
	return out
}
