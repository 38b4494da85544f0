package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/natefinch/atomic"
	"github.com/segue-go/segue/cmd/internal/scale"
)

// openTable opens a table as text: what is compressed is unpacked, and a Parquet
// file is written as CSV.
func (a *app) openTable(path string) (io.ReadCloser, error) {
	if strings.EqualFold(filepath.Ext(path), ".parquet") {
		return scale.ParquetText(path)
	}
	f, err := a.open(path)
	if err != nil {
		return nil, err
	}
	text, err := scale.Unpack(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{text, f}, nil
}

// open opens a file for reading; "-" is standard input.
func (a *app) open(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(a.in), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, plain(path, err)
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, fmt.Errorf("%s: is a folder", path)
	}
	return f, nil
}

// read reads a whole file of at most limit bytes.
func (a *app) read(path string, limit int64) ([]byte, error) {
	f, err := a.open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, plain(path, err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: more than %d MB", path, limit>>20)
	}
	return data, nil
}

// plain says what the system said without naming the system call.
func plain(path string, err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return fmt.Errorf("%s: %w", path, pe.Err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// write writes a result: to standard output for "" or "-", otherwise to a file,
// all of it or nothing.
func (a *app) write(path string, data []byte) error {
	return a.writeTo(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// writeTo is write for results that come piece by piece from f.
func (a *app) writeTo(path string, f func(io.Writer) error) error {
	if path == "" || path == "-" {
		return f(a.out)
	}
	info, err := os.Stat(path)
	isNew := errors.Is(err, os.ErrNotExist)
	if err == nil && info.IsDir() {
		return fmt.Errorf("%s: is a folder", path)
	}
	if err == nil && !info.Mode().IsRegular() {
		return direct(path, f) // a device or a pipe must not be replaced by a file
	}
	r, w := io.Pipe()
	made := make(chan error, 1)
	go func() {
		err := f(w)
		w.CloseWithError(err)
		made <- err
	}()
	err = atomic.WriteFile(path, r)
	r.CloseWithError(err) // so that f ends if the file cannot take more
	if ferr := <-made; ferr != nil && !errors.Is(ferr, io.ErrClosedPipe) && !errors.Is(ferr, err) {
		return ferr
	}
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, err)
	}
	if isNew {
		return os.Chmod(path, 0o644) // the temporary file was private
	}
	return nil
}

// direct writes to what is no ordinary file.
func direct(path string, f func(io.Writer) error) error {
	out, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return plain(path, err)
	}
	if err := f(out); err != nil {
		out.Close()
		return plain(path, err)
	}
	if err := out.Close(); err != nil {
		return plain(path, err)
	}
	return nil
}
