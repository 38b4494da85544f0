package main

import (
	"bytes"
	"fmt"

	"github.com/segue-go/segue/forecast/auto"
	"github.com/spf13/cobra"
)

func (a *app) methodsCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "methods",
		Short:   "List the forecasting methods",
		Example: `  segue methods`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			var buf bytes.Buffer
			for _, m := range auto.List() {
				fmt.Fprintf(&buf, "%-9s %s\n", m.Name, m.About)
			}
			return a.Write("", buf.Bytes())
		},
	}
}
