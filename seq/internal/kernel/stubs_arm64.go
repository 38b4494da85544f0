//go:build !noasm

package kernel

// The routines of kernel_arm64.s, which gen/neon writes.

// gemmRows4NEON computes rows of 4 vectors of one panel, for a whose columns are neighbours; see gemmLoop.
//
//go:noescape
func gemmRows4NEON(args *gemmArgs)

// gemmRows3NEON computes rows of 3 vectors of one panel, for a whose columns are neighbours; see gemmLoop.
//
//go:noescape
func gemmRows3NEON(args *gemmArgs)

// gemmRows2NEON computes rows of 2 vectors of one panel, for a whose columns are neighbours; see gemmLoop.
//
//go:noescape
func gemmRows2NEON(args *gemmArgs)

// gemmRows1NEON computes rows of 1 vectors of one panel, for a whose columns are neighbours; see gemmLoop.
//
//go:noescape
func gemmRows1NEON(args *gemmArgs)

// gemmCols3NEON computes at most eight rows of 3 vectors of one panel, for a whose rows are neighbours and whose columns are 32 bytes apart; see gemmLoop.
//
//go:noescape
func gemmCols3NEON(args *gemmArgs)

// gemmCols2NEON computes at most eight rows of 2 vectors of one panel, for a whose rows are neighbours and whose columns are 32 bytes apart; see gemmLoop.
//
//go:noescape
func gemmCols2NEON(args *gemmArgs)

// gemmCols1NEON computes at most eight rows of 1 vectors of one panel, for a whose rows are neighbours and whose columns are 32 bytes apart; see gemmLoop.
//
//go:noescape
func gemmCols1NEON(args *gemmArgs)

// gemvNEON computes c = init + a*B over packed panels.
//
//go:noescape
func gemvNEON(args *gemvArgs)

// gemvHalfNEON computes c = init + a*B over packed panels.
//
//go:noescape
func gemvHalfNEON(args *gemvArgs)

// lstmForwardNEON applies the LSTM gates to rows of pre-activations; see lstmForwardLoop.
//
//go:noescape
func lstmForwardNEON(args *lstmArgs)

// lstmBackwardNEON turns dh and dc into gate gradients; see lstmBackwardLoop.
//
//go:noescape
func lstmBackwardNEON(args *lstmArgs)

// sigmoidNEON sets dst[i] = sigmoid(src[i]) for i < n.
//
//go:noescape
func sigmoidNEON(args *unaryArgs)

// tanhNEON sets dst[i] = tanh(src[i]) for i < n.
//
//go:noescape
func tanhNEON(args *unaryArgs)

// expSumNEON sets dst[i] = exp(src[i]-shift) for i < n and stores the sum of dst.
//
//go:noescape
func expSumNEON(args *expSumArgs)

// maximumNEON stores the largest of src[i], i < n, as sum.
//
//go:noescape
func maximumNEON(args *expSumArgs)

// scaleNEON sets dst[i] = src[i]*shift for i < n.
//
//go:noescape
func scaleNEON(args *expSumArgs)

// colSumNEON adds src[i*ld+j] for all i < rows to dst[j], j < n; ld in bytes.
//
//go:noescape
func colSumNEON(args *colSumArgs)

// adamNEON does one AdamW step over n parameters; see adamLoop.
//
//go:noescape
func adamNEON(args *adamArgs)

// packRowsNEON copies rows of n = 8, 16, 24 or 32 floats; see packRows.
//
//go:noescape
func packRowsNEON(args *packArgs)

// peakNEON does n rounds of 24 vector multiply-adds.
func peakNEON(n int)

// The same with the bits of the plain loops.

//go:noescape
func gemmRows4NEONUnfused(args *gemmArgs)

//go:noescape
func gemmRows3NEONUnfused(args *gemmArgs)

//go:noescape
func gemmRows2NEONUnfused(args *gemmArgs)

//go:noescape
func gemmRows1NEONUnfused(args *gemmArgs)

//go:noescape
func gemmCols3NEONUnfused(args *gemmArgs)

//go:noescape
func gemmCols2NEONUnfused(args *gemmArgs)

//go:noescape
func gemmCols1NEONUnfused(args *gemmArgs)

//go:noescape
func gemvNEONUnfused(args *gemvArgs)

//go:noescape
func lstmForwardNEONUnfused(args *lstmArgs)

//go:noescape
func lstmBackwardNEONUnfused(args *lstmArgs)

//go:noescape
func sigmoidNEONUnfused(args *unaryArgs)

//go:noescape
func tanhNEONUnfused(args *unaryArgs)

//go:noescape
func expSumNEONUnfused(args *expSumArgs)

//go:noescape
func adamNEONUnfused(args *adamArgs)

func peakNEONUnfused(n int)
