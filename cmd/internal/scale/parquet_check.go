package scale

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
)

// The library allocates whatever a Parquet file claims, so claims are checked
// before it sees them: those of the footer here, those of pages in parquet_pages.go.
const (
	maxFooter     = 64 << 20  // bytes
	maxPage       = 256 << 20 // bytes, packed and unpacked
	maxPageValues = 16 << 20
)

var errParquet = errors.New("the Parquet file is damaged")

// openParquet opens a file whose footer claims no more than it may.
func openParquet(r io.ReaderAt, size int64) (*parquet.File, error) {
	var end [8]byte
	if size < 12 {
		return nil, errParquet
	}
	if _, err := r.ReadAt(end[:], size-8); err != nil {
		return nil, err
	}
	n := int64(binary.LittleEndian.Uint32(end[:]))
	if n > min(size-12, maxFooter) {
		return nil, fmt.Errorf("%w: its footer claims %d bytes", errParquet, n)
	}
	footer := make([]byte, n)
	if _, err := r.ReadAt(footer, size-8-n); err != nil {
		return nil, err
	}
	if _, err := skim(footer); err != nil {
		return nil, err
	}
	return parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
}

// skim goes through a structure in the compact protocol of Thrift without building
// anything and returns its length: every claimed size must be there.
func skim(b []byte) (n int, err error) {
	s := &skimmer{b: b}
	s.structure(0)
	if s.bad {
		return 0, errParquet
	}
	return s.at, nil
}

type skimmer struct {
	b   []byte
	at  int
	bad bool
}

func (s *skimmer) skip(n uint64) {
	if s.bad || n > uint64(len(s.b)-s.at) {
		s.bad = true
		return
	}
	s.at += int(n)
}

func (s *skimmer) byte() byte {
	if s.skip(1); s.bad {
		return 0
	}
	return s.b[s.at-1]
}

func (s *skimmer) varint() uint64 {
	v, n := binary.Uvarint(s.b[s.at:])
	if n <= 0 {
		s.bad = true
		return 0
	}
	s.at += n
	return v
}

func (s *skimmer) structure(depth int) {
	for !s.bad {
		head := s.byte()
		if head == 0 {
			return
		}
		if head>>4 == 0 {
			s.varint() // the field's number
		}
		if kind := head & 15; kind > 2 { // 1 and 2 are true and false
			s.value(kind, depth)
		}
	}
}

// value goes through a value of a kind; a bool stands alone in lists only.
func (s *skimmer) value(kind byte, depth int) {
	const deepest = 32
	if depth > deepest {
		s.bad = true
		return
	}
	switch kind {
	case 1, 2, 3:
		s.skip(1)
	case 4, 5, 6:
		s.varint()
	case 7:
		s.skip(8)
	case 8:
		s.skip(s.varint())
	case 9, 10:
		head := s.byte()
		n := uint64(head >> 4)
		if n == 15 {
			n = s.varint()
		}
		for ; n > 0 && !s.bad; n-- {
			s.value(head&15, depth+1)
		}
	case 11:
		if n := s.varint(); n > 0 {
			kinds := s.byte()
			for ; n > 0 && !s.bad; n-- {
				s.value(kinds>>4, depth+1)
				s.value(kinds&15, depth+1)
			}
		}
	case 12:
		s.structure(depth + 1)
	default:
		s.bad = true
	}
}
