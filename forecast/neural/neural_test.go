package neural

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
)

func air(t testing.TB) *table.Table {
	t.Helper()
	tab, err := table.Parse(bytes.NewReader(datasets.MustFile("csv/air_passengers.csv")), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// The network beats seasonal naive on the last year of AirPassengers, and its
// 95% intervals hold most of it.
func TestLSTMOnAirPassengers(t *testing.T) {
	rs, err := forecast.Backtest(context.Background(), []forecast.Method{forecast.SeasonalNaive, LSTM{}}, air(t).Series, forecast.Task{Horizon: 12, Seed: 1}, forecast.BacktestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if rs[1].MASE >= rs[0].MASE {
		t.Errorf("MASE of the LSTM %.3f, of seasonal naive %.3f", rs[1].MASE, rs[0].MASE)
	}
	if rs[1].Coverage < .7 {
		t.Errorf("coverage %.2f", rs[1].Coverage)
	}
}

// A model survives a file and gives the same forecasts; the threads do not
// matter.
func TestModelFile(t *testing.T) {
	panel := air(t).Series
	l := LSTM{Steps: 40}
	task := forecast.Task{Horizon: 6, Seed: 3, Threads: 1}.Resolve(panel)
	m, err := l.Fit(context.Background(), panel, task)
	if err != nil {
		t.Fatal(err)
	}
	file, err := forecast.Save(m, false)
	if err != nil {
		t.Fatal(err)
	}
	again, horizon, season, err := Decode(file)
	if err != nil || horizon != 6 || season != 12 {
		t.Fatalf("horizon %d, season %d, error %v", horizon, season, err)
	}
	task.Threads = 3
	threaded, err := l.Fit(context.Background(), panel, task)
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.Forecast(panel[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, other := range map[string]forecast.Model{"from the file": again, "with three threads": threaded} {
		got, err := other.Forecast(panel[0])
		if err != nil || !slices.Equal(got.Mean, want.Mean) || !slices.Equal(got.Q[5], want.Q[5]) {
			t.Errorf("the model %s forecasts otherwise (error %v)", name, err)
		}
	}
	for cut := range 50 {
		if _, _, _, err := Decode(file[:len(file)*cut/50]); !errors.Is(err, forecast.ErrNoModel) {
			t.Fatalf("truncated model: %v", err)
		}
	}
}
