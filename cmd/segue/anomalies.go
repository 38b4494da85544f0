package main

import (
	"context"
	"github.com/segue-go/segue/cmd/internal/cli"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/spf13/cobra"
)

func (a *app) anomaliesCommand() *cobra.Command {
	s := job.NewAnomalies()
	c := &cobra.Command{
		Use:   "anomalies FILE|-",
		Short: "Find values that differ from what the past predicts",
		Long: `Forecast every value of each series from the values before it, and print those
outside the interval: id, time, value, expected, lo, hi and a score, which is the
distance from the expected value in half widths of the interval (above 1 is
outside). An anomaly is not used to forecast the values after it.`,
		Example: `  segue anomalies traffic.csv --level 99.5
  segue anomalies traffic.csv --all --json -o scores.json
  segue anomalies panel.csv --id store --value sales --method theta`,
		Args: cli.Exactly(1),
		RunE: func(c *cobra.Command, args []string) error { return a.anomalies(c.Context(), args[0], s) },
	}
	a.Flags(c, s.Fields())
	return c
}

func (a *app) anomalies(ctx context.Context, path string, s *job.AnomaliesSpec) error {
	l, done := a.Listener()
	r, err := s.Run(ctx, job.Inputs{Main: a.Table(path), Events: a.Table(s.Events)}, l)
	done()
	if err != nil {
		return err
	}
	if s.Files.JSON {
		return a.writeJSON(s.Files.Output, r.Lines)
	}
	return a.WriteTo(s.Files.Output, r.WriteCSV)
}
