package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/spf13/cobra"
)

func (a *app) forecastCommand() *cobra.Command {
	s := job.NewForecast()
	c := &cobra.Command{
		Use:   "forecast FILE|- | --model MODEL",
		Short: "Continue the time series in a CSV file",
		Long: `Continue the time series in a CSV file ("-" is standard input) and print a
table: the file's own id and time columns, then mean, lo-80, hi-80, lo-95, hi-95.
Columns, date format, frequency and season are inferred; flags override them.
Standard error reports what was repaired and what was chosen. An output that ends in
.parquet or .arrow gets columns with types: times, texts and doubles.

With -o FOLDER/ each series of a long table (id, time, value; CSV, CSV.gz, CSV.zst
or Parquet) is forecast independently, in bounded memory, into many files; see
--memory, --resume, --shard. Series that cannot be forecast are listed in
dead-*.csv; the others are not affected.

With --model MODEL, which segue fit made, the forecast goes on from the end of what
the model has seen, or from the end of FILE, whose new rows it takes into account.`,
		Example: `  segue forecast sales.csv --horizon 12 --plot sales.svg
  segue forecast panel.csv --id store --time day --value sales --json -o out.json
  segue forecast wide.csv --wide --report report.html
  segue forecast sales.csv --value sales --regressors price,promotion --future plan.csv --holidays BR
  segue forecast sales.csv --value sales --regressors price --future cheap.csv --future dear.csv --explain --plot both.svg
  segue forecast sales.csv --value sales --regressors weather,price@lag7,promo@weekday --events fairs.csv --explain
  segue forecast regions.csv --reconcile mint --backtest 3
  segue forecast demand.csv --round --explain --paths 100
  segue forecast messy.csv --date-format %d/%m/%Y --duplicates sum --freq D
  segue forecast --rows m3.csv --season 12 --horizon 18 --quantiles 0.1,0.5,0.9
  segue forecast sales.csv --method blend --levels 50,90 --seed 7
  segue forecast energy.csv --value load --past-regressors temperature --train
  segue forecast payments.csv --calendar --holidays DE,FR
  segue forecast panel.csv --no-train -q
  segue forecast sales.csv --model sales.safetensors
  segue forecast --model sales.model --horizon 24
  segue forecast panel.parquet --horizon 12 -o next.parquet
  segue forecast panel.parquet -o out/ --memory 2G --horizon 12
  segue forecast panel.csv.zst -o out/ --shard 3/8 --resume`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 && s.Files.Model == "" {
				return cli.Usagef("give a FILE of time series, or a --model that segue fit made")
			}
			return a.forecast(c.Context(), strings.Join(args, ""), s)
		},
	}
	a.Flags(c, s.Fields())
	return c
}

// checkFiles refuses file names and options that do not go together.
func checkFiles(f *job.ForecastFiles) error {
	if err := checkPlot(f.Plot); err != nil {
		return err
	}
	if !toFolder(f.Output) && (f.Shard != "" || f.Resume || f.Parts != 0) {
		return cli.Usagef("--shard, --parts and --resume need a folder: -o FOLDER/")
	}
	return nil
}

// checkPlot refuses names of pictures of another format.
func checkPlot(path string) error {
	if ext := filepath.Ext(path); path != "" && ext != ".svg" && ext != ".png" {
		return cli.Usagef("--plot %s: the name must end in .svg or .png", path)
	}
	return nil
}

func (a *app) forecast(ctx context.Context, path string, s *job.ForecastSpec) error {
	files := &s.Files
	if err := a.SettleFormat(s); err != nil {
		return err
	}
	if err := checkFiles(files); err != nil {
		return err
	}
	if toFolder(files.Output) {
		if path == "" {
			return cli.Usagef("-o FOLDER/ needs a FILE of time series")
		}
		return a.scaled(ctx, path, s)
	}
	in := job.Inputs{Main: a.Table(path), Futures: a.tables(files.Futures), Model: a.File(files.Model), Events: a.Table(s.Events)}
	l, done := a.Listener()
	defer done()
	if s.Streams() && files.Format == "csv" && files.Model == "" && files.Plot == "" && files.Report == "" {
		return a.WriteTo(files.Output, func(w io.Writer) error { return s.Stream(ctx, in.Main, w, l) })
	}
	s.Rehearse = files.Plot != "" || files.Report != ""
	f, err := s.Run(ctx, in, l)
	done()
	if err != nil {
		return err
	}
	if f.Backtest != nil && !a.Quiet {
		if err := job.WriteScores(a.Err, f.Backtest); err != nil {
			return err
		}
	}
	if path == "" {
		path = files.Model
	}
	if err := a.pictures(f, path); err != nil {
		return err
	}
	return a.WriteForecast(f)
}

// tables are several tables as inputs of a job.
func (a *app) tables(paths []string) (ins []job.Input) {
	for _, path := range paths {
		if path != "" {
			ins = append(ins, a.Table(path))
		}
	}
	return ins
}

// writeJSON writes a value for machines.
func (a *app) writeJSON(path string, v any) error {
	data, err := job.Indented(v)
	if err != nil {
		return err
	}
	return a.Write(path, data)
}

// pictures writes the plot and the report, and draws on a terminal.
func (a *app) pictures(f *job.Forecast, path string) error {
	files := &f.Spec.Files
	if files.Plot != "" {
		data, err := f.Chart(strings.TrimPrefix(filepath.Ext(files.Plot), "."))
		if err != nil {
			return fmt.Errorf("%s: %w", files.Plot, err)
		}
		if err := a.Write(files.Plot, data); err != nil {
			return err
		}
	}
	if files.Report != "" {
		page, err := report(f, path)
		if err != nil {
			return fmt.Errorf("%s: %w", files.Report, err)
		}
		if err := a.Write(files.Report, page); err != nil {
			return err
		}
	}
	if a.OnTerminal() && !a.Quiet {
		cli.Sparklines(a.Err, f, a.Colour(), a.Width())
	}
	return nil
}
