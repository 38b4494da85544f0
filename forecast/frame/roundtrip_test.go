package frame_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/frame"
	"github.com/segue-go/segue/forecast/table"
)

// Numbers, whole numbers, text and missing cells of a dataframe arrive as they are.
func TestReadCells(t *testing.T) {
	df := dataframe.New(
		series.New([]string{"2024-01", "2024-02", "2024-03", "2024-04"}, series.String, "month"),
		series.New([]interface{}{1e-9, 123456789.125, nil, 2.5}, series.Float, "price"),
		series.New([]int{7, 8, 9, 10}, series.Int, "pieces"),
	)
	tab, err := frame.Read(df, table.Options{Value: "price", PastRegressors: []string{"pieces"}})
	if err != nil {
		t.Fatal(err)
	}
	s := tab.Series[0]
	if s.Values[0] != 1e-9 || s.Values[1] != 123456789.125 || !math.IsNaN(s.Values[2]) || s.Values[3] != 2.5 || s.Freq.String() != "M" {
		t.Errorf("%s: %v", s.Freq, s.Values)
	}
	if len(s.Regressors) != 1 || s.Regressors[0].Values[3] != 10 {
		t.Errorf("regressors %+v", s.Regressors)
	}
	_, err = frame.Read(df, table.Options{Value: "cost"})
	if !errors.Is(err, forecast.ErrInput) || !strings.Contains(err.Error(), `"cost"`) {
		t.Errorf("a missing column: %v", err)
	}
	if _, err := frame.Read(dataframe.DataFrame{Err: errors.New("broken")}, table.Options{}); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("a broken dataframe: %v", err)
	}
}

// The zero value forecasts with the default method and gives 80% and 95% intervals; the
// frame that comes out can be forecast again.
func TestDefaults(t *testing.T) {
	var months []string
	var sales []float64
	for i := range 36 {
		months = append(months, []string{"2021", "2022", "2023"}[i/12]+[]string{"-01", "-02", "-03", "-04", "-05", "-06", "-07", "-08", "-09", "-10", "-11", "-12"}[i%12])
		sales = append(sales, 100+10*math.Sin(2*math.Pi*float64(i)/12))
	}
	df := dataframe.New(series.New(months, series.String, "month"), series.New(sales, series.Float, "sales"))
	out, err := frame.Forecast(context.Background(), df, frame.Options{Task: forecast.Task{Horizon: 12}})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(out.Names(), " "); got != "month mean lo-80 hi-80 lo-95 hi-95" || out.Nrow() != 12 {
		t.Fatalf("%d rows of %s", out.Nrow(), got)
	}
	for i, lo := range out.Col("lo-95").Float() {
		mean, hi := out.Col("mean").Float()[i], out.Col("hi-95").Float()[i]
		const rounding = 1e-6 // an exact season is continued exactly, with intervals of no width
		if !(lo <= mean && mean <= hi) || sales[i] < lo-rounding || sales[i] > hi+rounding {
			t.Errorf("row %d: %v in %v to %v, the season says %v", i, mean, lo, hi, sales[i])
		}
	}
	again, err := frame.Forecast(context.Background(), out, frame.Options{Table: table.Options{Value: "mean"}, Task: forecast.Task{Horizon: 1}, Method: forecast.Naive})
	if err != nil || again.Col("month").Records()[0] != "2025-01" {
		t.Errorf("forecast of a forecast: %v (%v)", again, err)
	}
}
