// Package charset gives text of any usual encoding as UTF-8.
//
// Text comes as UTF-8, as the UTF-16 of Windows programs, or in an older code of the
// country that it is from, which is guessed (guess.go); lines end with \n, \r\n or, from
// old programs, \r.
package charset

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// Text gives text as UTF-8 with lines that end in \n. It sees by the first bytes, as many
// as br buffers, how the text is encoded. Bytes that are no UTF-8 are read as Windows-1252
// unless another encoding fits better, whose name it gives.
func Text(br *bufio.Reader) (text io.Reader, encoding string) {
	head, _ := br.Peek(br.Size())
	switch order := utf16Order(head); {
	case order != nil:
		return &lineEnds{r: bufio.NewReader(&utf16Reader{r: br, order: order})}, ""
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = br.Discard(3)
	default:
		if c := guess(head); c != nil {
			return &lineEnds{r: bufio.NewReader(transform.NewReader(br, c.encoding.NewDecoder()))}, c.name
		}
	}
	return &lineEnds{r: bufio.NewReader(&windowsReader{r: br})}, ""
}

// utf16Order tells whether text is UTF-16, and which byte comes first: by its byte
// order mark or, without one, by the zero bytes in every second place that Latin
// letters have. nil means that it is not UTF-16.
func utf16Order(head []byte) binary.ByteOrder {
	if len(head) < 4 {
		return nil
	}
	switch {
	case head[0] == 0xff && head[1] == 0xfe:
		return binary.LittleEndian
	case head[0] == 0xfe && head[1] == 0xff:
		return binary.BigEndian
	}
	var zeros [2]int
	head = head[:min(len(head), 200)&^1]
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch half := len(head) / 2; {
	case zeros[0] == 0 && zeros[1]*10 >= half*9:
		return binary.LittleEndian
	case zeros[1] == 0 && zeros[0]*10 >= half*9:
		return binary.BigEndian
	}
	return nil
}

// utf16Reader turns UTF-16 into UTF-8, without byte order mark.
type utf16Reader struct {
	r     *bufio.Reader
	order binary.ByteOrder
	out   []byte // what is decoded and not read yet
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		r, err := u.next()
		if err != nil {
			return 0, err
		}
		if r != '\ufeff' {
			u.out = utf8.AppendRune(u.out[:0], r)
		}
		// a few more while they are there, to spare calls
		for len(u.out) < 512 && u.r.Buffered() >= 4 {
			if r, err = u.next(); err != nil {
				break
			}
			u.out = utf8.AppendRune(u.out, r)
		}
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// next decodes one character.
func (u *utf16Reader) next() (rune, error) {
	var b [2]byte
	if _, err := io.ReadFull(u.r, b[:]); err != nil {
		return 0, io.EOF // an odd last byte is dropped
	}
	r := rune(u.order.Uint16(b[:]))
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if _, err := io.ReadFull(u.r, b[:]); err != nil {
		return utf8.RuneError, nil
	}
	return utf16.DecodeRune(r, rune(u.order.Uint16(b[:]))), nil
}

// windowsReader passes UTF-8 on, and reads bytes that are none as Windows-1252.
type windowsReader struct {
	r   *bufio.Reader
	out []byte
}

func (w *windowsReader) Read(p []byte) (int, error) {
	if len(w.out) > 0 {
		n := copy(p, w.out)
		w.out = w.out[n:]
		return n, nil
	}
	if _, err := w.r.Peek(utf8.UTFMax); err != nil && w.r.Buffered() == 0 {
		return 0, err
	}
	chunk, _ := w.r.Peek(w.r.Buffered())
	chunk = chunk[:min(len(chunk), len(p))]
	valid := 0
	for cut := range min(utf8.UTFMax, len(chunk)) { // a character may be cut at the end
		if utf8.Valid(chunk[:len(chunk)-cut]) {
			valid = len(chunk) - cut
			break
		}
	}
	for valid < len(chunk) {
		r, size := utf8.DecodeRune(chunk[valid:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		valid += size
	}
	if valid > 0 {
		copy(p, chunk[:valid])
		_, _ = w.r.Discard(valid)
		return valid, nil
	}
	rest, err := w.r.Peek(utf8.UTFMax) // a character may be cut at the end of the chunk
	if r, size := utf8.DecodeRune(rest); r != utf8.RuneError || size != 1 {
		w.out = append(w.out[:0], rest[:size]...)
		_, _ = w.r.Discard(size)
		return w.Read(p)
	} else if len(rest) == 0 {
		return 0, err
	}
	w.out = utf8.AppendRune(w.out[:0], charmap.Windows1252.DecodeByte(rest[0]))
	_, _ = w.r.Discard(1)
	return w.Read(p)
}

// lineEnds turns \r\n and \r into \n.
type lineEnds struct {
	r        *bufio.Reader
	carriage bool // the last byte was \r, given on as \n
}

func (l *lineEnds) Read(p []byte) (int, error) {
	for {
		n, err := l.r.Read(p)
		if n > 0 && !l.carriage && bytes.IndexByte(p[:n], '\r') < 0 {
			return n, err
		}
		out := 0
		for _, b := range p[:n] {
			switch {
			case b == '\r':
				p[out], l.carriage = '\n', true
				out++
			case b == '\n' && l.carriage:
				l.carriage = false
			default:
				p[out], l.carriage = b, false
				out++
			}
		}
		if out > 0 || err != nil || len(p) == 0 {
			return out, err
		}
	}
}
