package classic

import (
	"context"
	"math"
	"slices"

	"github.com/segue-go/segue/seq/repro"
	"gonum.org/v1/gonum/mat"
)

// Seasonal ARIMA by exact maximum likelihood (Box, Jenkins, Reinsel and Ljung
// 2015, chapters 7 and 9). The likelihood of the differenced series comes from
// a banded Cholesky factorisation of its covariance after the transformation of
// Ansley (1979); the same factor gives the exact finite-sample predictions.

// arimaOrder is ARIMA(p,d,q)(sp,sd,sq)m; constant means a mean where nothing is
// differenced, otherwise a drift.
type arimaOrder struct {
	p, d, q, sp, sd, sq, m int
	constant               bool
}

// params counts the coefficients, the constant among them.
func (o arimaOrder) params() int {
	n := o.p + o.q + o.sp + o.sq
	if o.constant {
		n++
	}
	return n
}

// difference takes the order's differences of y, in new memory.
func (o arimaOrder) difference(y []float64) []float64 {
	w := slices.Clone(y)
	for range o.sd {
		w = differenced(w, o.m)
	}
	for range o.d {
		w = differenced(w, 1)
	}
	return w
}

func differenced(y []float64, lag int) []float64 {
	if len(y) <= lag {
		return nil
	}
	out := make([]float64, len(y)-lag)
	for i := range out {
		out[i] = y[i+lag] - y[i]
	}
	return out
}

// arma is an expanded model w_t - mean = Σ phi (w - mean) + e + Σ theta e.
type arma struct{ phi, theta []float64 }

// expand turns a point of the real space into polynomials: partial
// autocorrelations tanh(x) make the autoregressive parts stationary and the
// moving averages invertible (Monahan 1984).
func (o arimaOrder) expand(x []float64) arma {
	phi := partial(x[:o.p])
	theta := negated(partial(x[o.p : o.p+o.q]))
	sphi := partial(x[o.p+o.q : o.p+o.q+o.sp])
	stheta := negated(partial(x[o.p+o.q+o.sp : o.p+o.q+o.sp+o.sq]))
	return arma{multiply(phi, sphi, o.m, -1), multiply(theta, stheta, o.m, 1)}
}

// partial is the Durbin-Levinson recursion from tanh(x).
func partial(x []float64) []float64 {
	phi := make([]float64, len(x))
	old := make([]float64, len(x))
	for k, v := range x {
		a := repro.Tanh(v)
		copy(old, phi)
		phi[k] = a
		for j := range k {
			phi[j] = old[j] - a*old[k-1-j]
		}
	}
	return phi
}

func negated(x []float64) []float64 {
	for i := range x {
		x[i] = -x[i]
	}
	return x
}

// multiply gives the coefficients of (1 + sign·Σ a B^i)(1 + sign·Σ b B^{mi}),
// in the same convention.
func multiply(a, b []float64, m int, sign float64) []float64 {
	out := make([]float64, len(a)+m*len(b))
	copy(out, a)
	for j, v := range b {
		out[m*(j+1)-1] += v
		for i, u := range a {
			out[m*(j+1)+i] += sign * u * v
		}
	}
	return out
}

// psi gives the first n weights of the model's infinite moving average, the
// leading 1 included; integrated weights where phi holds the differences too.
func psi(phi, theta []float64, n int) []float64 {
	out := make([]float64, n)
	for j := range out {
		switch {
		case j == 0:
			out[j] = 1
		case j <= len(theta):
			out[j] = theta[j-1]
		}
		for i := 0; i < min(j, len(phi)); i++ {
			out[j] += phi[i] * out[j-1-i]
		}
	}
	return out
}

// autocovariances at lags 0..n-1, for errors of variance 1; nil if the equations
// are singular.
func (a arma) autocovariances(weights []float64, n int) []float64 {
	p := len(a.phi)
	right := func(k int) float64 {
		var s float64
		for j := k; j <= len(a.theta); j++ {
			t := 1.0
			if j > 0 {
				t = a.theta[j-1]
			}
			s += t * weights[j-k]
		}
		return s
	}
	m := mat.NewDense(p+1, p+1, nil)
	b := mat.NewVecDense(p+1, nil)
	for k := range p + 1 {
		m.Set(k, k, m.At(k, k)+1)
		for i, f := range a.phi {
			lag := k - i - 1
			if lag < 0 {
				lag = -lag
			}
			m.Set(k, lag, m.At(k, lag)-f)
		}
		b.SetVec(k, right(k))
	}
	var g mat.VecDense
	if err := g.SolveVec(m, b); err != nil {
		return nil
	}
	out := make([]float64, max(n, p+1))
	for k := range out {
		if k <= p {
			out[k] = g.AtVec(k)
			continue
		}
		out[k] = right(k)
		for i, f := range a.phi {
			out[k] += f * out[k-1-i]
		}
	}
	return out
}

// factor is the banded Cholesky factor of the covariance of the transformed
// series: row t holds columns t-band..t.
type factor struct {
	arma
	start   int // the first values, which stay as they are
	band    int
	gamma   []float64 // autocovariances of the series
	weights []float64
	moving  []float64 // autocovariances of the moving average
	rows    int
	cells   []float64 // (rows, band+1), the diagonal in the last column
}

