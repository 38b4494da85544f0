// Package repro has functions of real numbers whose last bit is the same on every
// processor of an architecture. Exp of package math is not: on amd64 it uses fused
// multiply-add where the processor has it. Searches for parameters and trainings carry
// such a bit into the digits that people see.
//
// The functions may be called by many goroutines. The package serves this module only.
package repro

import "math"

// coefficients of exp(r) = 1 + r + r²·(c0 + c1·r + ...) for |r| <= log(2)/2: the Taylor
// series, whose first term left out is below 2^-60.
var coefficients = [...]float64{
	1. / 2, 1. / 6, 1. / 24, 1. / 120, 1. / 720, 1. / 5040, 1. / 40320, 1. / 362880,
	1. / 3628800, 1. / 39916800, 1. / 479001600, 1. / 6227020800,
}

// Exp is e to the power x, within two units of the last place of package math: 0 for x below -745.2, +Inf
// above 709.8, NaN for NaN.
func Exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 709.79:
		return math.Inf(1)
	case x < -745.2:
		return 0
	}
	// log(2) in two parts, of which the first has 32 bits: k times it is exact
	const high = 0xb17217f7p-32
	const low = math.Ln2 - high
	k := math.Round(x * math.Log2E)
	a, b := x-k*high, k*low
	r := a - b
	rest := (a - r) - b // what the subtraction lost
	p := coefficients[len(coefficients)-1]
	for i := len(coefficients) - 2; i >= 0; i-- {
		p = p*r + coefficients[i]
	}
	y := 1 + (r + (rest + r*r*p))
	if k < -1021 || k > 1022 {
		return math.Ldexp(y, int(k))
	}
	return y * math.Float64frombits(uint64(1023+int(k))<<52)
}

// Pow is x to the power y for x > 0, within a few units of the last place where the
// result is not extreme.
func Pow(x, y float64) float64 { return Exp(y * math.Log(x)) }

// Tanh is the hyperbolic tangent, within a few units of the last place.
func Tanh(x float64) float64 {
	// beyond 20 it is 1 to the last bit; near 0 the difference below would cancel
	switch a := math.Abs(x); {
	case a > 20:
		return math.Copysign(1, x)
	case a > .5:
		return math.Copysign(1-2/(Exp(2*a)+1), x)
	}
	e := math.Expm1(2 * x)
	return e / (e + 2)
}
