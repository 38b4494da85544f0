// Package classic holds the statistical methods of forecasting, and what they
// share, on plain slices: a history without gaps goes in, a [State] comes out, which
// gives means and standard deviations of the next steps. A State can be written to a
// file and moves on with values that come later. The package knows nothing of times,
// ids or panels; package forecast does.
//
// All functions may be called by many goroutines at once; none changes its
// arguments unless it says so.
package classic
