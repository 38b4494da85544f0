package datasets

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"reflect"
	"testing"
)

// element tags data; matrix makes a matrix element of column-major numbers.
func matElement(kind int, data []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(kind))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	b = append(b, data...)
	for len(b)%8 != 0 {
		b = append(b, 0)
	}
	return b
}

func matMatrix(class byte, name string, rows, cols int, data []byte) []byte {
	flags := []byte{class, 0, 0, 0, 0, 0, 0, 0}
	dims := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, uint32(rows)), uint32(cols))
	var b []byte
	b = append(b, matElement(miUint32, flags)...)
	b = append(b, matElement(miInt32, dims)...)
	b = append(b, matElement(miInt8, []byte(name))...)
	return matElement(miMatrix, append(b, data...))
}

func matFile(elements ...[]byte) []byte {
	b := make([]byte, 128)
	copy(b, "MATLAB 5.0 MAT-file")
	b[124], b[125], b[126], b[127] = 0, 1, 'I', 'M'
	for _, e := range elements {
		b = append(b, e...)
	}
	return b
}

func deflated(b []byte) []byte {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	_, _ = w.Write(b)
	_ = w.Close()
	e := binary.LittleEndian.AppendUint32(nil, miCompressed)
	e = binary.LittleEndian.AppendUint32(e, uint32(z.Len()))
	return append(e, z.Bytes()...)
}

// Matrices and cells, plain and compressed, of bytes and of doubles.
func TestReadMatlab(t *testing.T) {
	small := matMatrix(9, "a", 2, 3, matElement(miUint8, []byte{1, 4, 2, 5, 3, 6}))
	doubles := binary.LittleEndian.AppendUint64(nil, 0x4004000000000000) // 2.5
	cell := matMatrix(classCell, "c", 1, 2, append(matMatrix(9, "", 1, 1, matElement(miUint8, []byte{7})), matMatrix(6, "", 1, 1, matElement(miDouble, doubles))...))
	text := matMatrix(4, "text", 1, 1, matElement(miUint16, []byte{65, 0}))
	got, err := ReadMatlab(bytes.NewReader(matFile(small, deflated(cell), text)))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]Matrix{"a": {{2, 3, []float64{1, 2, 3, 4, 5, 6}}}, "c": {{1, 1, []float64{7}}, {1, 1, []float64{2.5}}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read %v", got)
	}
}

// What is damaged, or asks for too much, is refused.
func TestReadMatlabRefuses(t *testing.T) {
	whole := matFile(deflated(matMatrix(9, "a", 2, 3, matElement(miUint8, []byte{1, 4, 2, 5, 3, 6}))))
	for cut := range len(whole) {
		if cut == 128 {
			continue // a file without variables
		}
		if _, err := ReadMatlab(bytes.NewReader(whole[:cut])); !errors.Is(err, ErrInput) {
			t.Fatalf("%d of %d bytes: %v", cut, len(whole), err)
		}
	}
	for name, e := range map[string][]byte{
		"claims too much": matMatrix(6, "a", 1<<30, 1<<30, matElement(miDouble, nil)),
		"too few numbers": matMatrix(6, "a", 2, 2, matElement(miDouble, make([]byte, 8))),
		"a bomb":          deflated(make([]byte, maxMatlab+1)),
	} {
		if name == "a bomb" && testing.Short() {
			continue // compressing it takes a while
		}
		if _, err := ReadMatlab(bytes.NewReader(matFile(e))); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadMatlab(f *testing.F) {
	f.Add(matFile(deflated(matMatrix(9, "a", 2, 3, matElement(miUint8, []byte{1, 4, 2, 5, 3, 6})))))
	f.Add(matFile(matMatrix(classCell, "c", 1, 1, matMatrix(9, "", 1, 1, matElement(miUint8, []byte{7})))))
	f.Fuzz(func(t *testing.T, b []byte) {
		vars, err := ReadMatlab(bytes.NewReader(b))
		if err != nil {
			return
		}
		for name, list := range vars {
			for _, m := range list {
				if len(m.Data) != m.Rows*m.Cols {
					t.Errorf("%q: %d numbers for %d by %d", name, len(m.Data), m.Rows, m.Cols)
				}
			}
		}
	})
}
