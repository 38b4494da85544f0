package cli

import (
	"path/filepath"
	"slices"
	"strings"
)

// CheckExtension refuses the name of an output file whose extension belongs to another
// format; want are the extensions of that format. A name without an extension
// (a device, a pipe, "-") is accepted.
func CheckExtension(flag, path, format string, want ...string) error {
	ext := strings.ToLower(filepath.Ext(path))
	if ext == "" || path == "-" || slices.Contains(want, ext) {
		return nil
	}
	return Usagef("%s %s: %s is written to a file that ends in %s", flag, path, format, strings.Join(want, " or "))
}
