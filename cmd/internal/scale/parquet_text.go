package scale

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// Every pair of physical and logical type in the Parquet format (parquet-format,
// LogicalTypes.md) is either written as the text that the same cell has in a CSV
// file, or as a remark in parentheses, which no column of times or numbers accepts:
// the reader of the table then refuses the cell and names the type.

// notRead is the text of every value of a type that is not read.
func notRead(what string) func(parquet.Value) string {
	text := "(Parquet " + what + " is not read)"
	return func(parquet.Value) string { return text }
}

// parquetText returns how the values of a column are written.
func parquetText(e *format.SchemaElement) func(parquet.Value) string {
	kind := e.Type.V
	logical := logicalType(e)
	if logical == nil {
		return physicalText(kind)
	}
	if !stores(logical, kind, e.TypeLength.V) {
		return notRead(fmt.Sprintf("%s in %s", logical, kind))
	}
	switch lt := logical.(type) {
	case *format.StringType, *format.EnumType, *format.JsonType:
		return func(v parquet.Value) string { return string(v.ByteArray()) }
	case *format.UUIDType:
		return func(v parquet.Value) string {
			b := v.ByteArray()
			return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
		}
	case *format.DateType:
		return func(v parquet.Value) string { return timeText(int64(v.Int32())*86400, 0, "2006-01-02") }
	case *format.TimestampType:
		if lt.Unit.Value == nil {
			return notRead(lt.String())
		}
		perSecond := int64(time.Second / lt.Unit.Value.Duration())
		return func(v parquet.Value) string {
			n := v.Int64()
			s := n / perSecond
			if n%perSecond < 0 {
				s--
			}
			return timeText(s, (n-s*perSecond)*(1e9/perSecond), timestampLayout)
		}
	case *format.DecimalType:
		return decimalColumn(kind, int(lt.Scale))
	case *format.IntType:
		if lt.IsSigned {
			return physicalText(kind)
		}
		if kind == format.Int32 {
			return func(v parquet.Value) string { return strconv.FormatUint(uint64(v.Uint32()), 10) }
		}
		return func(v parquet.Value) string { return strconv.FormatUint(v.Uint64(), 10) }
	case *format.NullType:
		return func(parquet.Value) string { return "" }
	case *format.Float16Type:
		return func(v parquet.Value) string {
			b := v.ByteArray()
			return strconv.FormatFloat(halfFloat(uint16(b[0])|uint16(b[1])<<8), 'g', -1, 32)
		}
	}
	return notRead(logical.String())
}

// stores reports whether the format allows values of a logical type in a physical
// one; length is that of a fixed-length array.
func stores(logical format.LogicalTypeValue, kind format.Type, length int32) bool {
	switch lt := logical.(type) {
	case *format.DateType:
		return kind == format.Int32
	case *format.TimestampType:
		return kind == format.Int64
	case *format.IntType:
		return kind == format.Int32 && lt.BitWidth <= 32 || kind == format.Int64 && lt.BitWidth == 64
	case *format.DecimalType:
		return kind == format.Int32 || kind == format.Int64 || kind == format.ByteArray || kind == format.FixedLenByteArray
	case *format.UUIDType:
		return kind == format.FixedLenByteArray && length == 16
	case *format.Float16Type:
		return kind == format.FixedLenByteArray && length == 2
	case *format.StringType, *format.EnumType, *format.JsonType:
		return kind == format.ByteArray
	}
	return true // not read, whatever it is in
}

// logicalType returns a column's annotation; files of old writers have a converted
// type in its place. Without either it is nil.
func logicalType(e *format.SchemaElement) format.LogicalTypeValue {
	if e.LogicalType.Value != nil || !e.ConvertedType.Valid {
		return e.LogicalType.Value
	}
	millis := format.TimeUnit{Value: new(format.MilliSeconds)}
	micros := format.TimeUnit{Value: new(format.MicroSeconds)}
	switch t := e.ConvertedType.V; t {
	case deprecated.UTF8:
		return new(format.StringType)
	case deprecated.Enum:
		return new(format.EnumType)
	case deprecated.Json:
		return new(format.JsonType)
	case deprecated.Bson:
		return new(format.BsonType)
	case deprecated.Decimal:
		return &format.DecimalType{Scale: e.Scale.V, Precision: e.Precision.V}
	case deprecated.Date:
		return new(format.DateType)
	case deprecated.TimeMillis:
		return &format.TimeType{Unit: millis}
	case deprecated.TimeMicros:
		return &format.TimeType{Unit: micros}
	case deprecated.TimestampMillis:
		return &format.TimestampType{Unit: millis}
	case deprecated.TimestampMicros:
		return &format.TimestampType{Unit: micros}
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		return &format.IntType{BitWidth: 8 << (t - deprecated.Uint8)}
	case deprecated.Int8, deprecated.Int16, deprecated.Int32, deprecated.Int64:
		return &format.IntType{BitWidth: 8 << (t - deprecated.Int8), IsSigned: true}
	}
	return interval{}
}

