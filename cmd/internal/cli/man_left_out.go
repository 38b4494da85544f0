//go:build !man

package cli

import (
	"errors"

	"github.com/spf13/cobra"
)

// ManCommand says how the manual pages are written.
func ManCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages to a folder",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(*cobra.Command, []string) error {
			return errors.New("the manual pages come with the packages; from the source: go run -tags man ./cmd/segue man DIR")
		},
	}
}
