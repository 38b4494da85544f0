package seq

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

// ErrFormat is wrapped by every error about the contents of a model file.
var ErrFormat = errors.New("not a valid model file")

// maxHeader bounds the JSON header of a file that we read.
const maxHeader = 16 << 20

// tensor is one entry of a safetensors file.
type tensor struct {
	name  string
	shape []int
	data  []float32
}

type tensorHeader struct {
	DType   string   `json:"dtype"`
	Shape   []int    `json:"shape"`
	Offsets [2]int64 `json:"data_offsets"`
}

// encodeTensors makes a safetensors file; half stores float16.
func encodeTensors(meta map[string]string, tensors []tensor, half bool) ([]byte, error) {
	dtype, width := "F32", 4
	if half {
		dtype, width = "F16", 2
	}
	header := map[string]any{"__metadata__": meta}
	var at int64
	for _, t := range tensors {
		n := int64(len(t.data) * width)
		header[t.name] = tensorHeader{dtype, t.shape, [2]int64{at, at + n}}
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
		for _, x := range t.data {
			if half {
				out = binary.LittleEndian.AppendUint16(out, toHalf(x))
			} else {
				out = binary.LittleEndian.AppendUint32(out, math.Float32bits(x))
			}
		}
	}
	return out, nil
}

// decodeTensors reads a safetensors file of float tensors.
func decodeTensors(file []byte) (meta map[string]string, tensors []tensor, err error) {
	bad := func(format string, args ...any) (map[string]string, []tensor, error) {
		return nil, nil, fmt.Errorf("seq: %w: %s", ErrFormat, fmt.Sprintf(format, args...))
	}
	if len(file) < 8 {
		return bad("%d bytes are too few for a safetensors file", len(file))
	}
	n := binary.LittleEndian.Uint64(file)
	if n > maxHeader || n > uint64(len(file)-8) {
		return bad("header of %d bytes in a file of %d (truncated, or not safetensors)", n, len(file))
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(file[8:8+n], &raw); err != nil {
		return bad("header: %v", err)
	}
	body := file[8+n:]
	left := int64(len(body)) // tensors that share bytes would make much of a small file
	names := make([]string, 0, len(raw))
	for name := range raw {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if name == "__metadata__" {
			if err := json.Unmarshal(raw[name], &meta); err != nil {
				return bad("metadata: %v", err)
			}
			continue
		}
		var h tensorHeader
		if err := json.Unmarshal(raw[name], &h); err != nil {
			return bad("tensor %q: %v", name, err)
		}
		width := map[string]int64{"F64": 8, "F32": 4, "F16": 2, "BF16": 2}[h.DType]
		if width == 0 {
			return bad("tensor %q: type %q is not a float type", name, h.DType)
		}
		count := int64(1)
		for _, s := range h.Shape {
			if s < 0 || s > maxParams || count > maxParams {
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
		tensors = append(tensors, tensor{name, h.Shape, decodeFloats(body[from:to], h.DType)})
	}
	return meta, tensors, nil
}

func decodeFloats(b []byte, dtype string) []float32 {
	le := binary.LittleEndian
	var x []float32
	switch dtype {
	case "F64":
		for ; len(b) >= 8; b = b[8:] {
			x = append(x, float32(math.Float64frombits(le.Uint64(b))))
		}
	case "F32":
		x = make([]float32, 0, len(b)/4)
		for ; len(b) >= 4; b = b[4:] {
			x = append(x, math.Float32frombits(le.Uint32(b)))
		}
	case "F16":
		x = make([]float32, 0, len(b)/2)
		for ; len(b) >= 2; b = b[2:] {
			x = append(x, fromHalf(le.Uint16(b)))
		}
	case "BF16":
		for ; len(b) >= 2; b = b[2:] {
			x = append(x, math.Float32frombits(uint32(le.Uint16(b))<<16))
		}
	}
	return x
}

// toHalf rounds to IEEE 754 binary16, ties to even; too large becomes Inf.
func toHalf(x float32) uint16 {
	b := math.Float32bits(x)
	sign := uint16(b >> 16 & 0x8000)
	exp, frac := int(b>>23&0xff), b&0x7fffff
	if exp == 0xff {
		if frac != 0 {
			return sign | 0x7e00
		}
		return sign | 0x7c00
	}
	shift := 13
	e := exp - 112
	frac |= 0x800000
	switch {
	case e >= 31:
		return sign | 0x7c00
	case e < -10:
		return sign
	case e <= 0: // subnormal
		shift += 1 - e
		e = 0
	default:
		frac &^= 0x800000
	}
	v := frac >> shift
	rest := frac & (1<<shift - 1)
	if mid := uint32(1) << (shift - 1); rest > mid || rest == mid && v&1 == 1 {
		v++
	}
	return sign | uint16(uint32(e)<<10+v)
}

func fromHalf(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exp, frac := uint32(h>>10&0x1f), uint32(h&0x3ff)
	switch exp {
	case 0:
		v := float32(frac) / (1 << 24)
		if sign != 0 {
			v = -v
		}
		return v
	case 31:
		return math.Float32frombits(sign | 0x7f800000 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}

// assign copies tensors named prefix+name into the network's parameters.
func (n *Net) assign(tensors []tensor, prefix string) error {
	found := map[string]tensor{}
	for _, t := range tensors {
		if rest, ok := strings.CutPrefix(t.name, prefix); ok {
			found[rest] = t
		}
	}
	for _, p := range n.Params() {
		t, ok := found[p.Name]
		if !ok {
			return fmt.Errorf("seq: %w: tensor %q is missing", ErrFormat, prefix+p.Name)
		}
		if !slices.Equal(t.shape, p.Shape) {
			return fmt.Errorf("seq: %w: tensor %q has shape %v, want %v", ErrFormat, t.name, t.shape, p.Shape)
		}
		for i, x := range t.data {
			if x-x != 0 {
				return fmt.Errorf("seq: %w: tensor %q holds %v at %d", ErrFormat, t.name, x, i)
			}
		}
		copy(p.Data, t.data)
	}
	return nil
}
