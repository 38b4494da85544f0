package seq

import (
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/seq/repro"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// floor keeps scales and shapes away from zero.
const floor = 1e-6

// Gaussian is the head for D normal targets; outputs 2d and 2d+1 are the mean
// and the standard deviation before softplus. The loss is the negative log
// density.
type Gaussian int

func (d Gaussian) Outputs() int { return 2 * int(d) }
func (d Gaussian) Targets() int { return int(d) }
func (d Gaussian) Loss(grad, out, target []float32) float64 {
	return eachTarget(2, grad, out, target, func(o terms, y float64) (loss float64, g terms) {
		s := softplus(o[1]) + floor
		z := (y - o[0]) / s
		g[0] = -z / s
		g[1] = (1 - z*z) / s * logistic(o[1])
		return 0.5*z*z + math.Log(s) + 0.5*math.Log(2*math.Pi), g
	})
}

// Sample draws D targets.
func (d Gaussian) Sample(dst, out []float32, r *rand.Rand) {
	for i := range int(d) {
		dst[i] = out[2*i] + float32((softplus(float64(out[2*i+1]))+floor)*r.NormFloat64())
	}
}

// StudentT is the head for D targets with heavy tails; outputs 3d.. are
// location, scale before softplus, and degrees of freedom - 2 before softplus.
type StudentT int

func (d StudentT) Outputs() int { return 3 * int(d) }
func (d StudentT) Targets() int { return int(d) }
func (d StudentT) Loss(grad, out, target []float32) float64 {
	return eachTarget(3, grad, out, target, func(o terms, y float64) (loss float64, g terms) {
		s, nu := softplus(o[1])+floor, 2+softplus(o[2])
		z := (y - o[0]) / s
		q := z * z / nu
		a := (nu + 1) / 2
		g[0] = -2 * a * z / (nu * s * (1 + q))
		g[1] = (1/s - 2*a*q/(s*(1+q))) * logistic(o[1])
		dnu := 0.5*(mathext.Digamma(nu/2)-mathext.Digamma(a)) + 0.5/nu + 0.5*math.Log1p(q) - a*q/(nu*(1+q))
		g[2] = dnu * logistic(o[2])
		return lgamma(nu/2) - lgamma(a) + 0.5*math.Log(nu*math.Pi) + math.Log(s) + a*math.Log1p(q), g
	})
}

// Sample draws D targets.
func (d StudentT) Sample(dst, out []float32, r *rand.Rand) {
	for i := range int(d) {
		o := out[3*i:]
		s, nu := softplus(float64(o[1]))+floor, 2+softplus(float64(o[2]))
		chi := distuv.ChiSquared{K: nu, Src: r}.Rand()
		dst[i] = o[0] + float32(s*r.NormFloat64()/math.Sqrt(chi/nu))
	}
}

// NegativeBinomial is the head for D counts; outputs 2d and 2d+1 are the mean
// and the dispersion a before softplus (variance = mean + a·mean²).
type NegativeBinomial int

func (d NegativeBinomial) Outputs() int { return 2 * int(d) }
func (d NegativeBinomial) Targets() int { return int(d) }
func (d NegativeBinomial) Loss(grad, out, target []float32) float64 {
	return eachTarget(2, grad, out, target, func(o terms, y float64) (loss float64, g terms) {
		mu, a := softplus(o[0])+floor, softplus(o[1])+floor
		r := 1 / a
		g[0] = ((y+r)/(mu+r) - y/mu) * logistic(o[0])
		// derivative by r, then r = 1/a
		dr := mathext.Digamma(r) - mathext.Digamma(y+r) - math.Log(r/(mu+r)) - 1 + (y+r)/(mu+r)
		g[1] = dr * (-r * r) * logistic(o[1])
		return lgamma(r) + lgamma(y+1) - lgamma(y+r) - r*math.Log(r/(mu+r)) - y*math.Log(mu/(mu+r)), g
	})
}

// Sample draws D counts.
func (d NegativeBinomial) Sample(dst, out []float32, r *rand.Rand) {
	for i := range int(d) {
		mu, a := softplus(float64(out[2*i]))+floor, softplus(float64(out[2*i+1]))+floor
		rate := distuv.Gamma{Alpha: 1 / a, Beta: 1 / (a * mu), Src: r}.Rand()
		dst[i] = float32(distuv.Poisson{Lambda: max(rate, 1e-9), Src: r}.Rand())
	}
}

// Bernoulli is the head for D independent yes/no targets (0 or 1); the outputs
// are logits. Unlike the other heads its loss is the sum over the targets.
type Bernoulli int

func (d Bernoulli) Outputs() int { return int(d) }
func (d Bernoulli) Targets() int { return int(d) }
func (d Bernoulli) Loss(grad, out, target []float32) float64 {
	var loss float64
	for i, t := range target[:d] {
		if t != t {
			if grad != nil {
				grad[i] = 0
			}
			continue
		}
		x, y := float64(out[i]), float64(t)
		loss += softplus(x) - x*y
		if grad != nil {
			grad[i] = float32(logistic(x) - y)
		}
	}
	return loss
}

// Sample draws D zeros and ones.
func (d Bernoulli) Sample(dst, out []float32, r *rand.Rand) {
	for i := range int(d) {
		dst[i] = 0
		if r.Float64() < logistic(float64(out[i])) {
			dst[i] = 1
		}
	}
}

func softplus(x float64) float64 {
	if x > 30 {
		return x
	}
	return math.Log1p(repro.Exp(x))
}

func logistic(x float64) float64 { return 1 / (1 + repro.Exp(-x)) }

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}
