// Package weights holds networks that forecast any series at once, without
// training. They are apart from package neural so that it stays small for those
// who train their own. REPORT.md describes how they were made.
package weights

import _ "embed"

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
	//go:embed universal-52.safetensors
	universal52 []byte
)

// Files returns the network files by the name of their class ("monthly"), as
// neural.NewZeroShot reads them. The map is the caller's, the files' bytes are shared
// and must not be changed.
func Files() map[string][]byte {
	return map[string][]byte{
		"short": short, "quarterly": quarterly, "monthly": monthly,
		"universal": universal, "universal-52": universal52,
	}
}
