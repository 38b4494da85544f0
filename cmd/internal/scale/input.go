package scale

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
)

// input is a file of rows, perhaps compressed.
type input struct {
	path     string
	f        *os.File
	size     int64
	unpacked int64 // about
	kind     kind
	read     atomic.Int64 // bytes of the file, for progress
}

type kind int

const (
	plain kind = iota
	gzipped
	zstandard
	parquetFile
)

// openInput opens a file and finds out what it is by its first bytes.
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

// text reads the file from its start, unpacked.
func (in *input) text() (io.Reader, func(), error) {
	if _, err := in.f.Seek(0, io.SeekStart); err != nil {
		return nil, nil, err
	}
	in.read.Store(0)
	raw := bufio.NewReaderSize(counter{in}, 1<<20)
	if in.kind == plain {
		return raw, func() {}, nil
	}
	text, err := Unpack(raw)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", in.path, err)
	}
	return text, func() {
		if c, ok := text.(io.Closer); ok {
			c.Close()
		}
	}, nil
}

// records calls f with the cells of every row; the slice is used again. The first
// row holds the names of the columns.
func (in *input) records(f func(cells []string) error) error {
	if in.kind == parquetFile {
		return in.parquetRecords(f)
	}
	text, done, err := in.text()
	if err != nil {
		return err
	}
	defer done()
	b := bufio.NewReaderSize(text, 1<<20)
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = b.Discard(3)
	}
	first, err := b.Peek(4096)
	if err != nil && len(first) == 0 {
		return fmt.Errorf("%s: %w", in.path, io.ErrUnexpectedEOF)
	}
	r := csv.NewReader(b)
	r.Comma = mostFrequent(first)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	r.ReuseRecord = true
	for {
		cells, err := r.Read()
		if err == io.EOF {
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

// separator tells what stands between cells.
func (in *input) separator() (rune, error) {
	text, done, err := in.text()
	if err != nil {
		return 0, err
	}
	defer done()
	head := make([]byte, 4096)
	n, err := io.ReadFull(text, head)
	if n == 0 {
		return 0, fmt.Errorf("%s: %w", in.path, err)
	}
	return mostFrequent(head[:n]), nil
}

// mostFrequent is the one of , ; tab | that is most frequent in the first line.
func mostFrequent(head []byte) rune {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best, most := ',', 0
	for _, c := range ",;\t|" {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// lines calls f with every line.
func (in *input) lines(f func(line []byte) error) error {
	text, done, err := in.text()
	if err != nil {
		return err
	}
	defer done()
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
