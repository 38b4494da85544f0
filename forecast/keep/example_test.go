package keep_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/keep"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/table"
)

// Fit a method, keep it in a file, go on with new values, and forecast two horizons from
// one fit.
func Example() {
	ctx := context.Background()
	t, err := table.Parse(strings.NewReader("quarter,sales\n2022-01-01,10\n2022-04-01,20\n2022-07-01,30\n2022-10-01,40\n2023-01-01,12\n2023-04-01,22\n2023-07-01,32\n2023-10-01,42\n"), table.Options{})
	if err != nil {
		log.Fatal(err)
	}
	m, err := keep.Fit(ctx, forecast.SeasonalNaive, t.Series, forecast.Task{Horizon: 4})
	if err != nil {
		log.Fatal(err)
	}
	file, err := m.Encode()
	if err != nil {
		log.Fatal(err)
	}

	// another day
	if m, err = keep.Load(file, nil); err != nil {
		log.Fatal(err)
	}
	newer, err := table.Parse(strings.NewReader("quarter,sales\n2024-01-01,15\n2024-04-01,25\n"), table.Options{Freq: t.Series[0].Freq})
	if err != nil {
		log.Fatal(err)
	}
	change, err := m.Update(ctx, newer.Series, keep.UpdateOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("new steps:", change.Appended)
	for _, horizon := range []int{2, 4} {
		fs, err := m.Forecast(ctx, horizon)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(fs[0].Start.Format("2006-01"), fs[0].Mean)
	}
	// Output:
	// new steps: 2
	// 2024-07 [32 42]
	// 2024-07 [32 42 15 25]
}

// A model with regressors needs their future; where that ends early, the forecast does
// too, and says so.
func ExampleLoad() {
	ctx := context.Background()
	s := forecast.Series{ID: "shop"}
	price := forecast.Regressor{Name: "price", Known: true}
	for i := range 63 {
		price.Values = append(price.Values, float64(i*i%7))
		if i < 60 {
			s.Values = append(s.Values, 100-5*price.Values[i])
		}
	}
	s.Regressors = []forecast.Regressor{price}
	method := regress.Regressed{Method: forecast.Naive}
	m, err := keep.Fit(ctx, method, []forecast.Series{s}, forecast.Task{Horizon: 3, Season: 1})
	if err != nil {
		log.Fatal(err)
	}
	file, err := m.Encode()
	if err != nil {
		log.Fatal(err)
	}
	if m, err = keep.Load(file, method); err != nil { // no name finds this method
		log.Fatal(err)
	}
	fs, err := m.Forecast(ctx, 10)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(fs[0].Horizon(), "steps:", fs[0].Note)
	// Output:
	// 3 steps: the regressors are known for 3 of the 10 steps; the forecast ends there
}
