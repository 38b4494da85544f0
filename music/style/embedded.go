//go:build !beside

package style

import _ "embed"

//go:embed styles.safetensors
var embedded []byte

func file() ([]byte, error) { return embedded, nil }
