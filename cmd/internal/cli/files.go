package cli

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Open opens a file for reading; "-" is standard input.
func (s *Shell) Open(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(s.In), nil
	}
	if scheme, _, ok := strings.Cut(path, "://"); ok && !strings.ContainsAny(scheme, "/\\.") { // the rest may hold a password
		return nil, fmt.Errorf("%s://: this is no file; segue-data forecasts from databases and from Prometheus", scheme)
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

// Plain is a system error without the system call.
func Plain(path string, err error) error { return fmt.Errorf("%s: %w", path, reason(err)) }

// reason is the text of a system error, without the system call and the path.
func reason(err error) error {
	var pe *os.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		return pe.Err
	case errors.As(err, &le):
		return le.Err
	}
	return err
}

// Write writes a result: to standard output for "" or "-", otherwise to a file,
// all of it or nothing.
func (s *Shell) Write(path string, data []byte) error {
	return s.WriteTo(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// WriteTo is Write for results that come piece by piece from f. A file that exists
// keeps its permissions, a new one has those that the umask leaves; a symbolic link
// stays, and its target is written.
func (s *Shell) WriteTo(path string, f func(io.Writer) error) error {
	if path == "" || path == "-" {
		return f(s.Out)
	}
	target, mode, err := destination(path)
	if err != nil {
		return err
	}
	if !mode.IsRegular() {
		return direct(path, f) // a device or a pipe must not be replaced by a file
	}
	temporary := fmt.Sprintf("%s.new-%s", target, rand.Text()[:10])
	s.stop.add(temporary)
	defer s.stop.forget(temporary)
	out, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode.Perm())
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, reason(err))
	}
	defer os.Remove(temporary)
	if err := f(out); err != nil {
		out.Close()
		var pe *os.PathError
		if errors.As(err, &pe) && pe.Path == temporary {
			return fmt.Errorf("%s: cannot be written: %w", path, pe.Err)
		}
		return err
	}
	if _, serr := os.Stat(target); serr == nil {
		err = out.Chmod(mode.Perm())
	}
	if err == nil {
		err = out.Sync()
	}
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(temporary, target)
	}
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, reason(err))
	}
	return nil
}

// destination follows the symbolic links of an output file, and returns the mode of
// the existing file, or that of a new file before the umask.
func destination(path string) (target string, mode os.FileMode, err error) {
	const most = 40 // links, as Linux has it
	target = path
	for range most {
		link, err := os.Readlink(target)
		if err != nil {
			break // it is no link
		}
		if !filepath.IsAbs(link) {
			link = filepath.Join(filepath.Dir(target), link)
		}
		target = link
	}
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return target, 0o666, nil
	case err != nil:
		return target, 0, Plain(path, err)
	case info.IsDir():
		return target, 0, fmt.Errorf("%s: is a folder", path)
	}
	return target, info.Mode(), nil
}

// direct writes to a device or a pipe.
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
