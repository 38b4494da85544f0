package classic

import "context"

// average is a method that averages the means and standard deviations of
// others.
func average(parts ...Fit) Fit {
	return func(ctx context.Context, y []float64, m, horizon int) State {
		s := &averageState{}
		for _, f := range parts {
			s.Parts = append(s.Parts, Box{f(ctx, y, m, horizon)})
		}
		return s
	}
}

// Exponential smoothing of the seasonally adjusted series, and averages of methods.
var (
	FitSES    = trendMethod(false, false) // simple
	FitHolt   = trendMethod(true, false)  // with a linear trend
	FitDamped = trendMethod(true, true)   // with a damped trend

	FitComb         = average(FitSES, FitHolt, FitDamped) // the benchmark Comb of the M competitions
	FitBlend        = average(FitTheta, FitDynamicTheta, FitDamped)
	FitIntermittent = average(FitSBA, FitTSB) // for demand that is mostly zero
)

// Blend is the average of Theta, DynamicTheta and damped-trend smoothing on the last
// values, a thousand or ten seasons: for what is estimated by the way, quickly.
func Blend(y []float64, m, horizon int) (mean, sd []float64) {
	y = y[max(0, len(y)-max(1000, 10*m)):]
	return FitBlend(context.Background(), y, m, horizon).Forecast(horizon)
}
