//go:build !amd64 || noasm

package kernel

func detect() Tier { return Portable }

func tileRows() int { return 8 }

func fma(n int) int { return fmaLoop(n) }

func gemmAsm(*gemmArgs, int) bool    { return false }
func lstmForwardAsm(*lstmArgs) bool  { return false }
func lstmBackwardAsm(*lstmArgs) bool { return false }
func sigmoidAsm(*unaryArgs) bool     { return false }
func tanhAsm(*unaryArgs) bool        { return false }
func expSumAsm(*expSumArgs) bool     { return false }
func colSumAsm(*colSumArgs) bool     { return false }
func adamAsm(*adamArgs) bool         { return false }
func gemvHalfAsm(*gemvArgs) bool     { return false }
func maximumAsm(*expSumArgs) bool    { return false }
func scaleAsm(*expSumArgs) bool      { return false }
func packAsm(*packArgs) bool         { return false }
func gemvAsm(*gemvArgs) bool         { return false }
