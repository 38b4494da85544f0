package forecast

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/segue-go/segue/datasets"
)

var ctx = context.Background()

func air(t testing.TB) *Table {
	t.Helper()
	tab, err := ReadCSV(bytes.NewReader(datasets.MustFile("csv/air_passengers.csv")), TableOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// The metrics against numbers computed by hand.
func TestMetrics(t *testing.T) {
	f := Forecast{
		Mean: []float64{12, 8}, Probs: []float64{.025, .5, .975},
		Q: [][]float64{{10, 12, 14}, {6, 8, 9}},
	}
	s := ScoreAll([]Forecast{f}, [][]float64{{1, 3, 2, 6}}, [][]float64{{13, 10}}, 1)
	near := func(name string, got, want float64) {
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	scale := (2.0 + 1 + 4) / 3
	near("MAE", s.MAE, 1.5)
	near("RMSE", s.RMSE, math.Sqrt(2.5))
	near("MAPE", s.MAPE, 100*(1./13+2./10)/2)
	near("sMAPE", s.SMAPE, 200*(1./25+2./18)/2)
	near("MASE", s.MASE, 1.5/scale)
	near("RMSSE", s.RMSSE, math.Sqrt(2.5/((4.0+1+16)/3)))
	near("MSIS", s.MSIS, (4+3+40*1)/2./scale)
	near("coverage", s.Coverage, .5)
	// WQL: 2·Σ pinball / Σ|y|, quantiles from the forecast itself
	var pin float64
	for _, p := range wqlLevels {
		for h, y := range []float64{13, 10} {
			d := y - f.Quantile(h, p)
			pin += 2 * max(p*d, (p-1)*d) / 9
		}
	}
	near("WQL", s.WQL, pin/23)
	near("CRPS", s.CRPS, pin/2)
}

func TestQuantiles(t *testing.T) {
	f := Normal([]float64{10}, []float64{2})
	for p, want := range map[float64]float64{.5: 10, .975: 13.92, .025: 6.08, .25: 8.651, .001: 3.82} {
		if got := f.Quantile(0, p); math.Abs(got-want) > .01 {
			t.Errorf("quantile %v = %v, want %v", p, got, want)
		}
	}
	if lo, hi := f.Interval(0, 95); math.Abs(hi-lo-4*1.96) > .01 {
		t.Errorf("95%% interval %v to %v", lo, hi)
	}
}

// Naive methods on a series whose continuation is known.
func TestNaiveMethods(t *testing.T) {
	y := []float64{1, 2, 3, 4, 2, 3, 4, 5}
	for name, want := range map[string][]float64{
		"naive": {5, 5, 5, 5, 5}, "snaive": {2, 3, 4, 5, 2}, "drift": {5 + 4./7, 5 + 8./7, 5 + 12./7, 5 + 16./7, 5 + 20./7},
	} {
		m, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		fs, err := Run(ctx, m, []Series{{ID: "a", Values: y}}, Task{Horizon: 5, Season: 4})
		if err != nil {
			t.Fatal(err)
		}
		for h, w := range want {
			if math.Abs(fs[0].Mean[h]-w) > 1e-12 {
				t.Errorf("%s: step %d is %v, want %v", name, h+1, fs[0].Mean[h], w)
			}
		}
	}
	if _, err := Lookup("magic"); !errors.Is(err, ErrUnknown) {
		t.Errorf("unknown method: %v", err)
	}
}

// The network beats seasonal naive on the last year of AirPassengers, and its
// 95% intervals hold most of it.
func TestLSTMOnAirPassengers(t *testing.T) {
	rs, err := Backtest(ctx, []Method{local{"snaive", seasonalNaive}, LSTM{}}, air(t).Series, Task{Horizon: 12, Seed: 1}, BacktestOptions{})
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

// What comes after an origin never changes what is forecast at it.
func TestNoLeakage(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	panel := func(future float64) []Series {
		r = rand.New(rand.NewPCG(1, 1))
		var out []Series
		for range 60 {
			s := Series{ID: "x"}
			level := 50 + 50*r.Float64()
			for i := range 40 {
				level += r.NormFloat64()
				v := level + 5*math.Sin(float64(i)*math.Pi/2)
				if i >= 32 {
					v = future * (1 + r.Float64())
				}
				s.Values = append(s.Values, v)
			}
			out = append(out, s)
		}
		return out
	}
	for _, m := range methods() {
		switch x := m.(type) { // the way is the same with few steps
		case LSTM:
			x.Steps = 20
			m = x
		case Auto:
			x.LSTM.Steps = 20
			m = x
		}
		spy := &recorder{Method: m}
		for _, future := range []float64{1, 1000} {
			if _, err := Backtest(ctx, []Method{spy}, panel(future), Task{Horizon: 4, Season: 4}, BacktestOptions{Folds: 2}); err != nil {
				t.Fatal(err)
			}
		}
		if len(spy.seen) != 4 {
			t.Fatalf("%s: fitted %d times", m.Name(), len(spy.seen))
		}
		for i, f := range spy.seen[0] {
			if !slices.Equal(f.Mean, spy.seen[2][i].Mean) {
				t.Fatalf("%s: the forecast of series %d changed with the future", m.Name(), i)
			}
		}
	}
}

// recorder keeps the forecasts that a method makes for the series it was
// fitted on.
type recorder struct {
	Method
	seen [][]Forecast
}

func (r *recorder) Fit(ctx context.Context, panel []Series, task Task) (Model, error) {
	m, err := r.Method.Fit(ctx, panel, task)
	if err != nil {
		return nil, err
	}
	fs, err := ForecastAll(ctx, m, panel, 1)
	r.seen = append(r.seen, fs)
	return m, err
}

// Odd series give finite forecasts or one clear refusal, and forecasts scale
// with the data.
func TestOddSeries(t *testing.T) {
	nan := math.NaN()
	odd := map[string][]float64{
		"constant": {5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, "zeros": make([]float64, 20), "one point": {3}, "two": {3, 4},
		"negative": {-1, -2, -3, -2, -1, -2, -3, -2, -1, -2, -3, -2}, "huge": {1e300, 2e300, 1e300, 2e300, 1e300, 2e300, 1e300, 2e300},
		"tiny": {1e-300, 2e-300, 1e-300, 2e-300, 1e-300, 2e-300, 1e-300, 3e-300}, "gaps": {1, nan, 3, nan, nan, 6, 7, nan, 9, 10, 11, nan},
		"mixed": {0, 5, -3, 0, 8, 0, 0, 1, 0, 4, 0, 0, 2, 0},
	}
	for _, m := range methods() {
		switch x := m.(type) {
		case LSTM:
			x.Steps = 30
			m = x
		case Auto:
			x.LSTM.Steps = 30
			m = x
		}
		for name, y := range odd {
			before := slices.Clone(y)
			fs, err := Run(ctx, m, []Series{{ID: name, Values: y}}, Task{Horizon: 6, Season: 4, Seed: 1})
			if err != nil {
				if !errors.Is(err, ErrTooShort) || m.Name() != "lstm" {
					t.Errorf("%s on %s: %v", m.Name(), name, err)
				}
				continue
			}
			for i := range y {
				if math.Float64bits(y[i]) != math.Float64bits(before[i]) {
					t.Fatalf("%s on %s: the method changed the series", m.Name(), name)
				}
			}
			if len(fs[0].Mean) != 6 || !fs[0].finite() {
				t.Errorf("%s on %s: %v", m.Name(), name, fs[0].Mean)
			}
			if name == "constant" || name == "zeros" {
				if lo, hi := fs[0].Interval(3, 95); fs[0].Mean[3] != y[0] || lo != y[0] || hi != y[0] {
					t.Errorf("%s on %s: %v in %v to %v", m.Name(), name, fs[0].Mean[3], lo, hi)
				}
			}
			for h := range fs[0].Q {
				if !slices.IsSorted(fs[0].Q[h]) {
					t.Errorf("%s on %s: quantiles %v", m.Name(), name, fs[0].Q[h])
				}
			}
		}
	}
	bad := Series{ID: "inf", Values: []float64{1, math.Inf(1)}}
	if _, err := Run(ctx, LSTM{}, []Series{bad}, Task{Horizon: 2}); !errors.Is(err, ErrInput) {
		t.Errorf("infinite value: %v", err)
	}
}

// A model survives a file and gives the same forecasts; the threads do not
// matter.
func TestModelFile(t *testing.T) {
	panel := air(t).Series
	l := LSTM{Steps: 40}
	task := Task{Horizon: 6, Seed: 3, Threads: 1}.Resolve(panel)
	m, err := l.Fit(ctx, panel, task)
	if err != nil {
		t.Fatal(err)
	}
	file, err := EncodeModel(m, false)
	if err != nil {
		t.Fatal(err)
	}
	again, horizon, season, err := DecodeModel(file)
	if err != nil || horizon != 6 || season != 12 {
		t.Fatalf("horizon %d, season %d, error %v", horizon, season, err)
	}
	task.Threads = 3
	threaded, err := l.Fit(ctx, panel, task)
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.Forecast(panel[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, other := range map[string]Model{"from the file": again, "with three threads": threaded} {
		got, err := other.Forecast(panel[0])
		if err != nil || !slices.Equal(got.Mean, want.Mean) || !slices.Equal(got.Q[5], want.Q[5]) {
			t.Errorf("the model %s forecasts otherwise (error %v)", name, err)
		}
	}
	for cut := range 50 {
		if _, _, _, err := DecodeModel(file[:len(file)*cut/50]); !errors.Is(err, ErrNoModel) {
			t.Fatalf("truncated model: %v", err)
		}
	}
}

func TestDetectSeason(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for _, m := range []int{1, 4, 12, 24} {
		var panel []Series
		for range 20 {
			var y []float64
			for i := range 15 * max(m, 6) {
				v := r.NormFloat64() + float64(i)*.05
				if m > 1 {
					v += 4 * math.Sin(2*math.Pi*float64(i)/float64(m))
				}
				y = append(y, v)
			}
			panel = append(panel, Series{Values: y})
		}
		if got := DetectSeason(panel); got != m {
			t.Errorf("season %d found as %d", m, got)
		}
	}
}
