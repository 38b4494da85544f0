package seq

import (
	"math"

	"github.com/segue-go/segue/seq/internal/layer"
)

// backwardSpan computes the losses of one span and, in training, every
// gradient that is not summed over rows.
func (p *Pass) backwardSpan(w int) {
	s := p.spans[w]
	if s.Rows() == 0 {
		return
	}
	p.labelEmbeddings(s)
	h, whole := p.net.head.(SequenceHead)
	whole = whole && p.slope == nil
	if whole {
		p.scoreSequences(h, s)
	}
	s.Each(func(r0, r1 int) {
		if p.train && p.uOwn {
			clear(p.du[r0*p.width : r1*p.width])
		}
		for k := len(p.factors) - 1; k >= 0; k-- {
			p.factorRows(k, r0, r1)
		}
		switch {
		case p.slope != nil:
			o := p.head.Out
			copy(p.head.DY[r0*o:r1*o], p.slope[r0*o:r1*o])
		case !whole:
			p.scoreRows(r0, r1)
		}
		p.headRows(r0, r1, len(p.factors) > 0 || p.uOwn)
	})
	if !p.train {
		return
	}
	p.hiddenGradient(s)
	p.attention.backward(p, s)
	for i := len(p.layers) - 1; i >= 0; i-- {
		var dx []float32
		if i > 0 {
			dx = p.layers[i-1].DY
		} else {
			dx = p.dx // nil without embeddings
		}
		p.layers[i].Backward(s, dx)
	}
	if p.dx != nil {
		p.inputGradient(s)
	}
}

// labelEmbeddings puts the embeddings of the true labels into u.
func (p *Pass) labelEmbeddings(s layer.Span) {
	for k, f := range p.net.cfg.Factors {
		if f.Dim == 0 {
			continue
		}
		table := p.net.params[p.net.lay.factors[k].embed:]
		for t := range s.Steps {
			for r := s.At(t); r < s.At(t)+s.Rows(); r++ {
				dst := p.u[r*p.width+p.factors[k].embed:][:f.Dim]
				if v := int(p.b.Labels[k][r]); v < 0 {
					clear(dst)
				} else {
					copy(dst, table[v*f.Dim:(v+1)*f.Dim])
				}
			}
		}
	}
}

// factorRows scores factor k on rows r0..r1 and adds its gradient to du.
func (p *Pass) factorRows(k, r0, r1 int) {
	f := &p.factors[k]
	in, ld := p.u, p.width
	if f.hidden != nil {
		f.hidden.Forward(in, ld, r0, r1)
		in, ld = f.hidden.Y, f.hidden.Out
	}
	f.out.Forward(in, ld, r0, r1)
	v := f.out.Out
	for r := r0; r < r1; r++ {
		label, weight := int(p.b.Labels[k][r]), p.b.weight(r)
		logits := f.out.Y[r*v : (r+1)*v]
		dy := f.out.DY
		if label < 0 || weight == 0 {
			p.loss[1+k][r] = 0
			if p.train {
				clear(dy[r*v : (r+1)*v])
			}
			continue
		}
		x := logits[label]
		var prob []float32
		if p.train {
			prob = dy[r*v : (r+1)*v]
		} else {
			prob = logits
		}
		lse := p.k.Softmax(prob, logits)
		p.loss[1+k][r] = float64(lse-x) * float64(weight)
		if p.train {
			g := weight * p.norm
			for i := range prob {
				prob[i] *= g
			}
			prob[label] -= g
		}
	}
	if !p.train {
		return
	}
	add := p.uOwn || k < len(p.factors)-1 // to what is in du already
	if f.hidden != nil {
		f.out.Backward(f.hidden.DY, f.hidden.Out, false, r0, r1)
		f.hidden.Backward(p.du, p.width, add, r0, r1)
	} else {
		f.out.Backward(p.du, p.width, add, r0, r1)
	}
}

// scoreRows scores the real-valued head on rows r0..r1, one by one.
func (p *Pass) scoreRows(r0, r1 int) {
	if p.head == nil {
		return
	}
	h, o := p.net.head, p.head.Out
	d := h.Targets()
	for r := r0; r < r1; r++ {
		weight := p.b.weight(r)
		var grad []float32
		if p.train {
			grad = p.head.DY[r*o : (r+1)*o]
		}
		if weight == 0 {
			p.loss[0][r] = 0
			clear(grad)
			continue
		}
		p.loss[0][r] = float64(weight) * h.Loss(grad, p.head.Y[r*o:(r+1)*o], p.b.Target[r*d:(r+1)*d])
		g := weight * p.norm
		for i := range grad {
			grad[i] *= g
		}
	}
}

// scoreSequences scores a head that wants to see the whole sequence. The loss
// is booked on the first step.
func (p *Pass) scoreSequences(h SequenceHead, s layer.Span) {
	o, d := p.head.Out, h.Targets()
	var grad []float32
	if p.train {
		grad = make([]float32, s.Steps*o)
	}
	out, target := make([]float32, s.Steps*o), make([]float32, s.Steps*d)
	for b := s.B0; b < s.B1; b++ {
		n := p.b.length(b)
		for t := range s.Steps {
			r := t*s.Batch + b
			copy(out[t*o:(t+1)*o], p.head.Y[r*o:])
			copy(target[t*d:(t+1)*d], p.b.Target[r*d:])
			p.loss[0][r] = 0
		}
		clear(grad)
		weight := p.b.weight(b)
		if n > 0 && weight > 0 {
			var g []float32
			if p.train {
				g = grad[:n*o]
			}
			p.loss[0][b] = float64(weight) * h.SequenceLoss(g, out[:n*o], target[:n*d])
		}
		if !p.train {
			continue
		}
		for t := range s.Steps {
			dst := p.head.DY[(t*s.Batch+b)*o:][:o]
			for i, v := range grad[t*o : (t+1)*o] {
				dst[i] = v * weight * p.norm
			}
		}
	}
}

