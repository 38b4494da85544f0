package scale

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// The library allocates whatever a Parquet file claims, so claims are checked
// before it sees them.
const (
	maxFooter     = 64 << 20  // bytes
	maxPage       = 256 << 20 // bytes, packed and unpacked
	maxPageValues = 16 << 20
)

var errParquet = errors.New("the Parquet file is damaged")

// openParquet opens a file whose footer and pages claim no more than they may.
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
	file, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, err
	}
	for _, g := range file.Metadata().RowGroups {
		for _, c := range g.Columns {
			if err := checkPages(r, size, &c.MetaData, g.NumRows); err != nil {
				return nil, err
			}
		}
	}
	return file, nil
}

// checkPages goes through the headers of a column's pages.
func checkPages(r io.ReaderAt, size int64, m *format.ColumnMetaData, rows int64) error {
	at := m.DataPageOffset
	if d := m.DictionaryPageOffset; d > 0 {
		at = min(at, d)
	}
	if at < 0 || m.TotalCompressedSize < 0 || at > size-m.TotalCompressedSize {
		return fmt.Errorf("%w: column %v lies outside of it", errParquet, m.PathInSchema)
	}
	end := at + m.TotalCompressedSize
	for at < end {
		h, n, err := pageHeader(r, at, end)
		if err != nil {
			return fmt.Errorf("column %v: %w", m.PathInSchema, err)
		}
		values, most := int32(0), int64(maxPageValues)
		switch {
		case h.DataPageHeader != nil:
			values, most = h.DataPageHeader.NumValues, min(most, rows)
		case h.DataPageHeaderV2 != nil:
			values, most = h.DataPageHeaderV2.NumValues, min(most, rows)
		case h.DictionaryPageHeader != nil:
			values = h.DictionaryPageHeader.NumValues
		}
		packed, unpacked := int64(h.CompressedPageSize), int64(h.UncompressedPageSize)
		if packed < 0 || unpacked < 0 || values < 0 || packed > end-at-n || unpacked > maxPage || int64(values) > most {
			return fmt.Errorf("%w: a page claims %d bytes, %d unpacked, and %d values in a group of %d rows", errParquet, packed, unpacked, values, rows)
		}
		at += n + packed
	}
	return nil
}

// pageHeader reads the header at a place and tells how long it is.
func pageHeader(r io.ReaderAt, at, end int64) (*format.PageHeader, int64, error) {
	for room := int64(1 << 10); ; room *= 16 { // statistics may make it long
		b := make([]byte, min(room, end-at))
		if _, err := r.ReadAt(b, at); err != nil {
			return nil, 0, err
		}
		n, err := skim(b)
		if err != nil && room < 1<<24 && room < end-at {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		h := &format.PageHeader{}
		if err := thrift.Unmarshal(new(thrift.CompactProtocol), b[:n], h); err != nil {
			return nil, 0, err
		}
		return h, int64(n), nil
	}
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
