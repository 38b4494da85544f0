package kernel

import (
	"math"
	"unsafe"
)

// LSTMForward runs the gate pass over rows of batch; shapes g (rows,4H), the
// others (rows,H). See lstmForwardLoop for the formula. cprev may be c.
func (t Target) LSTMForward(rows, h int, g, cprev, c, tc, hout []float32) {
	n := rows * h
	need("LSTMForward", g, 4*n)
	for _, s := range [...][]float32{cprev, c, tc, hout} {
		need("LSTMForward", s, n)
	}
	if n == 0 {
		return
	}
	args := lstmArgs{uintptr(rows), uintptr(h), ptr(g), ptr(cprev), ptr(c), ptr(tc), ptr(hout), nil}
	if !t.lstmForwardAsm(&args) {
		lstmForwardLoop(rows, h, g, cprev, c, tc, hout)
	}
}

// LSTMBackward runs the gate pass backwards; g (rows,4H) goes from activations
// to gradients of the pre-activations. See lstmBackwardLoop. dcprev may be dc.
func (t Target) LSTMBackward(rows, h int, g, cprev, dcprev, tc, dh, dc []float32) {
	n := rows * h
	need("LSTMBackward", g, 4*n)
	for _, s := range [...][]float32{cprev, dcprev, tc, dh, dc} {
		need("LSTMBackward", s, n)
	}
	if n == 0 {
		return
	}
	args := lstmArgs{uintptr(rows), uintptr(h), ptr(g), ptr(cprev), ptr(dcprev), ptr(tc), ptr(dh), ptr(dc)}
	if !t.lstmBackwardAsm(&args) {
		lstmBackwardLoop(rows, h, g, cprev, dcprev, tc, dh, dc)
	}
}

// Sigmoid sets dst[i] = 1/(1+exp(-src[i])); dst may be src.
func (t Target) Sigmoid(dst, src []float32) {
	need("Sigmoid", dst, len(src))
	args := unaryArgs{ptr(dst), ptr(src), uintptr(len(src))}
	if !t.sigmoidAsm(&args) {
		for i, x := range src {
			dst[i] = sigmoid32(x)
		}
	}
}

// Tanh sets dst[i] = tanh(src[i]); dst may be src.
func (t Target) Tanh(dst, src []float32) {
	need("Tanh", dst, len(src))
	args := unaryArgs{ptr(dst), ptr(src), uintptr(len(src))}
	if !t.tanhAsm(&args) {
		for i, x := range src {
			dst[i] = tanh32(x)
		}
	}
}

// ExpSum sets dst[i] = exp(src[i]-shift) and returns the sum; dst may be src.
func (t Target) ExpSum(dst, src []float32, shift float32) float32 {
	need("ExpSum", dst, len(src))
	args := expSumArgs{dst: ptr(dst), src: ptr(src), n: uintptr(len(src)), shift: shift}
	if !t.expSumAsm(&args) {
		for i, x := range src {
			dst[i] = exp32(x - shift)
		}
	}
	if t.fused() {
		return args.sum
	}
	return t.sum(dst[:len(src)])
}

// sum adds up x: eight sums side by side, which vectors can do, and then what is left
// over, one by one.
func (t Target) sum(x []float32) float32 {
	var s [8]float32
	rows := len(x) / len(s)
	t.AddRows(s[:], x, rows, len(s))
	sum := ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]))
	for _, v := range x[rows*len(s):] {
		sum += v
	}
	return sum
}

// Softmax sets dst to the softmax of src and returns log sum exp(src).
func (t Target) Softmax(dst, src []float32) float32 {
	top := t.Max(src)
	sum := t.ExpSum(dst, src, top)
	t.Scale(dst[:len(src)], 1/sum)
	return top + float32(math.Log(float64(sum)))
}

// Max returns the largest element of src, which must not be empty or hold NaN. Of 0 and
// -0 it may be either.
func (t Target) Max(src []float32) float32 {
	top := src[0]
	args := expSumArgs{src: ptr(src), n: uintptr(len(src))}
	if t.maximumAsm(&args) {
		return args.sum
	}
	for _, x := range src {
		top = max(top, x)
	}
	return top
}

// Scale multiplies every element of x by k.
func (t Target) Scale(x []float32, k float32) {
	args := expSumArgs{dst: ptr(x), src: ptr(x), n: uintptr(len(x)), shift: k}
	if !t.scaleAsm(&args) {
		for i := range x {
			x[i] *= k
		}
	}
}

// AddRows adds the rows of src (rows×len(dst), row distance ld) to dst.
func (t Target) AddRows(dst, src []float32, rows, ld int) {
	if rows == 0 || len(dst) == 0 {
		return
	}
	need("AddRows", src, (rows-1)*ld+len(dst))
	args := colSumArgs{ptr(dst), ptr(src), uintptr(len(dst)), uintptr(rows), uintptr(4 * ld)}
	if t.colSumAsm(&args) {
		return
	}
	for i := range rows {
		for j, x := range src[i*ld : i*ld+len(dst)] {
			dst[j] += x
		}
	}
}

// AdamStep holds the constants of one AdamW step.
type AdamStep struct {
	Scale        float32 // factor on the gradient (clipping)
	Beta1, Beta2 float32
	Step         float32 // learning rate / (1 - Beta1^t)
	Root         float32 // 1 / sqrt(1 - Beta2^t)
	Eps          float32
	Keep         float32 // 1 - learning rate * weight decay
}

// Adam updates p, m and v from the gradient g, all of one length.
func (t Target) Adam(p, g, m, v []float32, s AdamStep) {
	for _, x := range [...][]float32{g, m, v} {
		need("Adam", x, len(p))
	}
	args := adamArgs{
		p: ptr(p), g: ptr(g), m: ptr(m), v: ptr(v), n: uintptr(len(p)),
		scale: s.Scale, b1: s.Beta1, c1: 1 - s.Beta1, b2: s.Beta2, c2: 1 - s.Beta2,
		step: s.Step, eps: s.Eps, keep: s.Keep, root: s.Root,
	}
	if !t.adamAsm(&args) {
		adamLoop(p, g, m, v, &s)
	}
}

// gemmPanel runs the micro-kernel over one panel; strides in floats.
func (t Target) gemmPanel(c []float32, ldc int, init []float32, ldi int, a []float32, rs, cs int, b []float32, k, rows, n int) {
	args := gemmArgs{
		a: ptr(a), rs: uintptr(4 * rs), cs: uintptr(4 * cs), b: ptr(b),
		init: ptr(init), ldi: uintptr(4 * ldi), c: ptr(c), ldc: uintptr(4 * ldc),
		k: uintptr(k), rows: uintptr(rows),
	}
	if !t.gemmAsm(&args, n) {
		gemmLoop(c, ldc, init, ldi, a, rs, cs, b, k, rows, n)
	}
}

// offset moves p on by n floats.
func offset(p unsafe.Pointer, n int) unsafe.Pointer { return unsafe.Add(p, 4*n) }
