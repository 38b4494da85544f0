// Forecast-frame forecasts a gota dataframe that a program already has, and goes on
// as new values come in.
package main

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/go-gota/gota/dataframe"
	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/segue-go/segue/forecast/frame"
	"github.com/segue-go/segue/forecast/table"
)

func main() {
	ctx := context.Background()
	df := dataframe.ReadCSV(strings.NewReader(string(datasets.MustFile("csv/air_passengers.csv"))))

	// one call: a frame in, a frame out
	out, err := frame.Forecast(ctx, df, frame.Options{Task: forecast.Task{Horizon: 3}, Levels: []float64{80}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out)

	// or step by step: fit once, forecast again later
	t, err := frame.Read(df, table.Options{})
	if err != nil {
		log.Fatal(err)
	}
	method, err := auto.New()
	if err != nil {
		log.Fatal(err)
	}
	model, err := forecast.Fit(ctx, method, t.Series, forecast.Task{Horizon: 3})
	if err != nil {
		log.Fatal(err)
	}
	s := t.Series[0]
	for _, value := range []float64{450, 430} { // two more months
		f, err := model.Forecast(s)
		if err != nil {
			log.Fatal(err)
		}
		lo, hi := f.Interval(0, 80)
		fmt.Printf("%s: %.0f, with 80%% probability between %.0f and %.0f\n", f.Time(0).Format("January 2006"), f.Mean[0], lo, hi)
		s.Values = append(s.Values, value)
	}
}
