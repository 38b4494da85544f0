// Package neural forecasts with recurrent networks of package seq: [LSTM] trains
// them on a panel, [ZeroShot] continues series with networks that were trained
// before on others, [Segment] is for few long series and far horizons. Trained
// networks are written by forecast.Save and read by [Decode].
//
// Methods and models may be used by many goroutines at once. For one seed the
// results are the same on every run and for any number of threads.
package neural
