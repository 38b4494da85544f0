package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// rowsPerTile is the height of the register tile: 8x32 on AVX-512 (16
// accumulators), 6x16 on AVX2 (12 accumulators).
func (t target) rowsPerTile() int {
	if t.wide() {
		return 8
	}
	return 6
}

// gemm emits the micro-kernel over one panel of B that is vecs vectors wide:
//
//	c[i][j] = init[i][j] + sum_p a[i*rs+p*cs] * b[p][j]   for i < rows, p < k
//
// b's rows lie 128 bytes apart (one packed panel); mask says which columns of
// the last vector exist.
func (t target) gemm(vecs int) {
	a := t.begin(fmt.Sprintf("gemm%d", vecs), "gemmArgs", "computes rows of one panel; see gemmLoop.")
	pa, rs, cs, pb, init, pc, rows := a.get(0), a.get(1), a.get(2), a.get(3), a.get(4), a.get(6), a.get(9)
	ldi, ldc := a.mem(5), a.mem(7)
	rs3 := GP64()
	LEAQ(Mem{Base: rs, Index: rs, Scale: 2}, rs3)
	full := t.rowsPerTile()

	panel := gemmPanel{t: t, a: a, vecs: vecs, pa: pa, rs: rs, cs: cs, pb: pb, init: init, pc: pc, ldi: ldi, ldc: ldc, rs3: rs3, partial: true}

	Label("tiles")
	CMPQ(rows, U8(full))
	JL(LabelRef("rest"))
	panel.tile("full", full)
	for i := 0; i < full; i++ {
		ADDQ(rs, pa)
		ADDQ(ldi, init)
		ADDQ(ldc, pc)
	}
	SUBQ(U8(full), rows)
	JMP(LabelRef("tiles"))
	Label("rest")
	for n := full - 1; n > 0; n-- {
		CMPQ(rows, U8(n))
		JNE(LabelRef(fmt.Sprintf("not%d", n)))
		panel.tile(fmt.Sprintf("rest%d", n), n)
		JMP(LabelRef("done"))
		Label(fmt.Sprintf("not%d", n))
	}
	Label("done")
	end()
}

// gemmWhole emits gemm for a few rows and a panel of 32 columns, of which two or three rows
// at a time read each line once and in order, so that weights stream from the cache that
// holds them: gemm2 of AVX2 walks along every other line, twice. The bits are the same.
func (t target) gemmWhole() {
	a := t.begin("gemmWhole", "gemmArgs", "computes a few rows of a panel of 32 columns; see gemmLoop.")
	pa, rs, cs, pb, init, pc, rows := a.get(0), a.get(1), a.get(2), a.get(3), a.get(4), a.get(6), a.get(9)
	panel := gemmPanel{t: t, a: a, vecs: 32 / t.w, pa: pa, rs: rs, cs: cs, pb: pb, init: init, pc: pc, ldi: a.mem(5), ldc: a.mem(7)}
	next := func(n int) {
		for range n {
			ADDQ(rs, pa)
			ADDQ(panel.ldi, init)
			ADDQ(panel.ldc, pc)
		}
		SUBQ(U8(n), rows)
	}
	Label("tiles")
	CMPQ(rows, U8(4)) // two and two, not three and one
	JE(LabelRef("two"))
	CMPQ(rows, U8(3))
	JL(LabelRef("two"))
	panel.tile("tile3", 3)
	next(3)
	JMP(LabelRef("tiles"))
	Label("two")
	CMPQ(rows, U8(2))
	JL(LabelRef("one"))
	panel.tile("tile2", 2)
	next(2)
	JMP(LabelRef("tiles"))
	Label("one")
	TESTQ(rows, rows)
	JZ(LabelRef("done"))
	panel.tile("tile1", 1)
	Label("done")
	end()
}

