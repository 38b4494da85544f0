//go:build !man

package cli

import (
	"errors"

	"github.com/spf13/cobra"
)

func manual(*cobra.Command, string) error {
	return errors.New("the manual pages come with the packages; from the source: go run -tags man ./cmd/segue man DIR")
}
