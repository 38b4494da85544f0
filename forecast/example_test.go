package forecast_test

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/segue-go/segue/forecast"
)

// A plain slice is enough.
func ExampleRun() {
	s := forecast.Series{ID: "visitors"}
	for i := range 48 {
		s.Values = append(s.Values, 100+float64(i)+20*math.Sin(2*math.Pi*float64(i)/12))
	}
	method, err := forecast.Lookup("ets")
	if err != nil {
		panic(err)
	}
	fs, err := forecast.Run(context.Background(), method, []forecast.Series{s}, forecast.Task{Horizon: 3, Season: 12})
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
	t, err := forecast.ReadCSV(strings.NewReader(text.String()), forecast.TableOptions{Value: "sales", Regressors: []string{"promotion"}, Freq: forecast.Freq{Unit: forecast.Day, N: 1}})
	if err != nil {
		panic(err)
	}
	naive, err := forecast.Lookup("naive")
	if err != nil {
		panic(err)
	}
	model, err := forecast.Fit(context.Background(), forecast.Regressed{Method: naive}, t.Series, forecast.Task{Horizon: 1, Season: 1})
	if err != nil {
		panic(err)
	}
	for _, e := range model.(forecast.Affected).Effects() {
		fmt.Printf("%s: %+.0f%%\n", e.Name, 100*math.Expm1(e.Size))
	}
	// Output:
	// promotion: +50%
}

// Sums of regions are forecast too, and everything adds up.
func ExampleHierarchy() {
	var panel []forecast.Series
	for k, id := range []string{"north/a", "north/b", "south/a"} {
		s := forecast.Series{ID: id}
		for i := range 30 {
			s.Values = append(s.Values, float64(10*(k+1)+i%4))
		}
		panel = append(panel, s)
	}
	h, err := forecast.NewHierarchy(panel)
	if err != nil {
		panic(err)
	}
	theta, err := forecast.Lookup("theta")
	if err != nil {
		panic(err)
	}
	task := forecast.Task{Horizon: 1, Season: 4}
	fs, err := forecast.Run(context.Background(), theta, h.Panel, task)
	if err != nil {
		panic(err)
	}
	if fs, err = h.Reconcile(fs, forecast.MinT, task.Season); err != nil {
		panic(err)
	}
	sum := 0.0
	for _, f := range fs {
		if strings.Contains(f.ID, "/") {
			sum += f.Mean[0]
		}
	}
	fmt.Println(fs[0].ID, math.Abs(fs[0].Mean[0]-sum) < 1e-9)
	// Output:
	// total true
}

// A value that the past did not lead to expect.
func ExampleRolling() {
	s := forecast.Series{}
	for i := range 60 {
		s.Values = append(s.Values, float64(50+i%3))
	}
	s.Values[40] = 90
	blend, err := forecast.Lookup("blend")
	if err != nil {
		panic(err)
	}
	points, err := forecast.Rolling(context.Background(), blend, []forecast.Series{s}, forecast.Task{Season: 3}, 99)
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
