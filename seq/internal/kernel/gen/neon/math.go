package main

// expPoly holds the coefficients of r^6..r^0 of exp on |r| <= ln2/2, those of the
// other tiers (weighted minimax fit with 1 + r fixed; relative error below 3e-9).
var expPoly = [...]float32{0.001381461318005624, 0.008368709928165043, 0.041668387370335735, 0.16666520688956793, 0.49999993451647473, 1, 1}

// The constants of exp and what follows from it, in registers of their own.
const (
	one vec = 19 + iota
	two
	log2e
	high // log(2) in two parts
	low
	most // the range of exp
	least
	bias // 127, an integer
	poly // r^6 to r^2
)

// constants loads them; R25 is used.
func (a *asm) constants() {
	a.do("MOVD $neonConstants<>(SB), R25")
	for v := one; v <= poly+4; v++ {
		a.do("FMOVQ.P 16(R25), %v", v)
	}
}

// exp replaces x by e^x, x clamped to [-87, 88]; NaN stays NaN. n, p and the next two
// registers are used.
func (a *asm) exp(x, n, p vec) {
	a.max(x, x, least)
	a.min(x, x, most)
	a.mul(n, x, log2e)
	a.round(n, n)
	a.submul(x, n, high, p)
	a.submul(x, n, low, p)
	a.integer(n, n)
	a.addInt(n, n, bias)
	a.do("VSHL $23, V%d.S4, V%d.S4", int(n), int(n))
	// Horner's scheme; the sum is built in the register of the coefficient
	sum, next := p, p+1
	a.move(poly, sum)
	for i := 1; i < len(expPoly); i++ {
		c := poly + vec(i)
		if expPoly[i] == 1 {
			c = one
		}
		if !a.fused {
			a.mul(sum, sum, x)
			a.add(sum, sum, c)
			continue
		}
		a.move(c, next)
		a.addmul(next, sum, x, 0)
		sum, next = next, sum
	}
	a.mul(x, sum, n)
}

// sigmoid replaces x by 1/(1+e^-x).
func (a *asm) sigmoid(x, n, p vec) {
	a.neg(x, x)
	a.exp(x, n, p)
	a.add(x, x, one)
	a.div(x, one, x)
}

// tanh replaces x by 1 - 2/(1+e^2x).
func (a *asm) tanh(x, n, p vec) {
	a.add(x, x, x)
	a.exp(x, n, p)
	a.add(x, x, one)
	a.div(x, one, x)
	a.move(one, n)
	a.submul(n, x, two, p)
	a.move(n, x)
}

// mode is how a body of lanes reads and writes: four lanes, or one float32.
type mode struct {
	*asm
	single bool
}

// get loads from p; put stores there and moves p on; skip moves it on.
func (m mode) get(p gp, v vec) {
	if m.single {
		m.do("VLD1R (%v), [V%d.S4]", p, int(v))
		return
	}
	m.do("FMOVQ (%v), %v", p, v)
}

func (m mode) put(v vec, p gp) {
	if m.single {
		m.do("FMOVS.P %v, 4(%v)", v, p)
		return
	}
	m.do("FMOVQ.P %v, 16(%v)", v, p)
}

func (m mode) skip(p gp) {
	if m.single {
		m.do("ADD $4, %v", p)
		return
	}
	m.do("ADD $16, %v", p)
}

// lanes runs body over n floats, four at a time and then one by one; left is used.
// A single float is in all lanes.
func (a *asm) lanes(n, left gp, body func(m mode)) {
	four, rest, one, end := a.unique("four"), a.unique("rest"), a.unique("one"), a.unique("end")
	a.do("SUBS $4, %v, %v", n, left)
	a.do("BLT %s", rest)
	a.label(four)
	body(mode{a, false})
	a.do("SUBS $4, %v", left)
	a.do("BGE %s", four)
	a.label(rest)
	a.do("ADDS $4, %v", left)
	a.do("BEQ %s", end)
	a.label(one)
	body(mode{a, true})
	a.do("SUBS $1, %v", left)
	a.do("BNE %s", one)
	a.label(end)
}

// unary emits name: dst[i] = f(src[i]) for i < n.
func (a *asm) unary(name string, f func(x, n, p vec)) {
	a.begin(name)
	a.fields(1, 2, 3)
	a.constants()
	a.lanes(3, 4, func(m mode) {
		m.get(2, 0)
		m.skip(2)
		f(0, 1, 2)
		m.put(0, 1)
	})
	a.do("RET")
}