// interval is the converted type of durations, which no logical type replaces.
type interval struct{}

func (interval) FieldID() int16 { return 0 }

func (interval) String() string { return "INTERVAL" }

// physicalText returns how the values of a column without annotation are written.
func physicalText(kind format.Type) func(parquet.Value) string {
	switch kind {
	case format.Float:
		return func(v parquet.Value) string { return strconv.FormatFloat(float64(v.Float()), 'g', -1, 32) }
	case format.Double:
		return func(v parquet.Value) string { return strconv.FormatFloat(v.Double(), 'g', -1, 64) }
	case format.Int32:
		return func(v parquet.Value) string { return strconv.Itoa(int(v.Int32())) }
	case format.Int64:
		return func(v parquet.Value) string { return strconv.FormatInt(v.Int64(), 10) }
	case format.Int96: // times of Spark and Hive: nanoseconds of the day, Julian day
		return func(v parquet.Value) string {
			const epoch = 2440588 // the Julian day of 1970-01-01
			n := v.Int96()
			nanos := int64(uint64(n[0]) | uint64(n[1])<<32)
			if nanos < 0 || nanos >= 86400e9 {
				return "(INT96 with a time of day outside the day)"
			}
			return timeText((int64(n[2])-epoch)*86400+nanos/1e9, nanos%1e9, timestampLayout)
		}
	case format.Boolean:
		return func(v parquet.Value) string { return strconv.FormatBool(v.Boolean()) }
	case format.ByteArray, format.FixedLenByteArray:
		return func(v parquet.Value) string {
			if b := v.ByteArray(); utf8.Valid(b) {
				return string(b)
			}
			return fmt.Sprintf("0x%x", v.ByteArray())
		}
	}
	return notRead(kind.String())
}

// timestampLayout has as many decimals of a second as a time needs.
const timestampLayout = "2006-01-02 15:04:05.999999999"

// timeText writes a time, in UTC.
func timeText(seconds, nanos int64, layout string) string {
	const first, last = -62135596800, 253402300799 // of the years 1 to 9999
	if seconds < first || seconds > last {
		return "(a time outside the years 1 to 9999)"
	}
	return time.Unix(seconds, nanos).UTC().Format(layout)
}

// decimalColumn returns how decimals with a number of decimals are written.
func decimalColumn(kind format.Type, scale int) func(parquet.Value) string {
	const mostScale, mostBytes = 400, 64 // beyond float64, and beyond a precision of 76
	if scale < -mostScale || scale > mostScale {
		return notRead(fmt.Sprintf("DECIMAL with a scale of %d", scale))
	}
	switch kind {
	case format.Int32:
		return func(v parquet.Value) string { return decimalText(strconv.Itoa(int(v.Int32())), scale) }
	case format.Int64:
		return func(v parquet.Value) string { return decimalText(strconv.FormatInt(v.Int64(), 10), scale) }
	}
	return func(v parquet.Value) string { // big-endian, two's complement
		b := v.ByteArray()
		if len(b) > mostBytes {
			return fmt.Sprintf("(a DECIMAL of %d bytes)", len(b))
		}
		n := new(big.Int).SetBytes(b)
		if len(b) > 0 && b[0] >= 0x80 {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
		}
		return decimalText(n.String(), scale)
	}
}

// decimalText writes an integer divided by 10^scale.
func decimalText(digits string, scale int) string {
	if scale <= 0 {
		return digits + strings.Repeat("0", -scale)
	}
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - scale
	return sign + digits[:point] + "." + digits[point:]
}

// halfFloat is the value of an IEEE 754 number of 16 bits.
func halfFloat(h uint16) float64 {
	exponent, fraction := int(h>>10&31), float64(h&1023)
	x := math.Ldexp(1+fraction/1024, exponent-15)
	switch {
	case exponent == 0:
		x = math.Ldexp(fraction, -24)
	case exponent == 31 && fraction == 0:
		x = math.Inf(1)
	case exponent == 31:
		return math.NaN()
	}
	if h>>15 == 1 {
		x = -x
	}
	return x
}
