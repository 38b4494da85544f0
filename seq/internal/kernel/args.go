package kernel

import "unsafe"

// The argument blocks of the assembly routines: eight bytes a field, in the
// order in which the generator reads them. Strides are in bytes.

type gemmArgs struct {
	a        unsafe.Pointer
	rs, cs   uintptr
	b        unsafe.Pointer
	init     unsafe.Pointer
	ldi      uintptr
	c        unsafe.Pointer
	ldc      uintptr
	k, rows  uintptr
	lastCols uintptr // columns in the last vector, 1..lanes
}

type gemvArgs struct {
	a, b, init, c unsafe.Pointer
	k, n          uintptr
}

type lstmArgs struct {
	rows, h                  uintptr
	g, cprev, p4, p5, p6, p7 unsafe.Pointer
}

type unaryArgs struct {
	dst, src unsafe.Pointer
	n        uintptr
}

type expSumArgs struct {
	dst, src unsafe.Pointer
	n        uintptr
	shift, _ float32
	sum, _   float32
}

type colSumArgs struct {
	dst, src    unsafe.Pointer
	n, rows, ld uintptr
}

type adamArgs struct {
	p, g, m, v                                      unsafe.Pointer
	n                                               uintptr
	scale, b1, c1, b2, c2, step, eps, keep, root, _ float32
}

type packArgs struct {
	dst, src          unsafe.Pointer
	ld, step, rows, n uintptr
}
