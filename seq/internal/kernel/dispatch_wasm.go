//go:build wasm && goexperiment.simd && !noasm

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// lowest is the first target that has instructions of this architecture.
const lowest = SIMD128

// detect: an engine without the instructions refuses the whole module, so that the page
// has one without them too.
func detect() Target { return SIMD128 }

func (Target) tileRows() int { return 8 }

func (Target) fma(n int) int { return fmaLoop(n) }

type vec = archsimd.Float32x4

const lanes = 4

func load(p unsafe.Pointer, i int) vec {
	return archsimd.LoadFloat32x4Array((*[lanes]float32)(unsafe.Add(p, 4*i)))
}
func store(p unsafe.Pointer, i int, v vec) { v.StoreArray((*[lanes]float32)(unsafe.Add(p, 4*i))) }

// gemmAsm covers the n <= 32 columns of a panel, eight at a time. Multiplications and
// sums are rounded in the order of gemmLoop, so that the bits are the same.
func (t Target) gemmAsm(args *gemmArgs, n int) bool {
	if t != SIMD128 {
		return false
	}
	const width = 2 * lanes
	var rest [4 * width]float32
	for j := 0; j < n; j += width {
		cols := min(width, n-j)
		b := offset(args.b, j)
		for i, rows := 0, int(args.rows); i < rows; {
			high := 1
			if rows-i >= 4 {
				high = 4
			}
			a := unsafe.Add(args.a, i*int(args.rs))
			init, ldi := unsafe.Add(args.init, i*int(args.ldi)+4*j), args.ldi
			c, ldc := unsafe.Add(args.c, i*int(args.ldc)+4*j), args.ldc
			from, to := init, c
			if cols < width {
				for r := range high {
					copy(rest[r*width:][:cols], unsafe.Slice((*float32)(unsafe.Add(init, r*int(ldi))), cols))
				}
				from, to, ldi, ldc = unsafe.Pointer(&rest), unsafe.Pointer(&rest), 4*width, 4*width
			}
			if high == 4 {
				gemmFour(a, args.rs, args.cs, b, from, ldi, to, ldc, int(args.k))
			} else {
				gemmOne(a, args.cs, b, from, to, int(args.k))
			}
			if cols < width {
				for r := range high {
					copy(unsafe.Slice((*float32)(unsafe.Add(c, r*int(args.ldc))), cols), rest[r*width:])
				}
			}
			i += high
		}
	}
	return true
}

// gemmFour computes four rows of eight columns.
func gemmFour(a unsafe.Pointer, rs, cs uintptr, b, init unsafe.Pointer, ldi uintptr, c unsafe.Pointer, ldc uintptr, k int) {
	i1, i2, i3 := unsafe.Add(init, ldi), unsafe.Add(init, 2*ldi), unsafe.Add(init, 3*ldi)
	s00, s01 := load(init, 0), load(init, 4)
	s10, s11 := load(i1, 0), load(i1, 4)
	s20, s21 := load(i2, 0), load(i2, 4)
	s30, s31 := load(i3, 0), load(i3, 4)
	a1, a2, a3 := unsafe.Add(a, rs), unsafe.Add(a, 2*rs), unsafe.Add(a, 3*rs)
	for range k {
		b0, b1 := load(b, 0), load(b, 4)
		x := archsimd.BroadcastFloat32x4(*(*float32)(a))
		s00, s01 = s00.Add(x.Mul(b0)), s01.Add(x.Mul(b1))
		x = archsimd.BroadcastFloat32x4(*(*float32)(a1))
		s10, s11 = s10.Add(x.Mul(b0)), s11.Add(x.Mul(b1))
		x = archsimd.BroadcastFloat32x4(*(*float32)(a2))
		s20, s21 = s20.Add(x.Mul(b0)), s21.Add(x.Mul(b1))
		x = archsimd.BroadcastFloat32x4(*(*float32)(a3))
		s30, s31 = s30.Add(x.Mul(b0)), s31.Add(x.Mul(b1))
		a, a1, a2, a3 = unsafe.Add(a, cs), unsafe.Add(a1, cs), unsafe.Add(a2, cs), unsafe.Add(a3, cs)
		b = unsafe.Add(b, 4*panel)
	}
	c1, c2, c3 := unsafe.Add(c, ldc), unsafe.Add(c, 2*ldc), unsafe.Add(c, 3*ldc)
	store(c, 0, s00)
	store(c, 4, s01)
	store(c1, 0, s10)
	store(c1, 4, s11)
	store(c2, 0, s20)
	store(c2, 4, s21)
	store(c3, 0, s30)
	store(c3, 4, s31)
}

// gemmOne computes one row of eight columns.
func gemmOne(a unsafe.Pointer, cs uintptr, b, init, c unsafe.Pointer, k int) {
	s0, s1 := load(init, 0), load(init, 4)
	for range k {
		x := archsimd.BroadcastFloat32x4(*(*float32)(a))
		s0, s1 = s0.Add(x.Mul(load(b, 0))), s1.Add(x.Mul(load(b, 4)))
		a, b = unsafe.Add(a, cs), unsafe.Add(b, 4*panel)
	}
	store(c, 0, s0)
	store(c, 4, s1)
}

// gemvAsm computes whole panels in one pass over their rows.
func (t Target) gemvAsm(args *gemvArgs) bool {
	if t != SIMD128 {
		return false
	}
	b := args.b
	for j := 0; j < int(args.n); j += panel {
		init, c, a := offset(args.init, j), offset(args.c, j), args.a
		s0, s1, s2, s3 := load(init, 0), load(init, 4), load(init, 8), load(init, 12)
		s4, s5, s6, s7 := load(init, 16), load(init, 20), load(init, 24), load(init, 28)
		for range int(args.k) {
			x := archsimd.BroadcastFloat32x4(*(*float32)(a))
			s0, s1, s2, s3 = s0.Add(x.Mul(load(b, 0))), s1.Add(x.Mul(load(b, 4))), s2.Add(x.Mul(load(b, 8))), s3.Add(x.Mul(load(b, 12)))
			s4, s5, s6, s7 = s4.Add(x.Mul(load(b, 16))), s5.Add(x.Mul(load(b, 20))), s6.Add(x.Mul(load(b, 24))), s7.Add(x.Mul(load(b, 28)))
			a, b = unsafe.Add(a, 4), unsafe.Add(b, 4*panel)
		}
		store(c, 0, s0)
		store(c, 4, s1)
		store(c, 8, s2)
		store(c, 12, s3)
		store(c, 16, s4)
		store(c, 20, s5)
		store(c, 24, s6)
		store(c, 28, s7)
	}
	return true
}

// The other routines are those of training, which a page does little of: plain loops.

func (Target) lstmBackwardAsm(*lstmArgs) bool { return false }
func (Target) adamAsm(*adamArgs) bool         { return false }
func (Target) gemvHalfAsm(*gemvArgs) bool     { return false }
func (Target) packAsm(*packArgs) bool         { return false }
