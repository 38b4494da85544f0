package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// targets runs f once per target that this machine has.
func targets(t *testing.T, f func(t *testing.T, k Target)) {
	t.Helper()
	for _, k := range Targets() {
		t.Run(k.String(), func(t *testing.T) { f(t, k) })
	}
}

// guarded returns n random floats with NaN words before and behind; check
// fails the test if a routine wrote to those, and any NaN read spreads.
func guarded(r *rand.Rand, n int) (s []float32, check func(t *testing.T, what string)) {
	const g = 17
	nan := float32(math.NaN())
	all := make([]float32, n+2*g)
	for i := range all {
		all[i] = nan
	}
	s = all[g : g+n : g+n]
	for i := range s {
		s[i] = float32(r.NormFloat64())
	}
	return s, func(t *testing.T, what string) {
		t.Helper()
		for i, v := range all {
			if (i < g || i >= g+n) && v == v {
				t.Fatalf("%s: wrote outside the buffer at %d", what, i-g)
			}
		}
		for i, v := range s {
			if v != v {
				t.Fatalf("%s: NaN at %d: read outside a buffer", what, i)
			}
		}
	}
}

func near(t *testing.T, what string, got, want []float32, tol float64) {
	t.Helper()
	for i := range want {
		if d := math.Abs(float64(got[i] - want[i])); d > tol*(1+math.Abs(float64(want[i]))) {
			t.Fatalf("%s: [%d] = %v, want %v", what, i, got[i], want[i])
		}
	}
}

var edges = []int{1, 2, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 47, 64, 65}

func TestGemm(t *testing.T) {
	targets(t, func(t *testing.T, target Target) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, m := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 130} {
			for _, n := range edges {
				if m > mBlock && n != 47 { // a second block of rows: one width is enough
					continue
				}
				for _, k := range []int{1, 3, 4, 32, 257} {
					name := fmt.Sprintf("m=%d n=%d k=%d", m, n, k)
					a, _ := guarded(r, m*k)
					b, _ := guarded(r, k*n)
					bias, _ := guarded(r, n)
					c, check := guarded(r, m*n)
					old := append([]float32(nil), c...)
					p := NewPacked(k, n)
					p.Pack(target, b, n)
					want := make([]float32, m*n)
					for i := range m {
						for j := range n {
							s := float64(bias[j])
							for q := range k {
								s += float64(a[i*k+q]) * float64(b[q*n+j])
							}
							want[i*n+j] = float32(s)
						}
					}
					target.Gemm(c, n, bias, 0, a, k, m, p)
					check(t, name)
					near(t, name, c, want, 1e-4)

					if m == 1 {
						target.Gemv(c, bias, a, p)
						check(t, name)
						near(t, name+" Gemv", c, want, 1e-4)
						half := p.Half()
						rounded := NewPacked(k, n)
						for i, v := range half.Data {
							rounded.Data[i] = math.Float32frombits(uint32(v) << 16)
						}
						exact := make([]float32, n)
						target.Gemv(exact, bias, a, rounded)
						target.GemvHalf(c, bias, a, half)
						check(t, name)
						near(t, name+" GemvHalf", c, exact, 1e-4)
						near(t, name+" bfloat16 rounding", rounded.Data, p.Data, 1./256)
						for j := 0; j < p.Panels(); j++ {
							target.Gemv(c[32*j:], bias[32*j:], a, p.Columns(j, j+1))
						}
						check(t, name)
						near(t, name+" by columns", c, want, 1e-4)
					}
					copy(c, old)
					target.Gemm(c, n, c, n, a, k, m, p)
					check(t, name)
					for i := range want {
						want[i] += old[i] - bias[i%n]
					}
					near(t, name+" accumulate", c, want, 1e-4)

					bt := make([]float32, n*k)
					for i := range k {
						for j := range n {
							bt[j*k+i] = b[i*n+j]
						}
					}
					q := NewPacked(k, n)
					q.PackT(bt, k)
					near(t, name+" PackT", q.Data, p.Data, 0)
				}
			}
		}
	})
}

