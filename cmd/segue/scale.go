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
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/internal/scale"
)

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
func (a *app) scaled(ctx context.Context, path string, s *job.ForecastSpec) error {
	f := &s.Files
	for flag, on := range map[string]bool{"--plot": f.Plot != "", "--report": f.Report != "", "--format " + f.Format: f.Format != "csv", "--future": len(f.Futures) > 0} {
		if on {
			return cli.Usagef("%s cannot be used with -o FOLDER/", flag)
		}
	}
	memory, err := parseMemory(f.Memory)
	if err != nil {
		return err
	}
	shard, err := parseShard(f.Shard)
	if err != nil {
		return err
	}
	l, done := a.Listener()
	defer done()
	w, err := s.Separate(a.File(f.Model), l)
	if err != nil {
		return err
	}
	opt, err := scale.From(s, w)
	if err != nil {
		return err
	}
	if f.Model != "" {
		data, err := a.Read(f.Model, 1<<30)
		if err != nil {
			return err
		}
		opt.Key = fmt.Sprintf("model sha256=%x ", sha256.Sum256(data)) + opt.Key // wherever it lies
	}
	opt.Memory, opt.Parts, opt.Shard, opt.Resume = memory, f.Parts, shard, f.Resume
	debug.SetMemoryLimit(memory)
	b := a.Bar()
	defer b.Clear()
	opt.Progress = func(p scale.Progress) {
		b.Count(p.Stage, p.Done, p.Total, fmt.Sprintf("%d series  %s", p.Series, p.Elapsed.Round(time.Second)))
	}
	rep, err := scale.Run(ctx, path, f.Output, opt)
	b.Clear()
	if errors.Is(err, scale.ErrFolder) && !f.Resume {
		return fmt.Errorf("%w (another folder, or --resume, helps)", err)
	}
	if err != nil {
		return err
	}
	for _, n := range rep.Repairs {
		a.Say("note: %s: %d", n.What, n.Count)
	}
	a.Say("%s: %d series forecast, %d could not be (see dead-*.csv); %d of %d parts were there already", f.Output, rep.Series, rep.Dead, rep.Skipped, rep.Parts)
	return nil
}
