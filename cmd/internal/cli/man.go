package cli

import "github.com/spf13/cobra"

// ManCommand writes the manual pages. It is for packagers, who build with -tags man: what
// it needs is a third of a megabyte.
func ManCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages to a folder",
		Hidden: true,
		Args:   Exactly(1),
		RunE:   func(c *cobra.Command, args []string) error { return manual(c.Root(), args[0]) },
	}
}
