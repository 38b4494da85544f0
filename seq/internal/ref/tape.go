// Package ref is the slow truth: the networks of package seq in plain float64
// loops over a tape that differentiates every single operation. It is written
// to be read and believed, not to be fast; the fast code is tested against it,
// and it is tested against PyTorch.
package ref

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Value is a number on a tape.
type Value struct {
	t *Tape
	i int
}

// Tape records operations so that Backward can apply the chain rule to them in
// reverse (Linnainmaa 1970).
type Tape struct {
	x, dx []float64
	from  [][2]int     // operands; -1 for none
	slope [][2]float64 // derivative by each operand
}

func (t *Tape) push(x float64, a int, da float64, b int, db float64) Value {
	t.x = append(t.x, x)
	t.from = append(t.from, [2]int{a, b})
	t.slope = append(t.slope, [2]float64{da, db})
	return Value{t, len(t.x) - 1}
}

// Var puts a number on the tape.
func (t *Tape) Var(x float64) Value { return t.push(x, -1, 0, -1, 0) }

// Vars puts numbers on the tape.
func (t *Tape) Vars(xs []float64) []Value {
	vs := make([]Value, len(xs))
	for i, x := range xs {
		vs[i] = t.Var(x)
	}
	return vs
}

// Backward computes the derivative of y by every value on the tape.
func (t *Tape) Backward(y Value) {
	t.dx = make([]float64, len(t.x))
	t.dx[y.i] = 1
	for i := y.i; i >= 0; i-- {
		for k, from := range t.from[i] {
			if from >= 0 {
				t.dx[from] += t.dx[i] * t.slope[i][k]
			}
		}
	}
}

// X is the number, Grad its derivative after Backward.
func (v Value) X() float64    { return v.t.x[v.i] }
func (v Value) Grad() float64 { return v.t.dx[v.i] }

func (v Value) unary(x, slope float64) Value { return v.t.push(x, v.i, slope, -1, 0) }

func (v Value) Add(w Value) Value { return v.t.push(v.X()+w.X(), v.i, 1, w.i, 1) }
func (v Value) Sub(w Value) Value { return v.t.push(v.X()-w.X(), v.i, 1, w.i, -1) }
func (v Value) Mul(w Value) Value { return v.t.push(v.X()*w.X(), v.i, w.X(), w.i, v.X()) }
func (v Value) Div(w Value) Value {
	return v.t.push(v.X()/w.X(), v.i, 1/w.X(), w.i, -v.X()/(w.X()*w.X()))
}
func (v Value) Scale(k float64) Value { return v.unary(k*v.X(), k) }
func (v Value) Plus(k float64) Value  { return v.unary(v.X()+k, 1) }
func (v Value) Log() Value            { return v.unary(math.Log(v.X()), 1/v.X()) }
func (v Value) Exp() Value            { e := math.Exp(v.X()); return v.unary(e, e) }
func (v Value) Tanh() Value           { y := math.Tanh(v.X()); return v.unary(y, 1-y*y) }
func (v Value) Sigmoid() Value        { y := 1 / (1 + math.Exp(-v.X())); return v.unary(y, y*(1-y)) }
func (v Value) Softplus() Value {
	return v.unary(math.Log1p(math.Exp(v.X())), 1/(1+math.Exp(-v.X())))
}
func (v Value) LogGamma() Value {
	y, _ := math.Lgamma(v.X())
	return v.unary(y, mathext.Digamma(v.X()))
}
func (v Value) Abs() Value {
	if v.X() < 0 {
		return v.Scale(-1)
	}
	return v
}
func (v Value) Relu() Value {
	if v.X() > 0 {
		return v
	}
	return v.Scale(0)
}
