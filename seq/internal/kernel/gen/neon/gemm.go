package main

import "fmt"

// The routines of matrix products share these registers.
const (
	pa, rs, pb, start, ldi, pc, ldc, depth, rows gp = 1, 2, 3, 4, 5, 6, 7, 8, 9
	row0                                         gp = 10 // to 15: the rows of a
	b, k, at                                     gp = 19, 20, 21
)

// gemm holds one of the two micro-kernels over a panel of B, of which vecs vectors
// are wanted:
//
//	c[i][j] = init[i][j] + sum_p a[i][p] * b[p][j]   for i < rows, p < depth
//
// All sums of a tile of up to height rows are in registers, 0 to height*vecs-1. An
// element of a is a lane of a register: no instruction broadcasts it. B's rows are
// 128 bytes apart (one packed panel).
//
// With byRow the elements of a row of a are neighbours, as in a matrix of
// activations: a register holds four elements of a row. Otherwise those of a column
// are, eight at a time, as in a tile that was packed for a product of a transpose:
// one tile of at most eight rows.
type gemm struct {
	*asm
	byRow  bool
	vecs   int
	height int
}

func (g gemm) emit() {
	name := "Cols"
	if g.byRow {
		name = "Rows"
	}
	g.begin(fmt.Sprintf("gemm%s%d", name, g.vecs))
	g.field(0, pa)
	g.field(8, rs)
	for i, r := range []gp{pb, start, ldi, pc, ldc, depth, rows} {
		g.field(24+8*i, r)
	}
	if g.byRow {
		g.label("tiles")
		g.do("CMP $%d, %v", g.height, rows)
		g.do("BLT rest")
		g.tile(g.height)
		for range g.height {
			g.do("ADD %v, %v", rs, pa)
			g.do("ADD %v, %v", ldi, start)
			g.do("ADD %v, %v", ldc, pc)
		}
		g.do("SUB $%d, %v", g.height, rows)
		g.do("B tiles")
		g.label("rest")
	}
	for n := g.height; n > 0; n-- {
		if n == g.height && g.byRow {
			continue
		}
		skip := g.unique("not")
		g.do("CMP $%d, %v", n, rows)
		g.do("BNE %s", skip)
		g.tile(n)
		g.do("RET")
		g.label(skip)
	}
	g.do("RET")
}

func (g gemm) acc(i, j int) vec { return vec(i*g.vecs + j) }

// tile computes n rows.
func (g gemm) tile(n int) {
	g.do("MOVD %v, %v", start, at)
	for i := range n {
		g.loads(at, 0, g.acc(i, 0), g.vecs)
		if i < n-1 {
			g.do("ADD %v, %v", ldi, at)
		}
	}
	g.do("MOVD %v, %v", pa, row0)
	for i := range n - 1 {
		if g.byRow {
			g.do("ADD %v, %v, %v", rs, row0+gp(i), row0+gp(i+1))
		}
	}
	g.do("MOVD %v, %v", pb, b)
	g.do("MOVD %v, %v", depth, k)
	if g.byRow || n == g.height {
		g.loop(n, 4)
	}
	g.loop(n, 1)
	g.do("MOVD %v, %v", pc, at)
	for i := range n {
		g.stores(g.acc(i, 0), at, 0, g.vecs)
		if i < n-1 {
			g.do("ADD %v, %v", ldc, at)
		}
	}
}

// loop adds the products of step columns of a and as many rows of b, while there are
// so many.
func (g gemm) loop(n, step int) {
	top, end := g.unique("k"), g.unique("end")
	g.do("SUBS $%d, %v", step, k)
	g.do("BLT %s", end)
	g.label(top)
	from := g.n
	if g.byRow {
		g.multiplyRows(n, step)
	} else {
		g.multiplyCols(n, step)
	}
	g.do("ADD $%d, %v", 128*step, b)
	g.do("SUBS $%d, %v", step, k)
	g.do("BGE %s", top)
	if n == g.height && step == 4 {
		fmt.Fprintf(g, "\t// this loop: %d instructions, for %d multiply-adds of four lanes\n", g.n-from, n*g.vecs*step)
	}
	g.label(end)
	g.do("ADD $%d, %v", step, k)
}

func (g gemm) multiplyRows(n, step int) {
	x := g.acc(g.height, 0)
	for i := range n {
		if step == 4 {
			g.do("FMOVQ.P 16(%v), %v", row0+gp(i), x+vec(i))
		} else {
			g.do("FMOVS.P 4(%v), %v", row0+gp(i), x+vec(i))
		}
	}
	y := x + vec(g.height) // two vectors of a row of b at a time
	for p := range step {
		for j := 0; j < g.vecs; j += 2 {
			two := min(2, g.vecs-j)
			g.loads(b, 128*p+16*j, y, two)
			for i := range n {
				for l := range two {
					g.addmulLane(g.acc(i, j+l), y+vec(l), x+vec(i), p, y+2)
				}
			}
		}
	}
}

func (g gemm) multiplyCols(n, step int) {
	x := g.acc(g.height, 0)
	y := x + 2
	for p := range step {
		if n > 4 {
			g.do("FLDPQ.P 32(%v), (%v, %v)", row0, x, x+1)
		} else {
			g.do("FMOVQ.P 32(%v), %v", row0, x)
		}
		g.loads(b, 128*p, y, g.vecs)
		for i := range n {
			for j := range g.vecs {
				g.addmulLane(g.acc(i, j), y+vec(j), x+vec(i/4), i%4, y+vec(g.vecs))
			}
		}
	}
}