// gemmPanel is what the tiles of one panel share.
type gemmPanel struct {
	t               target
	a               args
	vecs            int           // vectors in a row of the panel
	pa, rs, cs, rs3 reg.GPVirtual // a, its distances of rows and columns, three rows
	pb, init, pc    reg.GPVirtual
	ldi, ldc        Mem
	partial         bool // the last vector has args.lastCols columns, not all
}

// tile computes n rows.
func (p gemmPanel) tile(label string, n int) {
	acc := make([][]reg.VecVirtual, n)
	at := GP64()
	MOVQ(p.init, at)
	mk := p.mask() // not kept: the sums take all registers
	for i := range acc {
		acc[i] = make([]reg.VecVirtual, p.vecs)
		for j := range acc[i] {
			acc[i][j] = p.t.vec()
			p.t.loadM(Mem{Base: at, Disp: 4 * p.t.w * j}, acc[i][j], last(mk, j, p.vecs))
		}
		if i < n-1 {
			ADDQ(p.ldi, at)
		}
	}
	p0, p4, b, kk := GP64(), GP64(), GP64(), GP64()
	MOVQ(p.pa, p0)
	if n > 4 {
		LEAQ(Mem{Base: p0, Index: p.rs, Scale: 4}, p4)
	}
	MOVQ(p.pb, b)
	MOVQ(p.a.mem(8), kk)
	TESTQ(kk, kk)
	JZ(LabelRef(label + "_store"))
	Label(label + "_k")
	p.multiply(acc, p0, p4, b)
	ADDQ(p.cs, p0)
	if n > 4 {
		ADDQ(p.cs, p4)
	}
	SUBQ(I32(-128), b)
	DECQ(kk)
	JNZ(LabelRef(label + "_k"))
	Label(label + "_store")
	MOVQ(p.pc, at)
	mk = p.mask()
	for i := range acc {
		for j := range acc[i] {
			p.t.storeM(acc[i][j], Mem{Base: at, Disp: 4 * p.t.w * j}, last(mk, j, p.vecs))
		}
		if i < n-1 {
			ADDQ(p.ldc, at)
		}
	}
}

// multiply adds one column of a times one row of the panel to acc. Rows 0 to 3 of a
// begin at p0, the others at p4.
func (p gemmPanel) multiply(acc [][]reg.VecVirtual, p0, p4, b reg.GPVirtual) {
	if p.vecs > 2 { // more columns than rows: these are kept instead
		x := make([]reg.VecVirtual, len(acc))
		for i := range x {
			x[i] = p.t.vec()
			src := Mem{Base: p0}
			if i > 0 {
				src = Mem{Base: p0, Index: p.rs, Scale: uint8(i)}
			}
			VBROADCASTSS(src, x[i])
		}
		for j := range p.vecs {
			w, line := p.t.vec(), Mem{Base: b, Disp: 4 * p.t.w * j}
			if p.t.fused {
				VMOVUPS(line, w)
			}
			for i := range acc {
				if p.t.fused {
					VFMADD231PS(w, x[i], acc[i][j])
				} else { // no register is left for the line
					p.t.addmul(line, x[i], acc[i][j], w)
				}
			}
		}
		return
	}
	bv := make([]reg.VecVirtual, p.vecs)
	for j := range bv {
		bv[j] = p.t.vec()
		VMOVUPS(Mem{Base: b, Disp: 4 * p.t.w * j}, bv[j])
	}
	for i := range acc {
		base := p0
		if i >= 4 {
			base = p4
		}
		src := Mem{Base: base}
		switch i % 4 {
		case 1:
			src = Mem{Base: base, Index: p.rs, Scale: 1}
		case 2:
			src = Mem{Base: base, Index: p.rs, Scale: 2}
		case 3:
			src = Mem{Base: base, Index: p.rs3, Scale: 1}
		}
		x := p.t.vec()
		VBROADCASTSS(src, x)
		for j := range bv {
			scratch := x
			if j < len(bv)-1 && !p.t.fused {
				scratch = p.t.vec()
			}
			p.t.addmul(bv[j], x, acc[i][j], scratch)
		}
	}
}

