package forecast

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
)

// This is the only file that knows gota.

// FromFrame reads series from a dataframe as ReadCSV reads them from a file.
// "Line" in errors and notes is the row number counted from 1, plus 1 for the
// header. Load text columns as strings: gota turns "001" into 1.
func FromFrame(df dataframe.DataFrame, opt TableOptions) (*Table, error) {
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
	return readTable(next, opt)
}

// FrameOptions says how Frame reads, forecasts and writes. The zero value finds
// everything out and gives 80% and 95% intervals of the method auto.
type FrameOptions struct {
	Table  TableOptions
	Task   Task
	Method string    // as Lookup knows it; default "auto"
	Use    Method    // a method instead of a name, for instance that of package pretrained
	Levels []float64 // intervals in percent; nil means 80 and 95
}

// Frame takes a dataframe of series and returns one of forecasts: the original
// id and time columns, mean, lo- and hi-.
func Frame(ctx context.Context, df dataframe.DataFrame, opt FrameOptions) (dataframe.DataFrame, error) {
	if opt.Method == "" {
		opt.Method = "auto"
	}
	if opt.Levels == nil {
		opt.Levels = []float64{80, 95}
	}
	m := opt.Use
	if m == nil {
		var err error
		if m, err = Lookup(opt.Method); err != nil {
			return dataframe.DataFrame{}, err
		}
	}
	t, err := FromFrame(df, opt.Table)
	if err != nil {
		return dataframe.DataFrame{}, err
	}
	fs, err := Run(ctx, m, t.Series, opt.Task)
	if err != nil {
		return dataframe.DataFrame{}, err
	}
	return ToFrame(t, fs, opt.Levels), nil
}

// ToFrame writes forecasts as a dataframe with the table's id and time
// columns, "mean", and lo-/hi- columns for every interval level in percent.
func ToFrame(t *Table, fs []Forecast, levels []float64) dataframe.DataFrame {
	rows := NewRows(t, levels, nil)
	var cols []series.Series
	for i, name := range rows.Header() {
		if i < rows.labels {
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
				vals = append(vals, rows.Numbers(f, h)[i-rows.labels])
			}
		}
		cols = append(cols, series.New(vals, series.Float, name))
	}
	return dataframe.New(cols...)
}
