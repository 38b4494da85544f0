// Package classic holds the statistical methods of forecasting, and what they
// share, on plain slices: a history without gaps goes in, means and standard
// deviations of the next steps come out. It knows nothing of times, ids or panels;
// package forecast does.
//
// All functions may be called by many goroutines at once; none changes its
// arguments unless it says so.
package classic

// A Func continues the values y (no gaps, at least one), whose season has m steps
// (1 for none): mean and standard deviation of each of the next horizon steps.
type Func = func(y []float64, m, horizon int) (mean, sd []float64)
