package main

// gates are the pointers into the four gates of a row; step is what moves them from
// the end of a row's gates to the next row's.
type gates struct {
	*asm
	i, f, u, o gp
	h, step    gp
}

// begin finds the gates of the first row, which starts at i.
func (g gates) begin() {
	g.do("LSL $2, %v, %v", g.h, g.step)
	g.do("ADD %v, %v, %v", g.step, g.i, g.f)
	g.do("ADD %v, %v, %v", g.step, g.f, g.u)
	g.do("ADD %v, %v, %v", g.step, g.u, g.o)
	g.do("ADD %v<<1, %v", g.step, g.step)
}

// next moves on to the gates of the next row.
func (g gates) next() {
	for _, p := range []gp{g.i, g.f, g.u, g.o} {
		g.do("ADD %v, %v", g.step, p)
	}
}

// lstmForward emits the gate pass of the forward direction.
func (a *asm) lstmForward() {
	a.begin("lstmForward")
	const rows, h, cprev, c, tc, hout, left gp = 1, 2, 7, 8, 9, 10, 11
	g := gates{asm: a, i: 3, f: 4, u: 5, o: 6, h: h, step: 12}
	a.fields(rows, h, g.i, cprev, c, tc, hout)
	a.constants()
	g.begin()
	a.label("row")
	a.lanes(h, left, func(m mode) {
		const i, f, u, o, x, n, p vec = 0, 1, 2, 3, 4, 16, 17
		gate := func(ptr gp, v vec, activation func(x, n, p vec)) {
			m.get(ptr, v)
			activation(v, n, p)
			m.put(v, ptr)
		}
		gate(g.i, i, a.sigmoid)
		gate(g.f, f, a.sigmoid)
		gate(g.u, u, a.tanh)
		gate(g.o, o, a.sigmoid)
		m.get(cprev, x)
		m.skip(cprev)
		a.mul(u, u, i)
		a.addmul(u, x, f, n) // f*cprev + i*u
		m.put(u, c)
		a.tanh(u, n, p)
		m.put(u, tc)
		a.mul(u, u, o)
		m.put(u, hout)
	})
	g.next()
	a.do("SUBS $1, %v", rows)
	a.do("BNE row")
	a.do("RET")
}

// lstmBackward emits the gate pass of the backward direction.
func (a *asm) lstmBackward() {
	a.begin("lstmBackward")
	const rows, h, cprev, dcprev, tc, dh, dc, left gp = 1, 2, 7, 8, 9, 10, 11, 12
	g := gates{asm: a, i: 3, f: 4, u: 5, o: 6, h: h, step: 13}
	a.fields(rows, h, g.i, cprev, dcprev, tc, dh, dc)
	a.constants()
	g.begin()
	a.label("row")
	a.lanes(h, left, func(m mode) {
		const x, o, t, d, w, s, v, scratch vec = 0, 1, 2, 3, 4, 5, 6, 7
		// output gate: do = dh*tc*o*(1-o); dc += dh*o*(1-tc²)
		m.get(dh, x)
		m.skip(dh)
		m.get(g.o, o)
		m.get(tc, t)
		m.skip(tc)
		m.get(dc, d)
		m.skip(dc)
		a.mul(x, x, o)
		a.move(one, w)
		a.submul(w, t, t, scratch)
		a.addmul(d, x, w, scratch)
		a.sub(s, one, o)
		a.mul(x, x, t)
		a.mul(x, x, s)
		m.put(x, g.o)
		// input gate and candidate
		const i, u = o, t
		m.get(g.i, i)
		m.get(g.u, u)
		a.mul(v, d, i) // dc*i
		a.sub(s, one, i)
		a.mul(x, v, u)
		a.mul(x, x, s)
		m.put(x, g.i)
		a.move(one, w)
		a.submul(w, u, u, scratch)
		a.mul(v, v, w)
		m.put(v, g.u)
		// forget gate: df = dc*cprev*f*(1-f); dcprev = dc*f
		const f, cv = o, t
		m.get(g.f, f)
		m.get(cprev, cv)
		m.skip(cprev)
		a.mul(d, d, f)
		m.put(d, dcprev)
		a.sub(s, one, f)
		a.mul(d, d, cv)
		a.mul(d, d, s)
		m.put(d, g.f)
	})
	g.next()
	a.do("SUBS $1, %v", rows)
	a.do("BNE row")
	a.do("RET")
}
