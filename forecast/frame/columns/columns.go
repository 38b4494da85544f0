// Package columns forecasts tables that a program holds in memory, column by column.
// Start with [Forecast]; [Read] gives the series of a frame and [Write] lays forecasts
// out as one.
//
//	out, err := columns.Forecast(ctx, columns.Slices{
//		{Name: "day", Times: days},
//		{Name: "sales", Numbers: sales},
//	}, columns.Options{Task: forecast.Task{Horizon: 14}})
//
// A frame is whatever gives its columns as slices of strings, numbers or times: [Slices]
// is one, package frame makes one of a gota dataframe and package arrow of an Arrow
// record. Frames are read and never changed; functions may run at the same time.
// Before version 1.0 the API may change between minor versions.
package columns

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
)

// Frame is a table in memory.
type Frame interface {
	// Columns lists the columns, all of the same length.
	Columns() []Column
}

// Column is a column of one type: one of the slices is not nil.
type Column struct {
	Name    string
	Strings []string    // "" means missing
	Numbers []float64   // NaN means missing
	Times   []time.Time // the zero time means missing
}

// Len is the number of rows.
func (c Column) Len() int { return max(len(c.Strings), len(c.Numbers), len(c.Times)) }

// cell is row i as tables write it.
func (c Column) cell(i int) string {
	switch {
	case c.Strings != nil:
		return c.Strings[i]
	case c.Numbers != nil:
		if math.IsNaN(c.Numbers[i]) {
			return ""
		}
		return strconv.FormatFloat(c.Numbers[i], 'g', -1, 64)
	}
	if c.Times[i].IsZero() {
		return ""
	}
	return c.Times[i].Format(c.layout())
}

// layout is how the times are written: with their offsets from UTC if there are any.
func (c Column) layout() string {
	const layout = "2006-01-02 15:04:05.999999999"
	for _, t := range []time.Time{c.Times[0], c.Times[len(c.Times)/2], c.Times[len(c.Times)-1]} {
		if t.Location() != time.UTC {
			return layout + "-07:00"
		}
	}
	return layout
}

// Slices is a Frame of plain slices.
type Slices []Column

// Columns returns the slices.
func (s Slices) Columns() []Column { return s }

// Column finds a column by its name; ok is false if there is none.
func (s Slices) Column(name string) (c Column, ok bool) {
	i := slices.IndexFunc(s, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return s[i], true
}

// check refuses frames that hold nothing or do not fit together.
func check(f Frame, what string) ([]Column, error) {
	if f == nil {
		return nil, fmt.Errorf("forecast: the %s is nil: %w", what, forecast.ErrInput)
	}
	cols := f.Columns()
	if len(cols) == 0 || cols[0].Len() == 0 {
		return nil, fmt.Errorf("forecast: the %s is empty: %w", what, forecast.ErrInput)
	}
	for _, c := range cols {
		kinds := 0
		for _, has := range []bool{c.Strings != nil, c.Numbers != nil, c.Times != nil} {
			if has {
				kinds++
			}
		}
		if kinds != 1 {
			return nil, fmt.Errorf("forecast: column %q of the %s holds %d kinds of values, and must hold strings, numbers or times: %w", c.Name, what, kinds, forecast.ErrInput)
		}
		if c.Len() != cols[0].Len() {
			return nil, fmt.Errorf("forecast: column %q of the %s has %d rows, %q has %d: %w", c.Name, what, c.Len(), cols[0].Name, cols[0].Len(), forecast.ErrInput)
		}
	}
	return cols, nil
}

// rows gives a frame row by row, the names first.
func rows(cols []Column) table.RowReader {
	row := -1
	cells := make([]string, len(cols))
	return func() ([]string, int, error) {
		row++
		if row > cols[0].Len() {
			return nil, 0, io.EOF
		}
		for i, c := range cols {
			if row == 0 {
				cells[i] = c.Name
			} else {
				cells[i] = c.cell(row - 1)
			}
		}
		return cells, row + 1, nil
	}
}

// timed names the column of times in the options, if none is named and the frame has
// one of that type.
func timed(cols []Column, opt table.Options) table.Options {
	for _, c := range cols {
		if opt.Time == "" && c.Times != nil {
			opt.Time = c.Name
		}
	}
	return opt
}

// Read reads series from a frame as table.Parse reads them from a file. "Line" in
// errors and notes is the row counted from 1, plus 1 for the names. Nil and empty frames
// are errors that wrap forecast.ErrInput.
func Read(f Frame, opt table.Options) (*table.Table, error) {
	cols, err := check(f, "frame")
	if err != nil {
		return nil, err
	}
	return table.Read(rows(cols), timed(cols, opt))
}

// keys are the id and time columns of a frame, to be written as they were read.
type keys struct {
	ids   map[string][]string // by the id of a series: the cells of its columns
	names []string            // of the id columns
	zone  *time.Location      // of the column of times; nil if it holds text
}

// keysOf finds the keys of a frame that was read as t.
func keysOf(f Frame, t *table.Table) keys {
	k := keys{ids: map[string][]string{}}
	var cols []Column
	if f != nil {
		cols = f.Columns()
	}
	if t.ID != "" {
		k.names = strings.Split(t.ID, "/")
	}
	var ids []Column
	for _, name := range k.names {
		if i := slices.IndexFunc(cols, func(c Column) bool { return c.Name == name }); i >= 0 {
			ids = append(ids, cols[i])
		}
	}
	if len(k.names) > 1 && len(ids) == len(k.names) {
		for row := range cols[0].Len() {
			var cells []string
			for _, c := range ids {
				cells = append(cells, strings.TrimSpace(c.cell(row)))
			}
			k.ids[strings.Join(cells, "/")] = cells
		}
	} else if t.ID != "" {
		k.names = []string{t.ID}
	}
	for _, c := range cols {
		if c.Name == t.Time && c.Times != nil {
			k.zone = c.Times[0].Location()
		}
	}
	return k
}

// cells are those of the id of a series, one per column.
func (k keys) cells(id string) []string {
	if cells, ok := k.ids[id]; ok {
		return cells
	}
	out := make([]string, len(k.names))
	if len(out) > 0 {
		out[0] = id
	}
	return out
}
