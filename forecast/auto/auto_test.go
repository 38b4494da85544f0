package auto

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/segue-go/segue/datasets"
	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table"
)

var ctx = context.Background()

func series(t testing.TB, name string) []forecast.Series {
	t.Helper()
	tab, err := table.Parse(bytes.NewReader(datasets.MustFile("csv/"+name)), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tab.Series
}

// Without training on it the networks forecast the end of every embedded series
// better than seasonal naive does.
func TestZeroShotBeatsSeasonalNaive(t *testing.T) {
	z, err := ZeroShot()
	if err != nil {
		t.Fatal(err)
	}
	for name, horizon := range map[string]int{"air_passengers.csv": 12, "co2.csv": 26, "sunspots.csv": 6} {
		rs, err := forecast.Backtest(ctx, []forecast.Method{forecast.SeasonalNaive, z}, series(t, name), forecast.Task{Horizon: horizon}, forecast.BacktestOptions{Folds: 4})
		if err != nil {
			t.Fatal(err)
		}
		if rs[1].MASE >= rs[0].MASE {
			t.Errorf("%s: MASE %.3f, seasonal naive %.3f", name, rs[1].MASE, rs[0].MASE)
		}
		if rs[1].Coverage < .7 {
			t.Errorf("%s: the 95%% interval holds %.0f%%", name, 100*rs[1].Coverage)
		}
	}
}

// Any horizon and any season are answered, in order and without a jump where
// the networks run again; many goroutines may ask at once.
func TestZeroShotAnswersAnything(t *testing.T) {
	z, err := ZeroShot()
	if err != nil {
		t.Fatal(err)
	}
	for _, season := range []int{1, 4, 5, 7, 12, 24, 48, 52, 96, 365} {
		for _, n := range []int{1, 2, 3, 10, 100, 900} {
			s := forecast.Series{ID: "x"}
			for i := range n {
				s.Values = append(s.Values, 100+10*math.Sin(2*math.Pi*float64(i)/float64(season))+float64(i%3))
			}
			var wg sync.WaitGroup
			for _, horizon := range []int{1, 40, 150} {
				wg.Go(func() {
					fs, err := forecast.Run(ctx, z, []forecast.Series{s}, forecast.Task{Horizon: horizon, Season: season})
					if err != nil {
						t.Errorf("season %d, %d values: %v", season, n, err)
						return
					}
					f := fs[0]
					if f.Horizon() != horizon {
						t.Errorf("season %d, %d values: %d steps, want %d", season, n, f.Horizon(), horizon)
					}
					for h, v := range f.Mean {
						if math.IsNaN(v) || v < 0 || v > 2000 || !slices.IsSorted(f.Q[h]) {
							t.Errorf("season %d, %d values, step %d: mean %v, quantiles %v", season, n, h+1, v, f.Q[h])
							return
						}
					}
				})
			}
			wg.Wait()
		}
	}
}

// The default method weighs its members and says so.
func TestAutoExplainsItself(t *testing.T) {
	auto, err := New()
	if err != nil {
		t.Fatal(err)
	}
	m, err := forecast.Fit(ctx, auto, series(t, "air_passengers.csv"), forecast.Task{Horizon: 12})
	if err != nil {
		t.Fatal(err)
	}
	var total float64
	for _, w := range m.(forecast.Weighted).Weights() {
		total += w.Weight
	}
	c := m.(forecast.Checked).Check()
	if math.Abs(total-1) > 1e-9 || c == nil || c.MASE >= c.SeasonalNaive {
		t.Errorf("weights add up to %v, check %+v", total, c)
	}
}

// Series that are mostly zero are continued without a negative value, and their
// mean is that of the demand.
func TestAutoOnIntermittentDemand(t *testing.T) {
	auto, err := New()
	if err != nil {
		t.Fatal(err)
	}
	s := forecast.Series{ID: "part"}
	for i := range 100 {
		v := 0.0
		if i%5 == 2 {
			v = 10
		}
		s.Values = append(s.Values, v)
	}
	fs, err := forecast.Run(ctx, auto, []forecast.Series{s}, forecast.Task{Horizon: 6, Season: 1})
	if err != nil {
		t.Fatal(err)
	}
	lo, hi := fs[0].Interval(0, 95)
	if m := fs[0].Mean[0]; m < 1 || m > 3 || lo != 0 || hi < 8 {
		t.Errorf("mean %.2f in %.2f to %.2f, demand is 2 a step", m, lo, hi)
	}
}

// What one forecast costs with a fitted model.
func BenchmarkForecast(b *testing.B) {
	auto, err := New()
	if err != nil {
		b.Fatal(err)
	}
	panel := series(b, "air_passengers.csv")
	for range 7 {
		panel = append(panel, panel...)
	}
	m, err := forecast.Fit(ctx, auto, panel[:1], forecast.Task{Horizon: 12})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := forecast.ForecastAll(ctx, m, panel, 0); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(panel)), "µs/series")
}

// The default method, with the networks that ship, on a series that it has never
// seen; new values need no new fit.
func Example() {
	tab, err := table.Parse(bytes.NewReader(datasets.MustFile("csv/air_passengers.csv")), table.Options{})
	if err != nil {
		panic(err)
	}
	auto, err := New()
	if err != nil {
		panic(err)
	}
	all := tab.Series[0]
	model, err := forecast.Fit(context.Background(), auto, []forecast.Series{all.Head(120)}, forecast.Task{Horizon: 12})
	if err != nil {
		panic(err)
	}
	for _, n := range []int{120, 132} { // a year later the same model goes on
		f, err := model.Forecast(all.Head(n))
		if err != nil {
			panic(err)
		}
		lo, hi := f.Interval(11, 95)
		came := all.Values[n+11]
		fmt.Printf("%s: %.0f came true, inside the interval: %v\n", tab.Layout.Format(f.Time(11)), came, lo < came && came < hi)
	}
	// Output:
	// 1959-12: 405 came true, inside the interval: true
	// 1960-12: 432 came true, inside the interval: true
}
