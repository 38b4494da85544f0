package main

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast"
	"github.com/spf13/cobra"
)

func (a *app) imputeCommand() *cobra.Command {
	f := &seriesFlags{}
	var output string
	c := &cobra.Command{
		Use:   "impute FILE|-",
		Short: "Fill the gaps of time series",
		Long: `Fill missing values, and times without a row, from the values on both sides, and
print the whole series: id, time, value, and whether the value was filled.`,
		Example: `  segue impute sensor.csv -o full.csv
  segue impute panel.csv --id station --value level --freq H`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.impute(args[0], output, f) },
	}
	f.register(a, c.Flags())
	c.Flags().StringVarP(&output, "output", "o", "", "file to write (standard output)")
	return c
}

func (a *app) impute(path, output string, f *seriesFlags) error {
	t, task, err := a.series(path, f)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	header := []string{orElse(t.Time, "step"), orElse(t.Value, "value"), "imputed"}
	if t.ID != "" {
		header = append([]string{t.ID}, header...)
	}
	if err := w.Write(header); err != nil {
		return err
	}
	total := 0
	for _, s := range t.Series {
		full, steps := forecast.Impute(s, task.Season)
		total += len(steps)
		for i, v := range full.Values {
			_, isFilled := slices.BinarySearch(steps, i)
			row := []string{stepLabel(t, s, i), job.Number(v), strconv.FormatBool(isFilled)}
			if t.ID != "" {
				row = append([]string{s.ID}, row...)
			}
			if err := w.Write(row); err != nil {
				return err
			}
		}
	}
	w.Flush()
	a.Say("%s filled", count(total, "value"))
	return a.Write(output, buf.Bytes())
}
