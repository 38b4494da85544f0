package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/segue-go/segue/cmd/internal/field"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/internal/scale"
	"github.com/segue-go/segue/forecast/table"
)

// settings are what workers need to know; they travel as JSON.
type settings struct {
	input, sample string
	spec          *job.ForecastSpec // what is asked; workers make theirs from Query

	Output, Model   string
	Parts           int
	Query           string        // of spec
	Table           table.Options // as it was resolved from the sample
	Horizon, Season int           // likewise
}

// newSettings are those without any flag.
func newSettings() *settings { return &settings{spec: job.NewForecast(), Parts: 16} }

// columnFlags are fields whose flags have other names here: Beam has an --id.
var columnFlags = map[string]string{"id": "id-column", "time": "time-column", "value": "value-column"}

// flags gives a flag set the flags of the job and those of the pipeline.
func (s *settings) flags(fl *flag.FlagSet) {
	fl.StringVar(&s.input, "input", "", "CSV or Parquet files, perhaps .gz or .zst, as a glob: /data/panel-*.csv (required)")
	fl.StringVar(&s.Output, "output", "", "folder to write to (required)")
	fl.StringVar(&s.sample, "sample", "", "a local file from whose first rows columns, dates and frequency are inferred (the first file of --input)")
	fl.StringVar(&s.Model, "model", "", "model file instead of a method; workers read it once")
	fl.IntVar(&s.Parts, "parts", s.Parts, "files to write")
	for _, f := range s.spec.Fields().At(field.Request) {
		fl.Var(f, strings.TrimPrefix(flagName(f.Name, ""), "--"), f.Usage())
	}
}

// voice is how errors speak of fields.
var voice = job.Voice{Door: field.Request, Name: flagName, With: job.Command.With}

func flagName(name, _ string) string {
	if other := columnFlags[name]; other != "" {
		name = other
	}
	return "--" + name
}

// options are those of package scale: the job's, and what the sample told. The model
// is large: workers read it once.
func (s *settings) options() (scale.Options, error) {
	spec := s.spec
	if spec == nil { // on a worker
		spec = job.NewForecast()
		if err := spec.Fields().Restore(s.Query); err != nil {
			return scale.Options{}, err
		}
	}
	var model job.Input
	if s.Model != "" {
		model = job.Input{Name: s.Model, Open: func() (io.ReadCloser, error) { return os.Open(s.Model) }}
	}
	w, err := spec.Separate(model, job.Listener{Note: s.note})
	if err != nil {
		return scale.Options{}, err
	}
	opt, err := scale.From(spec, w)
	if err != nil {
		return opt, err
	}
	if s.Horizon > 0 { // resolved
		opt.Table, opt.Task.Horizon, opt.Task.Season = s.Table, s.Horizon, s.Season
	}
	opt.Task.Threads = 1
	return opt, nil
}

// note prints a remark once, where the program was started.
func (s *settings) note(n job.Note) {
	if s.spec != nil && s.Horizon == 0 {
		fmt.Fprintln(os.Stderr, "note:", voice.Words(n.Text))
	}
}

// resolve infers from a sample what the settings leave open, and returns the input's
// header line.
func (s *settings) resolve() (header string, err error) {
	if s.Parts < 1 || s.Parts > 100000 {
		return "", fmt.Errorf("--parts %d: want 1 to 100000", s.Parts)
	}
	if s.spec.Rows {
		return "", fmt.Errorf("--rows: want a long table (id, time, value)")
	}
	opt, err := s.options()
	if err != nil {
		return "", err
	}
	if s.sample == "" {
		names, err := filepath.Glob(s.input)
		if err != nil || len(names) == 0 {
			return "", fmt.Errorf("%s: no such file on this machine; name a local one with the same columns with --sample", s.input)
		}
		s.sample = names[0]
	}
	if opt, err = scale.Sample(s.sample, opt); err != nil {
		return "", fmt.Errorf("%w; --id-column, --time-column, --value-column, --date-format and --freq say what cannot be told", err)
	}
	s.Query, s.Table, s.Horizon, s.Season = s.spec.Fields().Query(), opt.Table, opt.Task.Horizon, opt.Task.Season
	return firstLine(s.sample)
}

// firstLine is a text file's header.
func firstLine(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	line, err := bufio.NewReader(io.LimitReader(f, 1<<20)).ReadBytes('\n')
	if err != nil && err != io.EOF {
		return "", err
	}
	return string(bytes.TrimPrefix(bytes.TrimRight(line, "\r\n"), []byte("\ufeff"))), nil
}

// header is the first line of every result.
func (s *settings) header() string {
	opt, err := s.options()
	if err != nil {
		panic(err) // resolved before
	}
	return scale.Header(opt)
}