func TestOuter(t *testing.T) {
	targets(t, func(t *testing.T, target Target) {
		r := rand.New(rand.NewPCG(3, 4))
		for _, m := range []int{1, 5, 6, 8, 12, 13, 40} {
			for _, n := range []int{1, 8, 17, 32, 40} {
				for _, k := range []int{1, 9, 300} {
					name := fmt.Sprintf("m=%d n=%d k=%d", m, n, k)
					a, _ := guarded(r, k*m)
					b, _ := guarded(r, k*n)
					c, check := guarded(r, m*n)
					want := append([]float32(nil), c...)
					halves := append([]float32(nil), c...)
					for i := range m {
						for j := range n {
							s := float64(c[i*n+j])
							for p := range k {
								s += float64(a[p*m+i]) * float64(b[p*n+j])
							}
							want[i*n+j] = float32(s)
						}
					}
					var o Outer
					o.Add(target, []Part{{c, n, b, n, n}}, a, m, k, 0, m)
					check(t, name)
					near(t, name, c, want, 1e-4)
					o.Add(target, []Part{{halves, n, b, n, n}}, a, m, k, 0, m/3)
					o.Add(target, []Part{{halves, n, b, n, n}}, a, m, k, m/3, m)
					near(t, name+" divided", halves, c, 0)
				}
			}
		}
	})
}

// A row's result must not depend on which rows are computed with it.
func TestGemmRowsAreIndependent(t *testing.T) {
	targets(t, func(t *testing.T, target Target) {
		r := rand.New(rand.NewPCG(5, 6))
		const m, n, k = 29, 70, 300
		a, _ := guarded(r, m*k)
		b, _ := guarded(r, k*n)
		p := NewPacked(k, n)
		p.Pack(target, b, n)
		zero := make([]float32, n)
		whole, parts := make([]float32, m*n), make([]float32, m*n)
		target.Gemm(whole, n, zero, 0, a, k, m, p)
		for _, cut := range []int{2, 5, 8, 13, 27} {
			target.Gemm(parts, n, zero, 0, a, k, cut, p)
			target.Gemm(parts[cut*n:], n, zero, 0, a[cut*k:], k, m-cut, p)
			near(t, fmt.Sprint("cut at ", cut), parts, whole, 0)
		}
		for n := 1; n < 300; n += 41 {
			b, _ := guarded(r, k*n)
			bias, _ := guarded(r, n)
			p := NewPacked(k, n)
			p.Pack(target, b, n)
			rows := make([]float32, m*n)
			target.Gemm(rows, n, bias, 0, a, k, m, p)
			one, check := guarded(r, n)
			target.Gemv(one, bias, a[7*k:], p)
			check(t, "Gemv")
			near(t, fmt.Sprint("a single row of ", n), one, rows[7*n:8*n], 0)
		}
	})
}

func TestLSTMGates(t *testing.T) {
	targets(t, func(t *testing.T, target Target) {
		r := rand.New(rand.NewPCG(7, 8))
		for _, h := range edges {
			for _, rows := range []int{1, 3} {
				name := fmt.Sprintf("h=%d rows=%d", h, rows)
				g, cg := guarded(r, rows*4*h)
				cp, c1 := guarded(r, rows*h)
				c, c2 := guarded(r, rows*h)
				tc, c3 := guarded(r, rows*h)
				ho, c4 := guarded(r, rows*h)
				var w [4][]float32
				for i, s := range [][]float32{g, c, tc, ho} {
					w[i] = append([]float32(nil), s...)
				}
				target.LSTMForward(rows, h, g, cp, c, tc, ho)
				lstmForwardLoop(rows, h, w[0], cp, w[1], w[2], w[3])
				for i, s := range [][]float32{g, c, tc, ho} {
					near(t, name, s, w[i], 1e-6)
				}
				dh, c5 := guarded(r, rows*h)
				dc, c6 := guarded(r, rows*h)
				dcp, c7 := guarded(r, rows*h)
				wdcp := append([]float32(nil), dcp...)
				target.LSTMBackward(rows, h, g, cp, dcp, tc, dh, dc)
				lstmBackwardLoop(rows, h, w[0], cp, wdcp, w[2], dh, dc)
				near(t, name+" dg", g, w[0], 1e-5)
				near(t, name+" dcprev", dcp, wdcp, 1e-5)
				for _, check := range []func(*testing.T, string){cg, c1, c2, c3, c4, c5, c6, c7} {
					check(t, name)
				}
			}
		}
	})
}

