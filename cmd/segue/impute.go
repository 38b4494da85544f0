package main

import (
	"context"
	"github.com/segue-go/segue/cmd/internal/cli"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/spf13/cobra"
)

func (a *app) imputeCommand() *cobra.Command {
	s := job.NewImpute()
	c := &cobra.Command{
		Use:   "impute FILE|-",
		Short: "Fill the gaps in time series",
		Long: `Fill missing values and times without a row, using the values on both sides, and
print the whole series: id, time, value, and whether the value was filled.`,
		Example: `  segue impute sensor.csv -o full.csv
  segue impute panel.csv --id station --value level --freq H`,
		Args: cli.Exactly(1),
		RunE: func(c *cobra.Command, args []string) error { return a.impute(c.Context(), args[0], s) },
	}
	a.Flags(c, s.Fields())
	return c
}

func (a *app) impute(ctx context.Context, path string, s *job.ImputeSpec) error {
	l, done := a.Listener()
	r, err := s.Run(ctx, job.Inputs{Main: a.Table(path)}, l)
	done()
	if err != nil {
		return err
	}
	if s.Files.JSON {
		return a.writeJSON(s.Files.Output, r.Lines)
	}
	return a.WriteTo(s.Files.Output, r.WriteCSV)
}