// mask is of the columns in the last vector.
func (p gemmPanel) mask() *mask {
	if !p.partial {
		return nil
	}
	cols := GP64()
	MOVQ(p.a.mem(10), cols)
	return p.t.maskOf(cols)
}

func last(mk *mask, j, vecs int) *mask {
	if j == vecs-1 {
		return mk
	}
	return nil
}

// gemv emits c = init + a·B for a single row a of length k over whole panels of B: each
// number is summed in the order of gemm, so that it has the same bits. The sums of
// several panels run side by side, so that none waits for the latency of its
// multiply-adds: eight registers.
func (t target) gemv() {
	a := t.begin("gemv", "gemvArgs", "computes c = init + a*B over whole packed panels.")
	pa, pb, init, pc, n := a.get(0), a.get(1), a.get(2), a.get(3), a.get(5)
	size := GP64() // bytes of a panel
	MOVQ(a.mem(4), size)
	SHLQ(U8(7), size)
	for _, panels := range []int{8 / (32 / t.w), 1} {
		name := fmt.Sprintf("panels%d", panels)
		Label(name)
		CMPQ(n, U32(32*panels))
		JL(LabelRef(name + "_end"))
		at := make([]reg.GPVirtual, panels)
		acc := make([][]reg.VecVirtual, panels)
		for i := range acc {
			at[i] = GP64()
			if i == 0 {
				MOVQ(pb, at[i])
			} else {
				LEAQ(Mem{Base: at[i-1], Index: size, Scale: 1}, at[i])
			}
			acc[i] = make([]reg.VecVirtual, 32/t.w)
			for j := range acc[i] {
				acc[i][j] = t.vec()
				VMOVUPS(Mem{Base: init, Disp: 128*i + 4*t.w*j}, acc[i][j])
			}
		}
		x, kk := GP64(), GP64()
		MOVQ(pa, x)
		MOVQ(a.mem(4), kk)
		for _, step := range []int{4, 1} {
			loop := fmt.Sprintf("%s_k%d", name, step)
			Label(loop)
			SUBQ(U8(step), kk)
			JL(LabelRef(loop + "_end"))
			for u := range step {
				v, w := t.vec(), t.vec()
				VBROADCASTSS(Mem{Base: x, Disp: 4 * u}, v)
				for i := range acc {
					for j := range acc[i] {
						t.addmul(Mem{Base: at[i], Disp: 128*u + 4*t.w*j}, v, acc[i][j], w)
					}
				}
			}
			ADDQ(U8(4*step), x)
			for i := range at {
				ADDQ(U32(128*step), at[i])
			}
			JMP(LabelRef(loop))
			Label(loop + "_end")
			ADDQ(U8(step), kk)
		}
		for i := range acc {
			for j := range acc[i] {
				VMOVUPS(acc[i][j], Mem{Base: pc, Disp: 128*i + 4*t.w*j})
			}
		}
		MOVQ(at[panels-1], pb)
		ADDQ(U32(128*panels), init)
		ADDQ(U32(128*panels), pc)
		SUBQ(U32(32*panels), n)
		JMP(LabelRef(name))
		Label(name + "_end")
	}
	end()
}

