package scale

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// pageWalk goes through the pages of a column in a group of rows, in the order in
// which the library reads them.
type pageWalk struct {
	r       io.ReaderAt
	at, end int64
	rows    int64 // of the group
	codec   format.CompressionCodec
	levels  bool // the column has definition levels
}

// pageClaim is what the header of a page says.
type pageClaim struct {
	header           *format.PageHeader
	body             int64 // where its bytes are
	packed, unpacked int64 // bytes
	values           int64
}

// walkPages starts at the first page of a column. Every group of rows must use the
// codec of the first: the library looks there.
func walkPages(r io.ReaderAt, size int64, m *format.FileMetaData, group, leaf int, optional bool) (*pageWalk, error) {
	g := &m.RowGroups[group]
	if leaf >= len(g.Columns) {
		return nil, fmt.Errorf("%w: a group of rows lacks a column", errParquet)
	}
	c := &g.Columns[leaf].MetaData
	at := c.DataPageOffset
	if d := c.DictionaryPageOffset; d > 0 {
		at = min(at, d)
	}
	if at < 0 || c.TotalCompressedSize < 0 || at > size-c.TotalCompressedSize {
		return nil, fmt.Errorf("%w: column %v lies outside of it", errParquet, c.PathInSchema)
	}
	if c.Codec != m.RowGroups[0].Columns[leaf].MetaData.Codec {
		return nil, fmt.Errorf("column %v: its compression changes from one group of rows to the next", c.PathInSchema)
	}
	return &pageWalk{r: r, at: at, end: at + c.TotalCompressedSize, rows: g.NumRows, codec: c.Codec, levels: optional}, nil
}

// next returns the claims of the next page, or io.EOF.
func (w *pageWalk) next() (pageClaim, error) {
	if w.at >= w.end {
		return pageClaim{}, io.EOF
	}
	h, n, err := pageHeader(w.r, w.at, w.end)
	if err != nil {
		return pageClaim{}, err
	}
	p := pageClaim{header: h, body: w.at + n, packed: int64(h.CompressedPageSize), unpacked: int64(h.UncompressedPageSize)}
	most := int64(maxPageValues)
	switch h.Type {
	case format.DataPage:
		p.values, most = int64(h.DataPageHeader.V.NumValues), min(most, w.rows)
	case format.DataPageV2:
		p.values, most = int64(h.DataPageHeaderV2.V.NumValues), min(most, w.rows)
	case format.DictionaryPage:
		p.values = int64(h.DictionaryPageHeader.V.NumValues)
	}
	if p.packed < 0 || p.unpacked < 0 || p.values < 0 || p.packed > w.end-p.body || p.unpacked > maxPage || p.values > most {
		return pageClaim{}, fmt.Errorf("%w: a page claims %d bytes, %d unpacked, and %d values in a group of %d rows", errParquet, p.packed, p.unpacked, p.values, w.rows)
	}
	w.at = p.body + p.packed
	return p, nil
}

// room is the memory that a page takes when it is read, about: its bytes, and for
// each value an index, a level and an offset.
func (p pageClaim) room() int64 { return p.unpacked + 12*p.values }

// largestPage returns the memory that one data page of a column and its dictionary
// take, whatever the group of rows.
func largestPage(r io.ReaderAt, size int64, m *format.FileMetaData, leaf int) (int64, error) {
	var most int64
	for g := range m.RowGroups {
		w, err := walkPages(r, size, m, g, leaf, false)
		if err != nil {
			return 0, err
		}
		var dictionary, data int64
		for {
			p, err := w.next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return 0, fmt.Errorf("column %v: %w", m.RowGroups[g].Columns[leaf].MetaData.PathInSchema, err)
			}
			if p.header.Type == format.DictionaryPage {
				dictionary = max(dictionary, p.room())
			} else {
				data = max(data, p.room())
			}
		}
		most = max(most, dictionary+data)
	}
	return most, nil
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

// check unpacks the pages up to the next data page within what they claim and counts
// what their encodings make of them; the library may then read that data page.
func (w *pageWalk) check() error {
	for {
		p, err := w.next()
		if err == io.EOF {
			return nil // the library says so itself
		}
		if err != nil {
			return err
		}
		packed := make([]byte, p.packed)
		if _, err := w.r.ReadAt(packed, p.body); err != nil {
			return err
		}
		levels, values, encoding, err := w.unpack(p, packed)
		if err != nil {
			return err
		}
		if n := runs(levels, 1); n > 2*p.values+1024 {
			return fmt.Errorf("%w: a page of %d values holds levels for %d", errParquet, p.values, n)
		}
		if err := checkEncoding(values, encoding, p.values); err != nil {
			return err
		}
		if p.header.Type != format.DictionaryPage {
			return nil
		}
	}
}

// unpack returns the parts of a page's body.
func (w *pageWalk) unpack(p pageClaim, packed []byte) (levels, values []byte, encoding format.Encoding, err error) {
	switch p.header.Type {
	case format.DataPageV2:
		h := &p.header.DataPageHeaderV2.V
		repetition, n := int64(h.RepetitionLevelsByteLength), int64(h.DefinitionLevelsByteLength)
		if repetition < 0 || n < 0 || repetition > p.packed || n > p.packed-repetition {
			return nil, nil, 0, fmt.Errorf("%w: the levels of a page are longer than it", errParquet)
		}
		levels, values = packed[repetition:repetition+n], packed[repetition+n:]
		if !h.IsCompressed.Valid || h.IsCompressed.V {
			values, err = unpackPage(w.codec, values, p.unpacked)
		}
		return levels, values, h.Encoding, err
	case format.DataPage:
		values, err = unpackPage(w.codec, packed, p.unpacked)
		if err == nil && w.levels {
			if len(values) < 4 || int64(binary.LittleEndian.Uint32(values)) > int64(len(values)-4) {
				return nil, nil, 0, fmt.Errorf("%w: the levels of a page are longer than it", errParquet)
			}
			n := binary.LittleEndian.Uint32(values)
			levels, values = values[4:4+n], values[4+n:]
		}
		return levels, values, p.header.DataPageHeader.V.Encoding, err
	case format.DictionaryPage:
		values, err = unpackPage(w.codec, packed, p.unpacked)
		return nil, values, format.Plain, err
	}
	return nil, nil, 0, fmt.Errorf("%w: a page of an unknown kind", errParquet)
}
