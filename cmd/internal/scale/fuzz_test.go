package scale

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// Whatever a Parquet file holds, reading it ends, with rows as wide as the header
// or an error.
func FuzzParquet(f *testing.F) {
	type row struct {
		ID    string   `parquet:"id,dict"`
		Day   int32    `parquet:"day,date"`
		Value *float64 `parquet:"value,optional"`
		Count int64    `parquet:"count,delta"`
	}
	v := 1.5
	for _, codec := range []parquet.WriterOption{parquet.Compression(&parquet.Uncompressed), parquet.Compression(&parquet.Snappy), parquet.Compression(&parquet.Gzip)} {
		var b bytes.Buffer
		w := parquet.NewGenericWriter[row](&b, codec)
		if _, err := w.Write([]row{{"a", 18000, &v, 3}, {"a", 18001, nil, 4}, {"b", 18000, &v, 5}}); err != nil {
			f.Fatal(err)
		}
		if err := w.Close(); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "p.parquet")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		in, err := openInput(path)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		rows, width := 0, -1
		_ = in.parquetRecords(func(cells []string) error {
			if width < 0 {
				width = len(cells)
			}
			if len(cells) != width {
				t.Fatalf("a row of %d cells under %d names", len(cells), width)
			}
			if rows++; rows > 100000 { // run lengths say much in few bytes
				return errors.New("enough")
			}
			return nil
		})
	})
}
