package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/datasets"
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
	in := job.Inputs{Main: job.Bytes("", datasets.MustFile("csv/air_passengers.csv"))}
	back := job.NewBacktest()
	back.Methods, back.Horizon = []string{"snaive", "theta", "lstm"}, 12
	back.Deterministic = a.Deterministic
	b, err := back.Run(ctx, in, job.Listener{})
	if err != nil {
		return err
	}
	if err := job.WriteScores(a.Out, b.Results); err != nil {
		return err
	}
	spec := job.NewForecast()
	spec.Method, spec.Horizon = "lstm", 12
	spec.Deterministic = a.Deterministic
	f, err := spec.Run(ctx, in, job.Listener{})
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := f.WriteCSV(&buf); err != nil {
		return err
	}
	data := buf.Bytes()
	path := filepath.Join(dir, "air_passengers_forecast.csv")
	if err := a.Write(path, data); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "The next year, 1961, is in %s:\n%s\n", path, data)
	return nil
}

func (a *app) demoMusic(ctx context.Context, dir string) error {
	fmt.Fprintln(a.Out, "2. The first eight bars of Scott Joplin's Pineapple Rag, continued by a network adapted to it")
	whole, _, err := music.ReadMIDI(datasets.MustFile("midi/pineapple_rag.mid"))
	if err != nil {
		return err
	}
	seed := whole.Cut(0, 8*whole.BarLength(whole.MeterAt(0)))
	var buf bytes.Buffer
	if err := music.WriteMIDI(&buf, seed); err != nil {
		return err
	}
	spec := job.NewContinue()
	spec.Adapt = true
	spec.Deterministic = a.Deterministic
	l, done := a.Listener()
	var t *job.Take
	_, err = spec.Run(ctx, job.Inputs{Main: job.Bytes("", buf.Bytes())}, l, func(one *job.Take) error { t = one; return nil })
	done()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "pineapple_rag_continued.mid")
	if err := a.WriteTo(path, t.WriteMIDI); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%d new notes in 8 bars, from %.1f s on, are in %s\n", t.Notes, t.Seconds(t.From), path)
	return nil
}
