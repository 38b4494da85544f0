package scale

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// unpackPage unpacks the body of a page, which must not grow beyond its claim. The
// library would go on for as long as there is memory; of a broken LZ4 page, for ever.
func unpackPage(codec format.CompressionCodec, packed []byte, claim int64) ([]byte, error) {
	tooLong := fmt.Errorf("%w: a page is longer than the %d bytes that it claims", errParquet, claim)
	var r io.Reader
	switch codec {
	case format.Uncompressed:
		return packed, nil
	case format.Snappy:
		if n, err := snappy.DecodedLen(packed); err != nil || int64(n) > claim {
			return nil, tooLong
		}
		out, err := snappy.Decode(nil, packed)
		return out, damagedPage(err)
	case format.Lz4Raw:
		out := make([]byte, claim)
		n, err := lz4.UncompressBlock(packed, out)
		return out[:max(n, 0)], damagedPage(err)
	case format.Gzip:
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, damagedPage(err)
		}
		r = z
	case format.Brotli:
		r = brotli.NewReader(bytes.NewReader(packed))
	case format.Zstd:
		z, err := zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(2*maxPage))
		if err != nil {
			return nil, damagedPage(err)
		}
		defer z.Close()
		r = z
	default:
		return nil, fmt.Errorf("pages of Parquet packed with %s are not read", codec)
	}
	out, err := io.ReadAll(io.LimitReader(r, claim+1))
	if err != nil {
		return nil, damagedPage(err)
	}
	if int64(len(out)) > claim {
		return nil, tooLong
	}
	return out, nil
}

func damagedPage(err error) error {
	if err != nil {
		return fmt.Errorf("%w: a page cannot be unpacked: %w", errParquet, err)
	}
	return nil
}

// checkEncoding finds out whether an encoding makes more of a page's bytes than the
// page's values need: run lengths, prefixes and counts say much in few bytes.
func checkEncoding(b []byte, encoding format.Encoding, values int64) error {
	n := int64(0)
	switch encoding {
	case format.RLEDictionary, format.PlainDictionary: //lint:ignore SA1019 old writers use it
		if len(b) > 0 {
			n = runs(b[1:], int(b[0]))
		}
	case format.RLE: // of booleans; their length comes first
		if len(b) > 4 {
			n = runs(b[4:], 1)
		}
	case format.DeltaBinaryPacked, format.DeltaLengthByteArray:
		d := &deltas{b: b}
		n = d.header()
	case format.DeltaByteArray:
		d := &deltas{b: b}
		prefixes := d.sum(values)
		if n = d.header(); d.bad || prefixes > maxPage {
			return fmt.Errorf("%w: the prefixes of a page's values make more than %d MB of it", errParquet, maxPage>>20)
		}
	}
	if n > 2*values+1024 { // writers fill up the last run
		return fmt.Errorf("%w: a page of %d values holds %d", errParquet, values, n)
	}
	return nil
}

// runs counts the values in the hybrid of run lengths and packed bits.
func runs(b []byte, width int) (n int64) {
	for len(b) > 0 {
		head, k := binary.Uvarint(b)
		if k <= 0 || head>>1 > maxPageValues {
			return 4 * maxPageValues // more than any page holds
		}
		size := (width + 7) / 8
		if count := int64(head >> 1); head&1 == 1 {
			n += 8 * count
			size = int(count) * width
		} else {
			n += count
		}
		b = b[min(k+size, len(b)):]
	}
	return n
}

// deltas reads numbers in the encoding DELTA_BINARY_PACKED.
type deltas struct {
	b   []byte
	bad bool

	block, mini, count uint64
	first              int64
}

func (d *deltas) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.bad = true
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *deltas) varint() int64 {
	v := d.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

// header returns how many numbers follow.
func (d *deltas) header() int64 {
	d.block, d.mini, d.count, d.first = d.uvarint(), d.uvarint(), d.uvarint(), d.varint()
	if d.count > 1<<31 {
		d.bad = true
	}
	if d.bad {
		return 4 * maxPageValues
	}
	return int64(d.count)
}

// sum adds up numbers of which there should be at most most, none of them negative.
func (d *deltas) sum(most int64) (total int64) {
	if n := d.header(); n > most || d.mini == 0 || d.block == 0 || d.block > 1<<16 || d.block%(d.mini*8) != 0 {
		d.bad = true
		return 0
	}
	left, x, each := d.count, d.first, int(d.block/d.mini)
	add := func() {
		if total += x; x < 0 || x > maxPage || total > 1<<40 {
			d.bad = true
		}
		left--
	}
	if left > 0 {
		add()
	}
	for left > 0 && !d.bad {
		smallest := d.varint()
		if uint64(len(d.b)) < d.mini {
			d.bad = true
			return total
		}
		widths := d.b[:d.mini]
		d.b = d.b[d.mini:]
		for _, width := range widths {
			if left == 0 || d.bad {
				break // the rest of the last block is left out
			}
			size := each / 8 * int(width)
			if width > 64 || size > len(d.b) {
				d.bad = true
				return total
			}
			for i := 0; i < each && left > 0 && !d.bad; i++ {
				x += smallest + int64(bitsAt(d.b, i*int(width), int(width)))
				add()
			}
			d.b = d.b[size:]
		}
	}
	return total
}

// bitsAt reads width bits, the lowest first.
func bitsAt(b []byte, at, width int) (v uint64) {
	for i := range width {
		bit := at + i
		v |= uint64(b[bit/8]>>(bit%8)&1) << i
	}
	return v
}
