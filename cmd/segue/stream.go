package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
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
	in, err := a.OpenTable(path)
	if err != nil {
		return err
	}
	defer in.Close()
	return a.WriteTo(f.output, func(w io.Writer) error {
		out := csv.NewWriter(bufio.NewWriterSize(w, 1<<20))
		rows := table.NewRows(&table.Table{ID: "id"}, f.levels, f.quantiles)
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
				a.Say("horizon %d, season %d", task.Horizon, task.Season)
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
			return job.WriteForecasts(out, rows, fs, nil)
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
		a.Say("forecast %d series", total)
		return nil
	})
}
