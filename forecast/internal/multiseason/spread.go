package multiseason

import (
	"math"
	"slices"

	"github.com/segue-go/segue/forecast/internal/classic"
	"github.com/segue-go/segue/seq/repro"
)

// A spread is how far from a forecast the values came, by lead.
type spread struct {
	log   bool
	steps []float64 // leads, ascending
	scale []float64 // root mean square error at them, never falling
	shape []float64 // sorted errors, each divided by the scale of its lead
	lead  int
	wide  float64 // every distance is multiplied by it
}

// newSpread measures errors of forecasts (origin, step) of what came true.
func newSpread(actual, forecast [][]float64, log bool, wide float64) *spread {
	s := &spread{log: log, wide: wide}
	if log {
		for i := range actual {
			for k := range actual[i] {
				if !(actual[i][k] > 0 && forecast[i][k] > 0) {
					s.log = false
				}
			}
		}
	}
	bucket := func(k int) int { return int(2 * math.Log2(float64(k+1))) }
	var sq, n, at []float64
	for i := range actual {
		s.lead = max(s.lead, len(actual[i]))
		for k := range actual[i] {
			e := s.error(actual[i][k], forecast[i][k])
			b := bucket(k)
			for len(sq) <= b {
				sq, n, at = append(sq, 0), append(n, 0), append(at, 0)
			}
			sq[b] += e * e
			n[b]++
			at[b] += math.Log(float64(k + 1))
		}
	}
	for b := range sq {
		if n[b] == 0 {
			continue
		}
		s.steps, s.scale = append(s.steps, at[b]/n[b]), append(s.scale, sq[b]/n[b])
	}
	s.scale = rising(s.scale)
	for i, v := range s.scale {
		s.scale[i] = math.Sqrt(v)
	}
	for i := range actual {
		for k := range actual[i] {
			if d := s.at(k); d > 0 {
				s.shape = append(s.shape, s.error(actual[i][k], forecast[i][k])/d)
			}
		}
	}
	slices.Sort(s.shape)
	return s
}

func (s *spread) error(y, f float64) float64 {
	if s.log {
		return math.Log(y / f)
	}
	return y - f
}

// at is the scale at step k, counted from 0; beyond the leads that were tried it
// grows slowly.
func (s *spread) at(k int) float64 {
	const growth = .3 // power of the lead
	x := math.Log(float64(k + 1))
	n := len(s.steps)
	if n == 0 {
		return 0
	}
	i, _ := slices.BinarySearch(s.steps, x)
	switch {
	case i == 0:
		return s.scale[0]
	case i == n:
		return s.scale[n-1] * repro.Exp(growth*max(0, x-math.Log(float64(s.lead))))
	}
	w := (x - s.steps[i-1]) / (s.steps[i] - s.steps[i-1])
	return (1-w)*s.scale[i-1] + w*s.scale[i]
}

// factors are the distances of the quantiles from the middle in units of the scale:
// those of the errors, drawn to the normal distribution's by as many observations as
// prior.
func (s *spread) factors(probs []float64) []float64 {
	const prior = 100
	out := make([]float64, len(probs))
	w := float64(len(s.shape)) / float64(len(s.shape)+prior)
	for i, p := range probs {
		out[i] = (1 - w) * classic.Probit(p)
		if len(s.shape) > 0 {
			e, middle := quantile(s.shape, p), quantile(s.shape, .5)
			if p < .5 { // an error on one side so far may be on the other next time
				e = min(e, e-middle)
			} else {
				e = max(e, e-middle)
			}
			out[i] += w * e
		}
		out[i] *= s.wide
	}
	return out
}

// around puts quantiles, whose distances are factors of the scale, around a forecast.
func (s *spread) around(mean, factors []float64) [][]float64 {
	out := make([][]float64, len(mean))
	for h, m := range mean {
		out[h] = make([]float64, len(factors))
		d := s.at(h)
		for i, v := range factors {
			if s.log && m > 0 {
				out[h][i] = m * repro.Exp(min(v*d, 700))
			} else {
				out[h][i] = m + v*d
			}
		}
	}
	return out
}

// rising is the nearest sequence that never falls (pooling adjacent violators).
func rising(x []float64) []float64 {
	var sum, n []float64
	for _, v := range x {
		sum, n = append(sum, v), append(n, 1)
		for k := len(sum) - 1; k > 0 && sum[k-1]/n[k-1] > sum[k]/n[k]; k-- {
			sum[k-1], n[k-1] = sum[k-1]+sum[k], n[k-1]+n[k]
			sum, n = sum[:k], n[:k]
		}
	}
	var out []float64
	for k := range sum {
		for range int(n[k]) {
			out = append(out, sum[k]/n[k])
		}
	}
	return out
}
