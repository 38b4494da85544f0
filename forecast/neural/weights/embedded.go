//go:build !beside

package weights

import (
	_ "embed"
	"fmt"
	"io/fs"
)

// Variables of their own, since an embed.FS copies a file that is read.
var (
	//go:embed short.safetensors
	short []byte
	//go:embed quarterly.safetensors
	quarterly []byte
	//go:embed monthly.safetensors
	monthly []byte
	//go:embed universal.safetensors
	universal []byte
	//go:embed universal-7.safetensors
	universal7 []byte
	//go:embed universal-52.safetensors
	universal52 []byte
)

// Read returns the file of one of Names, as neural.NewZeroShot reads it. Its bytes are
// shared and must not be changed. The error of an unknown name wraps fs.ErrNotExist.
func Read(name string) ([]byte, error) {
	switch name {
	case "short":
		return short, nil
	case "quarterly":
		return quarterly, nil
	case "monthly":
		return monthly, nil
	case "universal":
		return universal, nil
	case "universal-7":
		return universal7, nil
	case "universal-52":
		return universal52, nil
	}
	return nil, fmt.Errorf("weights: %q: %w", name, fs.ErrNotExist)
}
