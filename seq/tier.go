package seq

import (
	"slices"

	"github.com/segue-go/segue/seq/internal/kernel"
)

// A Tier says how a network's numbers are rounded. Results are identical bit for bit
// within a tier; tiers differ in the last bits. The zero value means the fastest that this
// processor has.
type Tier string

const (
	// Portable rounds every multiplication and every addition, in an order that vectors
	// can keep: the arithmetic of a network's layers has the same bits on every processor
	// and architecture, with assembly or without. Float64 in plain Go around it, such as
	// losses or the features of a series, may be fused on some architectures, so whole
	// answers are the same on all processors of one.
	Portable Tier = "portable"
	NEON     Tier = "neon"   // fused multiply-add, 128-bit vectors of arm64
	AVX2     Tier = "avx2"   // fused multiply-add, 256-bit vectors of amd64
	AVX512   Tier = "avx512" // fused multiply-add, 512-bit vectors (F, DQ, BW, VL)
)

// fused has the tiers with instructions of their own, the slowest first. What computes
// the portable one depends on the machine.
var fused = []struct {
	tier Tier
	by   kernel.Target
}{{NEON, kernel.NEON}, {AVX2, kernel.AVX2}, {AVX512, kernel.AVX512}}

// Tiers lists what this processor has, the slowest first. Portable is always
// there.
func Tiers() []Tier {
	list := []Tier{Portable}
	for _, f := range fused {
		if slices.Contains(kernel.Targets(), f.by) {
			list = append(list, f.tier)
		}
	}
	return list
}

// Actual returns the tier that t stands for on this processor: the best for "",
// and the best one below t if the processor lacks t. It panics if t is not one of
// the constants.
func (t Tier) Actual() Tier {
	by := t.kernel()
	for _, f := range fused {
		if f.by == by {
			return f.tier
		}
	}
	return Portable
}

// kernel returns the instructions that compute with t's rounding on this processor.
func (t Tier) kernel() kernel.Target {
	switch t {
	case "":
		return kernel.Best()
	case Portable:
		return kernel.Unfused()
	}
	by := kernel.Unfused()
	for _, f := range fused {
		if slices.Contains(kernel.Targets(), f.by) {
			by = f.by
		}
		if f.tier == t {
			return by
		}
	}
	panic("seq: unknown tier " + string(t))
}

// Peak measures how many float32 operations per second one core can do with the
// tier's instructions, in GFLOP/s. It takes a tenth of a second.
func (t Tier) Peak() float64 { return t.kernel().Peak() }

// On returns n with another tier for the passes, steppers and training made from
// it. It shares n's parameters and Meta. The tier is not kept in files: networks
// that were made or read have the zero one.
func (n *Net) On(t Tier) *Net {
	t.kernel() // panics if t is unknown
	c := *n
	c.tier = t
	return &c
}

// Tier returns the tier that n's passes, steppers and training compute with.
func (n *Net) Tier() Tier { return n.tier.Actual() }
