package seq

import (
	"fmt"
	"math/rand/v2"
)

// A Head turns the network's real-valued outputs of one step into a loss. The
// network adds the linear layer that makes the outputs.
type Head interface {
	// Outputs is O, the number of values that the head reads.
	Outputs() int
	// Targets is D, the number of values that a step is scored against.
	Targets() int
	// Loss returns the loss of outputs out (O) against target (D), averaged
	// over the targets that are not NaN (0 if none), and stores its gradient
	// with respect to out in grad (O) unless grad is nil.
	Loss(grad, out, target []float32) float64
}

// A SequenceHead is a Head that scores a whole sequence at once. A sequence
// counts with the weight of its first step.
type SequenceHead interface {
	Head
	// SequenceLoss returns the loss of the outputs out (T,O) of one sequence
	// against its targets target (T,D) and stores its gradient with respect to
	// out in grad (T,O) unless grad is nil. Several goroutines may call it.
	SequenceLoss(grad, out, target []float32) float64
}

// A Sampler is a Head that can draw the target from its distribution.
type Sampler interface {
	Head
	// Sample draws a target (D) given outputs out (O).
	Sample(dst, out []float32, r *rand.Rand)
}

// HeadSpec names a head in a configuration.
type HeadSpec struct {
	Kind    string    `json:"kind,omitempty"`    // see New
	Targets int       `json:"targets,omitempty"` // D, default 1
	Levels  []float64 `json:"levels,omitempty"`  // for "quantile"
	Classes int       `json:"classes,omitempty"` // for "ctc": V, labels without the blank
}

// New makes the head: "mse", "mae", "smape", "quantile", "gaussian",
// "student", "negbin", "bernoulli", "ctc". For "" it is nil. For
// "none" it is nil too, and the network needs no factors: it is used for its
// hidden states.
func (s HeadSpec) New() (Head, error) {
	d := s.Targets
	if d == 0 {
		d = 1
	}
	if d < 1 || d > maxWidth {
		return nil, fmt.Errorf("seq: %w: head with %d targets", ErrConfig, d)
	}
	switch s.Kind {
	case "", "none":
		return nil, nil
	case "mse":
		return Squared(d), nil
	case "mae":
		return Absolute(d), nil
	case "smape":
		return SMAPE(d), nil
	case "quantile":
		if len(s.Levels) == 0 || len(s.Levels) > 1000 {
			return nil, fmt.Errorf("seq: %w: quantile head with %d levels", ErrConfig, len(s.Levels))
		}
		for _, p := range s.Levels {
			if !(p > 0 && p < 1) {
				return nil, fmt.Errorf("seq: %w: quantile level %v, want 0 < p < 1", ErrConfig, p)
			}
		}
		return Quantile{D: d, Levels: s.Levels}, nil
	case "gaussian":
		return Gaussian(d), nil
	case "student":
		return StudentT(d), nil
	case "negbin":
		return NegativeBinomial(d), nil
	case "bernoulli":
		return Bernoulli(d), nil
	case "ctc":
		if d != 1 || s.Classes < 1 || s.Classes >= maxWidth {
			return nil, fmt.Errorf("seq: %w: ctc head with %d classes and %d targets, want at least 1 and exactly 1", ErrConfig, s.Classes, d)
		}
		return CTC(s.Classes), nil
	}
	return nil, fmt.Errorf("seq: %w: unknown head %q", ErrConfig, s.Kind)
}

// terms holds up to three values per target, by value so that nothing escapes.
type terms [3]float64

// eachTarget scores the targets of a head one by one, each from k outputs: f returns the loss of one target and its k gradients.
func eachTarget(k int, grad, out, target []float32, f func(o terms, y float64) (float64, terms)) float64 {
	var loss float64
	count := 0
	for _, y := range target {
		if y == y {
			count++
		}
	}
	if grad != nil {
		clear(grad[:k*len(target)])
	}
	if count == 0 {
		return 0
	}
	inv := 1 / float64(count)
	for i, y := range target {
		if y != y {
			continue
		}
		var o terms
		for j := range k {
			o[j] = float64(out[i*k+j])
		}
		l, g := f(o, float64(y))
		loss += l * inv
		if grad != nil {
			for j := range k {
				grad[i*k+j] = float32(g[j] * inv)
			}
		}
	}
	return loss
}
