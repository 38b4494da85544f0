// Workbench is a forecaster's day in thirty lines: read a frame, judge methods on its past
// with regressors, fit, save, load, add the values that came in, forecast two horizons,
// and join the result to the frame of the plan.
package main

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/go-gota/gota/dataframe"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/frame"
	"github.com/segue-go/segue/forecast/keep"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/table"
)

func main() {
	ctx, task := context.Background(), forecast.Task{Horizon: 7}
	sales, plan := dataframe.ReadCSV(strings.NewReader(days(0, 120, true))), dataframe.ReadCSV(strings.NewReader(days(90, 120, false)))
	t, err := frame.Read(sales, table.Options{Value: "sales", Regressors: []string{"weather", "offer"}})
	check(err)
	series, method := t.Series[0], regress.Regressed{Method: forecast.Theta}
	scores, err := forecast.Backtest(ctx, []forecast.Method{forecast.SeasonalNaive, forecast.Theta, method}, []forecast.Series{series}, task, forecast.BacktestOptions{Folds: 4})
	check(err)
	for i, name := range []string{"seasonal naive", "theta", "theta with weather and offers"} {
		fmt.Printf("%s: MASE %.2f\n", name, scores[i].MASE)
	}

	model, err := keep.Fit(ctx, method, []forecast.Series{series.Head(len(series.Values) - 7)}, task)
	check(err)
	file, err := model.Encode() // to be kept anywhere
	check(err)
	model, err = keep.Load(file, method)
	check(err)
	change, err := model.Update(ctx, []forecast.Series{series}, keep.UpdateOptions{})
	check(err)
	fmt.Printf("%d new values, %d known\n", change.Appended, change.Agreed)

	week, err := model.Forecast(ctx, 7)
	check(err)
	month, err := model.Forecast(ctx, 28)
	check(err)
	fmt.Printf("a week: %.0f on the last day; four weeks: %.0f\n", week[0].Mean[6], month[0].Mean[27])
	fmt.Println(plan.InnerJoin(frame.Write(t, month, []float64{80}, []float64{.5}), "day"))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
