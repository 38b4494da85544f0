package scale

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"github.com/segue-go/segue/forecast/table"
)

// input is a file of rows, perhaps compressed.
type input struct {
	path     string
	f        *os.File
	size     int64
	unpacked int64 // about
	kind     kind
	only     []string     // columns of a Parquet file that are read; empty means all
	read     atomic.Int64 // bytes of the file, for progress
}

type kind int

const (
	plain kind = iota
	gzipped
	zstandard
	parquetFile
)

// openInput opens a file and detects its format from its first bytes.
func openInput(path string) (*input, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, errors.Unwrap(err))
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("is not a file; standard input and pipes cannot be read twice")
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	in := &input{path: path, f: f, size: info.Size(), unpacked: info.Size()}
	head := make([]byte, 4)
	n, _ := f.ReadAt(head, 0)
	const usual = 8 // how much tables shrink
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		in.kind, in.unpacked = gzipped, usual*in.size
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		in.kind, in.unpacked = zstandard, usual*in.size
	case bytes.Equal(head, []byte("PAR1")):
		in.kind, in.unpacked = parquetFile, usual*in.size
	}
	return in, nil
}

func (in *input) Close() error { return in.f.Close() }

// counter counts the bytes that were read.
type counter struct{ in *input }

func (c counter) Read(p []byte) (int, error) {
	n, err := c.in.f.Read(p)
	c.in.read.Add(int64(n))
	return n, err
}

// bytes reads the file from its start, unpacked.
func (in *input) bytes() (*bufio.Reader, func(), error) {
	if _, err := in.f.Seek(0, io.SeekStart); err != nil {
		return nil, nil, err
	}
	in.read.Store(0)
	raw := bufio.NewReaderSize(counter{in}, 1<<20)
	if in.kind == plain {
		return raw, func() {}, nil
	}
	unpacked, err := Unpack(raw)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", in.path, err)
	}
	done := func() {}
	if c, ok := unpacked.(io.Closer); ok {
		done = func() { c.Close() }
	}
	return bufio.NewReaderSize(unpacked, 1<<20), done, nil
}

// records calls f with the cells of every row; the slice is reused. The first
// row holds the names of the columns.
func (in *input) records(f func(cells []string) error) error {
	if in.kind == parquetFile {
		var taken error
		err := in.parquetRecords(func(cells []string) error {
			taken = f(cells)
			return taken
		})
		if err != nil && taken == nil {
			err = fmt.Errorf("%s: %w", in.path, err)
		}
		return err
	}
	rows, _, done, err := in.open()
	if err != nil {
		return err
	}
	defer done()
	for {
		cells, _, err := rows()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", in.path, err)
		}
		if err := f(cells); err != nil {
			return err
		}
	}
}

// open begins to read the rows of a table, and tells the character between its cells.
func (in *input) open() (table.RowReader, rune, func(), error) {
	text, done, err := in.bytes()
	if err != nil {
		return nil, 0, nil, err
	}
	rows, comma, err := table.Open(text)
	if err != nil {
		done()
		return nil, 0, nil, fmt.Errorf("%s: %w", in.path, err)
	}
	return rows, comma, done, nil
}

// separator detects the character between cells.
func (in *input) separator() (rune, error) {
	_, comma, done, err := in.open()
	if err != nil {
		return 0, err
	}
	done()
	return cmp.Or(comma, ','), nil
}

// lines calls f with every line.
func (in *input) lines(f func(line []byte) error) error {
	text, done, err := in.bytes()
	if err != nil {
		return err
	}
	defer done()
	const headBytes = 4096
	head, err := text.Peek(headBytes)
	if err == nil || err == io.EOF {
		if i := bytes.IndexByte(head, 0); i >= 0 {
			err = fmt.Errorf("line %d: a zero byte: this is not a text file", 1+bytes.Count(head[:i], []byte("\n")))
		} else if err = nil; len(head) == 0 {
			err = errors.New("line 1: the file is empty")
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", in.path, err)
	}
	sc := bufio.NewScanner(text)
	sc.Buffer(make([]byte, 1<<20), 64<<20)
	for sc.Scan() {
		if err := f(sc.Bytes()); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("%s: %w", in.path, err)
	}
	return nil
}
