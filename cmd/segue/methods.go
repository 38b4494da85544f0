package main

import (
	"bytes"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/segue-go/segue/forecast/table"
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
				buf.WriteString(a.Listed(m.Name, m.About, 10))
			}
			return a.Write("", buf.Bytes())
		},
	}
}

// offer lists what a flag may be: names of methods and countries, and the columns of the
// table that the command line names.
func (a *app) offer(name string, args []string) []string {
	switch name {
	case "method", "methods":
		var out []string
		for _, m := range auto.List() {
			out = append(out, m.Name)
		}
		return out
	case "holidays":
		return job.HolidayCountries()
	case "time", "value", "id", "regressors", "past-regressors":
		if len(args) == 0 || args[0] == "-" {
			return nil
		}
		return headerOf(a.Table(args[0]))
	}
	return nil
}

// headerOf lists the columns of a table; nil if it cannot be read.
func headerOf(in job.Input) []string {
	r, err := in.Open()
	if err != nil {
		return nil
	}
	defer r.Close()
	header, err := table.Header(r)
	if err != nil {
		return nil
	}
	return header
}
