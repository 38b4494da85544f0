// Package weights holds networks that forecast any series at once, without
// training. They are apart from package neural so that it stays small for those
// who train their own. REPORT.md describes how they were made.
package weights

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.safetensors
var files embed.FS

// Files returns the network files by the name of their class ("monthly"), as
// neural.NewZeroShot reads them.
func Files() map[string][]byte {
	names, err := fs.Glob(files, "*.safetensors")
	if err != nil {
		panic("weights: " + err.Error()) // the pattern is a constant
	}
	all := map[string][]byte{}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			panic("weights: " + err.Error()) // the file is part of the program
		}
		all[strings.TrimSuffix(name, ".safetensors")] = data
	}
	return all
}
