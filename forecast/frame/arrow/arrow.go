// Package arrow gives Arrow record batches to package columns, which forecasts them:
//
//	f, err := arrow.Of(batch)
//	out, err := columns.Forecast(ctx, f, columns.Options{Task: forecast.Task{Horizon: 12}})
//	result := arrow.To(out, memory.DefaultAllocator)
//	defer result.Release()
//
// It is a module of its own, so that programs without Arrow do not carry its code.
package arrow

import (
	"fmt"
	"math"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/frame/columns"
)

// Of makes a frame of the rows of one or several batches with the same schema. Whole and
// floating-point numbers become numbers, dates and timestamps times (in the zone of their
// type, else in UTC), true and false the numbers 1 and 0, everything else text. The
// values are copied, so that the batches may be released. The error wraps
// forecast.ErrInput.
func Of(batches ...arrow.RecordBatch) (columns.Frame, error) {
	if len(batches) == 0 {
		return nil, fmt.Errorf("forecast: there is no record batch: %w", forecast.ErrInput)
	}
	var out columns.Slices
	for k, batch := range batches {
		if batch == nil {
			return nil, fmt.Errorf("forecast: record batch %d is nil: %w", k+1, forecast.ErrInput)
		}
		if !batch.Schema().Equal(batches[0].Schema()) {
			return nil, fmt.Errorf("forecast: record batch %d has another schema than the first: %w", k+1, forecast.ErrInput)
		}
		for i, field := range batch.Schema().Fields() {
			c := column(field.Name, batch.Column(i))
			if k == 0 {
				out = append(out, c)
				continue
			}
			out[i].Strings = append(out[i].Strings, c.Strings...)
			out[i].Numbers = append(out[i].Numbers, c.Numbers...)
			out[i].Times = append(out[i].Times, c.Times...)
		}
	}
	if len(out) == 0 || out[0].Len() == 0 {
		return nil, fmt.Errorf("forecast: the record batch is empty: %w", forecast.ErrInput)
	}
	return out, nil
}

// number is the value of an array of numbers at i; ok is false for other arrays.
func number(a arrow.Array) (value func(i int) float64, ok bool) {
	switch a := a.(type) {
	case *array.Float64:
		return a.Value, true
	case *array.Float32:
		return func(i int) float64 { return float64(a.Value(i)) }, true
	case *array.Float16:
		return func(i int) float64 { return float64(a.Value(i).Float32()) }, true
	case *array.Int64:
		return func(i int) float64 { return float64(a.Value(i)) }, true
	case *array.Int32:
		return func(i int) float64 { return float64(a.Value(i)) }, true
	case *array.Int16:
		return func(i int) float64 { return float64(a.Value(i)) }, true
	case *array.Int8:
		return func(i int) float64 { return float64(a.Value(i)) }, true
	case *array.Uint64:
		return func(i int) float64 { return float64(a.Value(i)) }, true
	case *array.Uint32:
		return func(i int) float64 { return float64(a.Value(i)) }, true
	case *array.Uint16:
		return func(i int) float64 { return float64(a.Value(i)) }, true
	case *array.Uint8:
		return func(i int) float64 { return float64(a.Value(i)) }, true
	case *array.Boolean:
		return func(i int) float64 {
			if a.Value(i) {
				return 1
			}
			return 0
		}, true
	}
	return nil, false
}

// moment is the value of an array of dates or timestamps at i; ok is false for other
// arrays.
func moment(a arrow.Array) (value func(i int) time.Time, ok bool) {
	switch a := a.(type) {
	case *array.Date32:
		return func(i int) time.Time { return a.Value(i).ToTime() }, true
	case *array.Date64:
		return func(i int) time.Time { return a.Value(i).ToTime() }, true
	case *array.Timestamp:
		kind := a.DataType().(*arrow.TimestampType)
		zone, err := kind.GetZone()
		if err != nil || zone == nil {
			zone = time.UTC
		}
		return func(i int) time.Time { return a.Value(i).ToTime(kind.Unit).In(zone) }, true
	}
	return nil, false
}

func column(name string, a arrow.Array) columns.Column {
	c := columns.Column{Name: name}
	if value, ok := number(a); ok {
		c.Numbers = make([]float64, a.Len())
		for i := range c.Numbers {
			if c.Numbers[i] = math.NaN(); a.IsValid(i) {
				c.Numbers[i] = value(i)
			}
		}
		return c
	}
	if value, ok := moment(a); ok {
		c.Times = make([]time.Time, a.Len())
		for i := range c.Times {
			if a.IsValid(i) {
				c.Times[i] = value(i)
			}
		}
		return c
	}
	c.Strings = make([]string, a.Len())
	for i := range c.Strings {
		if a.IsValid(i) {
			c.Strings[i] = a.ValueStr(i)
		}
	}
	return c
}

// To makes a record batch of a frame, to be released by the caller: text, float64 and
// timestamps in microseconds with the zone of the times. What is missing is null.
func To(f columns.Frame, mem memory.Allocator) arrow.RecordBatch {
	var fields []arrow.Field
	var cols []arrow.Array
	rows := 0
	for _, c := range f.Columns() {
		a := build(c, mem)
		defer a.Release()
		fields = append(fields, arrow.Field{Name: c.Name, Type: a.DataType(), Nullable: true})
		cols, rows = append(cols, a), c.Len()
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), cols, int64(rows))
}

// build makes the array of a column.
func build(c columns.Column, mem memory.Allocator) arrow.Array {
	switch {
	case c.Numbers != nil:
		b := array.NewFloat64Builder(mem)
		defer b.Release()
		for _, v := range c.Numbers {
			if math.IsNaN(v) {
				b.AppendNull()
			} else {
				b.Append(v)
			}
		}
		return b.NewArray()
	case c.Times != nil:
		zone := "UTC"
		if len(c.Times) > 0 {
			zone = c.Times[0].Location().String()
		}
		b := array.NewTimestampBuilder(mem, &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: zone})
		defer b.Release()
		for _, t := range c.Times {
			if t.IsZero() {
				b.AppendNull()
			} else {
				b.Append(arrow.Timestamp(t.UnixMicro()))
			}
		}
		return b.NewArray()
	}
	b := array.NewStringBuilder(mem)
	defer b.Release()
	for _, s := range c.Strings {
		if s == "" {
			b.AppendNull()
		} else {
			b.Append(s)
		}
	}
	return b.NewArray()
}
