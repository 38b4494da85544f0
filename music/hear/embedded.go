//go:build !beside

package hear

import _ "embed"

//go:embed hear.safetensors
var embedded []byte

func file() ([]byte, error) { return embedded, nil }
