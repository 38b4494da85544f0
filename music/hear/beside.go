//go:build beside

package hear

import "os"

func file() ([]byte, error) { return os.ReadFile("weights/hear.safetensors") }
