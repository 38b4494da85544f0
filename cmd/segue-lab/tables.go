package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/spf13/cobra"
)

// tableTask is one frequency of a forecasting competition.
type tableTask struct {
	name            string
	files           []string // names before -train.csv, tried in order
	horizon, season int
	maseSeason      int // 0: season
}

// competitions, with the horizons and seasons that their organisers fixed.
var competitions = map[string][]tableTask{
	"m4": {
		{"yearly", []string{"Yearly"}, 6, 1, 1},
		{"quarterly", []string{"Quarterly", "Quarterly-subset"}, 8, 4, 4},
		{"monthly", []string{"Monthly", "Monthly-subset"}, 18, 12, 12},
		{"weekly", []string{"Weekly"}, 13, 52, 1},
		{"daily", []string{"Daily"}, 14, 7, 1},
		{"hourly", []string{"Hourly"}, 48, 24, 24},
	},
	"m3": {
		{"yearly", []string{"yearly"}, 6, 1, 0}, {"quarterly", []string{"quarterly"}, 8, 4, 0},
		{"monthly", []string{"monthly"}, 18, 12, 0}, {"other", []string{"other"}, 8, 1, 0},
	},
	"m1": {
		{"yearly", []string{"yearly"}, 6, 1, 0}, {"quarterly", []string{"quarterly"}, 8, 4, 0},
		{"monthly", []string{"monthly"}, 18, 12, 0},
	},
}

type tableFlags struct {
	data    string
	methods []string
	only    []string
	seed    uint64
	train   bool
	json    bool
}

func (a *lab) tableCommand(name string) *cobra.Command {
	f := &tableFlags{}
	c := &cobra.Command{
		Use:   name + " --data DIR",
		Short: "Score methods on the " + map[string]string{"m4": "M4", "m3": "M3", "m1": "M1"}[name] + " competition",
		Long: `Fit methods on the training files of a competition and score them on its test
files (FREQUENCY-train.csv and FREQUENCY-test.csv in --data; the official M4
layout is read too). Frequencies without a test file are left out.`,
		Example: "  segue-lab bench " + name + " --data ~/data/" + name + " --methods snaive,naive2,theta,auto",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.benchTable(c.Context(), competitions[name], f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "folder of the competition's files (required)")
	fl.StringSliceVar(&f.methods, "methods", []string{"snaive", "naive2", "theta", "blend", "auto"}, "methods to score")
	fl.StringSliceVar(&f.only, "only", nil, "frequencies (all)")
	fl.Uint64Var(&f.seed, "seed", 1, "random seed")
	fl.BoolVar(&f.train, "train", false, "auto also trains a network on the panel, as forecast --train does")
	fl.BoolVar(&f.json, "json", false, "print JSON instead of a table")
	return c
}

// asked checks the flags of a benchmark and finds its methods; tasks are what --only may
// name.
func asked[T any](data string, only, methods []string, tasks []T, name func(T) string) ([]forecast.Method, error) {
	var known []string
	for _, t := range tasks {
		known = append(known, name(t))
	}
	if err := among("--only", only, known); err != nil {
		return nil, err
	}
	if err := folder("--data", data, "the files are"); err != nil {
		return nil, err
	}
	return cli.Methods(methods)
}

func (a *lab) benchTable(ctx context.Context, tasks []tableTask, f *tableFlags) error {
	ms, err := asked(f.data, f.only, f.methods, tasks, func(t tableTask) string { return t.name })
	if err != nil {
		return err
	}
	for i, m := range ms {
		if m, ok := m.(auto.Trainable); ok && f.train {
			ms[i] = m.WithTraining(auto.TrainAlways)
		}
	}
	type line struct {
		Frequency string
		forecast.Result
	}
	var all []line
	for _, t := range tasks {
		if len(f.only) > 0 && !slices.Contains(f.only, t.name) {
			continue
		}
		rs, err := a.scoreTask(ctx, t, ms, f)
		if err != nil {
			return err
		}
		for _, r := range rs {
			all = append(all, line{t.name, r})
		}
	}
	if len(all) == 0 {
		return fmt.Errorf("%s: no pair of files like %s-train.csv and %s-test.csv", f.data, tasks[0].files[0], tasks[0].files[0])
	}
	if f.json {
		var rows []map[string]any
		for _, l := range all {
			row := job.Scores([]forecast.Result{l.Result})[0]
			row["frequency"] = l.Frequency
			rows = append(rows, row)
		}
		return a.WriteJSON(rows)
	}
	s := newSheet("frequency", "series", "method", "sMAPE", "MASE", "OWA", "WQL", "MSIS", "ACD", "seconds")
	for _, l := range all {
		s.add(l.Frequency, l.Series, l.Method, f3(l.SMAPE), f4(l.MASE), f4(l.OWA), f4(l.WQL), f3(l.MSIS), f4(math.Abs(l.Coverage-.95)), f1(l.Seconds))
	}
	return a.Write("", []byte(s.String()))
}

// scoreTask scores the methods on one frequency; nothing if its files are not
// there.
func (a *lab) scoreTask(ctx context.Context, t tableTask, ms []forecast.Method, f *tableFlags) ([]forecast.Result, error) {
	for _, file := range t.files {
		train, test := filepath.Join(f.data, file+"-train.csv"), filepath.Join(f.data, file+"-test.csv")
		if !isFile(train) || !isFile(test) {
			continue
		}
		panel, err := a.ReadPanel(train)
		if err != nil {
			return nil, err
		}
		actual, err := a.Continuations(test, panel)
		if err != nil {
			return nil, err
		}
		task := forecast.Task{Horizon: t.horizon, Season: t.season, Seed: f.seed, Portable: a.Deterministic}
		a.Say("%s: %d series", t.name, len(panel))
		b := a.Bar()
		task.Progress = b.Forecast("")
		rs, err := forecast.BacktestAgainst(ctx, ms, panel, actual, task, forecast.BacktestOptions{MASESeason: t.maseSeason})
		b.Clear()
		return rs, err
	}
	return nil, nil
}
