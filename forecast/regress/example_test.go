package regress_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/regress"
	"github.com/segue-go/segue/forecast/table"
)

// A promotion lifts the sales; its plan for the future is known.
func ExampleRegressed() {
	var text strings.Builder
	text.WriteString("day,sales,promotion\n")
	for i := range 60 {
		promotion, sales := 0, "100"
		if i%9 == 4 || i%7 == 2 {
			promotion, sales = 1, "150"
		}
		if i >= 57 {
			sales = "" // the plan
		}
		fmt.Fprintf(&text, "2024-%02d-%02d,%s,%d\n", 1+i/28, 1+i%28, sales, promotion)
	}
	t, err := table.Parse(strings.NewReader(text.String()), table.Options{Value: "sales", Regressors: []string{"promotion"}, Freq: forecast.Freq{Unit: forecast.Day, N: 1}})
	if err != nil {
		panic(err)
	}
	model, err := forecast.Fit(context.Background(), regress.Regressed{Method: forecast.Naive}, t.Series, forecast.Task{Horizon: 1, Season: 1})
	if err != nil {
		panic(err)
	}
	for _, e := range model.(regress.Affected).Effects() {
		fmt.Printf("%s: %+.0f%%\n", e.Name, 100*math.Expm1(e.Size))
	}
	// Output:
	// promotion: +50%
}

// What acts may be a text, an earlier value, or a day of one's own.
func ExampleParseTerm() {
	var text strings.Builder
	text.WriteString("day,visits,weather,leaflets\n")
	for i := range 84 {
		weather, visits := "sun", 200.0
		if i*i%5 == 1 {
			weather, visits = "rain", 150
		}
		if (i-1)*(i-1)%11 == 3 { // leaflets of the day before
			visits *= 1.2
		}
		sum := fmt.Sprint(visits)
		if i == 83 {
			sum = "" // the plan
		}
		fmt.Fprintf(&text, "%s,%s,%s,%v\n", time.Date(2024, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), sum, weather, i*i%11 == 3)
	}
	// the columns are the table's, the terms those of the method
	t, err := table.Parse(strings.NewReader(text.String()), table.Options{
		Value: "visits", Regressors: []string{"weather", "leaflets"},
	})
	if err != nil {
		panic(err)
	}
	method := regress.Regressed{Method: forecast.Naive}
	for _, name := range []string{"weather", "leaflets@lag1"} {
		term, err := regress.ParseTerm(name)
		if err != nil {
			panic(err)
		}
		method.Terms = append(method.Terms, term)
	}
	model, err := forecast.Fit(context.Background(), method, t.Series, forecast.Task{Horizon: 1, Season: 1})
	if err != nil {
		panic(err)
	}
	for _, e := range model.(regress.Affected).Effects() {
		fmt.Printf("%s (against %q): %+.0f%%\n", e.Name, e.Reference, 100*math.Expm1(e.Size))
	}
	// Output:
	// weather=rain (against "sun"): -25%
	// leaflets@lag1 (against ""): +20%
}
