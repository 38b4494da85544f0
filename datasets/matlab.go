package datasets

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// Matrix is a real matrix of a MATLAB file, (Rows,Cols) in row-major order.
type Matrix struct {
	Rows, Cols int
	Data       []float64
}

// limits on what a MATLAB file may ask for
const (
	maxMatlab = 512 << 20 // bytes, before and after decompression
	maxCells  = 1 << 20
)

// data types of MATLAB's level 5 format (MathWorks, MAT-File Format, table 1-1)
const (
	miInt8, miUint8, miInt16, miUint16, miInt32, miUint32 = 1, 2, 3, 4, 5, 6
	miSingle, miDouble, miInt64, miUint64                 = 7, 9, 12, 13
	miMatrix, miCompressed                                = 14, 15
	classCell                                             = 1
)

// ReadMatlab reads the variables of a MATLAB file of version 5 that are real
// matrices, or cell arrays of such, by name. A matrix that is not in a cell
// array is a list of one. Other variables are left out.
func ReadMatlab(r io.Reader) (map[string][]Matrix, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxMatlab+1))
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	if len(data) < 128 || data[126] != 'I' || data[127] != 'M' {
		return nil, fmt.Errorf("datasets: byte 0: not a little-endian MATLAB file of version 5: %w", ErrInput)
	}
	if len(data) > maxMatlab {
		return nil, fmt.Errorf("datasets: more than %d bytes: %w", maxMatlab, ErrInput)
	}
	out := map[string][]Matrix{}
	m := &matlab{budget: maxMatlab}
	for rest := data[128:]; len(rest) > 0; {
		kind, body, next, err := m.element(rest)
		if err != nil {
			return nil, fmt.Errorf("datasets: byte %d: %w: %w", len(data)-len(rest), err, ErrInput)
		}
		at := len(data) - len(rest)
		rest = next
		if kind == miCompressed {
			if body, err = m.inflate(body); err == nil {
				kind, body, _, err = m.element(body)
			}
		}
		if err == nil && kind == miMatrix {
			var name string
			var list []Matrix
			if name, list, err = m.variable(body, 0); err == nil && len(list) > 0 {
				out[name] = list
			}
		}
		if err != nil {
			return nil, fmt.Errorf("datasets: byte %d: %w: %w", at, err, ErrInput)
		}
	}
	return out, nil
}

// matlab reads with a bound on the memory that the file may ask for.
type matlab struct{ budget int }

// element splits off a tagged element; a small one has its data in the tag.
func (m *matlab) element(b []byte) (kind int, body, rest []byte, err error) {
	if len(b) < 8 {
		return 0, nil, nil, fmt.Errorf("%d bytes where an element begins", len(b))
	}
	tag := binary.LittleEndian.Uint32(b)
	if n := int(tag >> 16); n > 0 && n <= 4 {
		return int(tag & 0xffff), b[4 : 4+n], b[8:], nil
	}
	kind = int(tag)
	n := int64(binary.LittleEndian.Uint32(b[4:]))
	if n > int64(len(b)-8) {
		return 0, nil, nil, fmt.Errorf("an element of %d bytes, %d are left", n, len(b)-8)
	}
	end := 8 + n
	if kind != miCompressed {
		end = min((end+7)/8*8, int64(len(b))) // padded to eight bytes
	}
	return kind, b[8 : 8+n], b[end:], nil
}

func (m *matlab) inflate(b []byte) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(z, int64(m.budget)+1))
	if err != nil {
		return nil, err
	}
	if m.budget -= len(out); m.budget < 0 {
		return nil, fmt.Errorf("more than %d bytes when decompressed", maxMatlab)
	}
	return out, nil
}

// variable reads the body of a matrix element.
func (m *matlab) variable(b []byte, depth int) (name string, list []Matrix, err error) {
	var parts [3][]byte // flags, dimensions, name
	for i := range parts {
		var body []byte
		if _, body, b, err = m.element(b); err != nil {
			return "", nil, err
		}
		parts[i] = body
	}
	if len(parts[0]) < 4 || len(parts[1]) < 8 || len(parts[1])%4 != 0 {
		return "", nil, fmt.Errorf("a matrix without flags or dimensions")
	}
	class, complexBit := parts[0][0], parts[0][1]&8
	size := 1
	var dims []int
	for i := 0; i < len(parts[1]); i += 4 {
		d := int(int32(binary.LittleEndian.Uint32(parts[1][i:])))
		if d < 0 || d > 0 && size > maxMatlab/d {
			return "", nil, fmt.Errorf("dimension %d", d)
		}
		size *= d
		dims = append(dims, d)
	}
	name = string(parts[2])
	if class == classCell {
		if depth > 0 || size > maxCells {
			return name, nil, fmt.Errorf("cells %d deep, %d of them", depth+1, size)
		}
		for range size {
			var body []byte
			if _, body, b, err = m.element(b); err != nil {
				return name, nil, err
			}
			_, inner, err := m.variable(body, depth+1)
			if err != nil {
				return name, nil, err
			}
			list = append(list, inner...)
		}
		return name, list, nil
	}
	if class < 6 || class > 15 || complexBit != 0 || len(dims) != 2 { // not numbers
		return name, nil, nil
	}
	kind, body, _, err := m.element(b)
	if err != nil {
		return name, nil, err
	}
	width := map[int]int{miInt8: 1, miUint8: 1, miInt16: 2, miUint16: 2, miInt32: 4, miUint32: 4, miSingle: 4, miDouble: 8, miInt64: 8, miUint64: 8}[kind]
	if width == 0 || len(body) != size*width {
		return name, nil, fmt.Errorf("%d bytes of data type %d for %d numbers", len(body), kind, size)
	}
	if m.budget -= 8 * size; m.budget < 0 {
		return name, nil, fmt.Errorf("more than %d bytes of numbers", maxMatlab)
	}
	x := Matrix{dims[0], dims[1], make([]float64, size)}
	for i := range size {
		// columns come one after the other
		x.Data[i%x.Rows*x.Cols+i/x.Rows] = matlabNumber(kind, body[i*width:])
	}
	return name, []Matrix{x}, nil
}

func matlabNumber(kind int, b []byte) float64 {
	le := binary.LittleEndian
	switch kind {
	case miInt8:
		return float64(int8(b[0]))
	case miUint8:
		return float64(b[0])
	case miInt16:
		return float64(int16(le.Uint16(b)))
	case miUint16:
		return float64(le.Uint16(b))
	case miInt32:
		return float64(int32(le.Uint32(b)))
	case miUint32:
		return float64(le.Uint32(b))
	case miSingle:
		return float64(math.Float32frombits(le.Uint32(b)))
	case miInt64:
		return float64(int64(le.Uint64(b)))
	case miUint64:
		return float64(le.Uint64(b))
	}
	return math.Float64frombits(le.Uint64(b))
}
