package main

import (
	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/spf13/cobra"
)

func (a *app) inspectCommand() *cobra.Command {
	s := job.NewInspect()
	c := &cobra.Command{
		Use:   "inspect FILE",
		Short: "Describe a CSV, MIDI or model file",
		Example: `  segue inspect sales.csv
  segue inspect seed.mid --style
  segue inspect model.safetensors`,
		Args: cli.Exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			r, err := s.Run(c.Context(), job.Inputs{Main: a.Table(args[0])})
			if err != nil {
				return err
			}
			return a.Write("", []byte(r.Text))
		},
	}
	a.Flags(c, s.Fields())
	return c
}
