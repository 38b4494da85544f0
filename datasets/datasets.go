// Package datasets holds a few small files for examples, tests and
// demonstrations, in the public domain or made for this package, and readers for
// the layouts in which forecasting competitions publish their data. SOURCES.md
// lists the origin of each file.
package datasets

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed csv/*.csv midi/*.mid
var files embed.FS

// Names lists the embedded files: "csv/air_passengers.csv", ...
func Names() []string {
	var names []string
	for _, dir := range []string{"csv", "midi"} {
		entries, err := fs.ReadDir(files, dir)
		if err != nil {
			panic("datasets: " + err.Error()) // embedded: cannot happen
		}
		for _, e := range entries {
			names = append(names, path.Join(dir, e.Name()))
		}
	}
	return names
}

// File returns an embedded file by the name that Names gives.
func File(name string) ([]byte, error) {
	b, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("datasets: %q is none of %s", name, strings.Join(Names(), ", "))
	}
	return b, nil
}

// MustFile is File for the names in this package's documentation; it panics if
// there is no such file.
func MustFile(name string) []byte {
	b, err := File(name)
	if err != nil {
		panic(err.Error())
	}
	return b
}
