package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/natefinch/atomic"
)

// Open opens a file for reading; "-" is standard input.
func (s *Shell) Open(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(s.In), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, Plain(path, err)
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, fmt.Errorf("%s: is a folder", path)
	}
	return f, nil
}

// Read reads a whole file of at most limit bytes.
func (s *Shell) Read(path string, limit int64) ([]byte, error) {
	f, err := s.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, Plain(path, err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: more than %d MB", path, limit>>20)
	}
	return data, nil
}

// Plain says what the system said without naming the system call.
func Plain(path string, err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return fmt.Errorf("%s: %w", path, pe.Err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// Write writes a result: to standard output for "" or "-", otherwise to a file,
// all of it or nothing.
func (s *Shell) Write(path string, data []byte) error {
	return s.WriteTo(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// WriteTo is Write for results that come piece by piece from f.
func (s *Shell) WriteTo(path string, f func(io.Writer) error) error {
	if path == "" || path == "-" {
		return f(s.Out)
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
		return Plain(path, err)
	}
	if err := f(out); err != nil {
		out.Close()
		return Plain(path, err)
	}
	if err := out.Close(); err != nil {
		return Plain(path, err)
	}
	return nil
}
