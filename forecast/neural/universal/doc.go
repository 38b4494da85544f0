// Package universal has one recurrent network that continues series of any rate
// without being trained on them.
//
// At every step the network reads where a series stands: its last values, what the
// drafts say of the next sixteen values, how good each draft has been so far, and the
// errors of their average in the last block. Eleven drafts are simple rules (last value,
// last season, mean of four seasons, a week ago, drift, ...), two are autoregressions
// fitted to the series up to there. It answers with quantiles of the
// next sixteen values, relative to that average and in units of its usual error. In
// these units an hour of a day, a week of a year and a year look alike, so one network
// serves all rates. What lies further ahead is read out in the same pass from steps
// whose new values are missing.
//
// Start with Decode and Net.Forecast; Train and Source are for the laboratory that
// makes the weights. A Net may be used by many goroutines at once.
package universal
