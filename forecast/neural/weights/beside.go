//go:build beside

package weights

import "os"

// Read returns the file of one of Names, as neural.NewZeroShot reads it. The error of
// a file that is not there wraps fs.ErrNotExist.
func Read(name string) ([]byte, error) { return os.ReadFile("weights/" + name + ".safetensors") }
