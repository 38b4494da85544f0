package seq

import (
	"math"

	"github.com/segue-go/segue/seq/internal/layer"
	"github.com/segue-go/segue/seq/repro"
)

// CTC is the head for label sequences that are shorter than what is read and
// not aligned with it, such as the digits in a recording: connectionist
// temporal classification (Graves et al. 2006). Its value is V, the number of
// labels, which are numbered 1 to V. Outputs are the logits of the blank (0)
// and of the labels at every step; the loss is the negative log probability, in
// nats, of all the ways in which the outputs can spell the sequence.
//
// Batch.Target holds the label sequence from the first step on, one label a
// step, ended by NaN. A sequence that no alignment can spell (it needs a
// step for every label and one more between equal neighbours) has the loss
// +Inf.
type CTC int

// Outputs is V+1.
func (c CTC) Outputs() int { return int(c) + 1 }

// Targets is 1.
func (c CTC) Targets() int { return 1 }

// Loss is SequenceLoss of a sequence of one step.
func (c CTC) Loss(grad, out, target []float32) float64 { return c.SequenceLoss(grad, out, target) }

// SequenceLoss implements SequenceHead with the forward-backward algorithm
// (Graves et al. 2006, equations 6 to 16), in logarithms.
func (c CTC) SequenceLoss(grad, out, target []float32) float64 {
	o := c.Outputs()
	steps := len(out) / o
	path := c.path(target)
	p := make([]float64, steps*o) // log softmax
	for t := range steps {
		logSoftmax(p[t*o:(t+1)*o], out[t*o:(t+1)*o])
	}
	s := len(path)
	// alpha (T,S): log probability of having spelt path[:s+1] after step t.
	alpha := make([]float64, steps*s)
	for t := range steps {
		for j, label := range path {
			a := math.Inf(-1)
			switch {
			case t > 0:
				a = reach(alpha[(t-1)*s:t*s], path, j)
			case j < 2:
				a = 0
			}
			alpha[t*s+j] = a + p[t*o+label]
		}
	}
	end := alpha[(steps-1)*s:]
	total := end[s-1]
	if s > 1 {
		total = logAdd(total, end[s-2])
	}
	if grad != nil {
		c.gradient(grad, p, alpha, path, total)
	}
	return -total
}

// path is the label sequence with blanks around and between its labels.
func (c CTC) path(target []float32) []int {
	path := []int{0}
	for _, y := range target {
		if y != y {
			break
		}
		label := int(y)
		if label < 1 || label > int(c) {
			panic("seq: CTC: label out of range")
		}
		path = append(path, label, 0)
	}
	return path
}

// reach is the log probability of reaching position j of the path from the
// positions allowed one step earlier: from the same position, from the one before, or past a
// blank between different labels.
func reach(before []float64, path []int, j int) float64 {
	a := before[j]
	if j > 0 {
		a = logAdd(a, before[j-1])
	}
	if j > 1 && path[j] != 0 && path[j] != path[j-2] {
		a = logAdd(a, before[j-2])
	}
	return a
}

// gradient stores the softmax minus the posterior probability of each output at
// each step, given the label sequence.
func (c CTC) gradient(grad []float32, p, alpha []float64, path []int, total float64) {
	o, s := c.Outputs(), len(path)
	steps := len(p) / o
	beta, next := make([]float64, s), make([]float64, s)
	shown := make([]float64, o)
	for t := steps - 1; t >= 0; t-- {
		for j := range path {
			b := math.Inf(-1)
			switch {
			case t < steps-1:
				// the mirror image of reach: next includes step t+1's outputs
				b = next[j]
				if j+1 < s {
					b = logAdd(b, next[j+1])
				}
				if j+2 < s && path[j] != 0 && path[j] != path[j+2] {
					b = logAdd(b, next[j+2])
				}
			case j >= s-2:
				b = 0
			}
			beta[j] = b
		}
		clear(shown)
		for j, label := range path {
			if v := alpha[t*s+j] + beta[j] - total; v == v {
				shown[label] += repro.Exp(v)
			}
			next[j] = beta[j] + p[t*o+label]
		}
		for k := range o {
			grad[t*o+k] = float32(repro.Exp(p[t*o+k]) - shown[k])
		}
	}
}

// Decode returns the labels that the outputs out (T,V+1) of one sequence spell:
// the most likely label of every step, with repeats merged and blanks dropped (best path
// decoding, Graves et al. 2006).
func (c CTC) Decode(out []float32) []int {
	o := c.Outputs()
	var labels []int
	last := 0
	for t := range len(out) / o {
		best := 0
		for k, v := range out[t*o : (t+1)*o] {
			if v > out[t*o+best] {
				best = k
			}
		}
		if best != 0 && best != last {
			labels = append(labels, best)
		}
		last = best
	}
	return labels
}

func logSoftmax(dst []float64, logits []float32) {
	lse := layer.LogSumExp(logits)
	for i, v := range logits {
		dst[i] = float64(v) - lse
	}
}

// logAdd is log(exp(a)+exp(b)).
func logAdd(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(b, -1) {
		return a
	}
	return a + math.Log1p(repro.Exp(b-a))
}
