package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
)

// streamed is the number of series that are in memory at a time.
const streamed = 10000

// streams reports whether the series can be forecast and written a few at a
// time: they come one a line, and nothing asked for looks at all of them.
func (f *forecastFlags) streams(m forecast.Method) bool {
	return f.rows && f.format == "csv" && f.model == "" && f.plot == "" && f.report == "" && f.reconcile == "" && f.folds == 0 && f.paths == 0 && !f.explain && forecast.Independent(m)
}

// stream forecasts a file of any length in bounded memory.
func (a *app) stream(ctx context.Context, path string, task forecast.Task, m forecast.Method, f *forecastFlags) error {
	in, err := a.open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	return a.writeTo(f.output, func(w io.Writer) error {
		out := csv.NewWriter(bufio.NewWriterSize(w, 1<<20))
		rows := forecast.NewRows(&forecast.Table{ID: "id"}, f.levels, f.quantiles)
		if err := out.Write(rows.Header()); err != nil {
			return err
		}
		var part []forecast.Series
		total := 0
		flush := func() error {
			if len(part) == 0 {
				return nil
			}
			if total == 0 {
				task = task.Resolve(part)
				a.say("horizon %d, season %d", task.Horizon, task.Season)
			}
			fs, err := forecast.Run(ctx, m, part, task)
			if err != nil {
				return err
			}
			if f.round {
				rounded(fs)
			}
			total += len(part)
			part = part[:0]
			return writeForecasts(out, rows, fs, nil)
		}
		err := datasets.EachRow(in, func(r datasets.Row) error {
			part = append(part, forecast.Series{ID: r.ID, Values: r.Values})
			if len(part) == streamed {
				return flush()
			}
			return nil
		})
		if err == nil {
			err = flush()
		}
		out.Flush()
		if err == nil {
			err = out.Error()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		a.say("forecast %d series", total)
		return nil
	})
}

// writeTo writes a result piece by piece: to standard output, or to a file that
// appears when it is whole.
func (a *app) writeTo(path string, f func(io.Writer) error) error {
	if path == "" || path == "-" {
		w := bufio.NewWriterSize(a.out, 1<<20)
		if err := f(w); err != nil {
			return err
		}
		return w.Flush()
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, err)
	}
	defer os.Remove(tmp.Name()) // fails once it is renamed
	w := bufio.NewWriterSize(tmp, 1<<20)
	if err = f(w); err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	return err
}
