// Package frame forecasts gota dataframes. Start with [Forecast], or with [Read]
// for the series of a dataframe and [Write] for forecasts of your own. Package columns
// below it does the same for plain slices, and package arrow for Arrow records.
package frame

import (
	"context"
	"fmt"
	"math"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/frame/columns"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/table"
)

// This is the only file that knows gota.

// Of makes a frame of a dataframe's columns. The error is the dataframe's own, or says
// that it is empty; it wraps forecast.ErrInput then. Load text columns as strings: gota
// turns "001" into 1.
func Of(df dataframe.DataFrame) (columns.Frame, error) {
	if df.Err != nil {
		return nil, fmt.Errorf("forecast: dataframe: %w", df.Err)
	}
	if df.Ncol() == 0 || df.Nrow() == 0 {
		return nil, fmt.Errorf("forecast: the dataframe is empty: %w", forecast.ErrInput)
	}
	var out columns.Slices
	for _, name := range df.Names() {
		c := df.Col(name)
		if c.Type() == series.Float { // gota's String has six decimals
			out = append(out, columns.Column{Name: name, Numbers: c.Float()})
			continue
		}
		cells := make([]string, c.Len())
		for i := range cells {
			if e := c.Elem(i); !e.IsNA() {
				cells[i] = e.String()
			}
		}
		out = append(out, columns.Column{Name: name, Strings: cells})
	}
	return out, nil
}

// To makes a dataframe of a frame. Times become text.
func To(f columns.Frame) dataframe.DataFrame {
	var cols []series.Series
	for _, c := range f.Columns() {
		switch {
		case c.Numbers != nil:
			cells := make([]any, len(c.Numbers)) // NaN becomes gota's missing value
			for i, v := range c.Numbers {
				if cells[i] = v; math.IsNaN(v) {
					cells[i] = nil
				}
			}
			cols = append(cols, series.New(cells, series.Float, c.Name))
		case c.Times != nil:
			cells := make([]string, len(c.Times))
			for i, t := range c.Times {
				cells[i] = t.Format("2006-01-02 15:04:05")
			}
			cols = append(cols, series.New(cells, series.String, c.Name))
		default:
			cols = append(cols, series.New(c.Strings, series.String, c.Name))
		}
	}
	return dataframe.New(cols...)
}

// Read reads series from a dataframe as table.Parse reads them from a file.
// "Line" in errors and notes is the row number counted from 1, plus 1 for the
// header. Empty dataframes are errors that wrap forecast.ErrInput.
func Read(df dataframe.DataFrame, opt table.Options) (*table.Table, error) {
	f, err := Of(df)
	if err != nil {
		return nil, err
	}
	return columns.Read(f, opt)
}

// Options describes how Forecast reads, forecasts and writes. The zero value infers
// everything and gives 80% and 95% intervals of the default method.
type Options struct {
	Table  table.Options // columns; Regressors and PastRegressors are used
	Task   forecast.Task
	Method forecast.Method // nil means that of package auto
	// Causes are holidays, events and the terms of regressors, see package regress; its
	// Method is not used.
	Causes    regress.Regressed
	Future    *dataframe.DataFrame // values of Table.Regressors after the series; nil: the rows without a value
	Levels    []float64            // intervals in percent; nil means 80 and 95, an empty slice none
	Quantiles []float64            // probabilities of quantiles to add
	Paths     int                  // possible futures to add; 0 means none
}

// Forecast takes a dataframe of series and returns one of forecasts: the original
// id and time columns, mean, lo- and hi-, q and path.
func Forecast(ctx context.Context, df dataframe.DataFrame, opt Options) (dataframe.DataFrame, error) {
	f, err := Of(df)
	if err != nil {
		return dataframe.DataFrame{}, err
	}
	o := columns.Options{Table: opt.Table, Task: opt.Task, Method: opt.Method, Causes: opt.Causes, Levels: opt.Levels, Quantiles: opt.Quantiles, Paths: opt.Paths}
	if opt.Future != nil {
		if o.Future, err = Of(*opt.Future); err != nil {
			return dataframe.DataFrame{}, fmt.Errorf("future: %w", err)
		}
	}
	out, err := columns.Forecast(ctx, f, o)
	if err != nil {
		return dataframe.DataFrame{}, err
	}
	return To(out), nil
}

// Write lays forecasts out as a dataframe with the table's id and time columns, "mean",
// lo-/hi- columns for every interval level in percent, and q columns for quantiles, which
// are probabilities.
func Write(t *table.Table, fs []forecast.Forecast, levels, quantiles []float64) dataframe.DataFrame {
	return To(columns.Write(nil, t, fs, levels, quantiles))
}
