// Package forecast continues time series: a [Method] is fitted to a panel of
// [Series] and gives a [Model], which answers with a distribution, a [Forecast],
// for every future step.
//
// Start with [Run], which fits a method and continues every series of a panel;
// use [Backtest] to see how good a method would have been on the past. Statistical
// methods are values of this package: [Theta], [SeasonalNaive], [ETS], ...; the
// packages below it hold the rest:
//
//	calendar   steps of time: the units of a Freq, business days, opening hours, events
//	table      reads series from CSV text, and lays forecasts out as a table
//	frame      the same for gota's dataframes
//	auto       the default method, with networks that are trained already; every method by name
//	neural     networks trained on a panel, and those networks
//	bound      forecasts between a floor and a cap
//	keep       fitted models in files, and as values come in
//	regress    effects of regressors, holidays and the calendar
//	hierarchy  forecasts of series and of their sums that add up
//	chart      pictures
//
// A missing value is NaN, everywhere. A method is fitted on the past only.
// Series, Forecasts and fitted Models may be read by many goroutines at once.
// For one seed the results are the same on every run and for any number of
// threads. Before version 1.0 the API may change between minor versions.
package forecast
