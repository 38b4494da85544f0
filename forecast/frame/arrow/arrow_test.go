package arrow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/frame/columns"
	"github.com/segue-go/segue/forecast/table"
)

// batch reads records from JSON.
func batch(t testing.TB, schema *arrow.Schema, rows ...string) arrow.RecordBatch {
	t.Helper()
	b, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader("["+strings.Join(rows, ",")+"]"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var everything = arrow.NewSchema([]arrow.Field{
	{Name: "shop", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}},
	{Name: "day", Type: arrow.FixedWidthTypes.Date32},
	{Name: "sold", Type: arrow.PrimitiveTypes.Int32, Nullable: true},
	{Name: "price", Type: arrow.PrimitiveTypes.Float32},
	{Name: "open", Type: arrow.FixedWidthTypes.Boolean},
	{Name: "at", Type: &arrow.TimestampType{Unit: arrow.Second, TimeZone: "America/New_York"}},
}, nil)

// Every type arrives as it should, from several batches, and nulls are missing.
func TestOf(t *testing.T) {
	row := `{"shop":"%s","day":"2024-02-%02d","sold":%s,"price":1.5,"open":true,"at":"2024-02-%02dT05:00:00Z"}`
	one := batch(t, everything, fmt.Sprintf(row, "001", 28, "7", 28), fmt.Sprintf(row, "001", 29, "null", 29))
	two := batch(t, everything, fmt.Sprintf(row, "002", 28, "9", 28))
	defer one.Release()
	defer two.Release()
	f, err := Of(one, two)
	if err != nil {
		t.Fatal(err)
	}
	c := f.Columns()
	if fmt.Sprint(c[0].Strings) != "[001 001 002]" || c[1].Times[1].Day() != 29 || c[2].Numbers[2] != 9 || !math.IsNaN(c[2].Numbers[1]) || c[3].Numbers[0] != 1.5 || c[4].Numbers[0] != 1 {
		t.Errorf("columns %+v", c)
	}
	if at := c[5].Times[0]; at.Hour() != 0 || at.Location().String() != "America/New_York" {
		t.Errorf("midnight in New York is %s", at)
	}
	back := To(f, memory.DefaultAllocator)
	defer back.Release()
	again, err := Of(back)
	if err != nil || fmt.Sprint(again.Columns()) != fmt.Sprint(c) {
		t.Errorf("there and back: %+v (%v)", again, err)
	}
	empty := batch(t, everything)
	defer empty.Release()
	for _, bs := range [][]arrow.RecordBatch{nil, {nil}, {empty}, {one, To(columns.Slices{{Name: "x", Numbers: []float64{1}}}, memory.DefaultAllocator)}} {
		if _, err := Of(bs...); !errors.Is(err, forecast.ErrInput) {
			t.Errorf("%v: %v", bs, err)
		}
	}
}

func ExampleOf() {
	schema := arrow.NewSchema([]arrow.Field{{Name: "month", Type: arrow.BinaryTypes.String}, {Name: "sales", Type: arrow.PrimitiveTypes.Float64}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for i := range 24 {
		b.Field(0).(*array.StringBuilder).Append(fmt.Sprintf("%d-%02d", 2022+i/12, 1+i%12))
		b.Field(1).(*array.Float64Builder).Append(float64(10 + i%12))
	}
	batch := b.NewRecordBatch()
	defer batch.Release()

	f, err := Of(batch)
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := columns.Forecast(context.Background(), f, columns.Options{
		Table: table.Options{Value: "sales"}, Task: forecast.Task{Horizon: 2}, Method: forecast.SeasonalNaive, Levels: []float64{80},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	result := To(out, memory.DefaultAllocator)
	defer result.Release()
	fmt.Println(result.Column(0), result.Column(1))
	// Output: ["2024-01" "2024-02"] [10 11]
}
