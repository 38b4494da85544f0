//go:build man

package cli

import (
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// ManCommand writes the manual pages. It is for packagers, who build with -tags man: what
// it needs is a third of a megabyte.
func ManCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages to a folder",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return Plain(args[0], err)
			}
			date := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) // reproducible builds
			return doc.GenManTree(c.Root(), &doc.GenManHeader{Title: strings.ToUpper(c.Root().Name()), Section: "1", Date: &date}, args[0])
		},
	}
}
