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
	"github.com/segue-go/segue/forecast/pretrained"
)

func main() {
	ctx := context.Background()
	df := dataframe.ReadCSV(strings.NewReader(string(datasets.MustFile("csv/air_passengers.csv"))))

	// one call: a frame in, a frame out
	out, err := forecast.Frame(ctx, df, forecast.FrameOptions{Task: forecast.Task{Horizon: 3}, Levels: []float64{80}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out)

	// or step by step, with the networks that ship: fit once, forecast again later
	table, err := forecast.FromFrame(df, forecast.TableOptions{})
	if err != nil {
		log.Fatal(err)
	}
	auto, err := pretrained.Auto()
	if err != nil {
		log.Fatal(err)
	}
	model, err := forecast.Fit(ctx, auto, table.Series, forecast.Task{Horizon: 3})
	if err != nil {
		log.Fatal(err)
	}
	s := table.Series[0]
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
