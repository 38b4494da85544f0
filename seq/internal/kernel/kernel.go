// Package kernel holds the inner loops of package seq: float32 matrix products
// on packed weights, the LSTM gate passes, softmax and the AdamW step.
//
// Every routine exists as a plain loop (portable.go), which is its definition, and with
// vectors: generated for amd64 and arm64 (kernel_*.s, made by the generators in gen), and
// by hand for WebAssembly (dispatch_wasm.go). They are methods of the [Target] to compute
// with, so that two networks of one program can use different ones. A caller may use
// only targets that Targets lists; the build tag noasm leaves only the plain loops.
//
// Instructions and results are two things. Targets that round every multiplication and
// every addition have the bits of the plain loops, on every architecture; those with fused
// multiply-add are faster, and each has last bits of its own. All results are identical
// from run to run and do not depend on how rows are divided among calls.
//
// Matrices are row-major. "ld" is the distance in floats between rows.
package kernel

import "unsafe"

// A Target is a set of instructions that the routines are written in.
type Target int

const (
	Plain       Target = iota // plain Go
	SIMD128                   // 128-bit vectors of WebAssembly
	NEONUnfused               // 128-bit vectors of arm64
	NEON                      // the same with fused multiply-add
	AVX2Unfused               // 256-bit vectors of amd64
	AVX2                      // the same with fused multiply-add
	AVX512                    // 512-bit vectors (F, DQ, BW, VL)
)

func (t Target) String() string {
	return [...]string{"plain", "simd128", "neon unfused", "neon", "avx2 unfused", "avx2", "avx512"}[t]
}

// fused reports whether t's results are its own, and not those of the plain loops.
func (t Target) fused() bool { return t == NEON || t == AVX2 || t == AVX512 }

// best is what the processor was found to support when the program started.
var best = detect()

// Best returns the fastest target of this machine.
func Best() Target { return best }

// Unfused returns the fastest target of this machine with the bits of the plain loops.
func Unfused() Target {
	if best < lowest {
		return Plain
	}
	return lowest
}

// Targets lists what this machine supports, Plain first and the fastest last.
func Targets() []Target {
	list := []Target{Plain}
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
