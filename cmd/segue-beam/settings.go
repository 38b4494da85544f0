package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/segue-go/segue/cmd/internal/scale"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/segue-go/segue/forecast/calendar"
	"github.com/segue-go/segue/forecast/neural"
	"github.com/segue-go/segue/forecast/table"
)

// settings are what workers need to know; they travel as JSON.
type settings struct {
	input, sample string

	Output, Method, Model    string
	Horizon, Season, Parts   int
	ID, Time, Value          string
	DateFormat, Freq, Levels string
	Comma                    int32
	FreqUnit, FreqN          int
	MonthEnd                 bool
	Seed                     uint64
}

// options are those of package scale.
func (s *settings) options() (scale.Options, error) {
	opt := scale.Options{
		Table: table.Options{ID: s.ID, Time: s.Time, Value: s.Value, DateFormat: s.DateFormat, Comma: s.Comma, Freq: forecast.Freq{Unit: forecast.Unit(s.FreqUnit), N: s.FreqN, MonthEnd: s.MonthEnd}},
		Task:  forecast.Task{Horizon: s.Horizon, Season: s.Season, Seed: s.Seed, Threads: 1},
	}
	for _, l := range strings.Split(s.Levels, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(l), 64)
		if err != nil || !(v > 0 && v < 100) {
			return opt, fmt.Errorf("--levels %q: want numbers between 0 and 100", l)
		}
		opt.Levels = append(opt.Levels, v)
	}
	return opt, nil
}

// methods adds the method or the model, which is large: workers do it once.
func (s *settings) methods(opt *scale.Options) error {
	if s.Model != "" {
		data, err := os.ReadFile(s.Model)
		if err != nil {
			return err
		}
		m, horizon, season, err := neural.Decode(data)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Model, err)
		}
		if opt.Model = m; opt.Task.Horizon == 0 {
			opt.Task.Horizon = horizon
		}
		opt.Task.Season = season
		return nil
	}
	m, err := auto.Lookup(s.Method)
	if err != nil {
		return err
	}
	if !forecast.Independent(m) {
		return fmt.Errorf("--method %s looks at all series together; use blend, zeroshot or another", s.Method)
	}
	opt.Method = m
	return nil
}

// resolve finds out from a sample what the settings leave open, and returns the
// input's header line.
func (s *settings) resolve() (header string, err error) {
	if s.Parts < 1 || s.Parts > 100000 {
		return "", fmt.Errorf("--parts %d: want 1 to 100000", s.Parts)
	}
	if s.Freq != "" {
		f, err := calendar.Parse(s.Freq)
		if err != nil {
			return "", fmt.Errorf("--freq: %w", err)
		}
		s.FreqUnit, s.FreqN, s.MonthEnd = int(f.Unit), f.N, f.MonthEnd
	}
	if s.sample == "" {
		names, err := filepath.Glob(s.input)
		if err != nil || len(names) == 0 {
			return "", fmt.Errorf("%s: no such file on this machine; name a local one with the same columns with --sample", s.input)
		}
		s.sample = names[0]
	}
	opt, err := s.options()
	if err != nil {
		return "", err
	}
	if err := s.methods(&opt); err != nil {
		return "", err
	}
	if opt, err = scale.Sample(s.sample, opt); err != nil {
		return "", fmt.Errorf("%w; --id-column, --time-column, --value-column, --date-format and --freq say what cannot be told", err)
	}
	t := opt.Table
	s.ID, s.Time, s.Value, s.DateFormat, s.Comma = t.ID, t.Time, t.Value, t.DateFormat, t.Comma
	s.FreqUnit, s.FreqN, s.MonthEnd = int(t.Freq.Unit), t.Freq.N, t.Freq.MonthEnd
	s.Horizon, s.Season = opt.Task.Horizon, opt.Task.Season
	return firstLine(s.sample)
}

// firstLine is a text file's header.
func firstLine(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	line, err := bufio.NewReader(io.LimitReader(f, 1<<20)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", err
	}
	return strings.TrimPrefix(strings.TrimRight(line, "\r\n"), "\ufeff"), nil
}

// header is the first line of every result.
func (s *settings) header() []string {
	opt, err := s.options()
	if err != nil {
		panic(err) // resolved before
	}
	return scale.Header(opt)
}
