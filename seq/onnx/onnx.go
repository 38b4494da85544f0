// Package onnx writes networks in the Open Neural Network Exchange format, for
// runtimes in other languages. It is apart from package seq so that importing that
// it pulls in nothing.
package onnx

import (
	"fmt"
	"slices"

	"github.com/segue-go/segue/seq"
)

// opset is the version of the operators that are used.
const opset = 17

// Encode writes a network as an ONNX model. With T steps and B sequences its inputs
// are
//
//	x                    (T,B,Inputs) real features, if there are any
//	tokens.NAME          (T,B) int64 per token stream; negative is unknown
//	h0_l0, h0_l1, ...    (1,D·B,Hidden) state of each layer before the first step
//	                     (zeros), where D is the layer's dilation
//	c0_l0, c0_l1, ...    the same for the LSTM's cells
//	side.NAME            (T,B,Side) per factor with side features
//	value.NAME           (T,B) int64, the value of a factor that later ones see;
//	                     negative is unknown
//
// and its outputs hn_l0, cn_l0, ... (state after the last step), out (T,B,Outputs;
// the real-valued head's outputs as Pass.Outputs gives them), and logits.NAME
// (T,B,Size) per factor. A network with neither gives hidden (T,B,Hidden), the top
// layer's output. T must be a multiple of every dilation.
func Encode(n *seq.Net) ([]byte, error) {
	if _, ok := cells[n.Config().Cell]; !ok {
		return nil, fmt.Errorf("onnx: there is no operator for the cell %q", n.Config().Cell)
	}
	e := &encoder{cfg: n.Config(), params: map[string]seq.Param{}}
	for _, p := range n.Params() {
		e.params[p.Name] = p
	}
	if n.Head() != nil {
		e.outputs = n.Head().Outputs()
	}
	e.network()
	graph := e.graph.text(2, "segue")
	for _, field := range []struct {
		number uint64
		list   []message
	}{{5, e.initializers}, {11, e.inputs}, {12, e.results}} {
		for _, m := range field.list {
			graph = graph.inner(field.number, m)
		}
	}
	m := message(nil).number(1, 8).text(2, "segue").inner(7, graph)
	m = m.inner(8, message(nil).text(1, "").number(2, opset))
	return m, nil
}

// encoder builds the graph.
type encoder struct {
	cfg     seq.Config
	params  map[string]seq.Param
	outputs int

	graph        message // nodes
	initializers []message
	inputs       []message
	results      []message
	names        int
}

// node adds an operator with one output and returns the output's name.
func (e *encoder) node(op string, in []string, attributes ...message) string {
	e.names++
	out := fmt.Sprintf("%s_%d", op, e.names)
	e.named(op, in, []string{out}, attributes...)
	return out
}

func (e *encoder) named(op string, in, out []string, attributes ...message) {
	var m message
	for _, s := range in {
		m = m.text(1, s)
	}
	for _, s := range out {
		m = m.text(2, s)
	}
	m = m.text(4, op)
	for _, a := range attributes {
		m = m.inner(5, a)
	}
	e.graph = e.graph.inner(1, m)
}

// constant adds whole numbers and returns their name.
func (e *encoder) constant(dims []int, v ...int64) string {
	e.names++
	name := fmt.Sprintf("const_%d", e.names)
	e.initializers = append(e.initializers, ints(name, dims, v...))
	return name
}

func (e *encoder) weights(name string, dims []int, data []float32) string {
	e.initializers = append(e.initializers, floats(name, dims, data))
	return name
}

func (e *encoder) input(name string, kind int64, dims ...any) string {
	e.inputs = append(e.inputs, value(name, kind, dims...))
	return name
}

func (e *encoder) result(name, from string, dims ...any) {
	e.named("Identity", []string{from}, []string{name})
	e.results = append(e.results, value(name, float32Type, dims...))
}

// concat joins along the last axis.
func (e *encoder) concat(parts []string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return e.node("Concat", parts, attribute("axis", -1))
}

// embed looks tokens up; a row of zeros represents unknown ones.
func (e *encoder) embed(tokens, table string, size, dim int) string {
	data := append(slices.Clone(e.params[table].Data), make([]float32, dim)...)
	w := e.weights(table, []int{size + 1, dim}, data)
	unknown := e.node("Less", []string{tokens, e.constant(nil, 0)})
	index := e.node("Where", []string{unknown, e.constant(nil, int64(size)), tokens})
	return e.node("Gather", []string{w, index})
}

// affine is W x + b along the last axis; the parameters are name.weight (out,in)
// and, where there is one, name.bias.
func (e *encoder) affine(x, name string) string {
	w := e.params[name+".weight"]
	out, in := w.Shape[0], w.Shape[1]
	turned := make([]float32, len(w.Data))
	for i := range out {
		for j := range in {
			turned[j*out+i] = w.Data[i*in+j]
		}
	}
	y := e.node("MatMul", []string{x, e.weights(name+".weight", []int{in, out}, turned)})
	if b, ok := e.params[name+".bias"]; ok {
		y = e.node("Add", []string{y, e.weights(name+".bias", []int{out}, b.Data)})
	}
	return y
}

// network builds everything.
func (e *encoder) network() {
	c := e.cfg
	var parts []string
	if c.Inputs > 0 {
		parts = append(parts, e.input("x", float32Type, "T", "B", c.Inputs))
	}
	for _, t := range c.Tokens {
		parts = append(parts, e.embed(e.input("tokens."+t.Name, int64Type, "T", "B"), "embed."+t.Name+".weight", t.Size, t.Dim))
	}
	input := e.concat(parts)
	hidden, width := input, c.InputWidth()
	for l := range c.Layers {
		y := e.layer(l, hidden, width)
		if c.Residual && width == c.Hidden {
			y = e.node("Add", []string{y, hidden})
		}
		hidden, width = y, c.Hidden
	}
	u := []string{hidden}
	if c.Skip {
		u = append(u, input)
	}
	if e.outputs > 0 {
		e.head(u, input)
	}
	if e.outputs == 0 && len(c.Factors) == 0 {
		e.result("hidden", hidden, "T", "B", c.Hidden)
	}
	e.factors(u)
}

// head builds the real-valued head.
func (e *encoder) head(u []string, input string) {
	x := e.concat(u)
	if e.cfg.HeadHidden > 0 {
		x = e.node("Relu", []string{e.affine(x, "head.hidden")})
	}
	out := e.affine(x, "head.out")
	if e.cfg.HeadHidden > 0 && e.cfg.Skip {
		out = e.node("Add", []string{out, e.affine(input, "head.direct")})
	}
	e.result("out", out, "T", "B", e.outputs)
}

// factors builds the chain of categorical outputs.
func (e *encoder) factors(u []string) {
	for k, f := range e.cfg.Factors {
		if f.Side > 0 {
			u = append(u, e.input("side."+f.Name, float32Type, "T", "B", f.Side))
		}
		name := "factor." + f.Name
		x := e.concat(u)
		if f.Hidden > 0 {
			x = e.node("Relu", []string{e.affine(x, name+".hidden")})
		}
		e.result("logits."+f.Name, e.affine(x, name+".out"), "T", "B", f.Size)
		if f.Dim > 0 && k+1 < len(e.cfg.Factors) {
			u = append(u, e.embed(e.input("value."+f.Name, int64Type, "T", "B"), name+".embed.weight", f.Size, f.Dim))
		}
	}
}
