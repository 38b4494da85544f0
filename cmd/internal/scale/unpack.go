package scale

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
)

// errClosed ends the reading of a file whose text nobody reads any more.
var errClosed = errors.New("closed")

// Unpack returns r, or what is in it if that is compressed with gzip or Zstandard.
func Unpack(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	head, _ := b.Peek(16)
	switch {
	case string(head) == "SQLite format 3\x00":
		return nil, errors.New("is a database of SQLite: say with --query what to read of it (segue-data does)")
	case bytes.HasPrefix(head, []byte("ARROW1")):
		return nil, errors.New("is an Arrow file, which is not read: write the table as Parquet")
	case bytes.HasPrefix(head, []byte("PAR1")):
		return nil, errors.New("is a Parquet file, which is read from a file whose name ends in .parquet")
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return gzip.NewReader(b)
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(b, zstd.WithDecoderMaxMemory(1<<30), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}
	return b, nil
}

// ParquetText reads a Parquet file as CSV.
func ParquetText(path string) (io.ReadCloser, error) {
	in, err := openInput(path)
	if err != nil {
		return nil, err
	}
	if in.kind != parquetFile {
		in.Close()
		return nil, errors.New(path + ": is not a Parquet file")
	}
	r, w := io.Pipe()
	go func() {
		defer in.Close()
		c := csv.NewWriter(w)
		err := in.parquetRecords(c.Write)
		c.Flush()
		if err == nil {
			err = c.Error()
		}
		w.CloseWithError(err) // nil ends the text
	}()
	return closer{r}, nil
}

// closer makes the writing side of a pipe end.
type closer struct{ *io.PipeReader }

func (c closer) Close() error { return c.CloseWithError(errClosed) }
