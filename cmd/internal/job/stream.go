package job

import (
	"bufio"
	"context"
	"io"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
)

// streamed is the number of series that are in memory at a time.
const streamed = 10000

// Streams reports whether the series can be forecast and written a few at a time:
// they come one a line, and nothing that is asked for looks at all of them. Then
// Stream writes what Run and WriteCSV do, in bounded memory.
func (s *ForecastSpec) Streams() bool {
	if !s.Rows || s.reconciles() || s.Temporal || s.Folds > 0 || s.Paths > 0 || s.Back > 0 || s.Explain || s.Events != "" {
		return false
	}
	w, err := s.Work(Input{}, Input{})
	return err == nil && forecast.Independent(w.Method)
}

// Stream reads a table of any length and writes its forecasts as CSV.
func (s *ForecastSpec) Stream(ctx context.Context, in Input, to io.Writer, l Listener) error {
	w, err := s.Work(Input{}, Input{})
	if err != nil {
		return err
	}
	r, err := in.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	out := NewCSV(bufio.NewWriterSize(to, 1<<20), s.Guard)
	rows := table.NewRows(rowTable(nil), s.Levels, s.Quantiles)
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
			w.Task = w.Task.Resolve(part)
			l.note(Found, "horizon %d, season %d", w.Task.Horizon, w.Task.Season)
		}
		fs, err := w.Forecasts(ctx, part)
		if err != nil {
			return err
		}
		total += len(part)
		part = part[:0]
		return WriteForecasts(out, rows, fs, nil)
	}
	err = datasets.EachRow(r, func(row datasets.Row) error {
		part = append(part, forecast.Series{ID: row.ID, Values: row.Values})
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
		return in.fail(err)
	}
	l.note(Found, "forecast %d series", total)
	return nil
}