func newFactor(a arma, n int) *factor {
	f := &factor{arma: a, start: max(len(a.phi), len(a.theta))}
	f.band = f.start
	f.cells = make([]float64, n*(f.band+1))
	f.weights = psi(a.phi, a.theta, f.start+1)
	if f.gamma = a.autocovariances(f.weights, f.start); f.gamma == nil {
		return nil
	}
	f.moving = make([]float64, len(a.theta)+1)
	at := func(j int) float64 {
		if j == 0 {
			return 1
		}
		return a.theta[j-1]
	}
	for k := range f.moving {
		for j := k; j <= len(a.theta); j++ {
			f.moving[k] += at(j) * at(j-k)
		}
	}
	return f
}

// covariance of transformed values s <= t.
func (f *factor) covariance(t, s int) float64 {
	switch {
	case t < f.start:
		return f.gamma[t-s]
	case s >= f.start:
		if t-s < len(f.moving) {
			return f.moving[t-s]
		}
		return 0
	}
	var c float64
	for k := t - s; k <= len(f.theta); k++ {
		c += f.theta[k-1] * f.weights[k-(t-s)]
	}
	return c
}

// row t of the factor, whose last element is the diagonal, and the column of its
// first.
func (f *factor) row(t int) (row []float64, lo int) {
	lo = max(0, t-f.band)
	if t >= f.start {
		lo = max(0, t-len(f.theta))
	}
	end := (t + 1) * (f.band + 1)
	return f.cells[end-(t-lo+1) : end], lo
}

// add computes the next row; false if the matrix is not positive.
func (f *factor) add() bool {
	t := f.rows
	if need := (t + 1) * (f.band + 1); need > len(f.cells) {
		f.cells = slices.Grow(f.cells, max(need-len(f.cells), len(f.cells)))
		f.cells = f.cells[:cap(f.cells)]
	}
	row, lo := f.row(t)
	for s := lo; s < t; s++ {
		c := f.covariance(t, s)
		other, from := f.row(s)
		from = max(from, lo)
		a, b := row[from-lo:s-lo], other[len(other)-1-(s-from):len(other)-1]
		for j, v := range a {
			c -= v * b[j]
		}
		row[s-lo] = c / other[len(other)-1]
	}
	c := f.covariance(t, t)
	for _, v := range row[:t-lo] {
		c -= v * v
	}
	if !(c > 0) {
		return false
	}
	row[t-lo] = math.Sqrt(c)
	f.rows++
	return true
}

// whiten returns the standardised innovations of w.
func (f *factor) whiten(w []float64) []float64 {
	e := make([]float64, len(w))
	for t := range w {
		z := w[t]
		if t >= f.start {
			for i, p := range f.phi {
				z -= p * w[t-1-i]
			}
		}
		row, lo := f.row(t)
		for j, v := range row[:t-lo] {
			z -= v * e[lo+j]
		}
		e[t] = z / row[t-lo]
	}
	return e
}

// arimaFit is an estimated model.
type arimaFit struct {
	arimaOrder
	coef   arma
	mean   float64 // of the differenced series
	sigma2 float64
	loglik float64
	aicc   float64
}

// evaluate computes the likelihood of the differenced series w under the
// coefficients at x; the mean is estimated by generalised least squares. ok is
// false where there is none.
func (o arimaOrder) evaluate(w, x []float64) (fit arimaFit, ok bool) {
	fit = arimaFit{arimaOrder: o, coef: o.expand(x)}
	f := newFactor(fit.coef, len(w))
	if f == nil {
		return fit, false
	}
	var logs float64
	for range w {
		if !f.add() {
			return fit, false
		}
		logs += math.Log(f.cells[f.rows*(f.band+1)-1])
	}
	e := f.whiten(w)
	if o.constant {
		ones := make([]float64, len(w))
		for i := range ones {
			ones[i] = 1
		}
		u := f.whiten(ones)
		var uu, ue float64
		for i := range u {
			uu, ue = uu+u[i]*u[i], ue+u[i]*e[i]
		}
		fit.mean = ue / uu
		for i := range e {
			e[i] -= fit.mean * u[i]
		}
	}
	var sse float64
	for _, v := range e {
		sse += v * v
	}
	n := float64(len(w))
	fit.sigma2 = max(sse/n, 1e-300)
	fit.loglik = -n/2*(math.Log(2*math.Pi*fit.sigma2)+1) - logs
	k := float64(o.params() + 1)
	fit.aicc = math.Inf(1)
	if n > k+1 {
		fit.aicc = -2*fit.loglik + 2*k + 2*k*(k+1)/(n-k-1)
	}
	return fit, !math.IsNaN(fit.loglik)
}

// fit estimates the order on a series that is differenced already.
func (o arimaOrder) fit(ctx context.Context, w []float64) (arimaFit, bool) {
	x := make([]float64, o.p+o.q+o.sp+o.sq)
	for i := range x {
		x[i] = .1
	}
	if len(x) > 0 {
		unit := logUnit(math.Sqrt(Variance(w)), len(w)) / 2
		x = descend(ctx, x, func(x []float64) float64 {
			fit, ok := o.evaluate(w, x)
			if !ok {
				return math.Inf(1)
			}
			return -fit.loglik - unit
		})
	}
	return o.evaluate(w, x)
}
