package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/segue-go/segue/cmd/internal/scale"
	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
)

// OpenTable opens a table as text: what is compressed is unpacked, and a Parquet
// file is written as CSV.
func (s *Shell) OpenTable(path string) (io.ReadCloser, error) {
	if strings.EqualFold(filepath.Ext(path), ".parquet") {
		return scale.ParquetText(path)
	}
	f, err := s.Open(path)
	if err != nil {
		return nil, err
	}
	text, err := scale.Unpack(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{text, f}, nil
}

// ReadPanel reads a file with one series per line: id,v1,v2,...
func (s *Shell) ReadPanel(path string) ([]forecast.Series, error) {
	f, err := s.OpenTable(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := datasets.ReadRows(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	panel := make([]forecast.Series, len(rows))
	for i, r := range rows {
		panel[i] = forecast.Series{ID: r.ID, Values: r.Values}
	}
	return panel, nil
}

// Continuations reads the file, in the layout of [Shell.ReadPanel], with the
// values after the series of panel; its lines may have any order. The result has the
// order of panel.
func (s *Shell) Continuations(path string, panel []forecast.Series) ([]forecast.Series, error) {
	lines, err := s.ReadPanel(path)
	if err != nil {
		return nil, err
	}
	byID := map[string]forecast.Series{}
	for _, l := range lines {
		byID[l.ID] = l
	}
	out := make([]forecast.Series, len(panel))
	for i, p := range panel {
		l, ok := byID[p.ID]
		if !ok {
			return nil, fmt.Errorf("%s: series %q is missing", path, p.ID)
		}
		out[i] = forecast.Series{ID: p.ID, Values: l.Values}
	}
	return out, nil
}

// Methods finds methods of forecasting by name; an unknown one is a usage
// error.
func Methods(names []string) ([]forecast.Method, error) {
	var ms []forecast.Method
	for _, name := range names {
		m, err := auto.Lookup(name)
		if errors.Is(err, forecast.ErrUnknown) {
			return nil, &UsageError{err}
		}
		if err != nil {
			return nil, err
		}
		ms = append(ms, m)
	}
	return ms, nil
}
