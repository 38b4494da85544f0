package typed

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/segue-go/segue/cmd/internal/job"
)

// Parquet writes a table, compressed with Zstandard.
func Parquet(w io.Writer, columns []job.Column) error {
	if err := check(columns); err != nil {
		return err
	}
	group := parquet.Group{}
	for i := range columns {
		group[columns[i].Name] = node(&columns[i])
	}
	schema := parquet.NewSchema("forecast", ordered{group, columns})
	out := parquet.NewWriter(w, schema, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(1<<20))
	row := make(parquet.Row, len(columns))
	cells := make([]func(int) parquet.Value, len(columns))
	for i := range columns {
		cells[i] = values(&columns[i])
	}
	for r := range size(&columns[0]) {
		for i, cell := range cells {
			row[i] = cell(r).Level(0, 0, i)
		}
		if _, err := out.WriteRows([]parquet.Row{row}); err != nil {
			return fmt.Errorf("row %d: %w", r+1, err)
		}
	}
	return out.Close()
}

// ordered is a group of columns in an order of their own; the library's is sorted by name.
type ordered struct {
	parquet.Group
	columns []job.Column
}

// Fields lists the columns.
func (o ordered) Fields() []parquet.Field {
	byName := map[string]parquet.Field{}
	for _, f := range o.Group.Fields() {
		byName[f.Name()] = f
	}
	out := make([]parquet.Field, len(o.columns))
	for i := range o.columns {
		out[i] = byName[o.columns[i].Name]
	}
	return out
}

// node is the type of a column.
func node(c *job.Column) parquet.Node {
	switch {
	case c.Whole:
		return parquet.Leaf(parquet.Int64Type)
	case c.Numbers != nil:
		return parquet.Leaf(parquet.DoubleType)
	case c.Times != nil:
		unit := parquet.Microsecond
		if fine(c) {
			unit = parquet.Nanosecond
		}
		return parquet.TimestampAdjusted(unit, c.Moments)
	}
	return parquet.String()
}

// values gives the value of a row.
func values(c *job.Column) func(row int) parquet.Value {
	switch {
	case c.Whole:
		return func(row int) parquet.Value { return parquet.Int64Value(int64(c.Numbers[row])) }
	case c.Numbers != nil:
		return func(row int) parquet.Value { return parquet.DoubleValue(c.Numbers[row]) }
	case c.Times != nil:
		at := stamps(c)
		return func(row int) parquet.Value { return parquet.Int64Value(at[row]) }
	}
	return func(row int) parquet.Value { return parquet.ByteArrayValue([]byte(c.Texts[row])) }
}
