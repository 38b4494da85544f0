//go:build unix

package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// Another library reads in Parquet and Arrow files what the CSV says, with types, in more
// rows than one batch of an Arrow file has.
func TestTyped(t *testing.T) {
	dir := t.TempDir()
	var in strings.Builder
	in.WriteString("store,at,sold\n")
	for s := range 90 {
		for h := range 30 {
			fmt.Fprintf(&in, "Größe %d,2024-03-%02dT%02d:00:00+01:00,%d\n", s, 30+h/24, h%24, s*h%17)
		}
	}
	source := filepath.Join(dir, "in.csv")
	if err := os.WriteFile(source, []byte(in.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"forecast", source, "--method", "naive", "--horizon", "100", "--paths", "1", "-q", "-o"}
	for _, ext := range []string{"csv", "parquet", "arrow"} {
		if _, errs, status := segue(t, append(args, filepath.Join(dir, "out."+ext))...); status != 0 {
			t.Fatal(errs)
		}
	}
	f, err := os.Open(filepath.Join(dir, "out.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := csv.NewReader(f).ReadAll()
	if err != nil || len(want) != 9001 {
		t.Fatalf("%d rows, %v", len(want), err)
	}
	for ext, got := range map[string][]arrow.RecordBatch{"arrow": arrowFile(t, filepath.Join(dir, "out.arrow")), "parquet": parquetFile(t, filepath.Join(dir, "out.parquet"))} {
		row := 1
		for _, batch := range got {
			types := make([]string, batch.NumCols())
			for i, field := range batch.Schema().Fields() {
				if types[i] = field.Type.String(); field.Name != want[0][i] {
					t.Fatalf("%s: column %q, want %q", ext, field.Name, want[0][i])
				}
			}
			if got := strings.Join(types, " "); got != "utf8 timestamp[us, tz=UTC] float64 float64 float64 float64 float64 float64" {
				t.Fatalf("%s: types %s", ext, got)
			}
			for i := range int(batch.NumRows()) {
				sameRow(t, ext, batch, i, want[row])
				row++
			}
		}
		if row != len(want) {
			t.Errorf("%s: %d rows, want %d", ext, row-1, len(want)-1)
		}
	}
}

// sameRow compares a row with that of a CSV, whose numbers have ten digits.
func sameRow(t *testing.T, ext string, batch arrow.RecordBatch, i int, want []string) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, want[1])
	if err != nil {
		t.Fatal(err)
	}
	if got := batch.Column(0).(*array.String).Value(i); got != want[0] {
		t.Fatalf("%s: %q, want %q", ext, got, want[0])
	}
	if got := batch.Column(1).(*array.Timestamp).Value(i).ToTime(arrow.Microsecond); !got.Equal(at) {
		t.Fatalf("%s: %s, want %s", ext, got, at)
	}
	for c := 2; c < len(want); c++ {
		v, _ := strconv.ParseFloat(want[c], 64)
		if got := batch.Column(c).(*array.Float64).Value(i); math.Abs(got-v) > 1e-9*math.Abs(v) {
			t.Fatalf("%s: column %d: %v, want %v", ext, c, got, v)
		}
	}
}

func arrowFile(t *testing.T, path string) (out []arrow.RecordBatch) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := ipc.NewFileReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.NumRecords() {
		b, err := r.RecordBatchAt(i)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	if len(out) < 2 {
		t.Errorf("%d batches", len(out))
	}
	return out
}

func parquetFile(t *testing.T, path string) (out []arrow.RecordBatch) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := pqarrow.ReadTable(context.Background(), f, nil, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	for r := array.NewTableReader(table, 0); r.Next(); {
		r.RecordBatch().Retain()
		out = append(out, r.RecordBatch())
	}
	return out
}
