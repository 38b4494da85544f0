package regress_test

import (
	"context"
	"fmt"
	"math"
	"strings"

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
