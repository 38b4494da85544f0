package forecast

import (
	"math"
	"math/rand/v2"

	"github.com/segue-go/segue/forecast/internal/classic"
	"gonum.org/v1/gonum/stat/distuv"
)

// Paths draws n possible futures (n,H) from the forecast. Every step follows its
// distribution; the normal scores of neighbouring steps have the given correlation, 0
// to 1, which PathCorrelation estimates.
func (f Forecast) Paths(n int, correlation float64, seed uint64) [][]float64 {
	r := rand.New(rand.NewPCG(seed, 0x9a7))
	rest := math.Sqrt(max(0, 1-correlation*correlation))
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, f.Horizon())
		z := r.NormFloat64()
		for h := range out[i] {
			if h > 0 {
				z = correlation*z + rest*r.NormFloat64()
			}
			out[i][h] = f.Quantile(h, distuv.UnitNormal.CDF(max(-6, min(6, z))))
		}
	}
	return out
}

// PathCorrelation estimates the correlation of the errors of neighbouring steps within
// one forecast, from forecasts of Blend at past origins.
func PathCorrelation(s Series, season, horizon int) float64 {
	y := classic.Fill(s.Values, season)
	var ab, aa, bb float64
	for k := 1; k <= mostOrigins; k++ {
		n := len(y) - k*max(1, horizon/2) - horizon/2
		if horizon < 2 || n < max(8, 2*season) {
			break
		}
		h := min(horizon, len(y)-n)
		mean, sd := classic.Blend(y[:n], season, h)
		for t := 1; t < h; t++ {
			a, b := (y[n+t-1]-mean[t-1])/max(sd[t-1], 1e-300), (y[n+t]-mean[t])/max(sd[t], 1e-300)
			ab, aa, bb = ab+a*b, aa+a*a, bb+b*b
		}
	}
	if aa <= 0 || bb <= 0 {
		return .7 // nothing to estimate from: forecast errors mostly accumulate; not tuned
	}
	return max(0, min(.98, ab/math.Sqrt(aa*bb)))
}
