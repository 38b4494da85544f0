package seq

import (
	"slices"

	"github.com/segue-go/segue/seq/internal/kernel"
	"github.com/segue-go/segue/seq/internal/layer"
)

// Stepper runs a network one step at a time, for forecasting online and for
// sampling. It packs the parameters once: make a new one after training. It
// allocates nothing per step and belongs to one goroutine.
type Stepper struct {
	net    *Net
	batch  int
	layers []*layer.Step
	x      []float32 // (B,InputWidth)
	u      []float32 // (B,W) features of the heads
	width  int
	pass   *Pass // for the heads' dense layers
	mul    *layer.Multiplier
}

// StepperOptions configures a stepper. The zero value is one sequence, one
// thread, float32.
type StepperOptions struct {
	Batch int // sequences at a time; 0 means 1
	// Threads divide the columns of the weights when there is one sequence; that
	// pays off from about 512 units. Results do not depend on it.
	Threads int
	// BFloat16 keeps the weights in half the memory, with eight significant
	// bits: faster where the weights do not fit the cache, at a small loss of
	// accuracy. For one sequence only.
	BFloat16 bool
}

// NewStepper returns a stepper for batch sequences at a time.
func (n *Net) NewStepper(batch int) *Stepper {
	return n.NewStepperWith(StepperOptions{Batch: batch})
}

// NewStepperWith returns a stepper configured by opt.
func (n *Net) NewStepperWith(opt StepperOptions) *Stepper {
	batch := max(opt.Batch, 1)
	c := n.cfg
	s := &Stepper{net: n, batch: batch, pass: n.NewPass(1)}
	s.mul = layer.NewMultiplier(s.pass.k, batch, opt.Threads, opt.BFloat16)
	s.width = s.pass.width
	s.x = kernel.Alloc(batch * c.InputWidth())
	s.u = kernel.Alloc(batch * s.width)
	s.pass.sizeStep(batch)
	for i := range n.lay.layers {
		s.layers = append(s.layers, layer.NewStep(n.shape(i), batch, n.params, n.lay.layers[i], s.mul))
	}
	for _, d := range s.pass.denses() {
		d.Prepare(s.mul)
	}
	return s
}

// With returns a stepper for batch sequences with the packed parameters of s, on one
// thread. Both may be used at the same time. A sequence has the same numbers in a step
// of several as alone.
func (s *Stepper) With(batch int) *Stepper {
	c := &Stepper{net: s.net, batch: batch, width: s.width, pass: s.pass.fork()}
	c.mul = layer.NewMultiplier(c.pass.k, batch, 1, false)
	c.x = kernel.Alloc(batch * s.net.cfg.InputWidth())
	c.u = kernel.Alloc(batch * s.width)
	for _, l := range s.layers {
		c.layers = append(c.layers, l.Fork(batch, c.mul))
	}
	for _, d := range c.pass.denses() {
		d.Size(batch, false)
	}
	return c
}

// fork returns a pass for another stepper: with p's packed heads and without buffers.
func (p *Pass) fork() *Pass {
	c := &Pass{net: p.net, k: p.k, width: p.width, hidden: p.hidden.Fork(), head: p.head.Fork(), direct: p.direct.Fork()}
	for _, f := range p.factors {
		f.hidden, f.out = f.hidden.Fork(), f.out.Fork()
		c.factors = append(c.factors, f)
	}
	return c
}

// denses lists the heads' dense layers that there are.
func (p *Pass) denses() []*layer.Dense {
	all := []*layer.Dense{p.hidden, p.head, p.direct}
	for _, f := range p.factors {
		all = append(all, f.hidden, f.out)
	}
	return slices.DeleteFunc(all, func(d *layer.Dense) bool { return d == nil })
}

// sizeStep prepares the head layers for one step of batch sequences.
func (p *Pass) sizeStep(batch int) {
	for _, d := range p.denses() {
		d.Size(batch, false)
		d.Load(p.net.params, false)
	}
}

// Step reads one step of every sequence, x (B,Inputs) and per token stream a
// slice of B tokens, and moves st on. Then Outputs, Logits and Choose answer
// for this step.
func (s *Stepper) Step(st *State, x []float32, tokens [][]int32) {
	c := s.net.cfg
	if st.B != s.batch {
		panic("seq: Step: the state has another batch size")
	}
	if len(x) != s.batch*c.Inputs || len(tokens) != len(c.Tokens) {
		panic("seq: Step: wrong input width")
	}
	iw := c.InputWidth()
	for b := range s.batch {
		row := s.x[b*iw : (b+1)*iw]
		copy(row, x[b*c.Inputs:(b+1)*c.Inputs])
		s.net.embedTokens(row, tokens, b)
	}
	in := s.x
	for i := range s.layers {
		in = s.layers[i].Run(in, &st.layers[i], s.batch)
	}
	if s.width == c.Hidden {
		copy(s.u, in)
		return
	}
	for b := range s.batch {
		row := s.u[b*s.width:]
		copy(row[:c.Hidden], in[b*c.Hidden:])
		if c.Skip {
			copy(row[c.Hidden:c.Hidden+iw], s.x[b*iw:])
		}
	}
}

// Hidden returns the heads' features (B,W) of the current step; the first H of
// each row are the top layer's output.
func (s *Stepper) Hidden() (u []float32, width int) { return s.u, s.width }

// Outputs returns the real-valued head's outputs (B,O), valid until the next
// call.
func (s *Stepper) Outputs() []float32 {
	p := s.pass
	in, ld := s.u, s.width
	if p.hidden != nil {
		p.hidden.Step(s.mul, in, ld, s.batch)
		in, ld = p.hidden.Y, p.hidden.Out
	}
	p.head.Step(s.mul, in, ld, s.batch)
	if d := p.direct; d != nil {
		d.AddTo(p.head.Y, s.x, s.net.cfg.InputWidth(), 0, s.batch)
	}
	return p.head.Y
}

// Logits returns factor k's unnormalised log probabilities (B,V) given side,
// the features (B,Side) that became known for it (nil if Side is 0), and the
// values chosen before with Choose. Valid until the next call for this factor.
func (s *Stepper) Logits(k int, side []float32) []float32 {
	f := &s.pass.factors[k]
	if w := s.net.cfg.Factors[k].Side; w > 0 {
		for b := range s.batch {
			copy(s.u[b*s.width+f.side:][:w], side[b*w:(b+1)*w])
		}
	}
	in, ld := s.u, s.width
	if f.hidden != nil {
		f.hidden.Step(s.mul, in, ld, s.batch)
		in, ld = f.hidden.Y, f.hidden.Out
	}
	f.out.Step(s.mul, in, ld, s.batch)
	return f.out.Y
}

// Choose fixes factor k's value in sequence b, so that later factors see it.
func (s *Stepper) Choose(k, b, value int) {
	f := s.net.cfg.Factors[k]
	if f.Dim == 0 {
		return
	}
	at := s.net.lay.factors[k].embed + value*f.Dim
	copy(s.u[b*s.width+s.pass.factors[k].embed:], s.net.params[at:at+f.Dim])
}
