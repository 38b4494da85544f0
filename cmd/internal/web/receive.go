package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
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
	if err == nil && bytes.HasPrefix(b.buf, []byte{0x1f, 0x8b}) {
		b, err = s.unzip(b)
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

// unzip unpacks a .gz file, as far as a body may be long, and frees the packed one.
func (s *server) unzip(packed *room) (*room, error) {
	defer packed.free()
	out := &room{small: s.smallBodies, large: s.bodies, most: s.opt.Body}
	z, err := gzip.NewReader(bytes.NewReader(packed.buf))
	if err == nil {
		err = out.read(z, func() {})
	}
	return out, err
}
