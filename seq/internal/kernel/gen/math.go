package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// expPoly holds the coefficients of r^2..r^6 of exp on |r| <= ln2/2
// (weighted minimax fit with 1 + r fixed; relative error below 3e-9).
var expPoly = [5]float32{0.49999993451647473, 0.16666520688956793, 0.041668387370335735, 0.008368709928165043, 0.001381461318005624}

// exp replaces x by e^x, x clamped to [-87, 88]; NaN stays NaN.
func (t target) exp(x reg.VecVirtual) {
	lo, hi := t.load("lo"), t.load("hi")
	VMAXPS(x, lo, x)
	VMINPS(x, hi, x)
	n, p := t.vec(), t.vec()
	VMULPS(k("log2e"), x, n)
	if t.wide() {
		VRNDSCALEPS(U8(0), n, n)
	} else {
		VROUNDPS(U8(0), n, n)
	}
	t.submul(k("ln2hi"), n, x)
	t.submul(k("ln2lo"), n, x)
	VMOVUPS(k("p6"), p)
	for _, c := range []string{"p5", "p4", "p3", "p2", "one", "one"} {
		t.muladd(p, x, k(c))
	}
	if t.wide() {
		VSCALEFPS(n, p, x)
		return
	}
	e := t.vec()
	VCVTPS2DQ(n, e)
	VPADDD(k("bias"), e, e)
	VPSLLD(U8(23), e, e)
	VMULPS(e, p, x)
}

// sigmoid replaces x by 1/(1+e^-x).
func (t target) sigmoid(x reg.VecVirtual) {
	z := t.vec()
	t.zero(z)
	VSUBPS(x, z, x)
	t.exp(x)
	VADDPS(k("one"), x, x)
	t.reciprocal(x)
}

// tanh replaces x by 1 - 2/(1+e^2x).
func (t target) tanh(x reg.VecVirtual) {
	VADDPS(x, x, x)
	t.exp(x)
	VADDPS(k("one"), x, x)
	t.reciprocal(x)
	one := t.load("one")
	if t.fused {
		VFNMADD132PS(k("two"), one, x) // x = one - x*two
		return
	}
	VADDPS(x, x, x)
	VSUBPS(x, one, x)
}

func (t target) zero(v reg.VecVirtual) {
	if t.wide() {
		VPXORD(v, v, v)
	} else {
		VXORPS(v, v, v)
	}
}

// reciprocal replaces x by 1/x: on AVX-512 a 14-bit guess and one Newton step.
func (t target) reciprocal(x reg.VecVirtual) {
	if !t.wide() {
		one := t.load("one")
		VDIVPS(x, one, x)
		return
	}
	y, e := t.vec(), t.load("two")
	VRCP14PS(x, y)
	VFNMADD231PS(x, y, e) // e = 2 - x*y
	VMULPS(e, y, x)
}

// unary emits name: dst[i] = f(src[i]) for i < n.
func (t target) unary(name string, f func(reg.VecVirtual)) {
	a := t.begin(name, "unaryArgs", "sets dst[i] = "+name+"(src[i]) for i < n.")
	dst, src, n := a.get(0), a.get(1), a.get(2)
	t.lanes(name, n, func(off reg.GPVirtual, mk *mask) {
		x := t.vec()
		t.loadM(at(src, off), x, mk)
		f(x)
		t.storeM(x, at(dst, off), mk)
	})
	end()
}

// expSum emits: dst[i] = exp(src[i]-shift), sum += dst[i]. Where it must have the bits of
// the plain loops, package kernel adds up.
func (t target) expSum() {
	a := t.begin("expSum", "expSumArgs", "sets dst[i] = exp(src[i]-shift) for i < n and stores the sum of dst.")
	dst, src, n := a.get(0), a.get(1), a.get(2)
	shift, sum := t.vec(), t.vec()
	VBROADCASTSS(a.mem(3), shift)
	t.zero(sum)
	t.lanes("expsum", n, func(off reg.GPVirtual, mk *mask) {
		x := t.vec()
		t.loadM(at(src, off), x, mk)
		VSUBPS(shift, x, x)
		t.exp(x)
		t.storeM(x, at(dst, off), mk)
		switch {
		case !t.fused:
		case mk == nil:
			VADDPS(x, sum, sum)
		case t.wide():
			VADDPS(x, sum, mk.k, sum)
		default:
			VANDPS(mk.v, x, x)
			VADDPS(x, sum, sum)
		}
	})
	if !t.fused {
		end()
		return
	}
	low := t.halves(sum, func(a, b reg.Register) { VADDPS(a, b, b) })
	VHADDPS(low, low, low)
	VHADDPS(low, low, low)
	VMOVSS(low, a.mem(4))
	end()
}

