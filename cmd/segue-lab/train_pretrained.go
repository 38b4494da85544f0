package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/segue-go/segue/seq"
	"github.com/spf13/cobra"
)

type pretrainFlags struct {
	data, out string
	only      []string
	seed      uint64
}

func (a *lab) trainPretrainedCommand() *cobra.Command {
	f := &pretrainFlags{}
	c := &cobra.Command{
		Use:   "pretrained --data DIR -o DIR",
		Short: "Train the networks that forecast without training",
		Long: `Train the networks that ship with segue and forecast any series at once. DIR
holds the training files of the M4 competition; the last horizon of every series
is not used, so that it can still judge. Synthetic series are added. A class
whose file is in the output folder already is left out, so that an interrupted
training goes on.`,
		Example: `  segue-lab train pretrained --data ~/data/m4 -o forecast/neural/weights`,
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.trainPretrained(c.Context(), f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "folder of the M4 competition's training files (required)")
	fl.StringVarP(&f.out, "output", "o", "", "folder for the model files and REPORT.md (required)")
	fl.StringSliceVar(&f.only, "only", nil, "classes of series (all)")
	fl.Uint64Var(&f.seed, "seed", 1, "seed of everything random")
	return c
}

func (a *lab) trainPretrained(ctx context.Context, f *pretrainFlags) error {
	if f.data == "" || f.out == "" {
		return cli.Usagef("say where the data are with --data DIR and where to write the models with -o DIR")
	}
	var report bytes.Buffer
	for _, c := range neural.Classes() {
		path := filepath.Join(f.out, c.Name+".safetensors")
		if isFile(path) || len(f.only) > 0 && !slices.Contains(f.only, c.Name) {
			continue
		}
		panel, origin, err := a.corpus(f.data, c.Name)
		if err != nil {
			return err
		}
		start := time.Now()
		b := a.Bar()
		task := forecast.Task{Seed: f.seed, Progress: b.Forecast(c.Name + ", ")}
		m, err := c.Train(ctx, panel, task)
		b.Clear()
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err // half-trained networks do not ship
		}
		file, err := forecast.Save(m, true)
		if err != nil {
			return err
		}
		if err := a.Write(path, file); err != nil {
			return err
		}
		took := time.Since(start).Round(time.Second)
		a.Say("wrote %s (%d kB) after %s", path, (len(file)+1023)/1024, took)
		fmt.Fprintf(&report, "| %s | %d | %d | %s | %d | %d | %s |\n", c.Name, c.Season, c.Horizon, origin, len(panel), (len(file)+1023)/1024, took)
	}
	if report.Len() == 0 {
		a.Say("every class has its file in %s", f.out)
		return nil
	}
	return a.Write(filepath.Join(f.out, "REPORT.md"), pretrainReport(f.seed, report.Bytes()))
}

func pretrainReport(seed uint64, lines []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `# How the pretrained networks were made

Command: `+"`make train-pretrained DATA=...`"+` (seed %d, tier %s). Data: the training files of the M4 competition
(Makridakis, Spiliotis and Assimakopoulos 2020), the last horizon of every series left out, and synthetic series
(trends, seasons, breaks, Gaussian processes; neural.Synthetic). M1, M3 and ETT were not used. A tenth of the
series of each class was held out to choose the training step and to calibrate the quantiles. No series is part of
this repository.

| class | season | horizon | series | in all | kB | trained in |
|---|---|---|---|---|---|---|
`, seed, seq.Tier())
	b.Write(lines)
	return b.Bytes()
}
