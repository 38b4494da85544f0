package seq

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/seq/internal/layer"
)

// Param is one named tensor of a network: a view into its flat parameters.
// Names, shapes and gate order (i,f,g,o; r,z,n) are PyTorch's.
type Param struct {
	Name  string
	Shape []int
	Data  []float32 // row-major
	at    int       // offset in the flat slice
}

type factorParams struct {
	hidden layer.Linear // Out == 0: none
	out    layer.Linear
	embed  int // (Size,Dim); -1: none
}

// layout gives the offset of every tensor in the flat parameter slice.
type layout struct {
	embed   []int
	layers  []layer.Weights
	hidden  layer.Linear // before the real-valued head; Out == 0: none
	head    layer.Linear // Out == 0: none
	direct  layer.Linear // from the input to the head's output, past hidden; Out == 0: none
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

func (l *layout) linear(name string, in, out int, bias bool) layer.Linear {
	d := layer.Linear{In: in, Out: out, B: -1}
	d.W = l.add(name+".weight", out, in)
	if bias {
		d.B = l.add(name+".bias", out)
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
		l.layers = append(l.layers, layer.Weights{
			IH:     l.add(fmt.Sprintf("%s.weight_ih_l%d", name, i), g*h, in),
			HH:     l.add(fmt.Sprintf("%s.weight_hh_l%d", name, i), g*h, h),
			BiasIH: l.add(fmt.Sprintf("%s.bias_ih_l%d", name, i), g*h),
			BiasHH: l.add(fmt.Sprintf("%s.bias_hh_l%d", name, i), g*h),
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

// shape describes recurrent layer i.
func (n *Net) shape(i int) layer.Shape {
	c := n.cfg
	in := c.layerInput(i)
	return layer.Shape{Cell: c.Cell.kind(), In: in, H: c.Hidden, Dilation: c.Dilations[i], Residual: c.Residual && in == c.Hidden}
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
	dense := func(d layer.Linear, scale float64) {
		if d.Out == 0 {
			return
		}
		bound := scale / math.Sqrt(float64(d.In))
		uniform(d.W, d.In*d.Out, bound)
		if d.B >= 0 {
			uniform(d.B, d.Out, bound)
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
		uniform(p.IH, gh*c.layerInput(i), bound)
		uniform(p.HH, gh*h, bound)
		uniform(p.BiasIH, gh, bound)
		uniform(p.BiasHH, gh, bound)
		if f := shape.Forget; f > 0 {
			for j := range h {
				n.params[p.BiasIH+f*h+j] += float32(c.ForgetBias)
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
