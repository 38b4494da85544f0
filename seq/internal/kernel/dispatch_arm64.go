//go:build !noasm

package kernel

import "unsafe"

// lowest is the first target that has instructions of this architecture.
const lowest = NEONUnfused

// detect: every processor of this architecture has the instructions.
func detect() Target { return NEON }

func (t Target) tileRows() int { return 8 }

// gemmAsm covers the n <= 32 columns of a panel: whole vectors in place, the columns
// left over in a copy, because there are no masked stores.
func (t Target) gemmAsm(args *gemmArgs, n int) bool {
	if t == Plain {
		return false
	}
	most := 4 // vectors that a tile of sums has room for
	if args.cs != 4 {
		most = 3
	}
	for n >= lanes {
		w := min(n/lanes, most)
		t.gemm(args, w)
		if n -= w * lanes; n > 0 {
			w *= lanes
			args.b, args.init, args.c = offset(args.b, w), offset(args.init, w), offset(args.c, w)
		}
	}
	if n > 0 {
		t.gemmRest(args, n)
	}
	return true
}

const lanes = 4

// gemmRest is gemm for n < 4 columns.
func (t Target) gemmRest(args *gemmArgs, n int) {
	const height = 8
	var tile [height * lanes]float32
	part := gemmArgs{
		a: args.a, rs: args.rs, cs: args.cs, b: args.b, init: unsafe.Pointer(&tile), ldi: 4 * lanes,
		c: unsafe.Pointer(&tile), ldc: 4 * lanes, k: args.k,
	}
	init, c := args.init, args.c
	for left := int(args.rows); left > 0; left -= height {
		rows := min(left, height)
		for i := range rows {
			copy(tile[i*lanes:][:n], unsafe.Slice((*float32)(unsafe.Add(init, i*int(args.ldi))), n))
		}
		part.rows = uintptr(rows)
		t.gemm(&part, 1)
		for i := range rows {
			copy(unsafe.Slice((*float32)(unsafe.Add(c, i*int(args.ldc))), n), tile[i*lanes:])
		}
		if left > height {
			part.a = unsafe.Add(part.a, height*int(args.rs))
			init, c = unsafe.Add(init, height*int(args.ldi)), unsafe.Add(c, height*int(args.ldc))
		}
	}
}

// gemm computes rows of a number of vectors of one panel.
func (t Target) gemm(args *gemmArgs, vectors int) {
	rows := args.cs == 4
	if t == NEON {
		switch {
		case rows && vectors == 4:
			gemmRows4NEON(args)
		case rows && vectors == 3:
			gemmRows3NEON(args)
		case rows && vectors == 2:
			gemmRows2NEON(args)
		case rows:
			gemmRows1NEON(args)
		case vectors == 3:
			gemmCols3NEON(args)
		case vectors == 2:
			gemmCols2NEON(args)
		default:
			gemmCols1NEON(args)
		}
		return
	}
	switch {
	case rows && vectors == 4:
		gemmRows4NEONUnfused(args)
	case rows && vectors == 3:
		gemmRows3NEONUnfused(args)
	case rows && vectors == 2:
		gemmRows2NEONUnfused(args)
	case rows:
		gemmRows1NEONUnfused(args)
	case vectors == 3:
		gemmCols3NEONUnfused(args)
	case vectors == 2:
		gemmCols2NEONUnfused(args)
	default:
		gemmCols1NEONUnfused(args)
	}
}

func (t Target) gemvAsm(args *gemvArgs) bool {
	switch t {
	case NEON:
		gemvNEON(args)
	case NEONUnfused:
		gemvNEONUnfused(args)
	default:
		return false
	}
	return true
}

// gemvHalfAsm has no version with the bits of the plain loop: bfloat16 is for speed.
func (t Target) gemvHalfAsm(args *gemvArgs) bool {
	if t != NEON {
		return false
	}
	gemvHalfNEON(args)
	return true
}

func (t Target) lstmForwardAsm(args *lstmArgs) bool {
	switch t {
	case NEON:
		lstmForwardNEON(args)
	case NEONUnfused:
		lstmForwardNEONUnfused(args)
	default:
		return false
	}
	return true
}

func (t Target) lstmBackwardAsm(args *lstmArgs) bool {
	switch t {
	case NEON:
		lstmBackwardNEON(args)
	case NEONUnfused:
		lstmBackwardNEONUnfused(args)
	default:
		return false
	}
	return true
}

func (t Target) sigmoidAsm(args *unaryArgs) bool {
	switch t {
	case NEON:
		sigmoidNEON(args)
	case NEONUnfused:
		sigmoidNEONUnfused(args)
	default:
		return false
	}
	return true
}

func (t Target) tanhAsm(args *unaryArgs) bool {
	switch t {
	case NEON:
		tanhNEON(args)
	case NEONUnfused:
		tanhNEONUnfused(args)
	default:
		return false
	}
	return true
}

func (t Target) expSumAsm(args *expSumArgs) bool {
	switch t {
	case NEON:
		expSumNEON(args)
	case NEONUnfused:
		expSumNEONUnfused(args)
	default:
		return false
	}
	return true
}

func (t Target) maximumAsm(args *expSumArgs) bool {
	if t == Plain {
		return false
	}
	maximumNEON(args)
	return true
}

func (t Target) scaleAsm(args *expSumArgs) bool {
	if t == Plain {
		return false
	}
	scaleNEON(args)
	return true
}

func (t Target) colSumAsm(args *colSumArgs) bool {
	if t == Plain {
		return false
	}
	colSumNEON(args)
	return true
}

func (t Target) adamAsm(args *adamArgs) bool {
	switch t {
	case NEON:
		adamNEON(args)
	case NEONUnfused:
		adamNEONUnfused(args)
	default:
		return false
	}
	return true
}

func (t Target) packAsm(args *packArgs) bool {
	if t == Plain {
		return false
	}
	packRowsNEON(args)
	return true
}

// fma does n rounds of multiply-adds and returns how many operations a round
// has.
func (t Target) fma(n int) int {
	switch t {
	case NEON:
		peakNEON(n)
	case NEONUnfused:
		peakNEONUnfused(n)
	default:
		return fmaLoop(n)
	}
	return 24 * lanes * 2
}
