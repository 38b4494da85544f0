package forecast_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/segue-go/segue/forecast"
)

// A plain slice is enough.
func ExampleRun() {
	s := forecast.Series{ID: "visitors"}
	for i := range 48 {
		s.Values = append(s.Values, 100+float64(i)+20*math.Sin(2*math.Pi*float64(i)/12))
	}
	fs, err := forecast.Run(context.Background(), forecast.ETS{}, []forecast.Series{s}, forecast.Task{Horizon: 3, Season: 12})
	if err != nil {
		panic(err)
	}
	for _, v := range fs[0].Mean {
		fmt.Printf("%.0f\n", v)
	}
	// Output:
	// 148
	// 159
	// 167
}

// A value that the past did not lead to expect.
func ExampleDetectAnomalies() {
	s := forecast.Series{}
	for i := range 60 {
		s.Values = append(s.Values, float64(50+i%3))
	}
	s.Values[40] = 90
	points, err := forecast.DetectAnomalies(context.Background(), forecast.Blend, []forecast.Series{s}, forecast.Task{Season: 3}, 99)
	if err != nil {
		panic(err)
	}
	for _, p := range points[0] {
		if p.Anomalous() && p.Score > 3 {
			fmt.Printf("step %d is %.0f, about %.0f was expected\n", p.Step, p.Value, math.Round(p.Expected))
		}
	}
	// Output:
	// step 40 is 90, about 51 was expected
}

// Cross-validation: methods forecast the last values of a series from those before them,
// at several origins.
func ExampleBacktest() {
	s := forecast.Series{ID: "visitors"}
	for i := range 72 {
		s.Values = append(s.Values, 100+float64(i)+20*math.Sin(2*math.Pi*float64(i)/12))
	}
	methods := []forecast.Method{forecast.SeasonalNaive, forecast.Theta}
	results, err := forecast.Backtest(context.Background(), methods, []forecast.Series{s}, forecast.Task{Horizon: 6, Season: 12}, forecast.BacktestOptions{Folds: 3})
	if err != nil {
		panic(err)
	}
	for _, r := range results {
		fmt.Printf("%s: MASE %.2f on %d forecasts\n", r.Method, r.MASE, r.Series)
	}
	// Output:
	// snaive: MASE 1.00 on 3 forecasts
	// theta: MASE 0.49 on 3 forecasts
}

// Compare two methods at twelve origins, one step apart, and ask whether the difference
// could be chance.
func ExampleDieboldMariano() {
	s := forecast.Series{}
	for i := range 48 {
		s.Values = append(s.Values, float64(100+5*i+(i*i)%5))
	}
	rs, err := forecast.Backtest(context.Background(), []forecast.Method{forecast.Drift, forecast.Naive}, []forecast.Series{s},
		forecast.Task{Horizon: 3, Season: 1}, forecast.BacktestOptions{Folds: 12, Step: 1, Trials: true})
	if err != nil {
		panic(err)
	}
	d := forecast.DieboldMariano(rs[0], rs[1], 1)
	fmt.Println("drift is better:", d.Mean < 0, "- over", d.N, d.Over, "- hardly chance:", d.P < .05)
	for _, p := range rs[0].ByStep(1) {
		fmt.Printf("step %s: MASE below 1: %v\n", p.Name, p.MASE < 1)
	}
	// Output:
	// drift is better: true - over 12 folds - hardly chance: true
	// step 1: MASE below 1: true
	// step 2: MASE below 1: true
	// step 3: MASE below 1: true
}

// The total of a horizon has an interval of its own: errors of single steps cancel in
// part, so it is narrower than the sum of theirs.
func ExampleForecast_Total() {
	s := forecast.Series{ID: "sales"}
	for i := range 60 {
		s.Values = append(s.Values, float64(100+i*i%13))
	}
	fs, err := forecast.Run(context.Background(), forecast.SES, []forecast.Series{s}, forecast.Task{Horizon: 6, Season: 1})
	if err != nil {
		log.Fatal(err)
	}
	total := fs[0].Total(forecast.PathCorrelation(s, 1, 6), 1)
	lo, hi := total.Interval(0, 80)
	mean, width := 0.0, 0.0
	for h, v := range fs[0].Mean {
		l, u := fs[0].Interval(h, 80)
		mean, width = mean+v, width+u-l
	}
	fmt.Println("the means add up:", math.Abs(total.Mean[0]-mean) < 1e-6, "- the interval is narrower:", hi-lo < width)
	// Output:
	// the means add up: true - the interval is narrower: true
}

// A gap is filled with the usual season between the levels on both sides.
func ExampleImpute() {
	s := forecast.Series{Values: []float64{10, 20, 10, 20, 10, math.NaN(), 10, 20, 10, 20}}
	full, filled := forecast.Impute(s, 2)
	fmt.Printf("step %d: %.0f\n", filled[0], full.Values[5])
	// Output:
	// step 5: 20
}
