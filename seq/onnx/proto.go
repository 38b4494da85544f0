package onnx

import (
	"encoding/binary"
	"math"
)

// The messages of ONNX that are needed here, written field by field in the wire
// format of Protocol Buffers: a tag (field number and wire type) before each value.
// Field numbers are those of onnx.proto3.

type message []byte

// wire types
const (
	varint   = 0
	prefixed = 2 // a length, then that many bytes
)

func (m message) tag(field, wireType uint64) message {
	return binary.AppendUvarint(m, field<<3|wireType)
}

func (m message) text(field uint64, s string) message {
	m = binary.AppendUvarint(m.tag(field, prefixed), uint64(len(s)))
	return append(m, s...)
}

func (m message) number(field uint64, v int64) message {
	return binary.AppendUvarint(m.tag(field, varint), uint64(v))
}

func (m message) inner(field uint64, v message) message { return m.text(field, string(v)) }

// element types
const (
	float32Type = 1
	int64Type   = 7
)

// floats is a tensor of floats.
func floats(name string, dims []int, data []float32) message {
	raw := make([]byte, 0, 4*len(data))
	for _, v := range data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return tensor(name, dims, float32Type, raw)
}

// ints is a vector of whole numbers; without dims it is a scalar.
func ints(name string, dims []int, data ...int64) message {
	var raw []byte
	for _, v := range data {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return tensor(name, dims, int64Type, raw)
}

func tensor(name string, dims []int, kind int64, raw []byte) message {
	var m message
	for _, d := range dims {
		m = m.number(1, int64(d))
	}
	return m.number(2, kind).text(8, name).inner(9, raw)
}

// value describes an input or output; a dimension is a number or a name.
func value(name string, kind int64, dims ...any) message {
	var shape message
	for _, d := range dims {
		var dim message
		switch d := d.(type) {
		case int:
			dim = dim.number(1, int64(d))
		case string:
			dim = dim.text(2, d)
		}
		shape = shape.inner(1, dim)
	}
	t := message(nil).number(1, kind).inner(2, shape)
	return message(nil).text(1, name).inner(2, message(nil).inner(1, t))
}

// attribute is a whole number that belongs to a node.
func attribute(name string, v int64) message {
	const intKind = 2
	return message(nil).text(1, name).number(3, v).number(20, intKind)
}
