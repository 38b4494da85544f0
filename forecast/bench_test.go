package forecast_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
)

// One monthly series of twelve years, a horizon of 18 months: what every method
// costs.
func BenchmarkMethods(b *testing.B) {
	t, err := table.Parse(bytes.NewReader(datasets.MustFile("csv/air_passengers.csv")), table.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, m := range forecast.ClassicMethods() {
		model, err := forecast.Fit(context.Background(), m, t.Series, forecast.Task{Horizon: 18})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(m.Name(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := model.Forecast(t.Series[0]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
