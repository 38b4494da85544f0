package main

import (
	"context"
	"fmt"
	"os"
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
	fl.Uint64Var(&f.seed, "seed", 1, "random seed")
	return c
}

func (a *lab) trainPretrained(ctx context.Context, f *pretrainFlags) error {
	var known []string
	for _, c := range neural.Classes() {
		known = append(known, c.Name)
	}
	if err := among("--only", f.only, known); err != nil {
		return err
	}
	if f.out == "" {
		return cli.Usagef("say where to write the models with -o DIR")
	}
	if err := folder("--data", f.data, "the data are"); err != nil {
		return err
	}
	if err := os.MkdirAll(f.out, 0o755); err != nil { // before hours of work
		return cli.Plain(f.out, err)
	}
	made := newSheet("class", "season", "horizon", "series", "number", "kB", "trained in")
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
		task := forecast.Task{Seed: f.seed, Portable: a.Deterministic, Progress: b.Forecast(c.Name + ", ")}
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
		a.Say("wrote %s (%d kB) after %s", path, kilobytes(file), took)
		made.add(c.Name, c.Season, c.Horizon, origin, len(panel), kilobytes(file), took)
	}
	if len(made.rows) == 0 {
		a.Say("every class has its file in %s", f.out)
		return nil
	}
	return a.Write(filepath.Join(f.out, "REPORT.md"), pretrainReport(f.seed, a.Tier(), made))
}

// pretrainReport is the page that is committed beside the weights.
func pretrainReport(seed uint64, tier seq.Tier, made *sheet) []byte {
	return fmt.Appendf(nil, `# How the pretrained networks were made

Command: `+"`make train-pretrained DATA=...`"+` (seed %d, tier %s). Data: the training files of the M4 competition
(Makridakis, Spiliotis and Assimakopoulos 2020), the last horizon of every series left out, and synthetic series
(trends, seasons, breaks, Gaussian processes; neural.Synthetic). M1, M3 and ETT were not used. A tenth of the
series of each class was held out to choose the training step and to calibrate the quantiles. No series is part of
this repository.

%s`, seed, tier.Actual(), made)
}

// corpus collects the series that a class is trained on and says what they are.
func (a *lab) corpus(dir, class string) ([]forecast.Series, string, error) {
	var all []forecast.Series
	var failed error
	read := func(names string, horizon int) []forecast.Series {
		panel, err := a.m4Train(dir, names, horizon)
		if err != nil && failed == nil {
			failed = err
		}
		return panel
	}
	yearly := func() []forecast.Series { return read("Yearly", 6) }
	quarterly := func() []forecast.Series { return read("Quarterly", 8) }
	monthly := func() []forecast.Series { return read("Monthly", 18) }
	var origin string
	switch class {
	case "short":
		origin = "M4 yearly; quarterly summed to years; synthetic"
		all = append(yearly(), summed(quarterly(), 4, 13)...)
		all = append(all, neural.Synthetic(2000, 1, 10, 60, 1)...)
	case "quarterly":
		origin = "M4 quarterly; monthly summed to quarters; synthetic"
		all = append(quarterly(), summed(monthly(), 3, 24)...)
		all = append(all, neural.Synthetic(1500, 4, 16, 120, 3)...)
	case "monthly":
		origin = "M4 monthly; synthetic"
		all = append(monthly(), neural.Synthetic(1000, 12, 36, 300, 4)...)
	}
	return all, origin, failed
}

// m4Train reads a frequency's training file without the last horizon of every
// series.
func (a *lab) m4Train(dir, name string, horizon int) ([]forecast.Series, error) {
	for _, file := range []string{name + "-train.csv", name + "-subset-train.csv"} {
		path := filepath.Join(dir, file)
		if !isFile(path) {
			continue
		}
		panel, err := a.ReadPanel(path)
		if err != nil {
			return nil, err
		}
		for i, s := range panel {
			panel[i] = s.Head(max(len(s.Values)-horizon, 0))
		}
		return longer(panel, 4), nil
	}
	return nil, fmt.Errorf("%s: there is neither %s-train.csv nor %s-subset-train.csv", dir, name, name)
}

// longer keeps the series of at least n values.
func longer(panel []forecast.Series, n int) []forecast.Series {
	return slices.DeleteFunc(panel, func(s forecast.Series) bool { return len(s.Values) < n })
}

// summed adds up every k values, counted from the end, of the series that then
// have at least least.
func summed(panel []forecast.Series, k, least int) []forecast.Series {
	var out []forecast.Series
	for _, s := range panel {
		n := len(s.Values) / k
		if n < least {
			continue
		}
		values := make([]float64, n)
		for i, v := range s.Values[len(s.Values)-n*k:] {
			values[i/k] += v
		}
		s.Values = values
		out = append(out, s)
	}
	return out
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