// headRows turns the gradient of the head's outputs on rows r0..r1 into that
// of its features.
func (p *Pass) headRows(r0, r1 int, add bool) {
	if p.head == nil || !p.train {
		return
	}
	if p.hidden != nil {
		p.head.Backward(p.hidden.DY, p.hidden.Out, false, r0, r1)
		p.hidden.Backward(p.du, p.width, add, r0, r1)
	} else {
		p.head.Backward(p.du, p.width, add, r0, r1)
	}
}

// hiddenGradient moves the hidden part of du to the top layer.
func (p *Pass) hiddenGradient(s layer.Span) {
	if !p.uOwn {
		return
	}
	h := p.net.cfg.Hidden
	dy := p.layers[len(p.layers)-1].DY
	for t := range s.Steps {
		for r := s.At(t); r < s.At(t)+s.Rows(); r++ {
			dst, src := dy[r*h:(r+1)*h], p.du[r*p.width:]
			copy(dst, src)
			if p.umask != nil {
				for i, m := range p.umask[r*h : (r+1)*h] {
					dst[i] *= m
				}
			}
		}
	}
}

// inputGradient completes dx: the heads' direct view of the input, dropout.
func (p *Pass) inputGradient(s layer.Span) {
	c := p.net.cfg
	w, h := c.InputWidth(), c.Hidden
	for t := range s.Steps {
		for r := s.At(t); r < s.At(t)+s.Rows(); r++ {
			dx := p.dx[r*w : (r+1)*w]
			if c.Skip {
				for i, v := range p.du[r*p.width+h:][:w] {
					dx[i] += v
				}
			}
			if d := p.direct; d != nil {
				d.Backward(p.dx, w, true, r, r+1)
			}
			if p.xmask != nil {
				for i, m := range p.xmask[r*w : (r+1)*w] {
					dx[i] *= m
				}
			}
		}
	}
}

// gradientShare sums one worker's share of the parameter gradients: a range of
// output rows of every weight matrix.
func (p *Pass) gradientShare(w int) {
	k := len(p.spans)
	rows := p.b.T * p.b.B
	o, parts := &p.outer[w], p.parts[w][:]
	share := func(n int) (int, int) { return n * w / k, n * (w + 1) / k }
	for i, y := range p.layers {
		j0, j1 := share(y.GH)
		y.Gradient(o, parts, p.grad, p.net.lay.layers[i], rows, j0, j1)
	}
	linear := func(d *layer.Dense, x []float32, ld int) {
		if d != nil {
			j0, j1 := share(d.Out)
			d.Gradient(o, parts, p.grad, x, ld, rows, j0, j1)
		}
	}
	if p.head != nil {
		if p.hidden != nil {
			linear(p.hidden, p.u, p.width)
			linear(p.head, p.hidden.Y, p.hidden.Out)
		} else {
			linear(p.head, p.u, p.width)
		}
		if d := p.direct; d != nil {
			linear(d, p.x, p.net.cfg.InputWidth())
		}
	}
	for i := range p.factors {
		f := &p.factors[i]
		if f.hidden != nil {
			linear(f.hidden, p.u, p.width)
			linear(f.out, f.hidden.Y, f.hidden.Out)
		} else {
			linear(f.out, p.u, p.width)
		}
	}
}

// embedGradient adds the gradients of embedding rows, in row order.
func (p *Pass) embedGradient() {
	c, rows := p.net.cfg, p.b.T*p.b.B
	add := func(at, dim int, ids []int32, src []float32, ld int) {
		for r := range rows {
			if v := int(ids[r]); v >= 0 {
				dst := p.grad[at+v*dim : at+(v+1)*dim]
				for i, x := range src[r*ld : r*ld+dim] {
					dst[i] += x
				}
			}
		}
	}
	col := c.Inputs
	for k, t := range c.Tokens {
		add(p.net.lay.embed[k], t.Dim, p.b.Tokens[k], p.dx[col:], c.InputWidth())
		col += t.Dim
	}
	for k, f := range c.Factors {
		if f.Dim > 0 {
			add(p.net.lay.factors[k].embed, f.Dim, p.b.Labels[k], p.du[p.factors[k].embed:], p.width)
		}
	}
}

// maskFor returns a mask buffer of n, or nil when dropout is off.
func maskFor(mask []float32, key uint64, prob float64, n int) []float32 {
	if key == 0 || prob == 0 {
		return nil
	}
	return layer.Fit(mask, n)
}

// fillMask draws dropout factors, 0 or 1/(1-prob), for the rows of a span. A
// row's draws depend on the key, the stream and the row only.
func (p *Pass) fillMask(mask []float32, stream uint64, prob float64, width int, s layer.Span) {
	limit := uint64(math.Round(prob * (1 << 16)))
	keep := float32(1 / (1 - prob))
	for t := range s.Steps {
		for r := s.At(t); r < s.At(t)+s.Rows(); r++ {
			x := mix(p.dropKey ^ mix(stream<<32|uint64(r)))
			row := mask[r*width : (r+1)*width]
			var bits uint64
			for i := range row {
				if i%4 == 0 {
					x += 0x9e3779b97f4a7c15
					bits = mix(x)
				}
				row[i] = keep
				if bits&0xffff < limit {
					row[i] = 0
				}
				bits >>= 16
			}
		}
	}
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
