package seq

import "math"

// Squared is the head for D targets scored by (y-f)². A series' own scale, as
// in MASE, belongs in Batch.Weight.
type Squared int

func (d Squared) Outputs() int { return int(d) }
func (d Squared) Targets() int { return int(d) }
func (d Squared) Loss(grad, out, target []float32) float64 {
	var sum float32
	count := 0
	for i, y := range target[:d] {
		if e := out[i] - y; e == e { // not NaN
			sum += e * e
			count++
		}
	}
	if count == 0 {
		clear(grad)
		return 0
	}
	k := 2 / float32(count)
	if grad != nil {
		for i, y := range target[:d] {
			if e := out[i] - y; e == e {
				grad[i] = e * k
			} else {
				grad[i] = 0
			}
		}
	}
	return float64(sum) / float64(count)
}

// Absolute is the head for D targets scored by |y-f|.
type Absolute int

func (d Absolute) Outputs() int { return int(d) }
func (d Absolute) Targets() int { return int(d) }
func (d Absolute) Loss(grad, out, target []float32) float64 {
	return eachTarget(1, grad, out, target, func(o terms, y float64) (float64, terms) {
		e := o[0] - y
		return math.Abs(e), terms{sign(e)}
	})
}

// SMAPE is the head for D targets scored by 2|y-f| / (|y|+|f|), the symmetric
// error of Makridakis (1993); where y and f are both 0 the loss is 0.
type SMAPE int

func (d SMAPE) Outputs() int { return int(d) }
func (d SMAPE) Targets() int { return int(d) }
func (d SMAPE) Loss(grad, out, target []float32) float64 {
	return eachTarget(1, grad, out, target, func(o terms, y float64) (float64, terms) {
		f := o[0]
		den := math.Abs(y) + math.Abs(f)
		if den < 1e-12 {
			return 0, terms{}
		}
		num := math.Abs(y - f)
		return 2 * num / den, terms{2*sign(f-y)/den - 2*num*sign(f)/(den*den)}
	})
}

// Quantile is the head for D targets at several quantile levels; output
// d*len(Levels)+q is target d's quantile q, scored by twice the pinball loss
// (Koenker and Bassett 1978) averaged over the levels.
type Quantile struct {
	D      int
	Levels []float64 // each 0 < p < 1
}

func (h Quantile) Outputs() int { return h.D * len(h.Levels) }
func (h Quantile) Targets() int { return h.D }
func (h Quantile) Loss(grad, out, target []float32) float64 {
	q := len(h.Levels)
	count := 0
	for _, y := range target[:h.D] {
		if y == y {
			count++
		}
	}
	if grad != nil {
		clear(grad[:h.D*q])
	}
	if count == 0 {
		return 0
	}
	inv := 2 / float64(count*q)
	var loss float64
	for d, y := range target[:h.D] {
		if y != y {
			continue
		}
		for k, p := range h.Levels {
			e := float64(y) - float64(out[d*q+k])
			slope := p
			if e < 0 {
				slope = p - 1
			}
			loss += slope * e * inv
			if grad != nil {
				grad[d*q+k] = float32(-slope * inv)
			}
		}
	}
	return loss
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}
