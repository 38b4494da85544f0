package seq

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Param is one named tensor of a network: a view into its flat parameters.
// Names, shapes and gate order (i,f,g,o; r,z,n) are PyTorch's.
type Param struct {
	Name  string
	Shape []int
	Data  []float32 // row-major
	at    int       // offset in the flat slice
}

// layerParams are the offsets of one recurrent layer.
type layerParams struct {
	wih, whh, bih, bhh int // (G·H,I), (G·H,H), (G·H), (G·H)
}

// linear is a dense layer y = W x + b: W (Out,In) at w, b (Out) at b.
type linear struct {
	in, out int
	w, b    int // b < 0: no bias
}

type factorParams struct {
	hidden linear // out == 0: none
	out    linear
	embed  int // (Size,Dim); -1: none
}

// layout gives the offset of every tensor in the flat parameter slice.
type layout struct {
	embed   []int
	layers  []layerParams
	hidden  linear // before the real-valued head; out == 0: none
	head    linear // out == 0: none
	direct  linear // from the input to the head's output, past hidden; out == 0: none
	factors []factorParams
	table   []Param // Data is nil here
	size    int
}

func (l *layout) add(name string, shape ...int) int {
	n := 1
	for _, s := range shape {
		n *= s
		if n > maxParams {
			n = maxParams + 1
		}
	}
	at := l.size
	l.table = append(l.table, Param{Name: name, Shape: shape, at: at})
	l.size += n
	return at
}

func (l *layout) linear(name string, in, out int, bias bool) linear {
	d := linear{in: in, out: out, b: -1}
	d.w = l.add(name+".weight", out, in)
	if bias {
		d.b = l.add(name+".bias", out)
	}
	return d
}

func newLayout(c Config, outputs int) (*layout, error) {
	l := &layout{}
	for _, t := range c.Tokens {
		l.embed = append(l.embed, l.add("embed."+t.Name+".weight", t.Size, t.Dim))
	}
	shape, h := c.Cell.kind().Shape(), c.Hidden
	g, name := shape.Gates, shape.Prefix
	for i := range c.Layers {
		in := c.layerInput(i)
		l.layers = append(l.layers, layerParams{
			wih: l.add(fmt.Sprintf("%s.weight_ih_l%d", name, i), g*h, in),
			whh: l.add(fmt.Sprintf("%s.weight_hh_l%d", name, i), g*h, h),
			bih: l.add(fmt.Sprintf("%s.bias_ih_l%d", name, i), g*h),
			bhh: l.add(fmt.Sprintf("%s.bias_hh_l%d", name, i), g*h),
		})
	}
	base, prefix, _ := c.featureWidths()
	if outputs > 0 {
		in := base
		if c.HeadHidden > 0 {
			l.hidden = l.linear("head.hidden", base, c.HeadHidden, true)
			in = c.HeadHidden
			if c.Skip {
				l.direct = l.linear("head.direct", c.InputWidth(), outputs, false)
			}
		}
		l.head = l.linear("head.out", in, outputs, true)
	}
	for k, f := range c.Factors {
		p := factorParams{embed: -1}
		in := prefix[k]
		if f.Hidden > 0 {
			p.hidden = l.linear("factor."+f.Name+".hidden", in, f.Hidden, true)
			in = f.Hidden
		}
		p.out = l.linear("factor."+f.Name+".out", in, f.Size, true)
		if f.Dim > 0 {
			p.embed = l.add("factor."+f.Name+".embed.weight", f.Size, f.Dim)
		}
		l.factors = append(l.factors, p)
	}
	if l.size > maxParams {
		return nil, fmt.Errorf("seq: %w: more than %d parameters", ErrConfig, maxParams)
	}
	return l, nil
}

// initialise draws the parameters as PyTorch does by default: embeddings from
// N(0,1) scaled by 1/sqrt(Dim) (PyTorch's are unscaled), recurrent weights
// uniform in ±1/sqrt(H), dense ones in ±1/sqrt(in).
func (n *Net) initialise(seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0x5e90e))
	uniform := func(at, count int, bound float64) {
		for i := range count {
			n.params[at+i] = float32((2*r.Float64() - 1) * bound)
		}
	}
	normal := func(at, size, dim int) {
		for i := range size * dim {
			n.params[at+i] = float32(r.NormFloat64() / math.Sqrt(float64(dim)))
		}
	}
	dense := func(d linear, scale float64) {
		if d.out == 0 {
			return
		}
		bound := scale / math.Sqrt(float64(d.in))
		uniform(d.w, d.in*d.out, bound)
		if d.b >= 0 {
			uniform(d.b, d.out, bound)
		}
	}
	c, l := n.cfg, n.lay
	for i, t := range c.Tokens {
		normal(l.embed[i], t.Size, t.Dim)
	}
	shape, h := c.Cell.kind().Shape(), c.Hidden
	gh := shape.Gates * h
	for i, p := range l.layers {
		bound := 1 / math.Sqrt(float64(h))
		uniform(p.wih, gh*c.layerInput(i), bound)
		uniform(p.whh, gh*h, bound)
		uniform(p.bih, gh, bound)
		uniform(p.bhh, gh, bound)
		if f := shape.Forget; f > 0 {
			for j := range h {
				n.params[p.bih+f*h+j] += float32(c.ForgetBias)
			}
		}
	}
	scale := c.HeadScale
	if scale == 0 {
		scale = 1
	}
	scale = max(scale, 0)
	dense(l.hidden, 1)
	dense(l.direct, scale)
	dense(l.head, scale)
	for i, f := range l.factors {
		dense(f.hidden, 1)
		dense(f.out, 1)
		if f.embed >= 0 {
			normal(f.embed, c.Factors[i].Size, c.Factors[i].Dim)
		}
	}
}
