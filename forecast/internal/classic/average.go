package classic

// average is a method that averages the means and standard deviations of
// others.
func average(parts ...Func) Func {
	return func(y []float64, m, horizon int) (mean, sd []float64) {
		mean, sd = make([]float64, horizon), make([]float64, horizon)
		for _, f := range parts {
			a, b := f(y, m, horizon)
			for h := range mean {
				mean[h] += a[h] / float64(len(parts))
				sd[h] += b[h] / float64(len(parts))
			}
		}
		return mean, sd
	}
}

var (
	ses    = trendMethod(false, false)
	holt   = trendMethod(true, false)
	damped = trendMethod(true, true)

	comb         = average(ses, holt, damped)
	blend        = average(Theta, DynamicTheta, damped)
	intermittent = average(SBA, TSB)
)

// SES is simple exponential smoothing of the seasonally adjusted series.
func SES(y []float64, m, horizon int) (mean, sd []float64) { return ses(y, m, horizon) }

// Holt is exponential smoothing with a linear trend of the seasonally adjusted
// series.
func Holt(y []float64, m, horizon int) (mean, sd []float64) { return holt(y, m, horizon) }

// Damped is exponential smoothing with a damped trend of the seasonally adjusted
// series.
func Damped(y []float64, m, horizon int) (mean, sd []float64) { return damped(y, m, horizon) }

// Comb is the benchmark Comb of the M competitions: the average of SES, Holt and
// Damped.
func Comb(y []float64, m, horizon int) (mean, sd []float64) { return comb(y, m, horizon) }

// Blend is the average of Theta, DynamicTheta and Damped.
func Blend(y []float64, m, horizon int) (mean, sd []float64) { return blend(y, m, horizon) }

// Intermittent is the average of SBA and TSB, for demand that is mostly zero.
func Intermittent(y []float64, m, horizon int) (mean, sd []float64) {
	return intermittent(y, m, horizon)
}
