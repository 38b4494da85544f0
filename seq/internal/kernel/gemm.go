package kernel

import (
	"math"
	"unsafe"
)

// Gemm computes C = init + A·B for m rows:
//
//	c[i*ldc+j] = init[i*ldi+j] + sum_p a[i*lda+p] * B[p][j]
//
// With ldi = 0 one row (a bias) is added to every row; with init = c and ldi =
// ldc the product is added to what c holds.
func (t Target) Gemm(c []float32, ldc int, init []float32, ldi int, a []float32, lda, m int, b *Packed) {
	if m == 0 || b.N == 0 {
		return
	}
	need("Gemm", c, (m-1)*ldc+b.N)
	need("Gemm", init, (m-1)*ldi+b.N)
	need("Gemm", a, (m-1)*lda+b.K)
	for i := 0; i < m; i += mBlock {
		rows := min(mBlock, m-i)
		for p := 0; ; p += kBlock {
			k := min(kBlock, b.K-p)
			from, ld := init[i*ldi:], ldi
			if p > 0 {
				from, ld = c[i*ldc:], ldc
			}
			for j := 0; j < b.N; j += panel {
				t.gemmPanel(c[i*ldc+j:], ldc, from[j:], ld, a[i*lda+p:], lda, 1,
					b.Data[j*b.K+p*panel:], k, rows, min(panel, b.N-j))
			}
			if p+kBlock >= b.K {
				break
			}
		}
	}
}

// Gemv computes c = init + a·B for one row a (K), with the bits of Gemm.
func (t Target) Gemv(c, init, a []float32, b *Packed) {
	need("Gemv", c, b.N)
	need("Gemv", init, b.N)
	need("Gemv", a, b.K)
	whole := b.N / panel * panel
	args := gemvArgs{ptr(a), ptr(b.Data), ptr(init), ptr(c), uintptr(b.K), uintptr(whole)}
	switch {
	case !t.gemvAsm(&args):
		t.Gemm(c, b.N, init, 0, a, b.K, 1, b)
	case whole < b.N:
		t.gemmPanel(c[whole:], 0, init[whole:], 0, a, b.K, 1, b.Data[whole*b.K:], b.K, 1, b.N-whole)
	}
}

// GemvHalf is Gemv with weights in bfloat16.
func (t Target) GemvHalf(c, init, a []float32, b *Half) {
	need("GemvHalf", c, b.N)
	need("GemvHalf", init, b.N)
	need("GemvHalf", a, b.K)
	args := gemvArgs{ptr(a), unsafe.Pointer(unsafe.SliceData(b.Data)), ptr(init), ptr(c), uintptr(b.K), uintptr(b.N)}
	if t.gemvHalfAsm(&args) {
		return
	}
	for j := range b.N {
		sum := init[j]
		for i, x := range a[:b.K] {
			sum += float32(x * math.Float32frombits(uint32(b.Data[j/panel*panel*b.K+i*panel+j%panel])<<16))
		}
		c[j] = sum
	}
}

// Part is one product of AddOuter: C (m×N) += Aᵀ·B with B (k×N).
type Part struct {
	C   []float32
	Ldc int
	B   []float32
	Ldb int
	N   int
}

// Outer adds products Aᵀ·B; it owns the scratch memory for that.
type Outer struct {
	tile   []float32
	blocks []Packed
}

// Add adds Aᵀ·B to every part's C, for the rows m0 <= i < m1 of C:
//
//	C[i*ldc+j] += sum_p a[p*lda+i] * b[p*ldb+j]   for p < k, j < N
//
// A row's result does not depend on m0 and m1, so that rows can be divided
// among threads, each with an Outer of its own.
func (o *Outer) Add(t Target, parts []Part, a []float32, lda, k, m0, m1 int) {
	if k == 0 || m0 >= m1 {
		return
	}
	need("Outer.Add", a, (k-1)*lda+m1)
	height := t.tileRows()
	if len(o.tile) < kBlock*height {
		o.tile = Alloc(kBlock * height)
	}
	for len(o.blocks) < len(parts) {
		o.blocks = append(o.blocks, Packed{})
	}
	for p := 0; p < k; p += kBlock {
		kb := min(kBlock, k-p)
		for i := range parts {
			q, blk := &parts[i], &o.blocks[i]
			if n := PackedLen(kb, q.N); len(blk.Data) < n {
				blk.Data = Alloc(n)
			}
			blk.K, blk.N = kb, q.N
			blk.Pack(t, q.B[p*q.Ldb:], q.Ldb)
		}
		for i := m0; i < m1; i += height {
			rows := min(height, m1-i)
			t.packRows(o.tile, height, a[p*lda+i:], lda, kb, rows)
			for x := range parts {
				q, blk := &parts[x], &o.blocks[x]
				for j := 0; j < q.N; j += panel {
					c := q.C[i*q.Ldc+j:]
					t.gemmPanel(c, q.Ldc, c, q.Ldc, o.tile, 1, height, blk.Data[j*kb:], kb, rows, min(panel, q.N-j))
				}
			}
		}
	}
}
