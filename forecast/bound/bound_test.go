package bound_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/auto"
	"github.com/segue-go/segue/forecast/bound"
	"github.com/segue-go/segue/forecast/keep"
)

var ctx = context.Background()

func at(v float64) *float64 { return &v }

// shares fill a market: a logistic curve with noise, up to 100.
func shares(n int) forecast.Series {
	r := rand.New(rand.NewPCG(1, 2))
	s := forecast.Series{ID: "share"}
	for i := range n {
		z := (float64(i)-50)/12 + .1*r.NormFloat64()
		s.Values = append(s.Values, 100/(1+math.Exp(-z)))
	}
	return s
}

// Between limits every mean and every quantile stays between them, and growth that
// saturates is continued to where it saturates; without them the line goes through.
func TestSaturatingGrowth(t *testing.T) {
	s := shares(60)
	for _, method := range []forecast.Method{forecast.Holt, forecast.ETS{}, forecast.Theta, forecast.ARIMA{}} {
		fs, err := forecast.Run(ctx, bound.Bounded{Method: method, Floor: at(0), Cap: at(100)}, []forecast.Series{s}, forecast.Task{Horizon: 40, Season: 1})
		if err != nil {
			t.Fatal(err)
		}
		f := fs[0]
		for h := range f.Mean {
			if lo, hi := f.Interval(h, 99); !(lo >= 0 && hi <= 100 && lo <= f.Mean[h] && f.Mean[h] <= hi) {
				t.Fatalf("%s, step %d: %v in [%v, %v]", method.Name(), h+1, f.Mean[h], lo, hi)
			}
		}
		if want := 100 / (1 + math.Exp(-49.0/12)); method.Name() == "holt" && math.Abs(f.Mean[39]-want) > 5 {
			t.Errorf("%s: the last step is %.1f, the curve is at %.1f", method.Name(), f.Mean[39], want)
		}
	}
	free, err := forecast.Run(ctx, forecast.Holt, []forecast.Series{s}, forecast.Task{Horizon: 40, Season: 1})
	if err != nil || free[0].Mean[39] < 105 {
		t.Errorf("without a cap the line ends at %v (%v): the test shows nothing", free[0].Mean[39], err)
	}
}

// A share that comes back to 100% again and again is cut off there, and its intervals are
// no wider on the other side.
func TestValuesCutOff(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var s forecast.Series
	for range 120 {
		s.Values = append(s.Values, min(100, math.Round(100*(99+.6*r.NormFloat64()))/100))
	}
	task := forecast.Task{Horizon: 5, Season: 1}
	free, err := forecast.Run(ctx, forecast.SES, []forecast.Series{s}, task)
	if err != nil {
		t.Fatal(err)
	}
	cut, err := forecast.Run(ctx, bound.Bounded{Method: forecast.SES, Cap: at(100)}, []forecast.Series{s}, task)
	if err != nil {
		t.Fatal(err)
	}
	for h := range task.Horizon {
		lo, hi := free[0].Interval(h, 95)
		low, high := cut[0].Interval(h, 95)
		if hi <= 100 || high != 100 || low < lo-1e-9 || cut[0].Mean[h] > free[0].Mean[h] {
			t.Errorf("step %d: %v in [%v, %v], with the cap %v in [%v, %v]", h+1, free[0].Mean[h], lo, hi, cut[0].Mean[h], low, high)
		}
	}
}

// The mean of a skewed distribution is above its median: what a floor makes of a normal
// distribution is a lognormal one, whose mean is known.
func TestMeanIsNoMedian(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var s forecast.Series
	for range 4000 {
		s.Values = append(s.Values, 10+math.Exp(1+.8*r.NormFloat64()))
	}
	fs, err := forecast.Run(ctx, bound.Bounded{Method: forecast.Mean, Floor: at(10)}, []forecast.Series{s}, forecast.Task{Horizon: 1, Season: 1})
	if err != nil {
		t.Fatal(err)
	}
	mean, median := 10+math.Exp(1+.8*.8/2), 10+math.E
	if f := fs[0]; math.Abs(f.Mean[0]/mean-1) > .03 || math.Abs(f.Median(0)/median-1) > .03 {
		t.Errorf("mean %.2f, median %.2f, want %.2f and %.2f", f.Mean[0], f.Median(0), mean, median)
	}
}

// Values at a limit are taken, those beyond are errors that say where, and limits without
// room between them are refused. Constant series, gaps and negative values go through.
func TestOddSeries(t *testing.T) {
	a, err := auto.New()
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	for name, values := range map[string][]float64{
		"zeros": {0, 0, 3, 0, 5, 2, 0, 0, 4, 1, 0, 2}, "all at the floor": {0, 0, 0, 0}, "at the cap": {10, 10, 9, 10, 8, 10}, "one": {4},
		"gaps": {1, nan, 3, 4, nan, 6, 5, 4, 6, 7}, "constant": {5, 5, 5, 5, 5},
	} {
		for _, b := range []bound.Bounded{{Method: a.WithTraining(auto.TrainNever), Floor: at(0), Cap: at(10)}, {Method: forecast.Theta, Floor: at(0)}, {Method: forecast.ETS{}, Cap: at(10)}, {Method: forecast.Naive}} {
			fs, err := forecast.Run(ctx, b, []forecast.Series{{Values: values}}, forecast.Task{Horizon: 30, Season: 1})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for h := range fs[0].Mean {
				lo, hi := fs[0].Interval(h, 95)
				if !fs[0].Finite() || b.Floor != nil && lo < 0 || b.Cap != nil && hi > 10 {
					t.Fatalf("%s, %s: step %d is %v in [%v, %v]", name, b.Name(), h+1, fs[0].Mean[h], lo, hi)
				}
			}
		}
	}
	_, err = forecast.Run(ctx, bound.Bounded{Method: forecast.Naive, Cap: at(4)}, []forecast.Series{{ID: "a", Values: []float64{1, 5}}}, forecast.Task{})
	if p := (*forecast.Problem)(nil); !errors.As(err, &p) || p.Place != `series "a", step 2` {
		t.Errorf("a value above the cap: %v", err)
	}
	if _, err := forecast.Run(ctx, bound.Bounded{Method: forecast.Naive, Floor: at(4), Cap: at(4)}, []forecast.Series{{Values: []float64{4}}}, forecast.Task{}); !errors.Is(err, forecast.ErrInput) {
		t.Errorf("no room: %v", err)
	}
}

// A bounded model is kept with its scales.
func TestKeep(t *testing.T) {
	method := bound.Bounded{Method: forecast.Holt, Floor: at(0), Cap: at(100)}
	s := shares(60)
	want, err := forecast.Run(ctx, method, []forecast.Series{s}, forecast.Task{Horizon: 5, Season: 1})
	if err != nil {
		t.Fatal(err)
	}
	m, err := keep.Fit(ctx, method, []forecast.Series{s}, forecast.Task{Horizon: 5, Season: 1})
	if err != nil {
		t.Fatal(err)
	}
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := keep.Load(data, method)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := back.Forecast(ctx, 5); err != nil || got[0].Mean[4] != want[0].Mean[4] {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	if _, err := keep.Load(data, bound.Bounded{Method: forecast.Holt, Cap: at(100)}); !errors.Is(err, forecast.ErrNoModel) {
		t.Errorf("other limits: %v", err)
	}
}