// colSum emits: dst[j] += sum over rows of src[i*ld+j].
func (t target) colSum() {
	a := t.begin("colSum", "colSumArgs", "adds src[i*ld+j] for all i < rows to dst[j], j < n; ld in bytes.")
	dst, src, n, rows, ld := a.get(0), a.get(1), a.get(2), a.get(3), a.get(4)
	block := func(label string, off reg.GPVirtual, vecs int, mk *mask) {
		acc := make([]reg.VecVirtual, vecs)
		for i := range acc {
			acc[i] = t.vec()
			t.loadM(Mem{Base: dst, Index: off, Scale: 1, Disp: 4 * t.w * i}, acc[i], mk)
		}
		p, r := GP64(), GP64()
		LEAQ(at(src, off), p)
		MOVQ(rows, r)
		Label(label)
		for i := range acc {
			if mk == nil {
				VADDPS(Mem{Base: p, Disp: 4 * t.w * i}, acc[i], acc[i])
				continue
			}
			x := t.vec()
			t.loadM(Mem{Base: p, Disp: 4 * t.w * i}, x, mk)
			VADDPS(x, acc[i], acc[i])
		}
		ADDQ(ld, p)
		DECQ(r)
		JNZ(LabelRef(label))
		for i := range acc {
			t.storeM(acc[i], Mem{Base: dst, Index: off, Scale: 1, Disp: 4 * t.w * i}, mk)
		}
	}
	TESTQ(rows, rows)
	JZ(LabelRef("done"))
	off, left := GP64(), GP64()
	XORQ(off, off)
	MOVQ(n, left)
	for _, vecs := range []int{4, 1} {
		name := map[int]string{4: "four", 1: "single"}[vecs]
		next := map[int]string{4: "single", 1: "tail"}[vecs]
		Label(name)
		CMPQ(left, U8(t.w*vecs))
		JL(LabelRef(next))
		block(name+"_rows", off, vecs, nil)
		ADDQ(U32(4*t.w*vecs), off)
		SUBQ(U8(t.w*vecs), left)
		JMP(LabelRef(name))
	}
	Label("tail")
	TESTQ(left, left)
	JZ(LabelRef("done"))
	block("tail_rows", off, 1, t.maskOf(left))
	Label("done")
	end()
}

// adam emits one AdamW update (Loshchilov and Hutter 2019, algorithm 2).
func (t target) adam() {
	a := t.begin("adam", "adamArgs", "does one AdamW step over n parameters; see adamLoop.")
	p, g, m, v, n := a.get(0), a.get(1), a.get(2), a.get(3), a.get(4)
	c := make([]reg.VecVirtual, 8)
	for i := range c {
		c[i] = t.vec()
		VBROADCASTSS(Mem{Base: a.base, Disp: 40 + 4*i}, c[i])
	}
	scale, b1, c1, b2, c2, step, eps, keep := c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]
	root := t.vec()
	VBROADCASTSS(Mem{Base: a.base, Disp: 72}, root)
	t.lanes("adam", n, func(off reg.GPVirtual, mk *mask) {
		x, y, z, w := t.vec(), t.vec(), t.vec(), t.vec()
		t.loadM(at(g, off), x, mk)
		VMULPS(scale, x, x)
		t.loadM(at(m, off), y, mk)
		VMULPS(b1, y, y)
		t.addmul(c1, x, y, w)
		t.storeM(y, at(m, off), mk)
		t.loadM(at(v, off), z, mk)
		VMULPS(b2, z, z)
		VMULPS(x, x, x)
		t.addmul(c2, x, z, w)
		t.storeM(z, at(v, off), mk)
		VSQRTPS(z, z)
		t.muladd(z, root, eps) // z = sqrt(v)*root + eps
		VMULPS(step, y, y)
		VDIVPS(z, y, y)
		t.loadM(at(p, off), x, mk)
		VMULPS(keep, x, x)
		VSUBPS(y, x, x)
		t.storeM(x, at(p, off), mk)
	})
	end()
}

// halves combines the lanes of v down to the four of an XMM register.
func (t target) halves(v reg.VecVirtual, combine func(a, b reg.Register)) reg.VecVirtual {
	high := XMM()
	if t.wide() {
		h := YMM()
		VEXTRACTF64X4(U8(1), v, h)
		combine(v.AsY(), h)
		VEXTRACTF128(U8(1), h, high)
		combine(h.AsX(), high)
		return high
	}
	VEXTRACTF128(U8(1), v, high)
	combine(v.AsX(), high)
	return high
}

// maximum emits the largest of n >= 1 values.
func (t target) maximum() {
	a := t.begin("maximum", "expSumArgs", "stores the largest of src[i], i < n, as sum.")
	src, n := a.get(1), a.get(2)
	top := t.vec()
	VBROADCASTSS(Mem{Base: src}, top)
	t.lanes("max", n, func(off reg.GPVirtual, mk *mask) {
		x := t.vec()
		switch {
		case mk == nil:
			VMAXPS(at(src, off), top, top)
		case t.wide():
			t.loadM(at(src, off), x, mk)
			VMAXPS(x, top, mk.k, top)
		default:
			t.loadM(at(src, off), x, mk)
			VBLENDVPS(mk.v, x, top, x)
			VMAXPS(x, top, top)
		}
	})
	low, y := t.halves(top, func(a, b reg.Register) { VMAXPS(a, b, b) }), XMM()
	VSHUFPS(U8(0x4e), low, low, y)
	VMAXPS(y, low, low)
	VSHUFPS(U8(0xb1), low, low, y)
	VMAXPS(y, low, low)
	VMOVSS(low, a.mem(4))
	end()
}

// scale emits dst[i] = src[i] * shift.
func (t target) scale() {
	a := t.begin("scale", "expSumArgs", "sets dst[i] = src[i]*shift for i < n.")
	dst, src, n := a.get(0), a.get(1), a.get(2)
	k := t.vec()
	VBROADCASTSS(a.mem(3), k)
	t.lanes("scale", n, func(off reg.GPVirtual, mk *mask) {
		x := t.vec()
		t.loadM(at(src, off), x, mk)
		VMULPS(k, x, x)
		t.storeM(x, at(dst, off), mk)
	})
	end()
}
