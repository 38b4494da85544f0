// Package safetensors reads and writes files of named float tensors in the format
// of that name (https://huggingface.co/docs/safetensors): the length of a JSON
// header, the header, and the tensors' bytes. Files are hostile until parsed: no
// length is believed before it is checked.
package safetensors

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// ErrFormat is wrapped by every error about the contents of a file.
var ErrFormat = errors.New("not a valid model file")

// limits on what a file may ask for
const (
	maxHeader = 16 << 20 // bytes of the JSON header
	maxFloats = 1 << 28  // in a tensor
)

// Tensor is one entry of a file to be written.
type Tensor struct {
	Name  string
	Shape []int
	Data  []float32 // row-major
}

// Encode makes a file; half stores float16. The same tensors give the same bytes.
func Encode(meta map[string]string, tensors []Tensor, half bool) ([]byte, error) {
	dtype, width := "F32", 4
	if half {
		dtype, width = "F16", 2
	}
	header := map[string]any{"__metadata__": meta}
	var at int64
	for _, t := range tensors {
		n := int64(len(t.Data) * width)
		header[t.Name] = entry{dtype, t.Shape, [2]int64{at, at + n}}
		at += n
	}
	h, err := json.Marshal(header) // keys in sorted order: the same bytes every time
	if err != nil {
		return nil, err
	}
	for len(h)%8 != 0 {
		h = append(h, ' ')
	}
	out := make([]byte, 0, 8+len(h)+int(at))
	out = binary.LittleEndian.AppendUint64(out, uint64(len(h)))
	out = append(out, h...)
	for _, t := range tensors {
		for _, x := range t.Data {
			if half {
				out = binary.LittleEndian.AppendUint16(out, toHalf(x))
			} else {
				out = binary.LittleEndian.AppendUint32(out, math.Float32bits(x))
			}
		}
	}
	return out, nil
}

// Stored is a tensor in a file; its numbers are read by Read.
type Stored struct {
	Name  string
	Shape []int
	dtype string
	bytes []byte
}

// Len is how many numbers the tensor has.
func (s Stored) Len() int { return len(s.bytes) / widths[s.dtype] }

// Read writes the numbers, row-major, to dst, which is as long.
func (s Stored) Read(dst []float32) { readFloats(dst, s.bytes, s.dtype) }

// mostDims bounds the dimensions of a tensor.
const mostDims = 8

// widths are the bytes of a number of each type.
var widths = map[string]int{"F64": 8, "F32": 4, "F16": 2, "BF16": 2}

// Decode reads a file of float tensors, sorted by name; they share the file's bytes.
// Errors wrap ErrFormat.
func Decode(file []byte) (meta map[string]string, tensors []Stored, err error) {
	bad := func(format string, args ...any) (map[string]string, []Stored, error) {
		return nil, nil, fmt.Errorf("seq: %w: %s", ErrFormat, fmt.Sprintf(format, args...))
	}
	if len(file) < 8 {
		return bad("%d bytes are too few for a safetensors file", len(file))
	}
	n := binary.LittleEndian.Uint64(file)
	if n > maxHeader || n > uint64(len(file)-8) {
		return bad("header of %d bytes in a file of %d (truncated, or not safetensors)", n, len(file))
	}
	meta, entries, err := header(file[8 : 8+n])
	if err != nil {
		return bad("%v", err)
	}
	body := file[8+n:]
	left := int64(len(body)) // tensors that share bytes would make much of a small file
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		h := entries[name]
		width := int64(widths[h.DType])
		if width == 0 {
			return bad("tensor %q: type %q is not a float type", name, h.DType)
		}
		if len(h.Shape) > mostDims {
			return bad("tensor %q: %d dimensions, more than %d", name, len(h.Shape), mostDims)
		}
		count := int64(1)
		for _, s := range h.Shape {
			if s < 0 || s > maxFloats || count > maxFloats {
				return bad("tensor %q: shape %v", name, h.Shape)
			}
			count *= int64(s)
		}
		from, to := h.Offsets[0], h.Offsets[1]
		if from < 0 || to < from || to > int64(len(body)) || to-from != count*width {
			return bad("tensor %q: bytes %d to %d of %d do not hold shape %v", name, from, to, len(body), h.Shape)
		}
		if left -= to - from; left < 0 {
			return bad("tensor %q: its bytes belong to another tensor too", name)
		}
		tensors = append(tensors, Stored{name, h.Shape, h.DType, body[from:to]})
	}
	return meta, tensors, nil
}
