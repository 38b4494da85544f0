package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/segue-go/segue/cmd/internal/cli"
	"github.com/segue-go/segue/cmd/internal/scale"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/spf13/pflag"
)

// scaleFlags are those of forecasts into a folder.
type scaleFlags struct {
	memory string
	shard  string
	parts  int
	resume bool
}

func (f *scaleFlags) register(fl *pflag.FlagSet) {
	fl.StringVar(&f.memory, "memory", "1G", "into a folder: memory to use, about, as 500M or 2G")
	fl.StringVar(&f.shard, "shard", "", "into a folder: do share `I/N` of the work, counted from 0 (or JOB_COMPLETION_INDEX/N)")
	fl.IntVar(&f.parts, "parts", 0, "into a folder: number of files (by size and memory)")
	fl.BoolVar(&f.resume, "resume", false, "into a folder: go on where another run was interrupted")
}

// toFolder reports whether the output is a folder: it ends in a slash or is one.
func toFolder(output string) bool {
	if strings.HasSuffix(output, "/") || strings.HasSuffix(output, string(os.PathSeparator)) {
		return true
	}
	info, err := os.Stat(output)
	return err == nil && info.IsDir()
}

// parseMemory reads 500M or 2G.
func parseMemory(s string) (int64, error) {
	unit := int64(1)
	t := strings.TrimSuffix(strings.ToUpper(s), "B")
	for i, u := range []string{"K", "M", "G", "T"} {
		if rest, ok := strings.CutSuffix(t, u); ok {
			t, unit = rest, 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseFloat(t, 64)
	if err != nil || !(n*float64(unit) >= 64<<20) || n*float64(unit) > 1<<50 {
		return 0, cli.Usagef("--memory %q: want 64M or more, as 500M or 2G", s)
	}
	return int64(n * float64(unit)), nil
}

// parseShard reads I/N.
func parseShard(s string) (scale.Shard, error) {
	if s == "" {
		return scale.Shard{}, nil
	}
	a, b, _ := strings.Cut(s, "/")
	i, err1 := strconv.Atoi(a)
	n, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil || i < 0 || n < 1 || i >= n {
		return scale.Shard{}, cli.Usagef("--shard %q: want I/N with I from 0 to N-1, as 0/8", s)
	}
	return scale.Shard{Index: i, Of: n}, nil
}

// scaled forecasts into a folder.
func (a *app) scaled(ctx context.Context, path string, task forecast.Task, m forecast.Method, f *forecastFlags) error {
	for flag, on := range map[string]bool{
		"--plot": f.plot != "", "--report": f.report != "", "--reconcile": f.reconcile != "", "--backtest": f.folds > 0, "--paths": f.paths > 0, "--explain": f.explain,
		"--regressors": len(f.regressors)+len(f.past) > 0, "--holidays": len(f.holidays) > 0 || f.calendar, "--format json": f.format != "csv", "--wide": f.wide, "several --value": len(f.values) > 1,
	} {
		if on {
			return cli.Usagef("%s cannot be used with -o FOLDER/", flag)
		}
	}
	memory, err := parseMemory(f.memory)
	if err != nil {
		return err
	}
	shard, err := parseShard(f.shard)
	if err != nil {
		return err
	}
	if f.parts < 0 || f.parts > 100000 {
		return cli.Usagef("--parts %d: want 1 to 100000", f.parts)
	}
	opt := scale.Options{
		Table: f.table, Rows: f.rows, Task: task, Levels: f.levels, Quantiles: f.quantiles, Round: f.round,
		Memory: memory, Parts: f.parts, Shard: shard, Resume: f.resume,
	}
	name := f.method
	switch {
	case f.model != "":
		data, err := a.Read(f.model, 1<<30)
		if err != nil {
			return err
		}
		name = fmt.Sprintf("model sha256=%x", sha256.Sum256(data)) // wherever it lies
		var horizon, season int
		if opt.Model, horizon, season, err = neural.Decode(data); err != nil {
			return fmt.Errorf("%s: %w", f.model, err)
		}
		opt.Model = neural.On(opt.Model, a.Tier())
		if task.Horizon > horizon || task.Season != 0 && task.Season != season {
			return fmt.Errorf("%s: the model is for a horizon of %d and a season of %d", f.model, horizon, season)
		}
		if task.Horizon == 0 {
			opt.Task.Horizon = horizon
		}
		opt.Task.Season = season
	case forecast.Independent(m):
		opt.Method = m
	case name == "auto":
		// auto looks at all series together
		name = forecast.Blend.Name()
		opt.Method = forecast.Blend
		a.Say("note: method blend, since series are forecast one by one; --method zeroshot is better and about twice as slow")
	default:
		return cli.Usagef("--method %s looks at all series together; into a folder use blend, zeroshot or another of `segue methods`", name)
	}
	opt.Key = fmt.Sprintf("%s h=%d m=%d seed=%d levels=%v q=%v round=%t rows=%t table=%+v", name, task.Horizon, task.Season, task.Seed, f.levels, f.quantiles, f.round, f.rows, f.table)
	debug.SetMemoryLimit(memory)
	b := a.Bar()
	defer b.Clear()
	opt.Progress = func(p scale.Progress) {
		b.Count(p.Stage, p.Done, p.Total, fmt.Sprintf("%d series  %s", p.Series, p.Elapsed.Round(time.Second)))
	}
	rep, err := scale.Run(ctx, path, f.output, opt)
	b.Clear()
	if errors.Is(err, scale.ErrFolder) && !f.resume {
		return fmt.Errorf("%w (another folder, or --resume, helps)", err)
	}
	if err != nil {
		return err
	}
	for _, n := range rep.Repairs {
		a.Say("note: %s: %d", n.What, n.Count)
	}
	a.Say("%s: %d series forecast, %d could not be (see dead-*.csv); %d of %d parts were there already", f.output, rep.Series, rep.Dead, rep.Skipped, rep.Parts)
	return nil
}
