package typed

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/segue-go/segue/cmd/internal/job"
)

// The file format is that of Arrow's "Columnar Format", version 1.5: the messages of
// Schema.fbs, Message.fbs and File.fbs, whose fields are counted from 0 below.
const (
	version5    = 4
	headSchema  = 1 // of a message
	headBatch   = 3
	typeInt     = 2 // of a field
	typeFloat   = 3
	typeUTF8    = 5
	typeStamp   = 10
	unitMicro   = 2
	unitNano    = 3
	double      = 2
	magic       = "ARROW1"
	batchRows   = 8192 // texts of a cell's 64 kB stay below the 2 GB of an offset
	arrowAlign  = 8
	intoMessage = 0xffffffff // before each message
)

// block is where a batch is in the file.
type block struct {
	at       int64
	metadata int32
	body     int64
}

// Arrow writes a table as an Arrow file, without compression.
func Arrow(w io.Writer, columns []job.Column) error {
	if err := check(columns); err != nil {
		return err
	}
	f := &arrowFile{w: w, columns: columns}
	f.write([]byte(magic + "\x00\x00"))
	b := flatbuffers.NewBuilder(1024)
	f.message(b, headSchema, f.schema(b), nil)
	times := make([][]int64, len(columns))
	for i := range columns {
		times[i] = stamps(&columns[i])
	}
	for from := 0; from < size(&columns[0]); from += batchRows {
		f.batch(from, min(from+batchRows, size(&columns[0])), times)
	}
	f.footer()
	return f.err
}

// arrowFile is a file that is being written.
type arrowFile struct {
	w       io.Writer
	columns []job.Column
	at      int64
	blocks  []block
	err     error
}

func (f *arrowFile) write(data []byte) {
	if f.err == nil {
		_, f.err = f.w.Write(data)
		f.at += int64(len(data))
	}
}

// message writes a message and its body, and returns where it is.
func (f *arrowFile) message(b *flatbuffers.Builder, kind byte, header flatbuffers.UOffsetT, body []byte) block {
	b.StartObject(5)
	b.PrependInt16Slot(0, version5, 0)
	b.PrependByteSlot(1, kind, 0)
	b.PrependUOffsetTSlot(2, header, 0)
	b.PrependInt64Slot(3, int64(len(body)), 0)
	b.Finish(b.EndObject())
	meta := padded(b.FinishedBytes())
	at := f.at
	f.write(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, intoMessage), uint32(len(meta))))
	f.write(meta)
	f.write(body)
	return block{at, int32(8 + len(meta)), int64(len(body))}
}

// padded fills data up to whole words of eight bytes.
func padded(data []byte) []byte {
	return append(data, make([]byte, (arrowAlign-len(data)%arrowAlign)%arrowAlign)...)
}

// schema adds the columns' names and types.
func (f *arrowFile) schema(b *flatbuffers.Builder) flatbuffers.UOffsetT {
	fields := make([]flatbuffers.UOffsetT, len(f.columns))
	for i := range f.columns {
		c := &f.columns[i]
		kind, typ := arrowType(c, b)
		name := b.CreateString(c.Name)
		b.StartVector(4, 0, 4) // readers expect the children, of which there are none
		children := b.EndVector(0)
		b.StartObject(7)
		b.PrependUOffsetTSlot(0, name, 0)
		b.PrependByteSlot(2, kind, 0)
		b.PrependUOffsetTSlot(3, typ, 0)
		b.PrependUOffsetTSlot(5, children, 0)
		fields[i] = b.EndObject()
	}
	list := b.CreateVectorOfTables(fields)
	b.StartObject(4)
	b.PrependUOffsetTSlot(1, list, 0)
	return b.EndObject()
}

