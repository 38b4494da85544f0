package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/segue-go/segue/cmd/internal/job"
	"github.com/segue-go/segue/cmd/internal/web"
)

// sale is a row of the table that TestDress dresses up. Quarters are exact in every
// type of number.
type sale struct {
	shop  string
	month time.Time
	cents int64
}

func theSales() (rows []sale) {
	r := rand.New(rand.NewPCG(2, 3))
	for i, shop := range []string{"Köln", "north", "süd/1"} {
		for m := range 30 {
			v := 99000 + 10000*int64(i*m) + 25*r.Int64N(9000)
			rows = append(rows, sale{shop, time.Date(2020, time.Month(1+m), 1, 0, 0, 0, 0, time.UTC), v})
		}
	}
	return rows
}

// grouped writes an amount with separators of thousands and decimals.
func grouped(cents int64, thousands, decimal string) string {
	whole := fmt.Sprint(cents / 100)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + thousands + whole[i:]
	}
	return fmt.Sprintf("%s%s%02d", whole, decimal, cents%100)
}

// dresses are the same rows as text.
func dresses(rows []sale) map[string]string {
	write := func(comma rune, layout string, number func(int64) string) func([]sale) string {
		return func(rows []sale) string {
			var b strings.Builder
			w := csv.NewWriter(&b)
			w.Comma = comma
			_ = w.Write([]string{"shop", "month", "sales"}) // a builder takes everything
			for _, r := range rows {
				_ = w.Write([]string{r.shop, r.month.Format(layout), number(r.cents)})
			}
			w.Flush()
			return b.String()
		}
	}
	in := func(thousands, decimal string) func(int64) string {
		return func(v int64) string { return grouped(v, thousands, decimal) }
	}
	plain := write(',', "2006-01-02", in("", "."))
	shuffled := slices.Clone(rows)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	later := slices.Clone(rows)
	for i := range later {
		later[i].month = later[i].month.AddDate(4, 0, 0)
	}
	reversed := slices.Clone(rows)
	slices.Reverse(reversed)
	return map[string]string{
		"plain":                  plain(rows),
		"rows in another order":  plain(shuffled),
		"series in other order":  plain(reversed),
		"four years later":       plain(later),
		"American":               write(',', "1/2/2006", in(",", "."))(rows),
		"German":                 write(';', "02.01.2006", in(".", ","))(rows),
		"French":                 write(';', "02/01/2006", in("\u202f", ","))(rows),
		"Swiss":                  write(';', "02.01.2006", in("’", "."))(rows),
		"decimal comma, quoted":  write(',', "2006-01", in("", ","))(rows),
		"tabs, times":            write('\t', "2006-01-02 15:04:05", in("", "."))(rows),
		"ISO times":              write(',', time.RFC3339, in("", "."))(rows),
		"currency":               write(';', "2006-01-02", func(v int64) string { return "€ " + grouped(v, ".", ",") })(rows),
		"with a byte-order mark": "\ufeff" + write(';', "2006-01-02", in("", ","))(rows),
	}
}

// parquets are the same rows in Parquet files of each type of number and time.
func parquets(t *testing.T, rows []sale) map[string][]byte {
	fixed := parquet.FixedLenByteArrayType
	bigEndian := func(v int64, n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[n-1-i] = byte(v >> min(8*i, 63))
		}
		return b
	}
	type column struct {
		node parquet.Node
		of   func(r sale) parquet.Value
	}
	double := column{parquet.Leaf(parquet.DoubleType), func(r sale) parquet.Value { return parquet.DoubleValue(float64(r.cents) / 100) }}
	date := column{parquet.Date(), func(r sale) parquet.Value { return parquet.Int32Value(int32(r.month.Unix() / 86400)) }}
	stamp := func(unit parquet.TimeUnit, of func(time.Time) int64) column {
		return column{parquet.Timestamp(unit), func(r sale) parquet.Value { return parquet.Int64Value(of(r.month)) }}
	}
	files := map[string][]byte{}
	write := func(name string, number, when column, id parquet.Node) {
		schema := parquet.NewSchema("sales", parquet.Group{"month": when.node, "sales": number.node, "shop": id})
		var b bytes.Buffer
		w := parquet.NewGenericWriter[any](&b, schema)
		for _, r := range rows {
			row := parquet.Row{when.of(r).Level(0, 0, 0), number.of(r).Level(0, 0, 1), parquet.ByteArrayValue([]byte(r.shop)).Level(0, 0, 2)}
			if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		files[name] = b.Bytes()
	}
	for name, c := range map[string]column{
		"double":                 double,
		"double, dictionary":     {parquet.Encoded(double.node, &parquet.RLEDictionary), double.of},
		"double, Zstandard":      {parquet.Compressed(double.node, &parquet.Zstd), double.of},
		"float":                  {parquet.Leaf(parquet.FloatType), func(r sale) parquet.Value { return parquet.FloatValue(float32(r.cents) / 100) }},
		"decimal in int32":       {parquet.Decimal(2, 9, parquet.Int32Type), func(r sale) parquet.Value { return parquet.Int32Value(int32(r.cents)) }},
		"decimal in int64":       {parquet.Decimal(3, 18, parquet.Int64Type), func(r sale) parquet.Value { return parquet.Int64Value(10 * r.cents) }},
		"decimal in fixed bytes": {parquet.Decimal(2, 30, fixed(13)), func(r sale) parquet.Value { return parquet.FixedLenByteArrayValue(bigEndian(r.cents, 13)) }},
		"decimal in bytes":       {parquet.Decimal(2, 18, parquet.ByteArrayType), func(r sale) parquet.Value { return parquet.ByteArrayValue(bigEndian(r.cents, 5)) }},
		"text":                   {parquet.String(), func(r sale) parquet.Value { return parquet.ByteArrayValue([]byte(grouped(r.cents, "", "."))) }},
	} {
		write(name, c, date, parquet.String())
	}
	for name, c := range map[string]column{
		"milliseconds": stamp(parquet.Millisecond, time.Time.UnixMilli),
		"microseconds": stamp(parquet.Microsecond, time.Time.UnixMicro),
		"nanoseconds":  stamp(parquet.Nanosecond, time.Time.UnixNano),
		"INT96": {parquet.Leaf(parquet.Int96Type), func(r sale) parquet.Value {
			return parquet.Int96Value(deprecated.Int96{0, 0, uint32(2440588 + r.month.Unix()/86400)})
		}},
		"text of times": {parquet.String(), func(r sale) parquet.Value { return parquet.ByteArrayValue([]byte(r.month.Format("2006-01-02"))) }},
	} {
		write(name, double, c, parquet.String())
	}
	write("ids in a dictionary", double, date, parquet.Encoded(parquet.String(), &parquet.RLEDictionary))
	write("ids as an enumeration", double, date, parquet.Enum())
	return files
}

