//go:build !noasm

package kernel

import "unsafe"

// lowest is the first tier that has instructions of this architecture.
const lowest = NEON

// detect: every processor of this architecture has the instructions.
func detect() Tier { return NEON }

func (t Tier) tileRows() int { return 8 }

// gemmAsm covers the n <= 32 columns of a panel: whole vectors in place, the columns
// left over in a copy, because there are no masked stores.
func (t Tier) gemmAsm(args *gemmArgs, n int) bool {
	if t != NEON {
		return false
	}
	most := 4 // vectors that a tile of sums has room for
	if args.cs != 4 {
		most = 3
	}
	for n >= lanes {
		w := min(n/lanes, most)
		gemmNEON(args, w)
		if n -= w * lanes; n > 0 {
			w *= lanes
			args.b, args.init, args.c = offset(args.b, w), offset(args.init, w), offset(args.c, w)
		}
	}
	if n > 0 {
		gemmRest(args, n)
	}
	return true
}

const lanes = 4

// gemmRest is gemmNEON for n < 4 columns.
func gemmRest(args *gemmArgs, n int) {
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
		gemmNEON(&part, 1)
		for i := range rows {
			copy(unsafe.Slice((*float32)(unsafe.Add(c, i*int(args.ldc))), n), tile[i*lanes:])
		}
		if left > height {
			part.a = unsafe.Add(part.a, height*int(args.rs))
			init, c = unsafe.Add(init, height*int(args.ldi)), unsafe.Add(c, height*int(args.ldc))
		}
	}
}

// gemmNEON computes rows of a number of vectors of one panel.
func gemmNEON(args *gemmArgs, vectors int) {
	switch {
	case args.cs == 4 && vectors == 4:
		gemmRows4NEON(args)
	case args.cs == 4 && vectors == 3:
		gemmRows3NEON(args)
	case args.cs == 4 && vectors == 2:
		gemmRows2NEON(args)
	case args.cs == 4:
		gemmRows1NEON(args)
	case vectors == 3:
		gemmCols3NEON(args)
	case vectors == 2:
		gemmCols2NEON(args)
	default:
		gemmCols1NEON(args)
	}
}

func (t Tier) gemvAsm(args *gemvArgs) bool {
	if t != NEON {
		return false
	}
	gemvNEON(args)
	return true
}

func (t Tier) gemvHalfAsm(args *gemvArgs) bool {
	if t != NEON {
		return false
	}
	gemvHalfNEON(args)
	return true
}

func (t Tier) lstmForwardAsm(args *lstmArgs) bool {
	if t != NEON {
		return false
	}
	lstmForwardNEON(args)
	return true
}

func (t Tier) lstmBackwardAsm(args *lstmArgs) bool {
	if t != NEON {
		return false
	}
	lstmBackwardNEON(args)
	return true
}

func (t Tier) sigmoidAsm(args *unaryArgs) bool {
	if t != NEON {
		return false
	}
	sigmoidNEON(args)
	return true
}

func (t Tier) tanhAsm(args *unaryArgs) bool {
	if t != NEON {
		return false
	}
	tanhNEON(args)
	return true
}

func (t Tier) expSumAsm(args *expSumArgs) bool {
	if t != NEON {
		return false
	}
	expSumNEON(args)
	return true
}

func (t Tier) maximumAsm(args *expSumArgs) bool {
	if t != NEON {
		return false
	}
	maximumNEON(args)
	return true
}

func (t Tier) scaleAsm(args *expSumArgs) bool {
	if t != NEON {
		return false
	}
	scaleNEON(args)
	return true
}

func (t Tier) colSumAsm(args *colSumArgs) bool {
	if t != NEON {
		return false
	}
	colSumNEON(args)
	return true
}

func (t Tier) adamAsm(args *adamArgs) bool {
	if t != NEON {
		return false
	}
	adamNEON(args)
	return true
}

func (t Tier) packAsm(args *packArgs) bool {
	if t != NEON {
		return false
	}
	packRowsNEON(args)
	return true
}

// fma does n rounds of multiply-adds and returns how many operations a round
// has.
func (t Tier) fma(n int) int {
	if t != NEON {
		return fmaLoop(n)
	}
	fmaNEON(n)
	return 24 * lanes * 2
}
