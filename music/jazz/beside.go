//go:build beside

package jazz

import "os"

func soloFile() ([]byte, error) { return os.ReadFile("weights/solo.safetensors") }

func bassFile() ([]byte, error) { return os.ReadFile("weights/bass.safetensors") }
