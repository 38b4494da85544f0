//go:build !noasm

package kernel

// lowest is the first target that has instructions of this architecture.
const lowest = AVX2Unfused

// detect asks CPUID and XCR0 which target the processor has and the operating
// system lets programs use.
func detect() Target {
	const (
		fma, osxsave, avx = 1 << 12, 1 << 27, 1 << 28     // leaf 1, ECX
		avx2              = 1 << 5                        // leaf 7, EBX
		avx512            = 1<<16 | 1<<17 | 1<<30 | 1<<31 // F, DQ, BW, VL
		ymm, zmm          = 0x06, 0xe6                    // XCR0
	)
	top, _, _, _ := cpuid(0, 0)
	if top < 7 {
		return Plain
	}
	_, _, c1, _ := cpuid(1, 0)
	if c1&(fma|osxsave|avx) != fma|osxsave|avx {
		return Plain
	}
	xcr0, _ := xgetbv()
	_, b7, _, _ := cpuid(7, 0)
	switch {
	case xcr0&ymm != ymm || b7&avx2 == 0:
		return Plain
	case xcr0&zmm != zmm || b7&avx512 != avx512:
		return AVX2
	}
	return AVX512
}

func (t Target) tileRows() int {
	if t == AVX512 {
		return 8
	}
	return 6
}

// fewRows is the height below which AVX2 is bound by the weights and not by its
// multiply-adds: whole panels are read in order then.
const fewRows = 5

// gemmAsm covers the n <= 32 columns of a panel with the widest kernels.
func (t Target) gemmAsm(args *gemmArgs, n int) bool {
	var lanes int
	switch t {
	case AVX512:
		lanes = 16
	case AVX2, AVX2Unfused:
		lanes = 8
		if n == panel && args.rows <= fewRows {
			if t == AVX2 {
				gemmWholeAVX2(args)
			} else {
				gemmWholeAVX2Unfused(args)
			}
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
		case two && t == AVX2:
			gemm2AVX2(args)
		case two:
			gemm2AVX2Unfused(args)
		case t == AVX2:
			gemm1AVX2(args)
		default:
			gemm1AVX2Unfused(args)
		}
		if n -= w; n > 0 {
			args.b, args.init, args.c = offset(args.b, w), offset(args.init, w), offset(args.c, w)
		}
	}
	return true
}

func (t Target) gemvAsm(args *gemvArgs) bool {
	switch t {
	case AVX512:
		gemvAVX512(args)
	case AVX2:
		gemvAVX2(args)
	case AVX2Unfused:
		gemvAVX2Unfused(args)
	default:
		return false
	}
	return true
}

func (t Target) lstmForwardAsm(args *lstmArgs) bool {
	switch t {
	case AVX512:
		lstmForwardAVX512(args)
	case AVX2:
		lstmForwardAVX2(args)
	case AVX2Unfused:
		lstmForwardAVX2Unfused(args)
	default:
		return false
	}
	return true
}

func (t Target) lstmBackwardAsm(args *lstmArgs) bool {
	switch t {
	case AVX512:
		lstmBackwardAVX512(args)
	case AVX2:
		lstmBackwardAVX2(args)
	case AVX2Unfused:
		lstmBackwardAVX2Unfused(args)
	default:
		return false
	}
	return true
}

func (t Target) sigmoidAsm(args *unaryArgs) bool {
	switch t {
	case AVX512:
		sigmoidAVX512(args)
	case AVX2:
		sigmoidAVX2(args)
	case AVX2Unfused:
		sigmoidAVX2Unfused(args)
	default:
		return false
	}
	return true
}

func (t Target) tanhAsm(args *unaryArgs) bool {
	switch t {
	case AVX512:
		tanhAVX512(args)
	case AVX2:
		tanhAVX2(args)
	case AVX2Unfused:
		tanhAVX2Unfused(args)
	default:
		return false
	}
	return true
}

func (t Target) expSumAsm(args *expSumArgs) bool {
	switch t {
	case AVX512:
		expSumAVX512(args)
	case AVX2:
		expSumAVX2(args)
	case AVX2Unfused:
		expSumAVX2Unfused(args)
	default:
		return false
	}
	return true
}

func (t Target) colSumAsm(args *colSumArgs) bool {
	switch t {
	case AVX512:
		colSumAVX512(args)
	case AVX2, AVX2Unfused:
		colSumAVX2(args)
	default:
		return false
	}
	return true
}

func (t Target) adamAsm(args *adamArgs) bool {
	switch t {
	case AVX512:
		adamAVX512(args)
	case AVX2:
		adamAVX2(args)
	case AVX2Unfused:
		adamAVX2Unfused(args)
	default:
		return false
	}
	return true
}

// gemvHalfAsm has no version with the bits of the plain loop: bfloat16 is for speed.
func (t Target) gemvHalfAsm(args *gemvArgs) bool {
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

func (t Target) maximumAsm(args *expSumArgs) bool {
	switch t {
	case AVX512:
		maximumAVX512(args)
	case AVX2, AVX2Unfused:
		maximumAVX2(args)
	default:
		return false
	}
	return true
}

func (t Target) scaleAsm(args *expSumArgs) bool {
	switch t {
	case AVX512:
		scaleAVX512(args)
	case AVX2, AVX2Unfused:
		scaleAVX2(args)
	default:
		return false
	}
	return true
}

func (t Target) packAsm(args *packArgs) bool {
	switch t {
	case AVX512:
		packRowsAVX512(args)
	case AVX2, AVX2Unfused:
		packRowsAVX2(args)
	default:
		return false
	}
	return true
}

// fma does n rounds of multiply-adds and returns how many operations a round
// has.
func (t Target) fma(n int) int {
	switch t {
	case AVX512:
		peakAVX512(n)
		return 12 * 16 * 2
	case AVX2:
		peakAVX2(n)
		return 12 * 8 * 2
	case AVX2Unfused:
		peakAVX2Unfused(n)
		return 12 * 8 * 2
	}
	return fmaLoop(n)
}
