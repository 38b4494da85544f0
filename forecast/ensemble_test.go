package forecast

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/segue-go/segue/forecast/internal/classic"
)

// The member that is right gets the weight, and intervals that are far too
// narrow are stretched until they cover.
func TestEnsembleWeighsAndCalibrates(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	var panel []Series
	for range 300 {
		s := Series{}
		level := 100.0
		for range 60 {
			level += r.NormFloat64()
			s.Values = append(s.Values, level)
		}
		panel = append(panel, s)
	}
	sure := function{"sure", func(y []float64, m, h int) (mean, sd []float64) {
		mean, sd = classic.Naive(y, m, h)
		for i := range sd {
			sd[i] *= .3
		}
		return mean, sd
	}}
	wrong := function{"wrong", func(y []float64, m, h int) (mean, sd []float64) {
		mean, sd = sure.f(y, m, h)
		for i := range mean {
			mean[i] += 15
		}
		return mean, sd
	}}
	task := Task{Horizon: 5, Season: 1}.Resolve(panel)
	m, err := Ensemble{Title: "both", Members: []Method{sure, wrong}}.Fit(context.Background(), panel, task)
	if err != nil {
		t.Fatal(err)
	}
	if w := m.(Weighted).Weights(); w[0].Weight < .9 || math.Abs(w[0].Weight+w[1].Weight-1) > 1e-12 {
		t.Errorf("weights %v", w)
	}
	rs, err := Backtest(context.Background(), []Method{sure, Ensemble{Title: "one", Members: []Method{sure}}}, panel, Task{Horizon: 5, Season: 1}, BacktestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if rs[0].Coverage > .6 || math.Abs(rs[1].Coverage-.95) > .05 {
		t.Errorf("coverage %.3f became %.3f, want .95", rs[0].Coverage, rs[1].Coverage)
	}
}

// function is a method made of a function, for tests.
type function struct {
	name string
	f    func(y []float64, m, h int) (mean, sd []float64)
}

func (f function) Name() string { return f.name }

func (f function) Fit(_ context.Context, _ []Series, task Task) (Model, error) {
	return functionModel{f, task}, nil
}

type functionModel struct {
	function
	task Task
}

func (m functionModel) Forecast(s Series) (Forecast, error) {
	return Normal(m.f(classic.Fill(s.Values, m.task.Season), m.task.Season, m.task.Horizon)).For(s), nil
}

// Where nothing trains, short series all help to choose the weights; long ones, which take
// time, do not, but never fewer than SmallPanel.
func TestHoldOut(t *testing.T) {
	panel := func(n, length int) []Series {
		out := make([]Series, n)
		for i := range out {
			for t := range length {
				out[i].Values = append(out[i].Values, float64(i+t*t%7))
			}
		}
		return out
	}
	for _, c := range []struct {
		n, length int
		training  bool
		from, to  int
	}{
		{200, 30, false, 200, 200}, {200, 30, true, 28, 28},
		{60, 6000, false, 50, 60}, {700, 1000, false, 100, 100}, {9000, 20, false, 1000, 1000},
	} {
		h := holdOut(panel(c.n, c.length), Task{Horizon: 4, Season: 1}, c.training)
		if len(h.past) < c.from || len(h.past) > c.to {
			t.Errorf("%d series of %d values (training: %v): %d histories, want %d to %d", c.n, c.length, c.training, len(h.past), c.from, c.to)
		}
	}
}
