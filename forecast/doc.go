// Package forecast continues time series: it reads them from CSV files and
// gota dataframes, fits methods from seasonal naive to a global LSTM, and
// answers with a distribution for every future step.
//
// Start with [ReadCSV] (or [FromFrame]) and [Run]: the first gives [Series],
// the second fits a [Method] to them and returns a [Forecast] for each. Use
// [Backtest] to see how good a method would have been on the past.
//
// A missing value is NaN, everywhere. A method is fitted on the past only.
// Series, Forecasts and fitted Models may be read by many goroutines at once.
// For one seed the results are the same on every run and for any number of
// threads. Before version 1.0 the API may change between minor versions.
package forecast