// gemvHalf emits c = init + a·B for a single row a of length k over all panels of
// B, whose weights are bfloat16: the upper halves of float32 numbers. Four
// accumulator pairs run through k in steps of four, so that the sum does not wait
// for the latency of one multiply-add.
func (t target) gemvHalf() {
	const row = 64
	a := t.begin("gemvHalf", "gemvArgs", "computes c = init + a*B over packed panels.")
	pa, pb, init, pc, n := a.get(0), a.get(1), a.get(2), a.get(3), a.get(5)
	panelVecs := 32 / t.w
	unroll := 4
	if !t.wide() {
		unroll = 2
	}
	Label("panel")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	acc := make([][]reg.VecVirtual, unroll)
	for u := range acc {
		acc[u] = make([]reg.VecVirtual, panelVecs)
		for j := range acc[u] {
			acc[u][j] = t.vec()
			t.zero(acc[u][j])
		}
	}
	x, kk := GP64(), GP64()
	MOVQ(pa, x)
	MOVQ(a.mem(4), kk)
	step := func(u, rowDisp int) {
		v := t.vec()
		VBROADCASTSS(Mem{Base: x, Disp: 4 * rowDisp}, v)
		for j := range acc[u] {
			m := Mem{Base: pb, Disp: row*rowDisp + row/32*t.w*j}
			w := t.vec()
			VPMOVZXWD(m, w)
			VPSLLD(U8(16), w, w)
			VFMADD231PS(w, v, acc[u][j])
		}
	}
	Label("k")
	CMPQ(kk, U8(unroll))
	JL(LabelRef("k1"))
	for u := range acc {
		step(u, u)
	}
	ADDQ(U8(4*unroll), x)
	ADDQ(U32(row*unroll), pb)
	SUBQ(U8(unroll), kk)
	JMP(LabelRef("k"))
	Label("k1")
	TESTQ(kk, kk)
	JZ(LabelRef("sum"))
	step(0, 0)
	ADDQ(U8(4), x)
	ADDQ(U32(row), pb)
	DECQ(kk)
	JMP(LabelRef("k1"))
	Label("sum")
	for j := 0; j < panelVecs; j++ {
		for u := 1; u < unroll; u++ {
			VADDPS(acc[u][j], acc[0][j], acc[0][j])
		}
	}
	t.gemvStore(acc[0], init, pc, n)
	JMP(LabelRef("panel"))
	Label("done")
	end()
}

// gemvStore adds init to the sums of a panel and stores them, vector by vector
// while columns are left.
func (t target) gemvStore(sum []reg.VecVirtual, init, pc, n reg.GPVirtual) {
	for j := 0; j < len(sum); j++ {
		name := fmt.Sprintf("store%d", j)
		CMPQ(n, U8(t.w))
		JL(LabelRef(name + "_part"))
		VADDPS(Mem{Base: init}, sum[j], sum[j])
		VMOVUPS(sum[j], Mem{Base: pc})
		ADDQ(U8(4*t.w), init)
		ADDQ(U8(4*t.w), pc)
		SUBQ(U8(t.w), n)
		JMP(LabelRef(name + "_next"))
		Label(name + "_part")
		TESTQ(n, n)
		JZ(LabelRef("done"))
		mk := t.maskOf(n)
		v := t.vec()
		t.loadM(Mem{Base: init}, v, mk)
		VADDPS(v, sum[j], sum[j])
		t.storeM(sum[j], Mem{Base: pc}, mk)
		JMP(LabelRef("done"))
		Label(name + "_next")
	}
}

// packRows emits a copy of n floats (at most 32, a multiple of 8) of every row
// of src (row distance ld bytes) to rows of dst (row distance step bytes).
func (t target) packRows() {
	a := t.begin("packRows", "packArgs", "copies rows of n = 8, 16, 24 or 32 floats; see packLoop.")
	dst, src, ld, step, rows, n := a.get(0), a.get(1), a.get(2), a.get(3), a.get(4), a.get(5)
	for _, w := range []int{32, 24, 16, 8} {
		label := fmt.Sprintf("w%d", w)
		CMPQ(n, U8(w))
		JNE(LabelRef(label + "_no"))
		Label(label)
		v := make([]reg.VecVirtual, w/8)
		for i := range v {
			v[i] = YMM()
			VMOVUPS(Mem{Base: src, Disp: 32 * i}, v[i])
		}
		for i := range v {
			VMOVUPS(v[i], Mem{Base: dst, Disp: 32 * i})
		}
		ADDQ(ld, src)
		ADDQ(step, dst)
		DECQ(rows)
		JNZ(LabelRef(label))
		Label(label + "_no")
	}
	end()
}
