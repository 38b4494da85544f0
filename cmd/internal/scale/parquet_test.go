package scale

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"
)

// parquetOf writes a file of one row a value: an id, a column of the type given and
// one that nobody asks for.
func parquetOf(t *testing.T, node parquet.Node, values ...parquet.Value) *input {
	t.Helper()
	schema := parquet.NewSchema("t", parquet.Group{"a": parquet.String(), "x": parquet.Optional(node), "z": parquet.Repeated(parquet.String())})
	var b bytes.Buffer
	w := parquet.NewGenericWriter[any](&b, schema)
	for _, v := range values {
		level := 1
		if v.IsNull() {
			level = 0
		}
		row := parquet.Row{parquet.ByteArrayValue([]byte("s")).Level(0, 0, 0), v.Level(0, level, 1), parquet.ByteArrayValue([]byte("1")).Level(0, 1, 2), parquet.ByteArrayValue([]byte("2")).Level(1, 1, 2)}
		if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	in, err := openInput(write(t, "p.parquet", b.String()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	in.only = []string{"A", "x"}
	return in
}

// Every type is written as the text of the same value, or as a remark that names it.
func TestParquetTypes(t *testing.T) {
	fixed := func(n int) parquet.Type { return parquet.FixedLenByteArrayType(n) }
	raw := func(b ...byte) parquet.Value { return parquet.FixedLenByteArrayValue(b) }
	for name, c := range map[string]struct {
		node parquet.Node
		v    parquet.Value
		want string
	}{
		"null":                     {parquet.Leaf(parquet.DoubleType), parquet.NullValue(), ""},
		"double":                   {parquet.Leaf(parquet.DoubleType), parquet.DoubleValue(-1.25e30), "-1.25e+30"},
		"float":                    {parquet.Leaf(parquet.FloatType), parquet.FloatValue(.1), "0.1"},
		"half":                     {parquet.Leaf(fixed(2)), raw(0, 0xc1), "0x00c1"}, // no annotation
		"int8":                     {parquet.Int(8), parquet.Int32Value(-3), "-3"},
		"int64":                    {parquet.Int(64), parquet.Int64Value(-1 << 62), "-4611686018427387904"},
		"uint8":                    {parquet.Uint(8), parquet.Int32Value(200), "200"},
		"uint32":                   {parquet.Uint(32), parquet.Int32Value(-2), "4294967294"},
		"uint64":                   {parquet.Uint(64), parquet.Int64Value(-1), "18446744073709551615"},
		"decimal in int32":         {parquet.Decimal(2, 9, parquet.Int32Type), parquet.Int32Value(-5), "-0.05"},
		"decimal in int64":         {parquet.Decimal(3, 18, parquet.Int64Type), parquet.Int64Value(130400), "130.400"},
		"decimal in fixed bytes":   {parquet.Decimal(2, 20, fixed(9)), raw(0, 0, 0, 0, 0, 0, 0, 0x32, 0xf0), "130.40"},
		"negative decimal":         {parquet.Decimal(2, 4, fixed(2)), raw(0xff, 0x38), "-2.00"},
		"decimal of 30 digits":     {parquet.Decimal(0, 30, fixed(13)), raw(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), "79228162514264337593543950336"},
		"date before 1970":         {parquet.Date(), parquet.Int32Value(-1), "1969-12-31"},
		"milliseconds":             {parquet.Timestamp(parquet.Millisecond), parquet.Int64Value(1577836800250), "2020-01-01 00:00:00.25"},
		"microseconds before 1970": {parquet.Timestamp(parquet.Microsecond), parquet.Int64Value(-1), "1969-12-31 23:59:59.999999"},
		"nanoseconds":              {parquet.Timestamp(parquet.Nanosecond), parquet.Int64Value(1577836800e9), "2020-01-01 00:00:00"},
		"year 300000":              {parquet.Timestamp(parquet.Millisecond), parquet.Int64Value(1 << 60), "(a time outside the years 1 to 9999)"},
		"int96":                    {parquet.Leaf(parquet.Int96Type), parquet.Int96Value(deprecated.Int96{1e9, 0, 2440589}), "1970-01-02 00:00:01"},
		"int96 beyond the day":     {parquet.Leaf(parquet.Int96Type), parquet.Int96Value(deprecated.Int96{0, 1 << 31, 2440589}), "(INT96 with a time of day outside the day)"},
		"time":                     {parquet.Time(parquet.Millisecond), parquet.Int32Value(5), "(Parquet TIME(isAdjustedToUTC=true,unit=MILLIS) is not read)"},
		"uuid":                     {parquet.UUID(), raw(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), "00010203-0405-0607-0809-0a0b0c0d0e0f"},
		"bool":                     {parquet.Leaf(parquet.BooleanType), parquet.BooleanValue(true), "true"},
		"bytes":                    {parquet.Leaf(parquet.ByteArrayType), parquet.ByteArrayValue([]byte{0xff}), "0xff"},
		"enum":                     {parquet.Enum(), parquet.ByteArrayValue([]byte("q")), "q"},
		"bson":                     {parquet.BSON(), parquet.ByteArrayValue([]byte("q")), "(Parquet BSON is not read)"},
	} {
		var got [][]string
		err := parquetOf(t, c.node, c.v, c.v).parquetRecords(func(cells []string) error {
			got = append(got, append([]string(nil), cells...))
			return nil
		})
		if err != nil || len(got) != 3 {
			t.Errorf("%s: %d rows: %v", name, len(got), err)
			continue
		}
		if row := got[2]; row[0] != "s" || row[1] != c.want || row[2] != "" {
			t.Errorf("%s: got %q, want %q", name, row, c.want)
		}
	}
}

// Annotations that old writers give, and those that do not fit the values.
func TestParquetAnnotations(t *testing.T) {
	element := func(kind format.Type, length int32) *format.SchemaElement {
		e := &format.SchemaElement{}
		e.Type.Set(kind)
		e.TypeLength.Set(length)
		return e
	}
	old := element(format.Int32, 0)
	old.ConvertedType.Set(deprecated.Uint16)
	if got := parquetText(old)(parquet.Int32Value(65535)); got != "65535" {
		t.Errorf("uint16: %s", got)
	}
	half := element(format.FixedLenByteArray, 2)
	half.LogicalType.Value = new(format.Float16Type)
	for want, bits := range map[string]uint16{"-2.5": 0xc100, "65504": 0x7bff, "5.9604645e-08": 1, "-Inf": 0xfc00, "NaN": 0x7c01} {
		if got := parquetText(half)(parquet.FixedLenByteArrayValue(binary.LittleEndian.AppendUint16(nil, bits))); got != want {
			t.Errorf("half: got %s, want %s", got, want)
		}
	}
	interval := element(format.FixedLenByteArray, 12)
	interval.ConvertedType.Set(deprecated.Interval)
	date := element(format.Int64, 0)
	date.LogicalType.Value = new(format.DateType)
	scale := element(format.Int32, 0)
	scale.LogicalType.Value = &format.DecimalType{Scale: -2, Precision: 9}
	for want, e := range map[string]*format.SchemaElement{"(Parquet INTERVAL is not read)": interval, "(Parquet DATE in INT64 is not read)": date, "-700": scale} {
		if got := parquetText(e)(parquet.Int32Value(-7)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// Pages that grow beyond what they claim are refused before they take memory.
func TestParquetBombs(t *testing.T) {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	packed := z.EncodeAll(make([]byte, 100<<20), nil)
	if _, err := unpackPage(format.Zstd, packed, 1000); err == nil || !strings.Contains(err.Error(), "longer than the 1000 bytes") {
		t.Errorf("zstd: %v", err)
	}
	if _, err := unpackPage(format.Snappy, []byte{0xff, 0xff, 0xff, 0x7f, 0}, 1000); err == nil {
		t.Error("snappy: 256 MB are taken")
	}
	if _, err := unpackPage(format.Lz4Raw, []byte{0xf0, 0xff, 0xff}, 1000); err == nil {
		t.Error("lz4: a broken page is taken")
	}
	run := binary.AppendUvarint([]byte{1}, 1<<31)
	if err := checkEncoding(append(run, 0), format.RLEDictionary, 10); err == nil {
		t.Error("a run of a billion indices is taken")
	}
	long := strings.Repeat("x", 50000)
	var text []byte
	offsets := []uint32{0}
	for range 100 {
		text = append(text, long...)
		offsets = append(offsets, uint32(len(text)))
	}
	b, err := new(delta.ByteArrayEncoding).EncodeByteArray(nil, text, offsets)
	if err != nil {
		t.Fatal(err)
	}
	d := &deltas{b: b}
	if sum := d.sum(100); sum != 99*50000 || d.bad || d.header() != 100 {
		t.Errorf("prefixes of %d bytes, %t", sum, d.bad)
	}
	if err := checkEncoding(b, format.DeltaByteArray, 100); err != nil {
		t.Error(err)
	}
	if err := checkEncoding(b, format.DeltaByteArray, 99); err == nil {
		t.Error("more values than the page claims are taken")
	}
}
