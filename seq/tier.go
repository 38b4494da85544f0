package seq

import (
	"slices"

	"github.com/segue-go/segue/seq/internal/kernel"
)

// A Tier is a set of processor instructions that a network computes with.
// Results are identical bit for bit within a tier; tiers differ in the last
// bits. The zero value means the best that this processor has.
type Tier string

const (
	Portable Tier = "portable" // plain Go: the same results on every processor of one architecture
	SIMD128  Tier = "simd128"  // 128-bit vectors of WebAssembly
	NEON     Tier = "neon"     // 128-bit vectors of arm64
	AVX2     Tier = "avx2"     // 256-bit vectors with fused multiply-add
	AVX512   Tier = "avx512"   // 512-bit vectors (F, DQ, BW, VL)
)

// allTiers has the tiers in the order of package kernel, the slowest first.
var allTiers = [...]Tier{kernel.Portable: Portable, kernel.SIMD128: SIMD128, kernel.NEON: NEON, kernel.AVX2: AVX2, kernel.AVX512: AVX512}

// Tiers lists what this processor has, the slowest first. Portable is always
// there.
func Tiers() []Tier {
	var list []Tier
	for _, t := range kernel.Tiers() {
		list = append(list, allTiers[t])
	}
	return list
}

// Actual returns the tier that t stands for on this processor: the best for "",
// and the best one below t if the processor lacks t. It panics if t is not one of
// the constants.
func (t Tier) Actual() Tier { return allTiers[t.kernel()] }

func (t Tier) kernel() kernel.Tier {
	if t == "" {
		return kernel.Best()
	}
	i := slices.Index(allTiers[:], t)
	if i < 0 {
		panic("seq: unknown tier " + string(t))
	}
	has := kernel.Tiers()
	for has[len(has)-1] > kernel.Tier(i) {
		has = has[:len(has)-1]
	}
	return has[len(has)-1]
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
