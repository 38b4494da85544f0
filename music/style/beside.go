//go:build beside

package style

import "os"

func file() ([]byte, error) { return os.ReadFile("weights/styles.safetensors") }
