// Package frame forecasts gota dataframes. Start with [Forecast], or with [Read]
// for the series of a dataframe and [Write] for forecasts of your own.
package frame

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/segue-go/segue/forecast/table"
)

// This is the only file that knows gota.

// Read reads series from a dataframe as table.Parse reads them from a file.
// "Line" in errors and notes is the row number counted from 1, plus 1 for the
// header. Load text columns as strings: gota turns "001" into 1.
func Read(df dataframe.DataFrame, opt table.Options) (*table.Table, error) {
	if df.Err != nil {
		return nil, fmt.Errorf("forecast: dataframe: %w", df.Err)
	}
	names := df.Names()
	row := -1
	cols := make([]series.Series, len(names))
	for i, n := range names {
		cols[i] = df.Col(n)
	}
	cells := make([]string, len(names))
	next := func() ([]string, int, error) {
		row++
		if row == 0 {
			return names, 1, nil
		}
		if row > df.Nrow() {
			return nil, 0, io.EOF
		}
		for i, c := range cols {
			e := c.Elem(row - 1)
			switch {
			case e.IsNA():
				cells[i] = ""
			case e.Type() == series.Float: // gota's String has six decimals
				cells[i] = strconv.FormatFloat(e.Float(), 'g', -1, 64)
			default:
				cells[i] = e.String()
			}
		}
		return cells, row + 1, nil
	}
	return table.Read(next, opt)
}

// Options describes how Forecast reads, forecasts and writes. The zero value infers
// everything and gives 80% and 95% intervals of the default method.
type Options struct {
	Table  table.Options
	Task   forecast.Task
	Method forecast.Method // nil means that of package auto
	Levels []float64       // intervals in percent; nil means 80 and 95
}

// Forecast takes a dataframe of series and returns one of forecasts: the original
// id and time columns, mean, lo- and hi-.
func Forecast(ctx context.Context, df dataframe.DataFrame, opt Options) (dataframe.DataFrame, error) {
	if opt.Levels == nil {
		opt.Levels = []float64{80, 95}
	}
	m := opt.Method
	if m == nil {
		var err error
		if m, err = auto.New(); err != nil {
			return dataframe.DataFrame{}, err
		}
	}
	t, err := Read(df, opt.Table)
	if err != nil {
		return dataframe.DataFrame{}, err
	}
	fs, err := forecast.Run(ctx, m, t.Series, opt.Task)
	if err != nil {
		return dataframe.DataFrame{}, err
	}
	return Write(t, fs, opt.Levels), nil
}

// Write lays forecasts out as a dataframe with the table's id and time
// columns, "mean", and lo-/hi- columns for every interval level in percent.
func Write(t *table.Table, fs []forecast.Forecast, levels []float64) dataframe.DataFrame {
	rows := table.NewRows(t, levels, nil)
	var cols []series.Series
	labels, _ := rows.Columns()
	for i, name := range rows.Header() {
		if i < len(labels) {
			var cells []string
			for _, f := range fs {
				for h := range f.Mean {
					cells = append(cells, rows.Labels(f, h)[i])
				}
			}
			cols = append(cols, series.New(cells, series.String, name))
			continue
		}
		var vals []float64
		for _, f := range fs {
			for h := range f.Mean {
				vals = append(vals, rows.Numbers(f, h)[i-len(labels)])
			}
		}
		cols = append(cols, series.New(vals, series.Float, name))
	}
	return dataframe.New(cols...)
}
