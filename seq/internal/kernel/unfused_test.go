package kernel

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// buffers makes random buffers between guard words, which it checks at the end.
type buffers struct {
	t *testing.T
	r *rand.Rand
}

func (b buffers) get(name string, n int) []float32 {
	s, check := guarded(b.r, n)
	b.t.Cleanup(func() { check(b.t, name) })
	return s
}

// computed is what every routine makes of random numbers, by name: lengths that fill
// vectors and lengths that do not, extreme arguments too.
func computed(t *testing.T, tgt Target) map[string][]float32 {
	out := map[string][]float32{}
	b := buffers{t, rand.New(rand.NewPCG(13, 14))}
	b.products(tgt, out)
	buffer := b.get
	for _, n := range append(edges, 3, 4, 12, 20, 200) {
		at := fmt.Sprint(" n=", n)
		x := buffer("x"+at, n)
		for i := range x {
			x[i] *= 30
		}
		x[0] = float32([]float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1)}[n%4])
		for name, f := range map[string]func(dst, src []float32){"Sigmoid": tgt.Sigmoid, "Tanh": tgt.Tanh} {
			y := buffer(name+at, n)
			f(y, x)
			out[name+at] = y
		}
		if x[0] > 88 {
			x[0] = 88
		}
		y := buffer("ExpSum"+at, n)
		out["ExpSum"+at] = append(slices.Clip(y), tgt.ExpSum(y, x, 1.5))
		y = buffer("Softmax"+at, n)
		out["Softmax"+at] = append(slices.Clip(y), tgt.Softmax(y, x), tgt.Max(x[:max(1, n/2)]))
		y = buffer("AddRows"+at, n)
		tgt.AddRows(y, buffer("rows"+at, 5*n), 5, n)
		tgt.Scale(y, .3)
		out["AddRows"+at] = y

		p, m, v := buffer("p"+at, n), buffer("m"+at, n), buffer("v"+at, n)
		for i := range v {
			v[i] *= v[i]
		}
		tgt.Adam(p, buffer("g"+at, n), m, v, AdamStep{Scale: .51, Beta1: .9, Beta2: .99, Step: .01, Root: 2.1, Eps: 1e-8, Keep: .999})
		out["Adam"+at] = slices.Concat(p, m, v)

		const rows = 3
		g, cprev, dh, dc := buffer("g"+at, rows*4*n), buffer("cprev"+at, rows*n), buffer("dh"+at, rows*n), buffer("dc"+at, rows*n)
		c, tc, hout, dcprev := buffer("c"+at, rows*n), buffer("tc"+at, rows*n), buffer("hout"+at, rows*n), buffer("dcprev"+at, rows*n)
		tgt.LSTMForward(rows, n, g, cprev, c, tc, hout)
		out["LSTMForward"+at] = slices.Concat(g, c, tc, hout)
		tgt.LSTMBackward(rows, n, g, cprev, dcprev, tc, dh, dc)
		out["LSTMBackward"+at] = slices.Concat(g, dcprev)
	}
	return out
}

// products adds what the matrix products make.
func (f buffers) products(tgt Target, out map[string][]float32) {
	buffer := f.get
	for _, m := range []int{1, 2, 3, 4, 5, 7, 9, 13} {
		for _, n := range edges {
			for _, k := range []int{1, 3, 37, 257} {
				at := fmt.Sprintf(" m=%d n=%d k=%d", m, n, k)
				a, b, bias := buffer("a"+at, m*k), buffer("b"+at, k*n), buffer("bias"+at, n)
				p := NewPacked(k, n)
				p.Pack(tgt, b, n)
				c := buffer("Gemm"+at, m*n)
				tgt.Gemm(c, n, bias, 0, a, k, m, p)
				out["Gemm"+at] = c
				if m > 1 {
					continue
				}
				c = buffer("Gemv"+at, n)
				tgt.Gemv(c, bias, a, p)
				out["Gemv"+at] = c
				c = buffer("GemvHalf"+at, n)
				tgt.GemvHalf(c, bias, a, p.Half())
				out["GemvHalf"+at] = c
				c = buffer("Outer"+at, n*min(k, 40))
				var o Outer
				o.Add(tgt, []Part{{c, min(k, 40), buffer("d"+at, 9*k), k, min(k, 40)}}, buffer("e"+at, 9*n), n, 9, 0, n)
				out["Outer"+at] = c
			}
		}
	}
}

// Vectors without fused multiply-add have the bits of the plain loops.
func TestUnfusedHasTheBitsOfPlain(t *testing.T) {
	want := computed(t, Plain)
	for _, tgt := range Targets()[1:] {
		if tgt.fused() {
			continue
		}
		t.Run(tgt.String(), func(t *testing.T) {
			for name, got := range computed(t, tgt) {
				for i, w := range want[name] {
					if math.Float32bits(got[i]) != math.Float32bits(w) {
						t.Errorf("%s: [%d] is %v, in plain Go %v", name, i, got[i], w)
						break
					}
				}
			}
		})
	}
}

// Every architecture has these bits: they were made on amd64.
func TestBitsOfEveryArchitecture(t *testing.T) {
	results := computed(t, Unfused())
	sum := fnv.New64a()
	for _, name := range slices.Sorted(maps.Keys(results)) {
		for _, v := range results[name] {
			var b [4]byte
			binary.LittleEndian.PutUint32(b[:], math.Float32bits(v))
			sum.Write(b[:])
		}
	}
	if got := sum.Sum64(); got != 0xd82abee2b600e315 {
		t.Errorf("the hash of all results is %#x", got)
	}
}