// arrowType adds the type of a column.
func arrowType(c *job.Column, b *flatbuffers.Builder) (kind byte, at flatbuffers.UOffsetT) {
	switch {
	case c.Whole:
		b.StartObject(2)
		b.PrependInt32Slot(0, 64, 0)
		b.PrependBoolSlot(1, true, false)
		return typeInt, b.EndObject()
	case c.Numbers != nil:
		b.StartObject(1)
		b.PrependInt16Slot(0, double, 0)
		return typeFloat, b.EndObject()
	case c.Times != nil:
		var zone flatbuffers.UOffsetT
		if c.Moments {
			zone = b.CreateString("UTC")
		}
		unit := int16(unitMicro)
		if fine(c) {
			unit = unitNano
		}
		b.StartObject(2)
		b.PrependInt16Slot(0, unit, 0)
		b.PrependUOffsetTSlot(1, zone, 0)
		return typeStamp, b.EndObject()
	}
	b.StartObject(0)
	return typeUTF8, b.EndObject()
}

// batch writes some rows.
func (f *arrowFile) batch(from, to int, times [][]int64) {
	var body bytes.Buffer
	var places [][2]int64 // of the buffers: start and length
	add := func(data []byte) {
		places = append(places, [2]int64{int64(body.Len()), int64(len(data))})
		body.Write(padded(data))
	}
	for i := range f.columns {
		c := &f.columns[i]
		add(nil) // which cells are there: all
		switch {
		case c.Whole:
			add(words(c.Numbers[from:to], func(x float64) uint64 { return uint64(int64(x)) }))
		case c.Numbers != nil:
			add(words(c.Numbers[from:to], math.Float64bits))
		case c.Times != nil:
			add(words(times[i][from:to], func(x int64) uint64 { return uint64(x) }))
		default:
			ends, text := []byte{0, 0, 0, 0}, []byte(nil)
			for _, s := range c.Texts[from:to] {
				text = append(text, s...)
				ends = binary.LittleEndian.AppendUint32(ends, uint32(len(text)))
			}
			add(ends)
			add(text)
		}
	}
	b := flatbuffers.NewBuilder(1024)
	b.StartVector(16, len(places), 8)
	for i := len(places) - 1; i >= 0; i-- { // built from the end
		b.Prep(8, 16)
		b.PrependInt64(places[i][1])
		b.PrependInt64(places[i][0])
	}
	buffers := b.EndVector(len(places))
	b.StartVector(16, len(f.columns), 8)
	for range f.columns {
		b.Prep(8, 16)
		b.PrependInt64(0) // missing cells
		b.PrependInt64(int64(to - from))
	}
	nodes := b.EndVector(len(f.columns))
	b.StartObject(4)
	b.PrependInt64Slot(0, int64(to-from), 0)
	b.PrependUOffsetTSlot(1, nodes, 0)
	b.PrependUOffsetTSlot(2, buffers, 0)
	f.blocks = append(f.blocks, f.message(b, headBatch, b.EndObject(), body.Bytes()))
}

// words lays numbers out as eight bytes each.
func words[T any](in []T, bits func(T) uint64) []byte {
	out := make([]byte, 0, 8*len(in))
	for _, x := range in {
		out = binary.LittleEndian.AppendUint64(out, bits(x))
	}
	return out
}

// footer ends the messages, and says where they are.
func (f *arrowFile) footer() {
	f.write(binary.LittleEndian.AppendUint64(nil, intoMessage)) // a message of no bytes
	b := flatbuffers.NewBuilder(1024)
	schema := f.schema(b)
	b.StartVector(24, len(f.blocks), 8)
	for i := len(f.blocks) - 1; i >= 0; i-- {
		b.Prep(8, 24)
		b.PrependInt64(f.blocks[i].body)
		b.Pad(4)
		b.PrependInt32(f.blocks[i].metadata)
		b.PrependInt64(f.blocks[i].at)
	}
	blocks := b.EndVector(len(f.blocks))
	b.StartObject(5)
	b.PrependInt16Slot(0, version5, 0)
	b.PrependUOffsetTSlot(1, schema, 0)
	b.PrependUOffsetTSlot(3, blocks, 0)
	b.Finish(b.EndObject())
	data := b.FinishedBytes()
	f.write(data)
	f.write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(data))), magic...))
}
