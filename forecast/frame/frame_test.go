package frame_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/frame"
	"github.com/segue-go/segue/forecast/table"
)

func TestFrames(t *testing.T) {
	var sb strings.Builder
	sb.WriteString("shop,month,sales\n")
	for _, id := range []string{"001", "002"} {
		for i := range 24 {
			fmt.Fprintf(&sb, "%s,%d-%02d,%g\n", id, 2020+i/12, 1+i%12, 0.1+float64(i%12)+1e-9)
		}
	}
	df := dataframe.ReadCSV(strings.NewReader(sb.String()), dataframe.WithTypes(map[string]series.Type{"shop": series.String}))
	out, err := frame.Forecast(context.Background(), df, frame.Options{
		Table: table.Options{ID: "shop"}, Task: forecast.Task{Horizon: 3}, Method: forecast.SeasonalNaive, Levels: []float64{80},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(out.Names()), "[shop month mean lo-80 hi-80]"; got != want {
		t.Errorf("columns %s, want %s", got, want)
	}
	if got := out.Col("month").Records(); got[0] != "2022-01" || got[2] != "2022-03" || len(got) != 6 {
		t.Errorf("times %v", got)
	}
	if got := out.Col("shop").Records(); got[0] != "001" || got[5] != "002" {
		t.Errorf("ids %v", got)
	}
	if got := out.Col("mean").Float()[0]; got != 0.1+1e-9 {
		t.Errorf("mean %v lost digits", got)
	}
	if _, err := frame.Forecast(context.Background(), df, frame.Options{Table: table.Options{Value: "nothing"}}); err == nil {
		t.Error("a missing column gave no error")
	}
}

func ExampleForecast() {
	df := dataframe.LoadRecords([][]string{
		{"quarter", "sales"},
		{"2022Q1", "10"}, {"2022Q2", "20"}, {"2022Q3", "30"}, {"2022Q4", "40"},
		{"2023Q1", "10"}, {"2023Q2", "20"}, {"2023Q3", "30"}, {"2023Q4", "40"},
	})
	out, err := frame.Forecast(context.Background(), df, frame.Options{
		Task: forecast.Task{Horizon: 2}, Method: forecast.SeasonalNaive, Levels: []float64{95},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out.Names(), out.Col("quarter").Records(), out.Col("mean").Float())
	// Output: [quarter mean lo-95 hi-95] [2024Q1 2024Q2] [10 20]
}
