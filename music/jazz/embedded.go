//go:build !beside

package jazz

import _ "embed"

var (
	//go:embed solo.safetensors
	embeddedSolo []byte
	//go:embed bass.safetensors
	embeddedBass []byte
)

func soloFile() ([]byte, error) { return embeddedSolo, nil }

func bassFile() ([]byte, error) { return embeddedBass, nil }
