package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
	"github.com/segue-go/segue/music"
	"github.com/spf13/cobra"
)

func (a *app) demoCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Forecast air passengers and continue a rag, from embedded data",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.demo(c.Context(), dir) },
	}
	c.Flags().StringVar(&dir, "dir", "out", "folder for the results")
	return c
}

func (a *app) demo(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return cli.Plain(dir, err)
	}
	start := time.Now()
	if err := a.demoForecast(ctx, dir); err != nil {
		return err
	}
	if err := a.demoMusic(ctx, dir); err != nil {
		return err
	}
	a.Say("done in %.0f s", time.Since(start).Seconds())
	return nil
}

func (a *app) demoForecast(ctx context.Context, dir string) error {
	fmt.Fprintln(a.Out, "1. Air passengers 1949-1960: how well would the last year have been forecast?")
	t, err := table.Parse(bytes.NewReader(datasets.MustFile("csv/air_passengers.csv")), table.Options{})
	if err != nil {
		return err
	}
	task := forecast.Task{Horizon: 12, Seed: 1, Portable: a.Deterministic}
	ms, err := cli.Methods([]string{"snaive", "theta", "lstm"})
	if err != nil {
		return err
	}
	rs, err := forecast.Backtest(ctx, ms, t.Series, task, forecast.BacktestOptions{})
	if err != nil {
		return err
	}
	if err := resultsTable(a.Out, rs); err != nil {
		return err
	}
	fs, err := forecast.Run(ctx, ms[2], t.Series, task)
	if err != nil {
		return err
	}
	ans := &answer{table: t, forecasts: fs, flags: &forecastFlags{levels: []float64{80, 95}}}
	data, err := ans.csv()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "air_passengers_forecast.csv")
	if err := a.Write(path, data); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "The next year, 1961, is in %s:\n%s\n", path, data)
	return nil
}

func (a *app) demoMusic(ctx context.Context, dir string) error {
	fmt.Fprintln(a.Out, "2. The first eight bars of Scott Joplin's Pineapple Rag, continued by a network trained now")
	whole, _, err := music.ReadMIDI(datasets.MustFile("midi/pineapple_rag.mid"))
	if err != nil {
		return err
	}
	seed := whole.Cut(0, 8*whole.BarLength(whole.MeterAt(0)))
	m, err := a.musicModel(ctx, "", seed, 1)
	if err != nil {
		return err
	}
	c, err := m.Continue(ctx, seed, music.Options{Bars: 8, Seed: 1})
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := music.WriteMIDI(&buf, c.Score); err != nil {
		return err
	}
	path := filepath.Join(dir, "pineapple_rag_continued.mid")
	if err := a.Write(path, buf.Bytes()); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%d new notes in 8 bars, from %.1f s on, are in %s\n", c.Notes, seed.Seconds(c.From), path)
	return nil
}
