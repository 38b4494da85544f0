//go:build (!amd64 && !arm64 && !(wasm && goexperiment.simd)) || noasm

package kernel

// lowest is the first tier that has instructions of this architecture: none.
const lowest = Portable + 1

func detect() Tier { return Portable }

func (Tier) tileRows() int { return 8 }

func (Tier) fma(n int) int { return fmaLoop(n) }

func (Tier) gemmAsm(*gemmArgs, int) bool    { return false }
func (Tier) lstmForwardAsm(*lstmArgs) bool  { return false }
func (Tier) lstmBackwardAsm(*lstmArgs) bool { return false }
func (Tier) sigmoidAsm(*unaryArgs) bool     { return false }
func (Tier) tanhAsm(*unaryArgs) bool        { return false }
func (Tier) expSumAsm(*expSumArgs) bool     { return false }
func (Tier) colSumAsm(*colSumArgs) bool     { return false }
func (Tier) adamAsm(*adamArgs) bool         { return false }
func (Tier) gemvHalfAsm(*gemvArgs) bool     { return false }
func (Tier) maximumAsm(*expSumArgs) bool    { return false }
func (Tier) scaleAsm(*expSumArgs) bool      { return false }
func (Tier) packAsm(*packArgs) bool         { return false }
func (Tier) gemvAsm(*gemvArgs) bool         { return false }
