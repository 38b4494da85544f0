package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/segue-go/segue/forecast/table"
	"github.com/spf13/cobra"
	"gonum.org/v1/gonum/stat"
)

type ettFlags struct {
	data     string
	horizons []int
	only     []string
	segment  neural.Segment
	seed     uint64
	valid    bool
	json     bool
}

// the standard split of the hourly ETT files, in rows
const (
	ettTrain = 12 * 30 * 24
	ettValid = 4 * 30 * 24
	ettTest  = 4 * 30 * 24
	ettMost  = ettTest // the longest horizon of which the test part has a window
)

func (a *lab) ettCommand() *cobra.Command {
	f := &ettFlags{}
	c := &cobra.Command{
		Use:   "ett --data DIR",
		Short: "Score the segment network and the pretrained one on the ETT data",
		Long: `Train the segment network on the hourly ETT files (ETTh1.csv, ETTh2.csv in
--data), all channels with one network, average it with the pretrained network for
every rate, as auto --train does, and print the mean squared and absolute errors of the standardised values over every window of the test part: rows 0 to
8639 to train on, to 11519 to validate on, to 14399 to test.`,
		Example: "  segue-lab bench ett --data ~/data/ett",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.benchETT(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "folder of the files (required)")
	fl.IntSliceVar(&f.horizons, "horizons", []int{96, 192, 336, 720}, "horizons")
	fl.StringSliceVar(&f.only, "only", []string{"ETTh1", "ETTh2"}, "files")
	fl.IntVar(&f.segment.Window, "window", 0, "values that a step sees")
	fl.IntVar(&f.segment.Origins, "origins", 0, "steps of the network")
	fl.IntVar(&f.segment.Hidden, "hidden", 0, "LSTM units")
	fl.IntVar(&f.segment.Steps, "steps", 0, "training steps")
	fl.IntVar(&f.segment.Members, "members", 0, "networks to average")
	fl.Float64Var(&f.segment.Dropout, "dropout", 0, "dropout before the output")
	fl.BoolVar(&f.valid, "valid", false, "score on the validation part: for tuning")
	fl.Uint64Var(&f.seed, "seed", 1, "random seed")
	fl.BoolVar(&f.json, "json", false, "print JSON instead of a table")
	return c
}

type ettLine struct {
	File    string  `json:"file"`
	Horizon int     `json:"horizon"` // 0: the mean over the horizons
	MSE     float64 `json:"mse"`
	MAE     float64 `json:"mae"`
	Windows int     `json:"windows"`
	Seconds float64 `json:"seconds"`
}

func (a *lab) benchETT(ctx context.Context, f *ettFlags) error {
	for _, h := range f.horizons {
		if h < 1 || h > ettMost {
			return cli.Usagef("--horizons %d: want 1 to %d", h, ettMost)
		}
	}
	if len(f.horizons) == 0 {
		return cli.Usagef("--horizons: want one or more")
	}
	if err := folder("--data", f.data, "the files are"); err != nil {
		return err
	}
	var lines []ettLine
	for _, name := range f.only {
		channels, err := a.readWide(filepath.Join(f.data, name+".csv"))
		if err != nil {
			return err
		}
		mean := ettLine{File: name}
		for _, h := range f.horizons {
			l, err := a.scoreETT(ctx, name, channels, h, f)
			if err != nil {
				return err
			}
			lines = append(lines, l)
			mean.MSE += l.MSE / float64(len(f.horizons))
			mean.MAE += l.MAE / float64(len(f.horizons))
			mean.Windows += l.Windows
			mean.Seconds += l.Seconds
		}
		lines = append(lines, mean)
	}
	if f.json {
		return a.WriteJSON(lines)
	}
	s := newSheet("data", "horizon", "MSE", "MAE", "windows", "seconds")
	for _, l := range lines {
		h := "mean"
		if l.Horizon > 0 {
			h = fmt.Sprint(l.Horizon)
		}
		s.add(l.File, h, f4(l.MSE), f4(l.MAE), l.Windows, f0(l.Seconds))
	}
	return a.Write("", []byte(s.String()))
}

// readWide reads a CSV file of which every numeric column is a series.
func (a *lab) readWide(path string) ([]forecast.Series, error) {
	f, err := a.OpenTable(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t, err := table.Parse(f, table.Options{Values: []string{"*"}})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, n := range t.Notes {
		a.Say("note: %s", n)
	}
	return t.Series, nil
}

// scoreETT trains for one horizon and scores every window of the test part.
func (a *lab) scoreETT(ctx context.Context, name string, channels []forecast.Series, horizon int, f *ettFlags) (ettLine, error) {
	start := time.Now()
	from, end := ettTrain+ettValid, ettTrain+ettValid+ettTest
	if f.valid { // validate on the end of the training part, score on the validation part
		from, end = ettTrain, ettTrain+ettValid
	}
	g := f.segment
	g.Holdout = float64(ettValid) / float64(from)
	var past []forecast.Series
	for _, s := range channels {
		if len(s.Values) < end {
			return ettLine{}, fmt.Errorf("%s.csv: channel %q has %d rows, the split needs %d", name, s.ID, len(s.Values), end)
		}
		past = append(past, s.Head(from))
	}
	task := forecast.Task{Horizon: horizon, Season: 24, Seed: f.seed, Portable: a.Deterministic}
	b := a.Bar()
	defer b.Clear()
	task.Progress = b.Forecast(fmt.Sprintf("%s, %d steps, ", name, horizon))
	model, err := forecast.Fit(ctx, auto.Segmented{Segment: g}, past, task)
	if err != nil {
		return ettLine{}, err
	}
	b.Clear()
	l := ettLine{File: name, Horizon: horizon}
	if err := l.score(ctx, model, channels, from, end); err != nil {
		return ettLine{}, err
	}
	l.Seconds = time.Since(start).Seconds()
	return l, nil
}

// score scores the forecasts of every window between two rows.
func (l *ettLine) score(ctx context.Context, m forecast.Model, channels []forecast.Series, from, end int) error {
	n := 0.
	for _, s := range channels {
		sd := stat.PopStdDev(s.Values[:ettTrain], nil)
		var windows []forecast.Series
		for o := from; o+l.Horizon <= end; o++ {
			windows = append(windows, s.Head(o))
		}
		fs, err := forecast.ForecastAll(ctx, m, windows, 0)
		if err != nil {
			return err
		}
		l.Windows += len(windows)
		for k, fc := range fs {
			for h, v := range fc.Mean {
				e := (v - s.Values[from+k+h]) / sd
				l.MSE += e * e
				l.MAE += math.Abs(e)
				n++
			}
		}
	}
	l.MSE, l.MAE = l.MSE/n, l.MAE/n
	return nil
}