func TestElementwise(t *testing.T) {
	targets(t, func(t *testing.T, target Target) {
		r := rand.New(rand.NewPCG(9, 10))
		for _, n := range append(edges, 200) {
			name := fmt.Sprint("n=", n)
			x, _ := guarded(r, n)
			for i := range x {
				x[i] *= 8
			}
			y, check := guarded(r, n)
			target.Sigmoid(y, x)
			check(t, name)
			for i := range x {
				want := 1 / (1 + math.Exp(-float64(x[i])))
				if math.Abs(float64(y[i])-want) > 2e-7 {
					t.Fatalf("sigmoid(%v) = %v, want %v", x[i], y[i], want)
				}
			}
			target.Tanh(y, x)
			check(t, name)
			for i := range x {
				want := math.Tanh(float64(x[i]))
				if math.Abs(float64(y[i])-want) > 3e-7 {
					t.Fatalf("tanh(%v) = %v, want %v", x[i], y[i], want)
				}
			}
			sum := target.ExpSum(y, x, 1.5)
			check(t, name)
			var total float64
			for i := range x {
				want := math.Exp(float64(x[i] - 1.5))
				total += want
				if math.Abs(float64(y[i])-want) > 1e-6*want {
					t.Fatalf("exp(%v) = %v, want %v", x[i]-1.5, y[i], want)
				}
			}
			if math.Abs(float64(sum)-total) > 1e-5*total {
				t.Fatalf("n=%d: sum %v, want %v", n, sum, total)
			}
			top := x[0]
			for _, v := range x {
				top = max(top, v)
			}
			if got := target.Max(x); got != top {
				t.Fatalf("n=%d: max %v, want %v", n, got, top)
			}
			lse := target.Softmax(y, x)
			check(t, name)
			if want := math.Log(total) + 1.5; math.Abs(float64(lse)-want) > 1e-5*(1+math.Abs(want)) {
				t.Fatalf("log-sum-exp %v, want %v", lse, want)
			}

			dst, check := guarded(r, n)
			src, _ := guarded(r, 5*n)
			want := append([]float32(nil), dst...)
			for i, v := range src {
				want[i%n] += v
			}
			target.AddRows(dst, src, 5, n)
			check(t, name)
			near(t, name+" AddRows", dst, want, 1e-5)
		}
	})
}

func TestNaNStaysNaN(t *testing.T) {
	targets(t, func(t *testing.T, target Target) {
		x := make([]float32, 19)
		x[3], x[18] = float32(math.NaN()), float32(math.NaN())
		for name, f := range map[string]func(dst, src []float32){"Sigmoid": target.Sigmoid, "Tanh": target.Tanh} {
			y := make([]float32, 19)
			f(y, x)
			for i, v := range y {
				if (v != v) != (i == 3 || i == 18) {
					t.Errorf("%s: [%d] = %v", name, i, v)
				}
			}
		}
	})
}

