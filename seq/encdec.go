package seq

import (
	"fmt"

	"github.com/segue-go/segue/seq/internal/kernel"
	"github.com/segue-go/segue/seq/internal/layer"
)

// EncoderDecoder is a pair of networks: the encoder reads a sequence and the
// decoder writes another. The decoder starts from the encoder's last state
// (Sutskever, Vinyals and Le 2014) and may attend to all of the encoder's outputs.
// Make one with Join, train it with Fit, and use it through Read and a Stepper of
// the decoder. WriteFile saves both networks in one file; after ReadFile, Join
// them again.
type EncoderDecoder struct {
	Encoder, Decoder *Net
	attends          bool
	params           []float32 // of both, one after the other
}

// Join makes an encoder-decoder from two networks with the same cell, width,
// number of layers and dilations of 1. The encoder has no outputs of its own
// (HeadSpec.Kind "none", no Skip, no HeadDropout). A decoder whose first factor
// has Side = H gets attention: its side input is then the context, see Memory.
// From then on one slice holds the parameters of both.
func Join(encoder, decoder *Net) (*EncoderDecoder, error) {
	e, d := encoder.cfg, decoder.cfg
	bad := func(format string, args ...any) (*EncoderDecoder, error) {
		return nil, fmt.Errorf("seq: %w: %s", ErrConfig, fmt.Sprintf(format, args...))
	}
	if e.Cell != d.Cell || e.Hidden != d.Hidden || e.Layers != d.Layers {
		return bad("the encoder has %d layers of %d %s units, the decoder %d of %d %s: want the same", e.Layers, e.Hidden, e.Cell, d.Layers, d.Hidden, d.Cell)
	}
	for i := range e.Dilations {
		if e.Dilations[i] != 1 || d.Dilations[i] != 1 {
			return bad("an encoder-decoder has dilations of 1")
		}
	}
	if encoder.head != nil || len(e.Factors) > 0 || e.Skip || e.HeadDropout > 0 {
		return bad(`the encoder has outputs, want a head of kind "none", no factors, Skip or HeadDropout`)
	}
	m := &EncoderDecoder{Encoder: encoder, Decoder: decoder}
	m.attends = len(d.Factors) > 0 && d.Factors[0].Side == e.Hidden
	m.params = kernel.Alloc(len(encoder.params) + len(decoder.params))
	n := copy(m.params, encoder.params)
	copy(m.params[n:], decoder.params)
	encoder.params, decoder.params = m.params[:n:n], m.params[n:]
	return m, nil
}

// Attends reports whether the decoder has attention.
func (m *EncoderDecoder) Attends() bool { return m.attends }

// A PairSource provides the training pairs: the sequences to read and the
// sequences to write. Decoder sequence b belongs to encoder sequence b; the decoder's
// inputs are usually its own earlier labels. Like a Source it depends on step
// only. With attention, training fills in the side input of the first factor.
type PairSource func(step int, in, out *Batch) error

// From returns what Fit trains: the networks on pairs from src, computed on
// threads goroutines (0 means 1).
func (m *EncoderDecoder) From(src PairSource, threads int) Model {
	return &pairModel{src: src, pass: m.newPass(threads)}
}

// Loss returns the decoder's loss on a pair of batches.
func (m *EncoderDecoder) Loss(in, out *Batch) float64 {
	return m.newPass(1).run(in, out, nil, 0)
}

type pairModel struct {
	src     PairSource
	in, out Batch
	pass    *pairPass
}

func (p *pairModel) Flat() []float32 { return p.pass.m.params }

func (p *pairModel) Tier() Tier { return p.pass.m.Decoder.tier }

func (p *pairModel) Gradient(step int, grad []float32, dropout uint64) (float64, error) {
	if err := p.src(step, &p.in, &p.out); err != nil {
		return 0, err
	}
	return p.pass.run(&p.in, &p.out, grad, dropout), nil
}

// pairPass is the workspace of both networks.
type pairPass struct {
	m    *EncoderDecoder
	e, d *Pass
	st   *State
}

func (m *EncoderDecoder) newPass(threads int) *pairPass {
	p := &pairPass{m: m, e: m.Encoder.NewPass(threads), d: m.Decoder.NewPass(threads)}
	if m.attends {
		p.d.attention = &attention{encoder: p.e}
	}
	return p
}

