package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
	"github.com/spf13/cobra"
)

type anomalyFlags struct {
	seriesFlags
	method string
	level  float64
	all    bool
	json   bool
	output string
}

func (a *app) anomaliesCommand() *cobra.Command {
	f := &anomalyFlags{}
	c := &cobra.Command{
		Use:   "anomalies FILE|-",
		Short: "Find values that the past did not lead to expect",
		Long: `Go through the series, forecast every value from those before it, and print the
values outside the interval: id, time, value, expected, lo, hi and a score, the
distance from the expected value in half widths of the interval (above 1 is
outside). An anomaly is not used to forecast what comes after it.`,
		Example: `  segue anomalies traffic.csv --level 99.5
  segue anomalies traffic.csv --all --json -o scores.json
  segue anomalies panel.csv --id store --value sales --method theta`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.anomalies(c.Context(), args[0], f) },
	}
	fl := c.Flags()
	f.register(a, fl)
	fl.StringVar(&f.method, "method", "zeroshot", "method that forecasts")
	fl.Float64Var(&f.level, "level", 99, "interval in percent")
	fl.BoolVar(&f.all, "all", false, "print every value with its score")
	fl.BoolVar(&f.json, "json", false, "print JSON instead of CSV")
	fl.StringVarP(&f.output, "output", "o", "", "file to write (standard output)")
	return c
}

// judged is a line of the result.
type judged struct {
	ID       string   `json:"id,omitempty"`
	Time     string   `json:"time"`
	Value    *float64 `json:"value"`
	Expected float64  `json:"expected"`
	Lo       float64  `json:"lo"`
	Hi       float64  `json:"hi"`
	Score    float64  `json:"score"`
	Anomaly  bool     `json:"anomaly"`
}

func (a *app) anomalies(ctx context.Context, path string, f *anomalyFlags) error {
	if !(f.level > 0 && f.level < 100) {
		return cli.Usagef("--level %v: want a number between 0 and 100", f.level)
	}
	ms, err := cli.Methods([]string{f.method})
	if err != nil {
		return err
	}
	t, task, err := a.series(path, &f.seriesFlags)
	if err != nil {
		return err
	}
	points, err := forecast.DetectAnomalies(ctx, ms[0], t.Series, task, f.level)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	found, seen := 0, 0
	lines := []judged{}
	for i, s := range t.Series {
		seen += len(points[i])
		for _, p := range points[i] {
			if p.Anomalous() {
				found++
			}
			if p.Anomalous() || f.all {
				lines = append(lines, judged{s.ID, stepLabel(t, s, p.Step), job.Finite(p.Value), p.Expected, p.Lo, p.Hi, p.Score, p.Anomalous()})
			}
		}
	}
	a.Say("%d of %d values lie outside the %g%% interval of what was expected of them", found, seen, f.level)
	if f.json {
		data, err := json.MarshalIndent(lines, "", "  ")
		if err != nil {
			return err
		}
		return a.Write(f.output, append(data, '\n'))
	}
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	header := []string{orElse(t.Time, "step"), orElse(t.Value, "value"), "expected", "lo", "hi", "score", "anomaly"}
	if t.ID != "" {
		header = append([]string{t.ID}, header...)
	}
	if err := w.Write(header); err != nil {
		return err
	}
	for _, l := range lines {
		value := ""
		if l.Value != nil {
			value = job.Number(*l.Value)
		}
		row := []string{l.Time, value, job.Number(l.Expected), job.Number(l.Lo), job.Number(l.Hi), strconv.FormatFloat(l.Score, 'f', 3, 64), strconv.FormatBool(l.Anomaly)}
		if t.ID != "" {
			row = append([]string{l.ID}, row...)
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return a.Write(f.output, buf.Bytes())
}

// stepLabel is how the file writes the time of a step.
func stepLabel(t *table.Table, s forecast.Series, step int) string {
	if s.Freq.Unit == forecast.None {
		return strconv.Itoa(step + 1)
	}
	return t.Layout.Format(s.Time(step))
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
