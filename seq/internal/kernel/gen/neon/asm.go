package main

import (
	"bytes"
	"fmt"
)

// asm collects the lines of an assembly file in the syntax of Go's assembler.
type asm struct {
	bytes.Buffer
	fused   bool // with fused multiply-add, or with the bits of the plain loops
	routine string
	labels  int
	n       int // instructions so far
}

// A vec is one of the registers V0 to V31, a gp one of R0 to R25.
type (
	vec int
	gp  int
)

func (v vec) String() string { return fmt.Sprintf("F%d", int(v)) }
func (r gp) String() string  { return fmt.Sprintf("R%d", int(r)) }

// do emits an instruction that Go's assembler knows.
func (a *asm) do(format string, args ...any) {
	a.n++
	fmt.Fprintf(a, "\t"+format+"\n", args...)
}

// word emits an instruction that Go's assembler does not know, with its usual
// spelling as a comment.
func (a *asm) word(code uint32, format string, args ...any) {
	a.do("WORD $0x%08x // %s", code, fmt.Sprintf(format, args...))
}

func (a *asm) label(name string) { fmt.Fprintf(a, "%s:\n", name) }

// unique returns a label that the routine has not used yet.
func (a *asm) unique(name string) string {
	a.labels++
	return fmt.Sprintf("%s%d", name, a.labels)
}

// begin starts a routine with one argument, a pointer to a block of arguments, which
// is in R0 from then on.
func (a *asm) begin(name string) {
	name += a.suffix()
	a.routine, a.labels = name, 0
	fmt.Fprintf(a, "\n// func %s(args)\nTEXT ·%s(SB), NOSPLIT, $0-8\n", name, name)
	a.do("MOVD args+0(FP), R0")
}

func (a *asm) suffix() string {
	if a.fused {
		return "NEON"
	}
	return "NEONUnfused"
}

// field loads the field at a byte offset of the block of arguments.
func (a *asm) field(offset int, r gp) { a.do("MOVD %d(R0), %v", offset, r) }

// fields loads the fields from the first on, eight bytes each.
func (a *asm) fields(rs ...gp) {
	for i, r := range rs {
		a.field(8*i, r)
	}
}

// ---- vectors of four float32 ----

func (a *asm) load(p gp, offset int, v vec)      { a.do("FMOVQ %d(%v), %v", offset, p, v) }
func (a *asm) loadPair(p gp, offset int, v vec)  { a.do("FLDPQ %d(%v), (%v, %v)", offset, p, v, v+1) }
func (a *asm) store(v vec, p gp, offset int)     { a.do("FMOVQ %v, %d(%v)", v, offset, p) }
func (a *asm) storePair(v vec, p gp, offset int) { a.do("FSTPQ (%v, %v), %d(%v)", v, v+1, offset, p) }

// loads loads n neighbouring vectors into neighbouring registers.
func (a *asm) loads(p gp, offset int, v vec, n int) {
	for ; n >= 2; n, offset, v = n-2, offset+32, v+2 {
		a.loadPair(p, offset, v)
	}
	if n > 0 {
		a.load(p, offset, v)
	}
}

func (a *asm) stores(v vec, p gp, offset, n int) {
	for ; n >= 2; n, offset, v = n-2, offset+32, v+2 {
		a.storePair(v, p, offset)
	}
	if n > 0 {
		a.store(v, p, offset)
	}
}

// broadcast loads a float32 into all lanes; the offset is at most 4095.
func (a *asm) broadcast(p gp, offset int, v vec) {
	a.do("ADD $%d, %v, R25", offset, p)
	a.do("VLD1R (R25), [V%d.S4]", int(v))
}

func (a *asm) zero(v vec) { a.do("VEOR V%d.B16, V%d.B16, V%d.B16", int(v), int(v), int(v)) }

func (a *asm) move(src, dst vec) {
	a.do("VORR V%d.B16, V%d.B16, V%d.B16", int(src), int(src), int(dst))
}

// three emits an instruction with two sources: dst = x op y.
func (a *asm) three(name string, base uint32, dst, x, y vec) {
	a.word(base|uint32(y)<<16|uint32(x)<<5|uint32(dst), "%s v%d.4s, v%d.4s, v%d.4s", name, int(dst), int(x), int(y))
}

func (a *asm) add(dst, x, y vec)    { a.three("fadd", 0x4e20d400, dst, x, y) }
func (a *asm) sub(dst, x, y vec)    { a.three("fsub", 0x4ea0d400, dst, x, y) }
func (a *asm) mul(dst, x, y vec)    { a.three("fmul", 0x6e20dc00, dst, x, y) }
func (a *asm) div(dst, x, y vec)    { a.three("fdiv", 0x6e20fc00, dst, x, y) }
func (a *asm) max(dst, x, y vec)    { a.three("fmax", 0x4e20f400, dst, x, y) }
func (a *asm) min(dst, x, y vec)    { a.three("fmin", 0x4ea0f400, dst, x, y) }
func (a *asm) addInt(dst, x, y vec) { a.three("add", 0x4ea08400, dst, x, y) }
func (a *asm) pairs(dst, x, y vec)  { a.three("faddp", 0x6e20d400, dst, x, y) }

// two emits an instruction with one source.
func (a *asm) two(name string, base uint32, dst, x vec) {
	a.word(base|uint32(x)<<5|uint32(dst), "%s v%d.4s, v%d.4s", name, int(dst), int(x))
}

func (a *asm) round(dst, x vec)   { a.two("frintn", 0x4e218800, dst, x) } // ties to even
func (a *asm) integer(dst, x vec) { a.two("fcvtns", 0x4e21a800, dst, x) }
func (a *asm) sqrt(dst, x vec)    { a.two("fsqrt", 0x6ea1f800, dst, x) }
func (a *asm) neg(dst, x vec)     { a.two("fneg", 0x6ea0f800, dst, x) }

// addmul emits dst += x*y; without fused multiply-add scratch is used.
func (a *asm) addmul(dst, x, y, scratch vec) {
	if a.fused {
		a.three("fmla", 0x4e20cc00, dst, x, y)
		return
	}
	a.mul(scratch, x, y)
	a.add(dst, dst, scratch)
}

// submul emits dst -= x*y.
func (a *asm) submul(dst, x, y, scratch vec) {
	if a.fused {
		a.three("fmls", 0x4ea0cc00, dst, x, y)
		return
	}
	a.mul(scratch, x, y)
	a.sub(dst, dst, scratch)
}

// addmulLane emits dst += x * y[lane].
func (a *asm) addmulLane(dst, x, y vec, lane int, scratch vec) {
	l := uint32(lane)
	if !a.fused {
		a.word(0x4f809000|l&1<<21|uint32(y)<<16|l>>1<<11|uint32(x)<<5|uint32(scratch),
			"fmul v%d.4s, v%d.4s, v%d.s[%d]", int(scratch), int(x), int(y), lane)
		a.add(dst, dst, scratch)
		return
	}
	a.word(0x4f801000|l&1<<21|uint32(y)<<16|l>>1<<11|uint32(x)<<5|uint32(dst),
		"fmla v%d.4s, v%d.4s, v%d.s[%d]", int(dst), int(x), int(y), lane)
}
