package forecast

import (
	"context"
	"errors"
	"math"
	"testing"
)

// exploding is a method whose forecasts leave all bounds.
type exploding struct{}

func (exploding) Name() string { return "exploding" }

func (exploding) Fit(_ context.Context, _ []Series, task Task) (Model, error) {
	return explodingModel(task.Horizon), nil
}

type explodingModel int

func (m explodingModel) Forecast(s Series) (Forecast, error) {
	mean, sd := make([]float64, m), make([]float64, m)
	for h := range mean {
		mean[h], sd[h] = math.Pow(10, float64(h)), 1
	}
	return Normal(mean, sd).For(s), nil
}

// What a method makes up out of all proportion does not go out, and the note says
// so; steady and exponential growth do.
func TestAbsurdForecastsDoNotLeave(t *testing.T) {
	values := []float64{3, 5, 4, 6, 3, 5, 4, 6}
	fs, err := Run(context.Background(), exploding{}, []Series{{Values: values}}, Task{Horizon: 6})
	if err != nil {
		t.Fatal(err)
	}
	for h, v := range fs[0].Mean {
		if v < 0 || v > 20 {
			t.Errorf("step %d is forecast at %v", h+1, v)
		}
	}
	if fs[0].Note == "" {
		t.Error("nothing is said about it")
	}
	line, growth := make([]float64, 30), make([]float64, 30)
	for i := range line {
		line[i], growth[i] = 10*float64(i), math.Exp(.2*float64(i))
	}
	for what, c := range map[string]struct {
		values []float64
		last   float64
	}{"a line": {line, 10 * 89}, "growth": {growth, math.Exp(.2 * 59)}} {
		lo, hi := envelope(c.values, 60)
		if c.last < lo || c.last > hi {
			t.Errorf("%s: %v lies outside %v to %v", what, c.last, lo, hi)
		}
	}
}

// A series without a value does not stop the others.
func TestRunGoesOnWithoutBadSeries(t *testing.T) {
	nan := math.NaN()
	panel := []Series{{ID: "a", Values: []float64{1, 2, 3}}, {ID: "b", Values: []float64{nan, nan}}, {ID: "c", Values: []float64{4, math.Inf(1)}}}
	fs, err := Run(context.Background(), Naive, panel, Task{Horizon: 2})
	if err != nil {
		t.Fatal(err)
	}
	if fs[0].Err != nil || len(fs[0].Mean) != 2 || fs[0].Mean[0] != 3 {
		t.Errorf("a: %+v", fs[0])
	}
	if !errors.Is(fs[1].Err, ErrTooShort) || !errors.Is(fs[2].Err, ErrInput) || len(fs[1].Mean) != 0 {
		t.Errorf("b: %v, c: %v", fs[1].Err, fs[2].Err)
	}
	if _, err := Run(context.Background(), Naive, panel[1:2], Task{Horizon: 2}); !errors.Is(err, ErrTooShort) {
		t.Errorf("only series without values: %v", err)
	}
}
