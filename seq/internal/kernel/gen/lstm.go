package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// lstmForward emits the gate pass of the forward direction.
func (t target) lstmForward() {
	a := t.begin("lstmForward", "lstmArgs", "applies the LSTM gates to rows of pre-activations; see lstmForwardLoop.")
	rows, h := a.get(0), a.get(1)
	g, cp, c, tc, ho := a.get(2), a.get(3), a.get(4), a.get(5), a.get(6)
	h4 := GP64() // bytes of one gate
	MOVQ(h, h4)
	SHLQ(U8(2), h4)
	Label("row")
	TESTQ(rows, rows)
	JZ(LabelRef("done"))
	h8 := GP64()
	LEAQ(Mem{Base: h4, Index: h4, Scale: 2}, h8)
	t.lanes("gates", h, func(off reg.GPVirtual, mk *mask) {
		p := GP64()
		LEAQ(at(g, off), p)
		at3 := at(p, h8)
		i, f, u, o := t.vec(), t.vec(), t.vec(), t.vec()
		t.loadM(Mem{Base: p}, i, mk)
		t.sigmoid(i)
		t.storeM(i, Mem{Base: p}, mk)
		t.loadM(at(p, h4), f, mk)
		t.sigmoid(f)
		t.storeM(f, at(p, h4), mk)
		t.loadM(Mem{Base: p, Index: h4, Scale: 2}, u, mk)
		t.tanh(u)
		t.storeM(u, Mem{Base: p, Index: h4, Scale: 2}, mk)
		t.loadM(at3, o, mk)
		t.sigmoid(o)
		t.storeM(o, at3, mk)
		x := t.vec()
		t.loadM(at(cp, off), x, mk)
		VMULPS(i, u, u)
		t.muladd(x, f, u) // x = x*f + u
		t.storeM(x, at(c, off), mk)
		t.tanh(x)
		t.storeM(x, at(tc, off), mk)
		VMULPS(o, x, x)
		t.storeM(x, at(ho, off), mk)
	})
	LEAQ(Mem{Base: g, Index: h4, Scale: 4}, g)
	for _, p := range []reg.GPVirtual{cp, c, tc, ho} {
		ADDQ(h4, p)
	}
	DECQ(rows)
	JMP(LabelRef("row"))
	Label("done")
	end()
}

// lstmBackward emits the gate pass of the backward direction.
func (t target) lstmBackward() {
	a := t.begin("lstmBackward", "lstmArgs", "turns dh and dc into gate gradients; see lstmBackwardLoop.")
	rows, h := a.get(0), a.get(1)
	g, cp, dcp, tc, dh, dc := a.get(2), a.get(3), a.get(4), a.get(5), a.get(6), a.get(7)
	h4 := GP64()
	MOVQ(h, h4)
	SHLQ(U8(2), h4)
	Label("row")
	TESTQ(rows, rows)
	JZ(LabelRef("done"))
	h8 := GP64()
	LEAQ(Mem{Base: h4, Index: h4, Scale: 2}, h8)
	t.lanes("gates", h, func(off reg.GPVirtual, mk *mask) {
		p := GP64()
		LEAQ(at(g, off), p)
		gi, gf := Mem{Base: p}, at(p, h4)
		gu, gout := Mem{Base: p, Index: h4, Scale: 2}, at(p, h8)
		one := t.load("one")
		x, o, tv, d := t.vec(), t.vec(), t.vec(), t.vec()
		// output gate: do = dh*tc*o*(1-o); dc += dh*o*(1-tc²)
		t.loadM(at(dh, off), x, mk)
		t.loadM(gout, o, mk)
		t.loadM(at(tc, off), tv, mk)
		t.loadM(at(dc, off), d, mk)
		w, s := t.vec(), t.vec()
		VMULPS(x, o, x) // dh*o
		VMOVAPS(one, w)
		t.submul(tv, tv, w)  // 1-tc²
		t.addmul(w, x, d, w) // dc
		VSUBPS(o, one, s)
		VMULPS(tv, x, x)
		VMULPS(s, x, x)
		t.storeM(x, gout, mk)
		// input gate and candidate
		i, u := t.vec(), t.vec()
		t.loadM(gi, i, mk)
		t.loadM(gu, u, mk)
		di := t.vec()
		VMULPS(d, i, di) // dc*i
		VSUBPS(i, one, s)
		VMULPS(u, di, x)
		VMULPS(s, x, x)
		t.storeM(x, gi, mk)
		VMOVAPS(one, w)
		t.submul(u, u, w)
		VMULPS(w, di, di)
		t.storeM(di, gu, mk)
		// forget gate: df = dc*cprev*f*(1-f); dcprev = dc*f
		f, cv := t.vec(), t.vec()
		t.loadM(gf, f, mk)
		t.loadM(at(cp, off), cv, mk)
		VMULPS(f, d, d)
		t.storeM(d, at(dcp, off), mk)
		VSUBPS(f, one, s)
		VMULPS(cv, d, d)
		VMULPS(s, d, d)
		t.storeM(d, gf, mk)
	})
	LEAQ(Mem{Base: g, Index: h4, Scale: 4}, g)
	for _, p := range []reg.GPVirtual{cp, dcp, tc, dh, dc} {
		ADDQ(h4, p)
	}
	DECQ(rows)
	JMP(LabelRef("row"))
	Label("done")
	end()
}