func TestAdam(t *testing.T) {
	targets(t, func(t *testing.T, target Target) {
		r := rand.New(rand.NewPCG(11, 12))
		s := AdamStep{Scale: .5, Beta1: .9, Beta2: .99, Step: .01, Root: 2, Eps: 1e-8, Keep: .999}
		for _, n := range edges {
			name := fmt.Sprint("n=", n)
			p, c1 := guarded(r, n)
			g, c2 := guarded(r, n)
			m, c3 := guarded(r, n)
			v, c4 := guarded(r, n)
			for i := range v {
				v[i] *= v[i]
			}
			var w [3][]float32
			for i, x := range [][]float32{p, m, v} {
				w[i] = append([]float32(nil), x...)
			}
			target.Adam(p, g, m, v, s)
			adamLoop(w[0], g, w[1], w[2], &s)
			for i, x := range [][]float32{p, m, v} {
				near(t, name, x, w[i], 1e-6)
			}
			for _, check := range []func(*testing.T, string){c1, c2, c3, c4} {
				check(t, name)
			}
		}
	})
}

func TestAllocatesNothing(t *testing.T) {
	targets(t, func(t *testing.T, target Target) {
		const m, n, k = 16, 160, 40
		a, c := Alloc(m*k), Alloc(m*n)
		p := NewPacked(k, n)
		h := Alloc(m * k)
		var o Outer
		parts := []Part{{Alloc(k * n), n, c, n, n}}
		o.Add(target, parts, a, k, m, 0, k)
		if got := testing.AllocsPerRun(10, func() {
			target.Gemm(c, n, c[:n], 0, a, k, m, p)
			o.Add(target, parts, a, k, m, 0, k)
			target.LSTMForward(m, k, c, h, h, h, h)
			target.Softmax(a, a)
			target.Adam(a, a, a, a, AdamStep{})
		}); got != 0 {
			t.Errorf("%v allocations, want 0", got)
		}
	})
}

func BenchmarkGemm(b *testing.B) {
	target := Best()
	for _, d := range [][3]int{{64, 160, 40}, {256, 512, 128}, {32, 1024, 256}, {32, 2048, 512}, {128, 1024, 256}} {
		m, n, k := d[0], d[1], d[2]
		b.Run(fmt.Sprintf("%dx%dx%d", m, n, k), func(b *testing.B) {
			a, c, p := Alloc(m*k), Alloc(m*n), NewPacked(k, n)
			zero := Alloc(n)
			for b.Loop() {
				target.Gemm(c, n, zero, 0, a, k, m, p)
			}
			b.ReportMetric(2*float64(m*n*k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}

func BenchmarkOuter(b *testing.B) {
	target := Best()
	for _, d := range [][3]int{{160, 56, 1536}, {512, 128, 4096}, {1024, 256, 4096}} {
		m, n, k := d[0], d[1], d[2]
		b.Run(fmt.Sprintf("%dx%dx%d", m, n, k), func(b *testing.B) {
			a, x := Alloc(k*m), Alloc(k*n)
			var o Outer
			parts := []Part{{Alloc(m * n), n, x, n, n}}
			for b.Loop() {
				o.Add(target, parts, a, m, k, 0, m)
			}
			b.ReportMetric(2*float64(m*n*k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}

func BenchmarkLSTMForward(b *testing.B) {
	target := Best()
	for _, h := range []int{40, 128, 512} {
		b.Run(fmt.Sprint(h), func(b *testing.B) {
			const rows = 32
			g, c := Alloc(rows*4*h), Alloc(rows*h)
			for b.Loop() {
				target.LSTMForward(rows, h, g, c, c, c, c)
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(rows*h), "ns/cell")
		})
	}
}

func BenchmarkGemv(b *testing.B) {
	target := Best()
	for _, d := range [][2]int{{160, 40}, {512, 128}, {1024, 256}, {2048, 512}} {
		n, k := d[0], d[1]
		b.Run(fmt.Sprintf("%dx%d", n, k), func(b *testing.B) {
			a, c, p := Alloc(k), Alloc(n), NewPacked(k, n)
			zero := Alloc(n)
			for b.Loop() {
				target.Gemv(c, zero, a, p)
			}
			b.ReportMetric(4*float64(n*k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
		})
	}
}