// expSum emits: dst[i] = exp(src[i]-shift), sum += dst[i]. Where it must have the bits of
// the plain loops, package kernel adds up.
func (a *asm) expSum() {
	a.begin("expSum")
	a.fields(1, 2, 3)
	a.constants()
	const shift, sum, rest vec = 16, 17, 18
	a.broadcast(0, 24, shift)
	a.zero(sum)
	a.zero(rest)
	a.lanes(3, 4, func(m mode) {
		m.get(2, 0)
		m.skip(2)
		a.sub(0, 0, shift)
		a.exp(0, 1, 2)
		m.put(0, 1)
		switch {
		case !a.fused:
		case m.single:
			a.add(rest, rest, 0)
		default:
			a.add(sum, sum, 0)
		}
	})
	if !a.fused {
		a.do("RET")
		return
	}
	a.pairs(sum, sum, sum)
	a.pairs(sum, sum, sum)
	a.add(sum, sum, rest)
	a.do("FMOVS %v, 32(R0)", sum)
	a.do("RET")
}

// maximum emits the largest of n >= 1 values.
func (a *asm) maximum() {
	a.begin("maximum")
	a.field(8, 2)
	a.field(16, 3)
	const top vec = 16
	a.do("VLD1R (R2), [V%d.S4]", int(top))
	a.lanes(3, 4, func(m mode) {
		m.get(2, 0)
		m.skip(2)
		a.max(top, top, 0)
	})
	a.word(0x6e30f800|uint32(top)<<5|uint32(top), "fmaxv s%d, v%d.4s", int(top), int(top))
	a.do("FMOVS %v, 32(R0)", top)
	a.do("RET")
}

// scale emits dst[i] = src[i] * shift.
func (a *asm) scale() {
	a.begin("scale")
	a.fields(1, 2, 3)
	const factor vec = 16
	a.broadcast(0, 24, factor)
	a.lanes(3, 4, func(m mode) {
		m.get(2, 0)
		m.skip(2)
		a.mul(0, 0, factor)
		m.put(0, 1)
	})
	a.do("RET")
}

// colSum emits: dst[j] += sum over rows of src[i*ld+j].
func (a *asm) colSum() {
	a.begin("colSum")
	const dst, src, n, height, ld, p, r gp = 1, 2, 3, 4, 5, 6, 7
	a.fields(dst, src, n, height, ld)
	a.label("blocks")
	a.do("SUBS $16, %v", n)
	a.do("BLT vectors")
	a.loads(dst, 0, 0, 4)
	a.do("MOVD %v, %v", src, p)
	a.do("MOVD %v, %v", height, r)
	a.label("block")
	a.loads(p, 0, 4, 4)
	for v := range vec(4) {
		a.add(v, v, v+4)
	}
	a.do("ADD %v, %v", ld, p)
	a.do("SUBS $1, %v", r)
	a.do("BNE block")
	a.stores(0, dst, 0, 4)
	a.do("ADD $64, %v", dst)
	a.do("ADD $64, %v", src)
	a.do("B blocks")
	a.label("vectors")
	a.do("ADD $16, %v", n)
	a.lanes(n, 8, func(m mode) {
		row := a.unique("row")
		m.get(dst, 0)
		a.do("MOVD %v, %v", src, p)
		a.do("MOVD %v, %v", height, r)
		a.label(row)
		m.get(p, 1)
		a.add(0, 0, 1)
		a.do("ADD %v, %v", ld, p)
		a.do("SUBS $1, %v", r)
		a.do("BNE %s", row)
		m.put(0, dst)
		m.skip(src)
	})
	a.do("RET")
}

// adam emits one AdamW update (Loshchilov and Hutter 2019, algorithm 2).
func (a *asm) adam() {
	a.begin("adam")
	const p, g, m, v, n gp = 1, 2, 3, 4, 5
	a.fields(p, g, m, v, n)
	const scale, b1, c1, b2, c2, step, eps, keep, root vec = 16, 17, 18, 19, 20, 21, 22, 23, 24
	for i := range vec(9) {
		a.broadcast(0, 40+4*int(i), scale+i)
	}
	a.lanes(n, 6, func(l mode) {
		const x, y, z, w, scratch vec = 0, 1, 2, 3, 4
		l.get(g, x)
		l.skip(g)
		a.mul(x, x, scale)
		l.get(m, y)
		a.mul(y, y, b1)
		a.addmul(y, c1, x, scratch)
		l.put(y, m)
		l.get(v, z)
		a.mul(z, z, b2)
		a.mul(x, x, x)
		a.addmul(z, c2, x, scratch)
		l.put(z, v)
		a.sqrt(z, z)
		a.move(eps, w)
		a.addmul(w, root, z, scratch)
		a.mul(y, y, step)
		a.div(y, y, w)
		l.get(p, x)
		a.mul(x, x, keep)
		a.sub(x, x, y)
		l.put(x, p)
	})
	a.do("RET")
}
