//go:build wasm && goexperiment.simd && !noasm

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// The gates and what surrounds them: four numbers at a time, and those left over by the
// functions of the plain loops.

func floats(p unsafe.Pointer, n int) []float32 { return unsafe.Slice((*float32)(p), n) }

func all(x float32) vec { return archsimd.BroadcastFloat32x4(x) }

// exp4 is exp32.
func exp4(x vec) vec {
	x = x.Max(all(-87)).Min(all(88))
	n := x.Mul(all(1.44269504088896341)).Round()
	r := x.Sub(n.Mul(all(0.693359375))).Sub(n.Mul(all(-2.12194440e-4)))
	p := all(0.001381461318005624).Mul(r).Add(all(0.008368709928165043))
	p = p.Mul(r).Add(all(0.041668387370335735))
	p = p.Mul(r).Add(all(0.16666520688956793))
	p = p.Mul(r).Add(all(0.49999993451647473))
	p = p.Mul(r).Add(all(1))
	p = p.Mul(r).Add(all(1))
	exponent := n.ConvertToInt32().Add(archsimd.BroadcastInt32x4(127)).ShiftAllLeft(23)
	return p.Mul(exponent.ToBits().BitsToFloat32())
}

func sigmoid4(x vec) vec { return all(1).Div(all(1).Add(exp4(x.Neg()))) }

func tanh4(x vec) vec { return all(1).Sub(all(2).Div(all(1).Add(exp4(x.Add(x))))) }

func (t Target) lstmForwardAsm(args *lstmArgs) bool {
	if t != SIMD128 {
		return false
	}
	h := int(args.h)
	g, cprev, c, tc, hout := args.g, args.cprev, args.p4, args.p5, args.p6
	for range args.rows {
		j := 0
		for ; j+lanes <= h; j += lanes {
			i, f := sigmoid4(load(g, j)), sigmoid4(load(g, h+j))
			u, o := tanh4(load(g, 2*h+j)), sigmoid4(load(g, 3*h+j))
			store(g, j, i)
			store(g, h+j, f)
			store(g, 2*h+j, u)
			store(g, 3*h+j, o)
			v := f.Mul(load(cprev, j)).Add(i.Mul(u))
			store(c, j, v)
			v = tanh4(v)
			store(tc, j, v)
			store(hout, j, o.Mul(v))
		}
		lstmForwardCells(j, h, floats(g, 4*h), floats(cprev, h), floats(c, h), floats(tc, h), floats(hout, h))
		g, cprev, c, tc, hout = offset(g, 4*h), offset(cprev, h), offset(c, h), offset(tc, h), offset(hout, h)
	}
	return true
}

func (t Target) sigmoidAsm(args *unaryArgs) bool {
	if t != SIMD128 {
		return false
	}
	n, i := int(args.n), 0
	for ; i+lanes <= n; i += lanes {
		store(args.dst, i, sigmoid4(load(args.src, i)))
	}
	dst := floats(args.dst, n)
	for j, x := range floats(args.src, n)[i:] {
		dst[i+j] = sigmoid32(x)
	}
	return true
}

func (t Target) tanhAsm(args *unaryArgs) bool {
	if t != SIMD128 {
		return false
	}
	n, i := int(args.n), 0
	for ; i+lanes <= n; i += lanes {
		store(args.dst, i, tanh4(load(args.src, i)))
	}
	dst := floats(args.dst, n)
	for j, x := range floats(args.src, n)[i:] {
		dst[i+j] = tanh32(x)
	}
	return true
}

func (t Target) expSumAsm(args *expSumArgs) bool {
	if t != SIMD128 {
		return false
	}
	n, i, shift := int(args.n), 0, all(args.shift)
	for ; i+lanes <= n; i += lanes {
		store(args.dst, i, exp4(load(args.src, i).Sub(shift)))
	}
	dst := floats(args.dst, n)
	for j, x := range floats(args.src, n)[i:] {
		dst[i+j] = exp32(x - args.shift)
	}
	return true
}

func (t Target) maximumAsm(args *expSumArgs) bool {
	n, i := int(args.n), 0
	if t != SIMD128 || n < lanes {
		return false
	}
	top := load(args.src, 0)
	for ; i+lanes <= n; i += lanes {
		top = top.Max(load(args.src, i))
	}
	args.sum = max(top.GetElem(0), top.GetElem(1), top.GetElem(2), top.GetElem(3))
	for _, x := range floats(args.src, n)[i:] {
		args.sum = max(args.sum, x)
	}
	return true
}

func (t Target) scaleAsm(args *expSumArgs) bool {
	if t != SIMD128 {
		return false
	}
	n, i, k := int(args.n), 0, all(args.shift)
	for ; i+lanes <= n; i += lanes {
		store(args.dst, i, load(args.src, i).Mul(k))
	}
	for j := i; j < n; j++ {
		floats(args.dst, n)[j] *= args.shift
	}
	return true
}

func (t Target) colSumAsm(args *colSumArgs) bool {
	if t != SIMD128 {
		return false
	}
	n, j := int(args.n), 0
	for ; j+lanes <= n; j += lanes {
		sum, src := load(args.dst, j), offset(args.src, j)
		for range args.rows {
			sum = sum.Add(load(src, 0))
			src = unsafe.Add(src, args.ld)
		}
		store(args.dst, j, sum)
	}
	dst := floats(args.dst, n)
	for ; j < n; j++ {
		src := offset(args.src, j)
		for range args.rows {
			dst[j] += *(*float32)(src)
			src = unsafe.Add(src, args.ld)
		}
	}
	return true
}
