package seq

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/segue-go/segue/seq/internal/layer"
	"github.com/segue-go/segue/seq/repro"
)

// Sampling sets how a value is drawn from logits. The zero value draws from
// the plain softmax. The filters apply after the temperature, in the order
// top-k, top-p, min-p.
type Sampling struct {
	Temperature float64 // divides the logits; 0 means 1, negative takes the most likely value
	TopK        int     // keep the k most likely values; 0 is off
	TopP        float64 // keep the smallest set with this probability (Holtzman et al. 2020); 0 is off
	MinP        float64 // drop values below this share of the highest probability (Nguyen et al. 2024); 0 is off
}

// Chooser draws values; it keeps scratch memory and belongs to one goroutine.
type Chooser struct {
	prob  []float64
	order []int
}

// Choose draws an index of logits. Logits of -Inf are never drawn; if every
// logit is -Inf or NaN it returns -1. The logits are not changed.
func (c *Chooser) Choose(logits []float32, s Sampling, r *rand.Rand) int {
	best := -1
	for i, x := range logits {
		if x == x && (best < 0 || x > logits[best]) {
			best = i
		}
	}
	if best < 0 || math.IsInf(float64(logits[best]), -1) {
		return -1
	}
	if s.Temperature < 0 {
		return best
	}
	temp := s.Temperature
	if temp == 0 {
		temp = 1
	}
	c.prob = c.prob[:0]
	var sum float64
	for _, x := range logits {
		p := 0.0
		if x == x {
			p = repro.Exp((float64(x) - float64(logits[best])) / temp)
		}
		c.prob = append(c.prob, p)
		sum += p
	}
	if s.TopK > 0 && s.TopK < len(logits) || s.TopP > 0 && s.TopP < 1 {
		sum = c.cut(s, sum)
	}
	if s.MinP > 0 {
		sum = 0
		for i, p := range c.prob {
			if p < s.MinP { // the highest is 1
				c.prob[i] = 0
			}
			sum += c.prob[i]
		}
	}
	x := r.Float64() * sum
	for i, p := range c.prob {
		if p == 0 {
			continue
		}
		if x -= p; x < 0 {
			return i
		}
	}
	return best
}

// cut applies top-k and top-p and returns the remaining probability.
func (c *Chooser) cut(s Sampling, sum float64) float64 {
	c.order = c.order[:0]
	for i, p := range c.prob {
		if p > 0 { // many are ruled out
			c.order = append(c.order, i)
		}
	}
	slices.SortStableFunc(c.order, func(a, b int) int {
		switch {
		case c.prob[a] > c.prob[b]:
			return -1
		case c.prob[a] < c.prob[b]:
			return 1
		}
		return 0
	})
	keep := len(c.order)
	if s.TopK > 0 {
		keep = min(keep, s.TopK)
	}
	var left float64
	limit := math.Inf(1)
	if s.TopP > 0 && s.TopP < 1 {
		var k float64
		for _, i := range c.order[:keep] {
			k += c.prob[i]
		}
		limit = s.TopP * k
	}
	for n, i := range c.order {
		if n >= keep || left >= limit {
			c.prob[i] = 0
			continue
		}
		left += c.prob[i]
	}
	return left
}

// LogProb returns the log probability of index i under softmax(logits).
func LogProb(logits []float32, i int) float64 {
	return float64(logits[i]) - layer.LogSumExp(logits)
}
