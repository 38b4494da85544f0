// Command gen writes the assembly of package kernel: every routine for AVX-512, for
// AVX2+FMA, and for AVX2 with the bits of the plain loops, from the same source. Run it with
// `make generate`; CI fails when the committed files are stale.
//
// What each routine computes is written as a plain loop in package kernel
// (portable.go); this program only decides how.
package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A target is one vector width, registers of w float32 lanes, with fused multiply-add or
// without.
type target struct {
	name  string
	w     int // lanes
	fused bool
}

var targets = []target{{"AVX512", 16, true}, {"AVX2", 8, true}, {"AVX2Unfused", 8, false}}

func (t target) wide() bool { return t.w == 16 }

func (t target) vec() reg.VecVirtual {
	if t.wide() {
		return ZMM()
	}
	return YMM()
}

func main() {
	Package("github.com/segue-go/segue/seq/internal/kernel")
	ConstraintExpr("!noasm")
	constants()
	for _, t := range targets {
		t.gemm(2)
		t.gemm(1)
		if !t.wide() {
			t.gemmWhole()
		}
		t.gemv()
		if t.fused { // those weights are rounded to eight bits anyway
			t.gemvHalf()
		}
		t.lstmForward()
		t.lstmBackward()
		t.unary("sigmoid", t.sigmoid)
		t.unary("tanh", t.tanh)
		t.expSum()
		t.adam()
		t.peak()
		if t.fused { // the others have no product that an addition follows
			t.maximum()
			t.scale()
			t.colSum()
			t.packRows()
		}
	}
	cpuid()
	Generate()
}

// args gives the fields of the routine's argument block, eight bytes each.
type args struct{ base reg.Register }

func loadArgs() args {
	p := Load(Param("args"), GP64())
	return args{p}
}

func (a args) mem(i int) Mem { return Mem{Base: a.base, Disp: 8 * i} }

func (a args) get(i int) reg.GPVirtual {
	r := GP64()
	MOVQ(a.mem(i), r)
	return r
}

func (t target) begin(name, structName, doc string) args {
	TEXT(name+t.name, NOSPLIT, fmt.Sprintf("func(args *%s)", structName))
	Pragma("noescape")
	Doc(fmt.Sprintf("%s%s %s", name, t.name, doc))
	return loadArgs()
}

func end() {
	VZEROUPPER()
	RET()
}

// ---- constants: one 64-byte row each, so that a memory operand of any width can read it ----

var constAt = map[string]Mem{}

func constants() {
	f := []struct {
		name string
		v    float32
	}{
		{"one", 1}, {"two", 2}, {"log2e", 1.44269504088896341},
		{"ln2hi", 0.693359375}, {"ln2lo", -2.12194440e-4},
		{"hi", 88}, {"lo", -87},
		{"p2", expPoly[0]}, {"p3", expPoly[1]}, {"p4", expPoly[2]}, {"p5", expPoly[3]}, {"p6", expPoly[4]},
	}
	for _, c := range f {
		m := GLOBL("k_"+c.name, attr.RODATA|attr.NOPTR)
		for i := 0; i < 16; i++ {
			DATA(4*i, U32(math.Float32bits(c.v)))
		}
		constAt[c.name] = m
	}
	m := GLOBL("k_bias", attr.RODATA|attr.NOPTR)
	for i := 0; i < 16; i++ {
		DATA(4*i, U32(127))
	}
	constAt["bias"] = m
	m = GLOBL("k_mask", attr.RODATA|attr.NOPTR)
	for i := 0; i < 16; i++ {
		v := uint32(0)
		if i < 8 {
			v = 0xffffffff
		}
		DATA(4*i, U32(v))
	}
	constAt["mask"] = m
}

func k(name string) Mem { return constAt[name] }

func (t target) load(name string) reg.VecVirtual {
	v := t.vec()
	VMOVUPS(k(name), v)
	return v
}

// ---- multiply-adds ----

// addmul emits sum += x*y. Without fused multiply-add y is lost where it is the scratch
// register too.
func (t target) addmul(x Op, y, sum, scratch reg.VecVirtual) {
	if t.fused {
		VFMADD231PS(x, y, sum)
		return
	}
	VMULPS(x, y, scratch)
	VADDPS(scratch, sum, sum)
}

// submul emits sum -= x*y.
func (t target) submul(x Op, y, sum reg.VecVirtual) {
	if t.fused {
		VFNMADD231PS(x, y, sum)
		return
	}
	product := t.vec()
	VMULPS(x, y, product)
	VSUBPS(product, sum, sum)
}

// muladd emits x = x*y + z.
func (t target) muladd(x, y reg.VecVirtual, z Op) {
	if t.fused {
		VFMADD213PS(z, y, x)
		return
	}
	VMULPS(y, x, x)
	VADDPS(z, x, x)
}

// ---- masks ----

// A lane mask: nil means all lanes.
type mask struct {
	k reg.OpmaskVirtual // AVX-512
	v reg.VecVirtual    // AVX2
}

// maskOf makes the mask of the first n lanes, 0 <= n <= w; n is a register.
func (t target) maskOf(n reg.GPVirtual) *mask {
	if t.wide() {
		one, c := GP64(), reg.RCX
		MOVQ(n, c)
		MOVQ(U32(1), one)
		SHLQ(reg.CL, one)
		DECQ(one)
		kr := K()
		KMOVW(one.As32(), kr)
		return &mask{k: kr}
	}
	p, off := GP64(), GP64()
	LEAQ(k("mask"), p)
	MOVQ(U32(8), off)
	SUBQ(n, off)
	v := YMM()
	VMOVUPS(Mem{Base: p, Index: off, Scale: 4}, v)
	return &mask{v: v}
}

func (t target) loadM(m Mem, dst reg.VecVirtual, mk *mask) {
	switch {
	case mk == nil:
		VMOVUPS(m, dst)
	case t.wide():
		VMOVUPS_Z(m, mk.k, dst)
	default:
		VMASKMOVPS(m, mk.v, dst)
	}
}

func (t target) storeM(src reg.VecVirtual, m Mem, mk *mask) {
	switch {
	case mk == nil:
		VMOVUPS(src, m)
	case t.wide():
		VMOVUPS(src, mk.k, m)
	default:
		VMASKMOVPS(src, mk.v, m)
	}
}

// lanes runs body over n floats, a full vector at a time and then masked.
// off is the byte offset that body adds to its pointers.
func (t target) lanes(label string, n reg.GPVirtual, body func(off reg.GPVirtual, mk *mask)) {
	off, left := GP64(), GP64()
	XORQ(off, off)
	MOVQ(n, left)
	Label(label + "_full")
	CMPQ(left, U8(t.w))
	JL(LabelRef(label + "_tail"))
	body(off, nil)
	ADDQ(U8(4*t.w), off)
	SUBQ(U8(t.w), left)
	JMP(LabelRef(label + "_full"))
	Label(label + "_tail")
	TESTQ(left, left)
	JZ(LabelRef(label + "_end"))
	body(off, t.maskOf(left))
	Label(label + "_end")
}

func at(p reg.Register, off reg.Register) Mem { return Mem{Base: p, Index: off, Scale: 1} }
