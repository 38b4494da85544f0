// Package kernel holds the inner loops of package seq: float32 matrix products
// on packed weights, the LSTM gate passes, softmax and the AdamW step.
//
// Every routine exists as a plain loop (portable.go), which is its definition, and
// generated for AVX2+FMA and AVX-512 (kernel_amd64.s, made by the generator in gen)
// and for NEON (kernel_arm64.s, gen/neon). They are methods of the [Tier] to compute with, so
// that two networks of one program can use different tiers. A caller may use
// only tiers that Tiers lists; the build tag noasm leaves only the plain loops.
// Results of one tier are identical from run to run and do not depend on how
// rows are divided among calls; tiers differ in the last bits.
//
// Matrices are row-major. "ld" is the distance in floats between rows.
package kernel

import "unsafe"

// A Tier is a set of instructions that the routines are written in.
type Tier int

const (
	Portable Tier = iota // plain Go
	SIMD128              // 128-bit vectors of WebAssembly
	NEON                 // 128-bit vectors of arm64
	AVX2                 // 256-bit vectors with fused multiply-add
	AVX512               // 512-bit vectors (F, DQ, BW, VL)
)

func (t Tier) String() string {
	return [...]string{"portable", "simd128", "neon", "avx2", "avx512"}[t]
}

// best is what the processor was found to support when the program started.
var best = detect()

// Best returns the highest tier that this machine supports.
func Best() Tier { return best }

// Tiers lists what this machine supports, Portable first.
func Tiers() []Tier {
	list := []Tier{Portable}
	for t := lowest; t <= best; t++ {
		list = append(list, t)
	}
	return list
}

const (
	panel  = 32  // columns in a panel of a packed matrix
	kBlock = 256 // rows of a packed matrix that one pass reads
	mBlock = 128 // rows of a left factor that stay in the L2 cache
)

// Alloc returns n zeroed floats that start on a cache line.
func Alloc(n int) []float32 {
	const line = 16
	s := make([]float32, n+line)
	off := int(uintptr(unsafe.Pointer(&s[0]))%64) / 4
	off = (line - off) % line
	return s[off : off+n : off+n]
}

func ptr(s []float32) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(s)) }

// need panics when a buffer is too short; it names the routine.
func need(routine string, s []float32, n int) {
	if len(s) < n {
		panic("kernel: " + routine + ": buffer too short")
	}
}
