//go:build (!amd64 && !arm64 && !(wasm && goexperiment.simd)) || noasm

package kernel

// lowest is the first target that has instructions of this architecture: none.
const lowest = Plain + 1

func detect() Target { return Plain }

func (Target) tileRows() int { return 8 }

func (Target) fma(n int) int { return fmaLoop(n) }

func (Target) gemmAsm(*gemmArgs, int) bool    { return false }
func (Target) lstmForwardAsm(*lstmArgs) bool  { return false }
func (Target) lstmBackwardAsm(*lstmArgs) bool { return false }
func (Target) sigmoidAsm(*unaryArgs) bool     { return false }
func (Target) tanhAsm(*unaryArgs) bool        { return false }
func (Target) expSumAsm(*expSumArgs) bool     { return false }
func (Target) colSumAsm(*colSumArgs) bool     { return false }
func (Target) adamAsm(*adamArgs) bool         { return false }
func (Target) gemvHalfAsm(*gemvArgs) bool     { return false }
func (Target) maximumAsm(*expSumArgs) bool    { return false }
func (Target) scaleAsm(*expSumArgs) bool      { return false }
func (Target) packAsm(*packArgs) bool         { return false }
func (Target) gemvAsm(*gemvArgs) bool         { return false }
