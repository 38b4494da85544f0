package scale

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/forecast/table"
)

// Sample decides from the first rows of a file what Run decides from all of it:
// names of columns, separator, date format, frequency, horizon and season. If the
// first rows do not determine one, the error asks for it in opt.
func Sample(path string, opt Options) (Options, error) {
	const rows = 100000
	in, err := openInput(path)
	if err != nil {
		return opt, err
	}
	defer in.Close()
	r := &run{opt: opt}
	if err := r.understand(in); err != nil {
		return opt, err
	}
	var c collection
	n := 0
	err = r.rows(in, func(id string, text []byte) error {
		if n++; n > rows {
			return errEnough
		}
		c.add(id, text, referenceSeries)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return opt, err
	}
	if err := r.decide(c.groups); err != nil {
		return opt, err
	}
	return r.opt, nil
}

// Header is the first line of every result, as CSV.
func Header(opt Options) string {
	var b strings.Builder
	w := job.NewCSV(&b, opt.Guard)
	_ = w.Write((&run{opt: opt}).printed().Header()) // a builder takes everything
	w.Flush()
	return b.String()
}

// printed is the layout of the results.
func (r *run) printed() *table.Rows {
	rows := table.NewRows(r.layout(), r.opt.Levels, r.opt.Quantiles)
	rows.Point = r.opt.Point
	return rows
}

// One forecasts one series from its rows, which are CSV of id, time and value with
// opt's separator, and returns its lines of the result as CSV.
func One(ctx context.Context, opt Options, id string, rows []byte) ([]byte, error) {
	r := &run{opt: opt}
	fs, bad := r.answer(ctx, []group{{id, rows}})
	if len(bad) > 0 {
		return nil, errors.New(bad[0].reason)
	}
	if len(fs) != 1 {
		return nil, fmt.Errorf("%d series, want one", len(fs))
	}
	var buf bytes.Buffer
	w := job.NewCSV(&buf, opt.Guard)
	if err := job.WriteForecasts(w, r.printed(), fs, nil); err != nil {
		return nil, err
	}
	w.Flush()
	return buf.Bytes(), w.Error()
}
