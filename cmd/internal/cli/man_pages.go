//go:build man

package cli

import (
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func manual(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Plain(dir, err)
	}
	date := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) // reproducible builds
	return doc.GenManTree(root, &doc.GenManHeader{Title: strings.ToUpper(root.Name()), Section: "1", Date: &date}, dir)
}
