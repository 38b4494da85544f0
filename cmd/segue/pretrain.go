package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/segue-go/segue/datasets"
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

func (a *app) trainPretrainedCommand() *cobra.Command {
	f := &pretrainFlags{}
	c := &cobra.Command{
		Use:   "pretrained --data DIR -o DIR",
		Short: "Train the networks that forecast without training",
		Long: `Train the networks that ship with segue and forecast any series at once. DIR
holds the training files of the M4 competition; the last horizon of every series
is not used, so that it can still judge. Synthetic series are added. A class
whose file is in the output folder already is left out, so that an interrupted
training goes on.`,
		Example: `  segue train pretrained --data ~/data/m4 -o forecast/neural/weights`,
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

func (a *app) trainPretrained(ctx context.Context, f *pretrainFlags) error {
	if f.data == "" || f.out == "" {
		return usagef("say where the data are with --data DIR and where to write the models with -o DIR")
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
		b := a.bar()
		task := forecast.Task{Seed: f.seed, Progress: a.trainingProgress(b, c.Name+", ")}
		m, err := c.Train(ctx, panel, task)
		b.clear()
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
		if err := a.write(path, file); err != nil {
			return err
		}
		took := time.Since(start).Round(time.Second)
		a.say("wrote %s (%d kB) after %s", path, (len(file)+1023)/1024, took)
		fmt.Fprintf(&report, "| %s | %d | %d | %s | %d | %d | %s |\n", c.Name, c.Season, c.Horizon, origin, len(panel), (len(file)+1023)/1024, took)
	}
	if report.Len() == 0 {
		a.say("every class has its file in %s", f.out)
		return nil
	}
	return a.write(filepath.Join(f.out, "REPORT.md"), pretrainReport(f.seed, report.Bytes()))
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

// corpus collects the series that a class is trained on and says what they are.
func (a *app) corpus(dir, class string) ([]forecast.Series, string, error) {
	var all []forecast.Series
	var failed error
	read := func(names string, horizon int) []forecast.Series {
		panel, err := m4Train(dir, names, horizon)
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
	case "long":
		origin = "M4 weekly; monthly, quarterly and hourly without their seasons; synthetic"
		all = append(read("Weekly", 13), longer(neural.Unseasoned(monthly(), 12), 72)...)
		all = append(all, longer(neural.Unseasoned(quarterly(), 4), 90)...)
		all = append(all, neural.Unseasoned(read("Hourly", 48), 24)...)
		all = append(all, neural.Synthetic(2000, 1, 80, 400, 2)...)
	case "quarterly":
		origin = "M4 quarterly; monthly summed to quarters; synthetic"
		all = append(quarterly(), summed(monthly(), 3, 24)...)
		all = append(all, neural.Synthetic(1500, 4, 16, 120, 3)...)
	case "monthly":
		origin = "M4 monthly; synthetic"
		all = append(monthly(), neural.Synthetic(1000, 12, 36, 300, 4)...)
	case "weekly":
		origin = "M4 weekly; synthetic"
		all = append(read("Weekly", 13), neural.Synthetic(300, 52, 120, 600, 6)...)
	case "hourly":
		origin = "M4 hourly; synthetic"
		all = append(read("Hourly", 48), neural.Synthetic(300, 24, 500, 1000, 5)...)
	}
	return all, origin, failed
}

// m4Train reads a frequency's training file without the last horizon of every
// series.
func m4Train(dir, name string, horizon int) ([]forecast.Series, error) {
	for _, file := range []string{name + "-train.csv", name + "-subset-train.csv"} {
		path := filepath.Join(dir, file)
		if !isFile(path) {
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, plain(path, err)
		}
		rows, err := datasets.ReadRows(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		panel := rowTable(rows).Series
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