// run returns the loss and adds the gradient to grad unless it is nil.
func (p *pairPass) run(in, out *Batch, grad []float32, dropout uint64) float64 {
	if in.B != out.B {
		panic(fmt.Sprintf("seq: EncoderDecoder: %d sequences to read and %d to write", in.B, out.B))
	}
	out.checkTargets(p.m.Decoder)
	train := grad != nil
	if p.st == nil || p.st.B != in.B {
		p.st = p.m.Encoder.NewState(in.B)
	}
	p.e.begin(in, nil, train, dropout)
	p.e.crew.Run(p.e.phases.forward)
	p.e.keep(p.st)
	if p.d.attention != nil {
		p.d.attention.a = layer.Fit(p.d.attention.a, out.T*out.B*in.T)
	}
	p.d.begin(out, p.st, train, mix(dropout))
	p.d.crew.Run(p.d.phases.forward)
	if train {
		clear(p.e.layers[len(p.e.layers)-1].DY)
		p.tie(in)
		n := len(p.m.Encoder.params)
		p.e.grad, p.d.grad = grad[:n], grad[n:]
	}
	p.d.crew.Run(p.d.phases.backward)
	if train {
		p.e.crew.Run(p.e.phases.backward)
		for _, q := range []*Pass{p.d, p.e} {
			q.crew.Run(q.phases.gradient)
			q.embedGradient()
			q.grad = nil
		}
	}
	return p.d.total()
}

// tie lets the gradient of the decoder's first states flow into the encoder's
// last ones.
func (p *pairPass) tie(in *Batch) {
	for i, y := range p.e.layers {
		if y.After == nil || len(y.After.Last) != in.B {
			y.After = layer.NewEdge(in.B, y.H, y.MH)
			p.d.layers[i].Before = y.After
		}
		for b := range in.B {
			y.After.Last[b] = in.length(b) - 1
		}
	}
}

// Memory is an encoder's result for a batch: the state from which the decoder
// starts and the outputs that it may attend to.
type Memory struct {
	State *State // the decoder's first state; stepping moves it on
	m     layer.Memory
	a     []float32
	c     []float32
}

// Read runs the encoder over b.
func (m *EncoderDecoder) Read(b *Batch) *Memory {
	p := m.Encoder.NewPass(1)
	st := m.Encoder.NewState(b.B)
	p.Forward(b, st)
	return &Memory{State: st, m: p.memory(), a: make([]float32, b.T), c: make([]float32, m.Encoder.cfg.Hidden)}
}

// Attend returns the context (H) for a query (H), the decoder's top output, in
// sequence b, and the weight (S) of each encoder step in it. The context is the
// side input of the decoder's first factor. Both slices are reused.
func (m *Memory) Attend(b int, query []float32) (context, weights []float32) {
	m.m.Attend(m.a, m.c, query[:m.m.H], b)
	return m.c, m.a
}

// attention lets the decoder read every step of the encoder: its queries are the
// decoder's top outputs, and the context is the side input of the decoder's
// first factor. It has no parameters of its own: the decoder learns the queries
// and the encoder the outputs. A nil attention does nothing.
type attention struct {
	encoder *Pass
	a       []float32 // (T,B,S) weights
}

func (p *Pass) memory() layer.Memory {
	return layer.Memory{Outputs: p.Hidden(), H: p.net.cfg.Hidden, S: p.b.T, B: p.b.B, Lengths: p.b.Lengths}
}

// forward puts the contexts of a span into the side input of the first factor.
func (at *attention) forward(p *Pass, s layer.Span) {
	if at == nil {
		return
	}
	m := at.encoder.memory()
	for t := range s.Steps {
		for b := s.B0; b < s.B1; b++ {
			r := t*s.Batch + b
			m.Attend(at.a[r*m.S:(r+1)*m.S], p.b.Side[0][r*m.H:(r+1)*m.H], p.Hidden()[r*m.H:(r+1)*m.H], b)
		}
	}
}

// backward adds the contexts' gradients to those of both top layers.
func (at *attention) backward(p *Pass, s layer.Span) {
	if at == nil {
		return
	}
	m := at.encoder.memory()
	de := at.encoder.layers[len(at.encoder.layers)-1].DY
	dy := p.layers[len(p.layers)-1].DY
	for t := range s.Steps {
		for b := s.B0; b < s.B1; b++ {
			r := t*s.Batch + b
			dc := p.du[r*p.width+p.factors[0].side:][:m.H]
			m.Backward(dy[r*m.H:(r+1)*m.H], de, dc, at.a[r*m.S:(r+1)*m.S], p.Hidden()[r*m.H:(r+1)*m.H], b)
		}
	}
}
