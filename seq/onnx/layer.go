package onnx

import (
	"fmt"

	"github.com/segue-go/segue/seq"
)

// cells gives, per cell, the operator, the prefix of the parameters' names, and
// PyTorch's gates in ONNX's order: it has i,o,f,c for i,f,g,o and z,r,h for r,z,n.
var cells = map[seq.Cell]struct {
	op, prefix string
	gates      []int
}{
	seq.LSTM:  {"LSTM", "lstm", []int{0, 3, 1, 2}},
	seq.GRU:   {"GRU", "gru", []int{1, 0, 2}},
	seq.Elman: {"RNN", "rnn", []int{0}},
}

// layer builds recurrent layer l over x (T,B,width) and returns its output. With a
// dilation of d, d sequences run side by side: step t belongs to sequence t mod d,
// which is a matter of shape only.
func (e *encoder) layer(l int, x string, width int) string {
	c := e.cfg
	cell := cells[c.Cell]
	h, d := c.Hidden, c.Dilations[l]
	param := func(name string) seq.Param { return e.params[fmt.Sprintf("%s.%s_l%d", cell.prefix, name, l)] }
	// gates in ONNX's order
	turn := func(parts []float32, row int) []float32 {
		var out []float32
		for _, g := range cell.gates {
			out = append(out, parts[g*h*row:(g+1)*h*row]...)
		}
		return out
	}
	n := len(cell.gates)
	w, r := param("weight_ih"), param("weight_hh")
	bias := append(turn(param("bias_ih").Data, 1), turn(param("bias_hh").Data, 1)...)
	in := []string{
		e.dilate(x, d, width),
		e.weights(fmt.Sprintf("W_l%d", l), []int{1, n * h, width}, turn(w.Data, width)),
		e.weights(fmt.Sprintf("R_l%d", l), []int{1, n * h, h}, turn(r.Data, h)),
		e.weights(fmt.Sprintf("B_l%d", l), []int{1, 2 * n * h}, bias),
		"", // sequence lengths: all the same
		e.input(fmt.Sprintf("h0_l%d", l), float32Type, 1, batch(d), h),
	}
	out := []string{fmt.Sprintf("Y_l%d", l), fmt.Sprintf("Yh_l%d", l)}
	attributes := []message{attribute("hidden_size", int64(h))}
	switch c.Cell {
	case seq.LSTM:
		in = append(in, e.input(fmt.Sprintf("c0_l%d", l), float32Type, 1, batch(d), h))
		out = append(out, fmt.Sprintf("Yc_l%d", l))
	case seq.GRU:
		attributes = append(attributes, attribute("linear_before_reset", 1))
	}
	e.named(cell.op, in, out, attributes...)
	e.result(fmt.Sprintf("hn_l%d", l), out[1], 1, batch(d), h)
	if c.Cell == seq.LSTM {
		e.result(fmt.Sprintf("cn_l%d", l), out[2], 1, batch(d), h)
	}
	// (T,1,B,H): one direction
	y := e.node("Squeeze", []string{out[0], e.constant([]int{1}, 1)})
	return e.undilate(y, x, d, h)
}

// batch is the width of a state.
func batch(d int) string {
	if d == 1 {
		return "B"
	}
	return fmt.Sprintf("%d*B", d)
}

// dilate turns (T,B,width) into (T/d,d·B,width).
func (e *encoder) dilate(x string, d, width int) string {
	if d == 1 {
		return x
	}
	wide := e.node("Mul", []string{e.batchOf(x), e.constant([]int{1}, int64(d))})
	shape := e.node("Concat", []string{e.constant([]int{1}, -1), wide, e.constant([]int{1}, int64(width))}, attribute("axis", 0))
	return e.node("Reshape", []string{x, shape})
}

// undilate turns (T/d,d·B,width) back into the shape of like.
func (e *encoder) undilate(y, like string, d, width int) string {
	if d == 1 {
		return y
	}
	shape := e.node("Concat", []string{e.constant([]int{1}, -1), e.batchOf(like), e.constant([]int{1}, int64(width))}, attribute("axis", 0))
	return e.node("Reshape", []string{y, shape})
}

// batchOf is B as a vector of one.
func (e *encoder) batchOf(x string) string {
	return e.node("Gather", []string{e.node("Shape", []string{x}), e.constant([]int{1}, 1)})
}
