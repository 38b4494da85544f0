package main

import (
	"fmt"
	"strings"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/calendar"
	"github.com/segue-go/segue/forecast/table"
	"github.com/spf13/pflag"
)

// seriesFlags say how a file of series is read and what is asked of it.
type seriesFlags struct {
	table      table.Options
	values     []string
	wide       bool
	duplicates string
	freq       string
	horizon    int
	season     int
	fill       string
	decimal    string
	rows       bool
	seed       uint64
	app        *app
}

func (s *seriesFlags) register(a *app, f *pflag.FlagSet) {
	s.app = a
	f.StringVar(&s.table.Time, "time", "", "column of times (found by name or content)")
	f.StringSliceVar(&s.values, "value", nil, "column of values (the only numeric one); several are series of their own")
	f.BoolVar(&s.wide, "wide", false, "every numeric column is a series of its own")
	f.StringVar(&s.table.ID, "id", "", "column that tells series apart, or several: region,shop")
	f.StringVar(&s.table.DateFormat, "date-format", "", "how times are written, as 2006-01-02 or %Y-%m-%d (inferred)")
	f.StringVar(&s.duplicates, "duplicates", "error", "rows of a series for the same time: error, mean, sum, first or last")
	f.StringVar(&s.freq, "freq", "", "step: S, min, H, D, B, W, M, Q, Y, or 15min (inferred)")
	f.IntVar(&s.horizon, "horizon", 0, "steps to forecast (two seasons, 6 to 48)")
	f.IntVar(&s.season, "season", 0, "steps in a season; 1 for none (by frequency)")
	f.StringVar(&s.fill, "fill", "none", "what times without a row mean: none (missing), zero, linear or seasonal")
	f.StringVar(&s.table.Open, "open", "", "days and hours that are open, as \"Mon-Sat 8-18\", or all (inferred)")
	f.BoolVar(&s.table.DropPartial, "drop-partial", false, "leave out a last value that looks like part of a period that is not over")
	f.StringVar(&s.table.Sheet, "sheet", "", "sheet of an Excel workbook (the first with anything in it)")
	f.StringVar(&s.decimal, "decimal", "", "decimal sign of numbers: point or comma (inferred)")
	f.BoolVar(&s.rows, "rows", false, "the file has one series per line: id,v1,v2,... without a header")
	f.Uint64Var(&s.seed, "seed", 1, "seed of everything random")
}

// task checks the flags and turns them into a task.
func (s *seriesFlags) task() (forecast.Task, error) {
	if s.horizon < 0 || s.horizon > 10000 {
		return forecast.Task{}, cli.Usagef("--horizon %d: want 1 to 10000", s.horizon)
	}
	if s.season < 0 || s.season > 100000 {
		return forecast.Task{}, cli.Usagef("--season %d: want 1 to 100000", s.season)
	}
	if s.freq != "" {
		f, err := calendar.Parse(s.freq)
		if err != nil {
			return forecast.Task{}, &cli.UsageError{Err: err}
		}
		s.table.Freq = f
	}
	switch d := table.Duplicates(s.duplicates); d {
	case table.DuplicateMean, table.DuplicateSum, table.DuplicateFirst, table.DuplicateLast:
		s.table.Duplicates = d
	case "error":
	default:
		return forecast.Task{}, cli.Usagef("--duplicates %q: want error, mean, sum, first or last", s.duplicates)
	}
	switch s.fill {
	case "none":
	case "zero", "linear", "seasonal":
		s.table.Fill = table.Fill(s.fill)
	default:
		return forecast.Task{}, cli.Usagef("--fill %q: want none, zero, linear or seasonal", s.fill)
	}
	switch s.decimal {
	case "":
	case "point", ".":
		s.table.Decimal = '.'
	case "comma", ",":
		s.table.Decimal = ','
	default:
		return forecast.Task{}, cli.Usagef("--decimal %q: want point or comma", s.decimal)
	}
	switch {
	case s.wide && len(s.values) > 0:
		return forecast.Task{}, cli.Usagef("--wide takes all numeric columns: leave out --value %s", strings.Join(s.values, ","))
	case s.wide:
		s.table.Values = []string{"*"}
	case len(s.values) == 1:
		s.table.Value = s.values[0]
	default:
		s.table.Values = s.values
	}
	return forecast.Task{Horizon: s.horizon, Season: s.season, Seed: s.seed, Portable: s.app.Deterministic}, nil
}

// series reads the file of series and fills in the task.
func (a *app) series(path string, s *seriesFlags) (*table.Table, forecast.Task, error) {
	task, err := s.task()
	if err != nil {
		return nil, task, err
	}
	t, err := a.table(path, s)
	if err != nil {
		return nil, task, err
	}
	return t, task.Resolve(t.Series), nil
}

// table reads the file of series.
func (a *app) table(path string, s *seriesFlags) (*table.Table, error) {
	if s.rows {
		panel, err := a.ReadPanel(path)
		return &table.Table{ID: "id", Series: panel}, err
	}
	f, err := a.OpenTable(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t, err := table.Parse(f, s.table)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, n := range t.Notes {
		a.Say("note: %s", n)
	}
	for _, k := range t.Skipped {
		a.Say("left out: series %q: %s", k.ID, k.Reason)
	}
	return t, nil
}

// describe remarks on what was understood.
func (a *app) describe(t *table.Table, task forecast.Task) {
	n := 0
	for _, s := range t.Series {
		n += len(s.Values)
	}
	what := fmt.Sprintf("%d series, %d steps", len(t.Series), n)
	if len(t.Series) == 1 {
		what = fmt.Sprintf("one series of %d steps", n)
	}
	if f := t.Series[0].Freq; f.Unit != forecast.None {
		what += fmt.Sprintf(", frequency %s", f)
	}
	a.Say("read %s; horizon %d, season %d", what, task.Horizon, task.Season)
}