// numbers are those of a CSV of forecasts, by the id and the place of the step: times are
// written as the table writes them. Months in the order of their rows.
func numbers(t *testing.T, text string) string {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	steps := map[string]int{}
	for _, r := range records {
		if r[0] == "shop" || r[0] == "series" {
			continue
		}
		steps[r[0]]++
		out = append(out, fmt.Sprint(r[0], " ", steps[r[0]], " ", r[2:]))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// The same table has the same forecast, bit for bit, however it is dressed and through
// whichever door it comes: with the numbers and dates of other countries, with rows and
// series in another order, four years later, in Parquet of each type.
func TestDress(t *testing.T) {
	rows := theSales()
	const query = "id=shop&time=month&value=sales&horizon=5&method="
	server := httptest.NewServer(web.Handler(web.Options{Log: slog.New(slog.DiscardHandler), Memory: -1}))
	defer server.Close()
	dir := t.TempDir()
	ask := func(path string, more ...string) string {
		var out, errs bytes.Buffer
		if run(context.Background(), append([]string{"forecast", path, "-q"}, more...), strings.NewReader(""), &out, &errs) != 0 {
			t.Errorf("%s: %s", path, &errs)
		}
		return out.String()
	}
	command := func(path, method string, more ...string) string {
		return ask(path, append([]string{"--id=shop", "--time=month", "--value=sales", "--horizon=5", "--method=" + method}, more...)...)
	}
	folder := func(path, method string) string {
		to := filepath.Join(t.TempDir(), "out") + "/"
		command(path, method, "-o", to, "--parts=2")
		var all strings.Builder
		parts, _ := filepath.Glob(to + "part-*.csv")
		for _, p := range parts {
			data, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(data)
		}
		return all.String()
	}
	texts := dresses(rows)
	want := map[string]string{}
	for _, method := range []string{"theta", "auto"} {
		want[method] = numbers(t, command(put(t, dir, "plain.csv", []byte(texts["plain"])), method))
		if n := strings.Count(want[method], "\n"); n != 14 {
			t.Fatalf("%d lines", n+1)
		}
	}
	check := func(name, door, method, got string) {
		t.Helper()
		if got := numbers(t, got); got != want[method] {
			t.Errorf("%s, %s, %s: \n%s\nwant\n%s", name, door, method, got, want[method])
		}
	}
	for name, text := range texts {
		path := put(t, dir, name+".csv", []byte(text))
		check(name, "command", "auto", command(path, "auto"))
		check(name, "folder", "theta", folder(path, "theta"))
		over, failed := overHTTP(t, server.URL, "forecast", []byte(text), query+"theta")
		if failed != "" {
			t.Errorf("%s: the server says %s", name, failed)
			continue
		}
		check(name, "server", "theta", over["csv"].(string))
		if _, err := job.Do(context.Background(), "forecast", query+"theta", []byte(text), job.Listener{}); err != nil {
			t.Errorf("%s: the page says %v", name, err)
		}
	}
	for name, data := range parquets(t, rows) {
		path := put(t, dir, name+".parquet", data)
		check(name, "command", "theta", command(path, "theta"))
		check(name, "folder", "theta", folder(path, "theta"))
	}
	// a column that is there twice is two series with the same forecast
	var twice strings.Builder
	twice.WriteString("month,a,b\n")
	for _, r := range rows[:30] {
		fmt.Fprintf(&twice, "%s,%d,%d\n", r.month.Format("2006-01-02"), r.cents, r.cents)
	}
	lines := strings.Split(numbers(t, ask(put(t, dir, "twice.csv", []byte(twice.String())), "--wide", "--horizon=3")), "\n")
	if len(lines) < 6 {
		t.Fatalf("%q", lines)
	}
	for i, a := range lines[:3] {
		if b := lines[len(lines)-3+i]; strings.TrimPrefix(a, "a") != strings.TrimPrefix(b, "b") {
			t.Errorf("%s and %s", a, b)
		}
	}
}
