package kernel

import "math"

// Packed is a right factor B (K×N) cut into panels of 32 columns; inside a
// panel the rows follow each other, 32 floats each, padded with zeros.
type Packed struct {
	K, N int
	Data []float32 // PackedLen(K, N)
}

// PackedLen is the number of floats that a packed K×N matrix takes.
func PackedLen(k, n int) int { return (n + panel - 1) / panel * panel * k }

// NewPacked allocates a packed K×N matrix of zeros.
func NewPacked(k, n int) *Packed {
	return &Packed{K: k, N: n, Data: Alloc(PackedLen(k, n))}
}

// Pack fills p with the matrix whose element (i, j) is src[i*ld+j].
func (p *Packed) Pack(t Target, src []float32, ld int) {
	if p.K == 0 || p.N == 0 {
		return
	}
	need("Pack", src, (p.K-1)*ld+p.N)
	for j0 := 0; j0 < p.N; j0 += panel {
		dst := p.Data[j0*p.K : (j0+panel)*p.K]
		n := min(panel, p.N-j0)
		if n < panel {
			clear(dst)
		}
		t.packRows(dst, panel, src[j0:], ld, p.K, n)
	}
}

// packRows copies n floats of every row of src to rows of dst; step and ld are
// the distances of rows.
func (t Target) packRows(dst []float32, step int, src []float32, ld, rows, n int) {
	if n%8 == 0 {
		args := packArgs{ptr(dst), ptr(src), uintptr(4 * ld), uintptr(4 * step), uintptr(rows), uintptr(n)}
		if t.packAsm(&args) {
			return
		}
	}
	for i := range rows {
		copy(dst[i*step:i*step+n], src[i*ld:i*ld+n])
	}
}

// PackT fills p with the transpose of src: element (i, j) is src[j*ld+i].
func (p *Packed) PackT(src []float32, ld int) { p.PackRowsT(0, p.K, src, ld) }

// PackRowsT fills rows from up to from+rows of p with the transpose of src: element
// (from+i, j) is src[j*ld+i].
func (p *Packed) PackRowsT(from, rows int, src []float32, ld int) {
	for j0 := 0; j0 < p.N; j0 += panel {
		dst := p.Data[j0*p.K+from*panel:][:rows*panel]
		n := min(panel, p.N-j0)
		if n < panel {
			clear(dst)
		}
		j := 0
		for ; j+4 <= n; j += 4 { // four neighbours at a time: a line of dst is written eight times, not 32
			at := (j0 + j) * ld
			a, b := src[at:at+rows], src[at+ld:at+ld+rows]
			c, d := src[at+2*ld:at+2*ld+rows], src[at+3*ld:at+3*ld+rows]
			for i, v := range a {
				to := (*[4]float32)(dst[i*panel+j:])
				to[0], to[1], to[2], to[3] = v, b[i], c[i], d[i]
			}
		}
		for ; j < n; j++ {
			for i, v := range src[(j0+j)*ld:][:rows] {
				dst[i*panel+j] = v
			}
		}
	}
}

// Half is a Packed matrix in bfloat16: half the memory, eight significant bits.
type Half struct {
	K, N int
	Data []uint16
}

// Half rounds p to bfloat16, ties to even.
func (p *Packed) Half() *Half {
	h := &Half{p.K, p.N, make([]uint16, len(p.Data))}
	for i, x := range p.Data {
		b := math.Float32bits(x)
		h.Data[i] = uint16((b + 0x7fff + b>>16&1) >> 16)
	}
	return h
}

// Columns is the part of p from panel number from to panel number to (columns
// 32·from to 32·to); it shares p's memory.
func (p *Packed) Columns(from, to int) *Packed {
	return &Packed{p.K, max(0, min(p.N, to*panel)-from*panel), p.Data[from*panel*p.K : to*panel*p.K]}
}

// Panels is the number of panels.
func (p *Packed) Panels() int { return (p.N + panel - 1) / panel }
