package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"golang.org/x/sync/semaphore"
)

// stall is the time in which a client must send something of its body.
const stall = 10 * time.Second

// room is memory for one body, reserved as its bytes arrive: what is announced and not
// sent takes nothing. The first bytes of a body come from a store that large bodies
// cannot use up.
type room struct {
	small, large     *semaphore.Weighted
	ofSmall, ofLarge int64
	most             int64
	buf              []byte
}

// read appends all of r to the body.
func (b *room) read(r io.Reader, each func()) error {
	b.buf = b.buf[:0]
	for {
		if len(b.buf) == cap(b.buf) {
			if err := b.grow(); err != nil {
				return err
			}
		}
		each()
		n, err := r.Read(b.buf[len(b.buf):cap(b.buf)])
		b.buf = b.buf[:len(b.buf)+n]
		if int64(len(b.buf)) > b.most {
			return errTooLarge
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// grow makes the body's memory larger, or finds that there is none at the moment.
func (b *room) grow() error {
	size := min(max(4<<10, 2*int64(cap(b.buf))), b.most+1)
	more := size - int64(cap(b.buf))
	from, used := b.large, &b.ofLarge
	if b.ofSmall+more <= shortBody {
		from, used = b.small, &b.ofSmall
	}
	if !from.TryAcquire(more) {
		return errBusy
	}
	*used += more
	b.buf = append(make([]byte, 0, size), b.buf...)
	return nil
}

// free gives the memory back.
func (b *room) free() {
	b.small.Release(b.ofSmall)
	b.large.Release(b.ofLarge)
	b.ofSmall, b.ofLarge, b.buf = 0, 0, nil
}

// receive reads a body, unpacked; the room is the caller's to free if there is no
// error.
func (s *server) receive(w http.ResponseWriter, r *http.Request) (*room, error) {
	if r.Header.Get("Content-Encoding") != "" {
		return nil, errEncoding
	}
	if r.ContentLength > s.opt.Body {
		return nil, errTooLarge
	}
	ctl := http.NewResponseController(w)
	end := time.Now().Add(s.opt.Receive)
	b := &room{small: s.smallBodies, large: s.bodies, most: s.opt.Body}
	err := b.read(http.MaxBytesReader(w, r.Body, s.opt.Body), func() {
		by := time.Now().Add(stall)
		if by.After(end) {
			by = end
		}
		_ = ctl.SetReadDeadline(by)
	})
	_ = ctl.SetReadDeadline(time.Time{})
	switch {
	case err != nil:
	case bytes.HasPrefix(b.buf, gzipped):
		b, err = s.unzip(b, &unzipper{rest: b.buf})
	case bytes.HasPrefix(b.buf, []byte("--")) && bytes.Contains(b.buf, slices.Concat([]byte("\r\n\r\n"), gzipped)):
		first, _, _ := bytes.Cut(b.buf, []byte("\r\n"))
		b, err = s.unzip(b, &unzipper{rest: b.buf, between: slices.Concat([]byte("\r\n"), first), header: true})
	}
	var large *http.MaxBytesError
	switch {
	case err == nil:
		return b, nil
	case errors.As(err, &large):
		err = errTooLarge
	case !errors.Is(err, errBusy) && !errors.Is(err, errTooLarge):
		err = errBody
	}
	b.free()
	return nil, err
}

// gzipped is how .gz files begin.
var gzipped = []byte{0x1f, 0x8b}

// unzip reads what is in the packed body, as far as a body may be long, and frees it.
func (s *server) unzip(packed *room, in io.Reader) (*room, error) {
	defer packed.free()
	out := &room{small: s.smallBodies, large: s.bodies, most: s.opt.Body}
	return out, out.read(in, func() {})
}

// unzipper unpacks a .gz file, or those parts of a form (multipart/form-data) that are
// some, as those are whose Content-Encoding is gzip. Whatever the body is, it takes no
// more memory than one of them.
type unzipper struct {
	rest    []byte
	between []byte // what the parts of a form begin with; empty: rest is one file
	header  bool   // rest begins with what is before a part's content
	now     io.Reader
	z       gzip.Reader
}

func (u *unzipper) Read(p []byte) (int, error) {
	for {
		if u.now != nil {
			n, err := u.now.Read(p)
			if err == io.EOF {
				u.now, err = nil, nil
			}
			if n > 0 || err != nil {
				return n, err
			}
		}
		if len(u.rest) == 0 {
			return 0, io.EOF
		}
		if err := u.next(); err != nil {
			return 0, err
		}
	}
}

// next begins with what follows.
func (u *unzipper) next() error {
	if u.header {
		n := len(u.rest)
		if i := bytes.Index(u.rest, []byte("\r\n\r\n")); i >= 0 {
			n = i + 4
		}
		u.now, u.rest, u.header = bytes.NewReader(u.rest[:n]), u.rest[n:], false
		return nil
	}
	n := len(u.rest)
	if i := bytes.Index(u.rest, u.between); len(u.between) > 0 && i >= 0 {
		n = i
	}
	content := u.rest[:n]
	u.now, u.rest, u.header = bytes.NewReader(content), u.rest[n:], true
	if !bytes.HasPrefix(content, gzipped) {
		return nil
	}
	packed := u.now
	u.now = &u.z
	return u.z.Reset(packed)
}
