package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"
)

// methodNotes describe the methods, in the order of the list.
var methodNotes = [][2]string{
	{"auto", "blend, STL and networks weighed by their errors on the past; intervals calibrated there (the default)"},
	{"zeroshot", "networks trained before on other series: at once, without training"},
	{"lstm", "networks trained on the file's own series"},
	{"blend", "the average of theta, dotm and damped"},
	{"comb", "the average of ses, holt and damped"},
	{"theta", "the Theta method of the M4 competition"},
	{"dotm", "the dynamic optimised Theta method"},
	{"ets", "exponential smoothing, chosen among 15 forms"},
	{"arima", "seasonal ARIMA, orders chosen"},
	{"ces", "complex exponential smoothing"},
	{"stl", "one season or two taken out by STL, the rest by ets"},
	{"ses, holt, damped", "exponential smoothing without, with, and with a damped trend"},
	{"croston, sba, tsb", "for demand that is mostly zero"},
	{"naive, snaive, drift", "the last value, the last season, the line from first to last"},
	{"naive2", "naive on the seasonally adjusted series, the yardstick of OWA"},
}

func (a *app) methodsCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "methods",
		Short:   "List the methods of forecasting",
		Example: `  segue methods`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			var buf bytes.Buffer
			for _, m := range methodNotes {
				fmt.Fprintf(&buf, "%-22s %s\n", m[0], m[1])
			}
			return a.Write("", buf.Bytes())
		},
	}
}
