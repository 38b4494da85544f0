//go:build !noasm

package kernel

// lowest is the first tier that has instructions of this architecture.
const lowest = AVX2

// detect asks CPUID and XCR0 which tier the processor has and the operating
// system lets programs use.
func detect() Tier {
	const (
		fma, osxsave, avx = 1 << 12, 1 << 27, 1 << 28     // leaf 1, ECX
		avx2              = 1 << 5                        // leaf 7, EBX
		avx512            = 1<<16 | 1<<17 | 1<<30 | 1<<31 // F, DQ, BW, VL
		ymm, zmm          = 0x06, 0xe6                    // XCR0
	)
	top, _, _, _ := cpuid(0, 0)
	if top < 7 {
		return Portable
	}
	_, _, c1, _ := cpuid(1, 0)
	if c1&(fma|osxsave|avx) != fma|osxsave|avx {
		return Portable
	}
	xcr0, _ := xgetbv()
	_, b7, _, _ := cpuid(7, 0)
	switch {
	case xcr0&ymm != ymm || b7&avx2 == 0:
		return Portable
	case xcr0&zmm != zmm || b7&avx512 != avx512:
		return AVX2
	}
	return AVX512
}

func (t Tier) tileRows() int {
	if t == AVX2 {
		return 6
	}
	return 8
}

// fewRows is the height below which AVX2 is bound by the weights and not by its
// multiply-adds: whole panels are read in order then.
const fewRows = 5

// gemmAsm covers the n <= 32 columns of a panel with the widest kernels.
func (t Tier) gemmAsm(args *gemmArgs, n int) bool {
	var lanes int
	switch t {
	case AVX512:
		lanes = 16
	case AVX2:
		lanes = 8
		if n == panel && args.rows <= fewRows {
			gemmWholeAVX2(args)
			return true
		}
	default:
		return false
	}
	for n > 0 {
		two := n > lanes
		w := lanes
		if two {
			w = 2 * lanes
		}
		args.lastCols = uintptr(min(n, w) - (w - lanes))
		switch {
		case lanes == 16 && two:
			gemm2AVX512(args)
		case lanes == 16:
			gemm1AVX512(args)
		case two:
			gemm2AVX2(args)
		default:
			gemm1AVX2(args)
		}
		if n -= w; n > 0 {
			args.b, args.init, args.c = offset(args.b, w), offset(args.init, w), offset(args.c, w)
		}
	}
	return true
}

func (t Tier) gemvAsm(args *gemvArgs) bool {
	switch t {
	case AVX512:
		gemvAVX512(args)
	case AVX2:
		gemvAVX2(args)
	default:
		return false
	}
	return true
}

func (t Tier) lstmForwardAsm(args *lstmArgs) bool {
	switch t {
	case AVX512:
		lstmForwardAVX512(args)
	case AVX2:
		lstmForwardAVX2(args)
	default:
		return false
	}
	return true
}

func (t Tier) lstmBackwardAsm(args *lstmArgs) bool {
	switch t {
	case AVX512:
		lstmBackwardAVX512(args)
	case AVX2:
		lstmBackwardAVX2(args)
	default:
		return false
	}
	return true
}

func (t Tier) sigmoidAsm(args *unaryArgs) bool {
	switch t {
	case AVX512:
		sigmoidAVX512(args)
	case AVX2:
		sigmoidAVX2(args)
	default:
		return false
	}
	return true
}

func (t Tier) tanhAsm(args *unaryArgs) bool {
	switch t {
	case AVX512:
		tanhAVX512(args)
	case AVX2:
		tanhAVX2(args)
	default:
		return false
	}
	return true
}

func (t Tier) expSumAsm(args *expSumArgs) bool {
	switch t {
	case AVX512:
		expSumAVX512(args)
	case AVX2:
		expSumAVX2(args)
	default:
		return false
	}
	return true
}

func (t Tier) colSumAsm(args *colSumArgs) bool {
	switch t {
	case AVX512:
		colSumAVX512(args)
	case AVX2:
		colSumAVX2(args)
	default:
		return false
	}
	return true
}

func (t Tier) adamAsm(args *adamArgs) bool {
	switch t {
	case AVX512:
		adamAVX512(args)
	case AVX2:
		adamAVX2(args)
	default:
		return false
	}
	return true
}

func (t Tier) gemvHalfAsm(args *gemvArgs) bool {
	switch t {
	case AVX512:
		gemvHalfAVX512(args)
	case AVX2:
		gemvHalfAVX2(args)
	default:
		return false
	}
	return true
}

func (t Tier) maximumAsm(args *expSumArgs) bool {
	switch t {
	case AVX512:
		maximumAVX512(args)
	case AVX2:
		maximumAVX2(args)
	default:
		return false
	}
	return true
}

func (t Tier) scaleAsm(args *expSumArgs) bool {
	switch t {
	case AVX512:
		scaleAVX512(args)
	case AVX2:
		scaleAVX2(args)
	default:
		return false
	}
	return true
}

func (t Tier) packAsm(args *packArgs) bool {
	switch t {
	case AVX512:
		packRowsAVX512(args)
	case AVX2:
		packRowsAVX2(args)
	default:
		return false
	}
	return true
}

// fma does n rounds of multiply-adds and returns how many operations a round
// has.
func (t Tier) fma(n int) int {
	switch t {
	case AVX512:
		fmaAVX512(n)
		return 12 * 16 * 2
	case AVX2:
		fmaAVX2(n)
		return 12 * 8 * 2
	}
	return fmaLoop(n)
}
