package scale

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
)

// parquetRecords gives the rows of a Parquet file as text. Columns must be flat;
// dates and timestamps are written as ISO 8601, in UTC.
func (in *input) parquetRecords(f func(cells []string) error) (err error) {
	defer func() { // the library trusts what it reads
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: %w (%v)", in.path, errParquet, p)
		}
	}()
	file, err := openParquet(in.f, in.size)
	if err != nil {
		return fmt.Errorf("%s: %w", in.path, err)
	}
	var names []string
	var write []func(parquet.Value) string
	for _, c := range file.Schema().Fields() {
		if !c.Leaf() {
			return fmt.Errorf("%s: column %q holds more than one value a row; flatten the table first", in.path, c.Name())
		}
		names = append(names, c.Name())
		write = append(write, parquetText(c))
	}
	cells := append([]string(nil), names...)
	if err := f(cells); err != nil {
		return err
	}
	buf := make([]parquet.Row, 1024)
	var done int64
	for _, group := range file.RowGroups() {
		rows := group.Rows()
		for {
			n, err := rows.ReadRows(buf)
			for _, row := range buf[:n] {
				for i := range cells {
					cells[i] = ""
				}
				for _, v := range row {
					if c := v.Column(); c < len(cells) && !v.IsNull() {
						cells[c] = write[c](v)
					}
				}
				if err := f(cells); err != nil {
					rows.Close()
					return err
				}
			}
			done += int64(n)
			in.read.Store(in.size * done / max(file.NumRows(), 1))
			if errors.Is(err, io.EOF) {
				break
			}
			if err == nil && n == 0 {
				err = fmt.Errorf("%w: it says that there are rows and gives none", errParquet)
			}
			if err != nil {
				rows.Close()
				return fmt.Errorf("%s: %w", in.path, err)
			}
		}
		if err := rows.Close(); err != nil {
			return fmt.Errorf("%s: %w", in.path, err)
		}
	}
	return nil
}

// parquetText is how the values of a column are written.
func parquetText(c parquet.Field) func(parquet.Value) string {
	const layout = "2006-01-02 15:04:05"
	if lt := c.Type().LogicalType(); lt != nil {
		switch {
		case lt.Date != nil:
			return func(v parquet.Value) string {
				return time.Unix(int64(v.Int32())*86400, 0).UTC().Format("2006-01-02")
			}
		case lt.Timestamp != nil:
			unit := lt.Timestamp.Unit
			return func(v parquet.Value) string {
				n := v.Int64()
				switch {
				case unit.Millis != nil:
					return time.UnixMilli(n).UTC().Format(layout)
				case unit.Micros != nil:
					return time.UnixMicro(n).UTC().Format(layout)
				}
				return time.Unix(0, n).UTC().Format(layout)
			}
		case lt.Decimal != nil:
			scale := int(lt.Decimal.Scale)
			return func(v parquet.Value) string {
				n := v.Int64()
				if v.Kind() == parquet.Int32 {
					n = int64(v.Int32())
				}
				return strconv.FormatInt(n, 10) + "e-" + strconv.Itoa(scale)
			}
		}
	}
	return func(v parquet.Value) string {
		switch v.Kind() {
		case parquet.Float:
			return strconv.FormatFloat(float64(v.Float()), 'g', -1, 32)
		case parquet.Double:
			return strconv.FormatFloat(v.Double(), 'g', -1, 64)
		case parquet.Int32:
			return strconv.Itoa(int(v.Int32()))
		case parquet.Int64:
			return strconv.FormatInt(v.Int64(), 10)
		case parquet.ByteArray, parquet.FixedLenByteArray:
			return string(v.ByteArray())
		}
		return v.String()
	}
}