// gemv emits c = init + a·B for a single row a over whole panels of B: each number is
// summed in the order of gemm, so that it has the same bits. The sums of two panels,
// 16 registers, run side by side, so that none waits for the latency of its
// multiply-adds.
func (a *asm) gemv() {
	const x, y vec = 16, 17
	const n, size, second = rows, ldc, gp(22)
	a.begin("gemv")
	a.fields(1, pb, start, pc, depth, n)
	a.do("LSL $7, %v, %v", depth, size) // bytes of a panel
	for _, panels := range []int{2, 1} {
		name := fmt.Sprintf("panels%d", panels)
		a.label(name)
		a.do("CMP $%d, %v", 32*panels, n)
		a.do("BLT %sEnd", name)
		a.loads(start, 0, 0, 8*panels)
		a.do("MOVD R1, %v", row0)
		a.do("MOVD %v, %v", depth, k)
		a.do("ADD %v, %v, %v", size, pb, second)
		for _, step := range []int{4, 1} {
			loop := fmt.Sprintf("%sk%d", name, step)
			a.do("SUBS $%d, %v", step, k)
			a.do("BLT %sEnd", loop)
			a.label(loop)
			if step == 4 {
				a.do("FMOVQ.P 16(%v), %v", row0, x)
			} else {
				a.do("FMOVS.P 4(%v), %v", row0, x)
			}
			for p := range step {
				for j := 0; j < 8*panels; j += 4 {
					a.loads([]gp{pb, second}[j/8], 128*p+16*(j%8), y, 4)
					for l := range 4 {
						a.addmulLane(vec(j+l), y+vec(l), x, p, y+4)
					}
				}
			}
			a.do("ADD $%d, %v", 128*step, pb)
			if panels == 2 {
				a.do("ADD $%d, %v", 128*step, second)
			}
			a.do("SUBS $%d, %v", step, k)
			a.do("BGE %s", loop)
			a.label(loop + "End")
			a.do("ADD $%d, %v", step, k)
		}
		a.stores(0, pc, 0, 8*panels)
		if panels == 2 {
			a.do("MOVD %v, %v", second, pb)
		}
		a.do("ADD $%d, %v", 128*panels, start)
		a.do("ADD $%d, %v", 128*panels, pc)
		a.do("SUB $%d, %v", 32*panels, n)
		a.do("B %s", name)
		a.label(name + "End")
	}
	a.do("RET")
}

// gemvHalf emits c = init + a·B for a single row a over all panels of B, whose weights
// are bfloat16: the upper halves of float32 numbers. Even and odd elements of a have
// sums of their own.
func (a *asm) gemvHalf() {
	const row = 64
	const x, y vec = 16, 17
	const n = rows
	a.begin("gemvHalf")
	a.fields(1, pb, start, pc, depth, n)
	a.label("panel")
	a.do("CBZ %v, done", n)
	for v := range vec(16) {
		a.zero(v)
	}
	a.do("MOVD R1, %v", row0)
	a.do("MOVD %v, %v", depth, k)
	multiply := func(p int) {
		for j := 0; j < 8; j += 4 {
			a.loads(pb, row*p+8*j, y+4, 2)
			for l := range vec(2) {
				a.word(0x2e613800|uint32(y+4+l)<<5|uint32(y+2*l), "shll v%d.4s, v%d.4h, #16", int(y+2*l), int(y+4+l))
				a.word(0x6e613800|uint32(y+4+l)<<5|uint32(y+2*l+1), "shll2 v%d.4s, v%d.8h, #16", int(y+2*l+1), int(y+4+l))
			}
			for l := range 4 {
				a.addmulLane(vec(p%2*8+j+l), y+vec(l), x, p, 0)
			}
		}
	}
	for _, step := range []int{4, 1} {
		a.do("SUBS $%d, %v", step, k)
		a.do("BLT end%d", step)
		a.label(fmt.Sprintf("k%d", step))
		if step == 4 {
			a.do("FMOVQ.P 16(%v), %v", row0, x)
		} else {
			a.do("FMOVS.P 4(%v), %v", row0, x)
		}
		for p := range step {
			multiply(p)
		}
		a.do("ADD $%d, %v", row*step, pb)
		a.do("SUBS $%d, %v", step, k)
		a.do("BGE k%d", step)
		a.label(fmt.Sprintf("end%d", step))
		a.do("ADD $%d, %v", step, k)
	}
	for v := range vec(8) {
		a.add(v, v, v+8)
	}
	a.gemvStore(n, x)
	a.do("B panel")
	a.label("done")
	a.do("RET")
}

// gemvStore adds init to the sums of a panel, registers 0 to 7, and stores them,
// vector by vector and then lane by lane while columns are left.
func (a *asm) gemvStore(n gp, x vec) {
	for v := range vec(8) {
		part, next := a.unique("part"), a.unique("next")
		a.do("CMP $4, %v", n)
		a.do("BLT %s", part)
		a.do("FMOVQ.P 16(%v), %v", start, x)
		a.add(v, v, x)
		a.do("FMOVQ.P %v, 16(%v)", v, pc)
		a.do("SUB $4, %v", n)
		a.do("B %s", next)
		a.label(part)
		a.do("CBZ %v, done", n)
		a.do("FMOVS.P 4(%v), %v", start, x)
		a.add(x, v, x)
		a.do("FMOVS.P %v, 4(%v)", x, pc)
		a.do("VEXT $4, V%d.B16, V%d.B16, V%d.B16", int(v), int(v), int(v))
		a.do("SUB $1, %v", n)
		a.do("B %s", part)
		a.label(next)
	}
}
